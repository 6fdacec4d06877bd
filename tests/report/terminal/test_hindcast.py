"""The page of the hindcast is in step with the model."""

from __future__ import annotations

import pytest

import xhsim
from tests.places import ROOT
from xhsim.report.terminal.hindcast import hindcast_study

PAGE = ROOT / "docs" / "hindcast.md"


def _tables(page: str) -> dict[tuple[str, ...], list[str]]:
    """Read tables: by series, or series and year, the other cells."""
    found: dict[tuple[str, ...], list[str]] = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] not in ("series", "---"):
            key = 3 if len(cells) == 9 else 1
            found[tuple(cells[:key])] = cells[key:]
    return found


def _number(cell: str) -> float:
    return float({"yes": "1", "no": "0", "-": "nan"}.get(cell, cell).replace(",", ""))


@pytest.mark.slow
def test_the_page_says_what_the_model_says() -> None:
    """As nearly as another machine's walkers allow."""
    study = xhsim.open_study(posterior=False)
    made = hindcast_study(
        study, draws=4096, walkers=64, steps=3000, seed=0, out=None, command=[], quiet=True
    )
    old, new = _tables(PAGE.read_text(encoding="utf-8")), _tables(made.markdown())
    assert old.keys() == new.keys()
    assert len(old) == 27
    for key, cells in new.items():
        for before, now in zip(map(_number, old[key]), map(_number, cells), strict=True):
            assert before == pytest.approx(now, rel=0.02, abs=0.35, nan_ok=True), key
    scores = made.result.by_series()
    total = scores.loc["all"]
    assert total["inside_90"] >= 0.8
    rivals = scores[["last_growth", "last_growth_spread", "mean_growth"]]
    compared = scores.index[scores["compared"] > 0].drop("all")
    beaten = [name for name in compared if (scores["model"][name] < rivals.loc[name]).all()]
    assert len(beaten) > len(compared) / 2
    assert made.result.calibration.r_hat.max() < 1.05
