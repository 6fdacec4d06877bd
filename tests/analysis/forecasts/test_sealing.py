"""Sealing: what a sealed forecast says is what the draws say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

import xhsim
from tests.analysis.studies import copy_of_linear
from tests.places import ROOT
from xhsim.analysis.forecasts.sealing import LEVELS, outputs_to_seal
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.select import select_one
from xhsim.errors import InputError
from xhsim.study.forecasts.register import read_register, write_seal
from xhsim.study.forecasts.seal import Seal
from xhsim.study.input_hashes import changed_inputs, input_hashes

DAY = date(2020, 12, 31)
MADE = datetime(2021, 1, 15, 12, tzinfo=UTC)
CALIBRATION = """\
until: 2020
parameters: [growth]
errors: {by_grade: {official: 0.02}, estimate: 0.03, growth: 1.5}
"""


@pytest.fixture(scope="module")
def seal(linear: Study) -> Seal:
    return linear.seal(draws=1024, as_of=DAY, made=MADE, note="a note")


def test_it_says_how_it_was_made(seal: Seal, linear: Study) -> None:
    assert (seal.name, seal.as_of, seal.made) == ("2020-12-31-baseline", DAY, MADE)
    assert (seal.scenario, seal.note, seal.draws, seal.seed) == ("baseline", "a note", 1024, 0)
    assert (seal.failed, seal.beliefs, seal.news, seal.effective_draws) == (0, "prior", None, None)
    assert seal.xhsim == xhsim.__version__
    assert seal.levels == LEVELS
    assert seal.inputs == input_hashes(linear.files.folder)
    assert str(linear.files.folder) not in seal.model_dump_json()


def test_probabilities_are_those_of_the_study(seal: Seal, linear: Study) -> None:
    table = linear.attainment(linear.ensemble("baseline", 1024))
    assert [target.id for target in seal.targets] == list(table.index)
    for target in seal.targets:
        assert target.probability == pytest.approx(table.loc[target.id, "probability"], rel=1e-5)
        at = dict(zip(LEVELS, target.quantiles, strict=True))
        assert at[0.5] == pytest.approx(table.loc[target.id, "median"], rel=1e-5)
        assert at[0.95] == pytest.approx(table.loc[target.id, "p95"], rel=1e-5)


def test_each_year_after_the_last_figure_is_forecast(seal: Seal) -> None:
    found = {(one.variable, one.measure, one.year) for one in seal.quantities}
    names = {"size", "zone_size[south]", "yield"}
    measures = ("level", "growth")
    assert found == {(n, m, year) for n in names for m in measures for year in range(2021, 2026)}


def test_quantiles_of_levels_and_growth_are_those_of_the_closed_form(seal: Seal) -> None:
    """The slope of size is normal: 90 % in 2 to 4."""
    slopes = norm.ppf(LEVELS, 3, 1 / norm.ppf(0.95))
    by_key = {(one.variable, one.measure, one.year): one for one in seal.quantities}
    level = by_key["size", "level", 2023].quantiles
    np.testing.assert_allclose(level, 100 + 3 * slopes, rtol=2e-3)
    growth = by_key["size", "growth", 2023].quantiles
    np.testing.assert_allclose(growth, 100 * slopes / (100 + 2 * slopes), rtol=0.03)


def test_known_figures_are_those_of_the_day(seal: Seal) -> None:
    known = [(one.series, one.last_year, one.value) for one in seal.known]
    assert known == [
        ("size", 2020, 100),
        ("south", 2020, 10),
        ("yield", 2020, 9.9),
        ("size", 2019, 97),
    ]


def test_the_errors_of_figures_are_in_the_quantiles(tmp_path: Path) -> None:
    study = xhsim.open_study(
        copy_of_linear(tmp_path / "study", **{"model/calibration.yaml": CALIBRATION})
    )
    seal = study.seal(draws=1024, as_of=DAY, made=MADE)
    by_key = {(one.variable, one.measure, one.year): one for one in seal.quantities}
    level = by_key["size", "level", 2021]
    assert level.error == 0.02
    # Close to normal: the slope of one year and an error of 2 % of 103.
    spread = np.hypot(1 / norm.ppf(0.95), 0.02 * 103)
    np.testing.assert_allclose(level.quantiles, norm.ppf(LEVELS, 103, spread), rtol=3e-3)
    assert by_key["size", "growth", 2021].error == 1.5


def test_the_same_seed_gives_the_same_seal(seal: Seal, linear: Study) -> None:
    again = linear.seal(draws=1024, as_of=DAY, made=MADE, note="a note")
    assert again.hash == seal.hash
    assert linear.seal(draws=1024, seed=1, as_of=DAY, made=MADE).hash != seal.hash


def test_shares_of_structures_are_sealed(structured: Study) -> None:
    ensemble = structured.ensemble("baseline", 64, outputs=outputs_to_seal(structured.files))
    seal = structured.seal(ensemble=ensemble, as_of=DAY, made=MADE)
    names, counts = np.unique(ensemble["structure"].to_numpy(), return_counts=True)
    assert seal.structures == pytest.approx(dict(zip(names, counts / 64, strict=True)))


def test_draws_that_failed_do_not_count(linear: Study) -> None:
    ensemble = linear.ensemble("baseline", 64, outputs=outputs_to_seal(linear.files))
    ensemble["size"][3] = np.inf
    seal = linear.seal(ensemble=ensemble, as_of=DAY, made=MADE)
    assert seal.failed == 1
    assert all(np.isfinite(one.quantiles).all() for one in seal.quantities)


def test_draws_that_know_releases_give_their_day(linear: Study) -> None:
    ensemble = linear.ensemble("baseline", 64, outputs=outputs_to_seal(linear.files))
    monitored = ensemble.assign_attrs(draw_worth=0.75, as_of="2023-01-31")
    seal = linear.seal(ensemble=monitored)
    assert (seal.as_of, seal.name) == (date(2023, 1, 31), "2023-01-31-baseline")
    assert (seal.effective_draws, seal.news) == (48.0, "releases up to 2023-01-31")
    with pytest.raises(InputError, match="cannot have draws that know figures up to 2023-01-31"):
        linear.seal(ensemble=monitored, as_of=DAY)
    plain = ensemble.assign_attrs(draw_worth=1.0, as_of="")
    assert linear.seal(ensemble=plain, as_of=DAY).news is None


def test_earlier_seals_are_named_with_their_hashes(tmp_path: Path) -> None:
    study = xhsim.open_study(copy_of_linear(tmp_path / "study"))
    first = study.seal(draws=16, as_of=DAY, made=MADE)
    write_seal(study.files.folder, first)
    with pytest.raises(InputError, match="never replaced"):
        study.seal(draws=16, as_of=DAY, made=MADE)
    second = study.seal(draws=16, as_of=date(2021, 1, 15), made=MADE)
    assert second.earlier == {first.name: first.hash}
    # A seal is a result: the study's inputs are the same with and without it.
    assert second.inputs == first.inputs


def test_the_day_fits_what_the_model_knows(xuhui: Study, linear: Study) -> None:
    with pytest.raises(InputError, match=r"calibrated on figures up to 2021.*2021-12-31"):
        xuhui.seal(draws=4, as_of=date(2021, 6, 30), ensemble=_few(xuhui))
    with pytest.raises(InputError, match="today is 2021-01-15"):
        linear.seal(draws=4, as_of=date(2021, 2, 1), made=MADE)


def _few(study: Study) -> xr.Dataset:
    return study.ensemble("baseline", 4, outputs=outputs_to_seal(study.files))


def test_the_shipped_seal_is_as_it_was_sealed() -> None:
    """Its inputs may have changed since: the register then says so."""
    register = read_register(ROOT)
    assert register.changed == ()
    seal = next(each for each in register.seals if each.name == "2021-12-31-baseline")
    assert seal.as_of == date(2021, 12, 31)
    assert str(ROOT) not in seal.model_dump_json()
    now = input_hashes(ROOT)
    said = changed_inputs(seal.inputs, now)
    assert set(said) == {
        name for name in {*seal.inputs, *now} if seal.inputs.get(name) != now.get(name)
    }
    assert max(figure.last_year for figure in seal.known) <= 2021


def test_a_sum_is_sealed_as_a_sum(xuhui: Study) -> None:
    draws = _few(xuhui)
    name = "institutions brought in[ForeignHQ] + institutions[ResearchCentres]"
    seal = xuhui.seal(ensemble=draws, as_of=date(2021, 12, 31), name="trial")
    total = {
        one.year: one for one in seal.quantities if (one.variable, one.measure) == (name, "level")
    }
    brought = draws["institutions_brought_in"].sel(time=2023, drop=True).to_numpy()
    assert min(total) == 2022
    assert total[2023].unit == "institutions"
    assert brought.shape[0] == 4
    parts = [
        select_one(draws, part).sel(time=2023).to_numpy()
        for part in ("institutions brought in[ForeignHQ]", "institutions[ResearchCentres]")
    ]
    np.testing.assert_allclose(
        total[2023].quantiles, np.quantile(parts[0] + parts[1], LEVELS), rtol=1e-5
    )
