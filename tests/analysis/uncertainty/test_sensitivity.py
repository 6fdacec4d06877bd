"""Sensitivity where the answer is known, and SALib's own samplers on our model."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.sensitivity import indices, tornado
from xhsim.errors import InputError


@pytest.fixture
def product(tmp_path: Path) -> Study:
    """Size gains growth times the growth of the south: both matter, and together."""
    folder = copy_of_linear(tmp_path / "study")
    model = folder / "model" / "linear.mdl"
    text = model.read_text(encoding="utf-8")
    text = text.replace("INTEG(growth + policy, 100)", "INTEG(growth*zone growth[South], 0)")
    model.write_text(text, encoding="utf-8")
    return xhsim.open_study(folder)


def test_a_tornado_of_straight_lines(linear: Study) -> None:
    table = tornado(linear, "baseline", "size")
    assert table.attrs["middle"] == pytest.approx(115)
    row = table.loc["growth"]
    assert (row["low"], row["high"], row["unit"]) == (
        pytest.approx(2),
        pytest.approx(4),
        "unit/year",
    )
    assert (row["at_low"], row["at_high"]) == (pytest.approx(110), pytest.approx(120))
    assert table.index[0] == "growth"
    assert table["swing"].iloc[1:].max() < 1e-9


def test_sobols_indices_of_a_product(product: Study) -> None:
    """Of f = 5 g z the shares are known: g normal around 3, z uniform around 2."""
    table = indices(product, "baseline", "size", size=2048)
    growth, zone = (1 / 1.6448536) ** 2, (1 / 0.9) ** 2 / 12
    total = growth * 4 + zone * 9 + growth * zone
    assert table.loc["growth", "S1"] == pytest.approx(4 * growth / total, abs=0.03)
    assert table.loc["zone growth[South]", "S1"] == pytest.approx(9 * zone / total, abs=0.03)
    assert table.loc["growth", "ST"] == pytest.approx((4 + zone) * growth / total, abs=0.03)
    assert table["ST"].abs()["zone growth[North]"] < 1e-9


def test_morris_finds_what_matters(product: Study) -> None:
    table = indices(product, "baseline", "size", method="morris", size=32)
    assert set(table.index[:2]) == {"growth", "zone growth[South]"}
    assert table["mu_star"].iloc[2] < 1e-9
    assert table["sigma"].iloc[0] > 0.1  # it depends on the other


@pytest.mark.parametrize("method", ["sobol", "morris"])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_intervals(product: Study, method: str, seed: int) -> None:
    one, again, other = (
        indices(product, "baseline", "size", method=method, size=16, seed=number)
        for number in (seed, seed, seed + 1)
    )
    assert one.equals(again)
    assert not one.equals(other)


def test_xuhui(xuhui: Study) -> None:
    """What the tornado calls largest is what rank correlation does."""
    table = tornado(xuhui, "plan", "pct_filings")
    assert table.index[0] == "PCT filings in 2020"
    assert len(table) > 150
    # Calibrated elements and drawn ones; a prior covers some elements only, structures set others.
    assert {"history growth[Digital]", "absorption time"} <= set(table.index)
    assert not {"history growth[TaxRates]", "floor binding"} & set(table.index)
    measured = xuhui.run("plan", outputs=["PCT filings"])["pct_filings"].sel(time=2025)
    assert table.attrs["middle"] == pytest.approx(float(measured), rel=0.05)
    assert np.isfinite(table[["at_low", "at_high"]].to_numpy()).all()


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        ("sise", {}, 'did you mean "size"'),
        ("size", {"method": "fast"}, "unknown method"),
    ],
)
def test_mistakes(linear: Study, target: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        indices(linear, "baseline", target, **options)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_without_salib(linear: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)
    with pytest.raises(InputError, match="needs the package SALib") as caught:
        indices(linear, "baseline", "size")
    assert "xhsim[sensitivity]" in str(caught.value.hint)
