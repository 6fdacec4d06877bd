"""The seeded numbers that a change of structure must leave alone, to the last bit.

``python -m tests.seeded`` stores them anew. Do that only with a change that is meant to move them
(another model, other priors), and say so in the changelog.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from markupsafe import Markup

from tests.places import DATA, ROOT
from xhsim import cli
from xhsim.report.page.svg import Pictures

__all__ = ["COMMANDS", "STORED", "numbers_of"]

STORED = DATA / "seeded"
FEWER = {"draws: 1000": "draws: 100"}
KEPT = ("probability", "ci_high", "median", "p05", "p95")  # the other columns follow from these

Numbers = dict[str, float]


def _printed(*words: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = cli.main([*words, "--quiet"])
    assert status == 0, words
    return printed.getvalue()


def _leaves(value: object, place: str = "") -> Iterator[tuple[str, float]]:
    """Name every number of a JSON record by its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{place}/{number}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield place, float(value)


def _attain() -> Numbers:
    # Scenarios with and without policies, and with a shock: the others are made in the same way.
    words = ("attain", "baseline", "plan", "pandemic-years", "--draws", "200", "--json")
    found = _leaves(json.loads(_printed(*words)))
    return {place: value for place, value in found if place.rpartition("/")[2] in KEPT}


def _explain() -> Numbers:
    words = ("explain", "rd-push", "rd_intensity", "--draws", "100", "--json")
    return dict(_leaves(json.loads(_printed(*words))))


def _sweep() -> Numbers:
    import pandas as pd

    file = ROOT / "scenarios" / "sweeps" / "research-and-promotion.yaml"
    text = file.read_text(encoding="utf-8")
    for long, short in FEWER.items():
        text = text.replace(long, short)
    with tempfile.TemporaryDirectory() as folder:
        short_file = Path(folder) / "sweep.yaml"
        short_file.write_text(text, encoding="utf-8")
        _printed("sweep", str(short_file), "--out", f"{folder}/grid")
        found = {}
        for name in ("attainment", "joint"):
            table = pd.read_parquet(f"{folder}/grid/{name}.parquet")
            for column in ("probability", "median") if name == "attainment" else ("probability",):
                for row, value in enumerate(table[column].tolist()):
                    found[f"{name}/{column}/{row}"] = float(value)
    return found


def _report() -> Numbers:
    """Read the figures of a report's tables; what a page says of its own making is left out."""
    # Pictures hold no such figure, and writing them would take as long as all the rest.
    unwritten = patch.object(Pictures, "take", return_value=Markup())
    with tempfile.TemporaryDirectory() as folder, unwritten:
        page = Path(folder) / "page.html"
        _printed("report", "rd-push", "--draws", "50", "--out", str(page))
        text = page.read_text(encoding="utf-8")
    cells = re.findall(r"<td[^>]*>(.*?)</td>", text, flags=re.S)
    plain = [re.sub(r"<[^>]+>", "", cell).replace("−", "-").replace(",", "") for cell in cells]
    figures = [cell.strip() for cell in plain if re.fullmatch(r"\s*[-+]?\d+(\.\d+)?\s*%?\s*", cell)]
    return {str(place): float(text.rstrip(" %")) for place, text in enumerate(figures)}


COMMANDS: dict[str, Callable[[], Numbers]] = {
    "attain": _attain,
    "explain": _explain,
    "sweep": _sweep,
    "report": _report,
}


def numbers_of(command: str) -> Numbers:
    """Run a command with its seed, and return every number it gives, by its place."""
    return COMMANDS[command]()


def _store() -> None:
    STORED.mkdir(exist_ok=True)
    for command in COMMANDS:
        found = numbers_of(command)
        finite = {place: value for place, value in found.items() if math.isfinite(value)}
        lines = ",\n".join(f"{json.dumps(place)}: {value!r}" for place, value in finite.items())
        file = STORED / f"{command}.json"
        file.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
        print(f"{len(finite)} numbers of xhsim {command} in {file.name}")


if __name__ == "__main__":
    _store()
