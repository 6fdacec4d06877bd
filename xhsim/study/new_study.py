"""New studies to change: a copy of the study that ships, or a small one of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from xhsim.atomic import write_bytes, write_text, writing
from xhsim.errors import InputError
from xhsim.study.bundled import bundled_folder
from xhsim.study.json_schema import KINDS, json_schema

__all__ = ["BLANK", "make_study"]

# A district of invented numbers, whose files explain themselves.
BLANK = Path(__file__).resolve().parent / "blank"
COPIED = (".mdl", ".yaml", ".yml", ".csv", ".json", ".md")
# Sealed forecasts are somebody's word on a day; a study that is about to change has given none.
REGISTER = "forecasts"
SCHEMA = "yaml-language-server: $schema="
# In a Vensim file: the equation, and what the drawing says about the time axis.
FINAL_TIME = re.compile(r"^(FINAL TIME\s*=\s*)(\d+)", re.MULTILINE)
TIME_AXIS = re.compile(r"^(2[56]:)\d{4}$", re.MULTILINE)
MOST_YEARS = 10  # by which runs are extended: yearly shocks are drawn for so long
# A link or a picture that leads to the documentation, which a study does not have.
LINK = re.compile(r"(!?)\[([^\]]*)\]\(\.\./docs/[^)]*\)")


def make_study(folder: Path, *, blank: bool = False, horizon: int | None = None) -> None:
    """Make a study in a new or empty folder, completely or not at all.

    Parameters
    ----------
    folder : Path
        Created if missing.
    blank : bool
        Whether to begin with a small study of invented numbers, in place of a copy of the study
        that ships.
    horizon : int, optional
        The last year of runs; by default that of the model.

    Raises
    ------
    InputError
        If the folder is not empty or cannot be written, or if the horizon is before the end of the
        model's runs or too far beyond it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     make_study(Path(place) / "mine", blank=True, horizon=2030)
    ...     sorted(path.name for path in (Path(place) / "mine").iterdir())
    ['model', 'scenarios', 'schemas']
    """
    _check_empty(folder)
    source = BLANK if blank else bundled_folder()
    # Before anything is written: all that can be wrong with the options.
    files = {path: _content(source, path, horizon) for path in _copied(source)}
    schemas = {f"{kind}.json": json.dumps(json_schema(kind), indent=2) + "\n" for kind in KINDS}
    with writing(folder) as draft:
        for path, content in files.items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            write_bytes(draft / path, content)
        (draft / "schemas").mkdir()
        for name, text in schemas.items():
            write_text(draft / "schemas" / name, text)


def _check_empty(folder: Path) -> None:
    if folder.is_dir():
        found = sorted(path.name for path in folder.iterdir())
        if found:
            raise InputError(
                f'the folder "{folder}" is not empty: it contains "{found[0]}"',
                hint="name a new folder",
            )
    elif folder.exists():
        raise InputError(f'"{folder}" is a file', hint="name a new folder")


def _copied(source: Path) -> Iterator[Path]:
    """Yield the files of a study that a new one begins with, relative to its folder."""
    for part in ("model", "scenarios"):
        for path in sorted((source / part).rglob("*")):
            place = path.relative_to(source)
            is_left_out = REGISTER in place.parts or any(n.startswith(".") for n in place.parts)
            if path.is_file() and path.suffix in COPIED and not is_left_out:
                yield place


def _content(source: Path, place: Path, horizon: int | None) -> bytes:
    """Return the content of a file as the new study has it."""
    content = (source / place).read_bytes()
    if place.suffix in (".yaml", ".yml"):
        # The repository keeps the schemas with the documentation, and a study beside its files.
        return content.replace(f"{SCHEMA}../docs/".encode(), f"{SCHEMA}../".encode()).replace(
            f"{SCHEMA}../../docs/".encode(), f"{SCHEMA}../../".encode()
        )
    if place.suffix == ".md":
        return LINK.sub(_words, content.decode()).encode()
    if place.suffix == ".mdl" and horizon is not None:
        return _until(content.decode(), horizon).encode()
    return content


def _until(model: str, horizon: int) -> str:
    """Let the runs of a model end in another year."""
    found = FINAL_TIME.search(model)
    assert found is not None, "a model of ours says when its runs end"
    last = int(found[2])
    if not last <= horizon <= last + MOST_YEARS:
        raise InputError(
            f"runs cannot end in {horizon}: the targets need {last}, and shocks of single years "
            f"are drawn until {last + MOST_YEARS}",
            hint=f"give a year from {last} to {last + MOST_YEARS}",
        )
    model = FINAL_TIME.sub(rf"\g<1>{horizon}", model)
    return TIME_AXIS.sub(rf"\g<1>{horizon}", model)


def _words(link: re.Match[str]) -> str:
    """Return the words of a link, and nothing for a picture."""
    return "" if link[1] else link[2]
