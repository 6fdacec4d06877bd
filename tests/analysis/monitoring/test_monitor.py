"""A monitored study against integrals over what it learns."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import norm

from tests.analysis.monitoring.conftest import SIZE, YIELD, study_with
from xhsim.analysis.judging.attainment import attainment_table
from xhsim.analysis.judging.probability import WORTH, worth_of
from xhsim.analysis.judging.required import required_path
from xhsim.errors import InputError

SPREAD = 1 / norm.ppf(0.95)  # of growth: 90 % in [2, 4]


def _growth_given_size():
    """Integrate over growth: size of 2022 is 108, give or take half a per cent."""
    growth = np.linspace(0, 6, 60_001)
    weights = norm.pdf(growth, 3, SPREAD) * norm.pdf(np.log(108), np.log(100 + 2 * growth), 0.005)
    return growth, weights / weights.sum()


def test_probabilities_before_and_after_are_those_of_an_integral(monitored):
    table = monitored.probabilities()
    before, after, later = (table.loc[day] for day in monitored.dates)
    # The target is a size of 117 in 2025: growth of 3.4 a year.
    assert before.loc["size", "probability"] == pytest.approx(norm.sf(3.4, 3, SPREAD), abs=0.005)
    growth, weights = _growth_given_size()
    exact = weights[growth >= 3.4].sum()
    assert after.loc["size", "ci_low"] <= exact <= after.loc["size", "ci_high"]
    assert later.loc["size", "ci_low"] <= exact <= later.loc["size", "ci_high"]
    assert after.loc["size", "change"] == pytest.approx(
        after.loc["size", "probability"] - before.loc["size", "probability"]
    )
    assert set(later["state"][["size", "south"]]) <= {"open", "attained"}


def test_a_shock_of_a_year_takes_up_the_figure_of_that_year(monitored):
    """Weather remembers: the yield of 2023 says something about 2022 and 2024, by 0.6 a year."""
    ensemble = monitored.ensemble()
    yields = ensemble["yield"].mean("draw").sel(time=[2022, 2023, 2024]).to_numpy() - 10
    spread = 2 / norm.ppf(0.95)
    error = 0.02 * 11.5
    pull = 1.5 * spread**2 / (spread**2 + error**2)
    assert yields == pytest.approx(pull * np.array([0.6, 1, 0.6]), abs=0.12)


def test_evidence_and_place_of_a_figure_in_its_forecast(monitored):
    first = monitored.updates[1]
    growth = np.linspace(0, 6, 60_001)
    prior = norm.pdf(growth, 3, SPREAD) * (growth[1] - growth[0])
    density = (prior * norm.pdf(np.log(108), np.log(100 + 2 * growth), 0.005)).sum()
    assert first.log_evidence == pytest.approx(np.log(density), abs=0.1)
    below = (prior * norm.cdf(np.log(108), np.log(100 + 2 * growth), 0.005)).sum()
    assert first.shares == pytest.approx([below], abs=0.01)


def test_the_result_is_an_ensemble_like_any_other(monitored):
    ensemble = monitored.ensemble()
    study = monitored.study
    assert ensemble.attrs["as_of"] == "2024-01-31"
    assert 0.5 <= worth_of(ensemble) <= 1
    table = attainment_table(ensemble, study.targets)
    equal = attainment_table(ensemble.assign_attrs({WORTH: 1.0}), study.targets)
    wide, narrow = (one["ci_high"] - one["ci_low"] for one in (table, equal))
    assert wide["size"] >= narrow["size"]
    assert required_path(ensemble, study.targets["size"]).loc[2025, "required"] == 117
    pushed = monitored.ensemble(scenario="programme")
    gain = (pushed["size"] - ensemble["size"]).sel(time=2025)
    assert float(gain.min()) > 0  # the same draws under another policy


def test_the_same_seed_gives_the_same_bits_whatever_the_order_of_rows(tmp_path):
    more = "echo,2022,1,,Dmnl,echo,level,floor,0.1,,2023-01,office\n"
    one = study_with(tmp_path / "one", SIZE, more, YIELD).monitor(draws=64)
    other = study_with(tmp_path / "other", YIELD, more, SIZE).monitor(draws=64)
    assert (one.updates[-1].points == other.updates[-1].points).all()


def test_a_later_vintage_replaces_an_earlier_one(tmp_path):
    later = SIZE.replace(",108,", ",105,").replace("2023-01", "2023-06")
    both = study_with(tmp_path / "both", SIZE, later).monitor(draws=2000)
    alone = study_with(tmp_path / "alone", later).monitor(draws=2000)
    assert [update.counted for update in both.updates] == [(), (0,), (1,)]
    sizes = [float(m.ensemble()["size"].sel(time=2025).mean()) for m in (both, alone)]
    assert sizes[0] == pytest.approx(sizes[1], abs=0.15)  # 111 against 119 from the first vintage
    assert [item.why for item in both.not_counted] == ["replaced"]


def test_as_of_a_date_later_figures_are_not_known(tmp_path):
    study = study_with(tmp_path / "study", SIZE, YIELD)
    early = study.monitor("2023-06", draws=64)
    assert early.dates == (None, date(2023, 1, 31))
    assert [row.series for row in early.releases] == ["size"]
    assert study.monitor("2022-06", draws=64).dates == (None,)


def test_what_no_draw_leaves_open_is_lost(tmp_path):
    large = SIZE.replace(",108,", ",118,")  # the other target is an increase of at most 15
    table = study_with(tmp_path / "study", large).monitor(draws=200).probabilities()
    last = table.loc[date(2023, 1, 31)]
    assert (last.loc["size", "state"], last.loc["modest", "state"]) == ("attained", "lost")


def test_only_its_own_targets(monitored):
    assert list(monitored.probabilities(["yields"]).loc[None].index) == ["yields"]
    with pytest.raises(InputError, match='unknown target "sise"') as caught:
        monitored.probabilities(["sise"])
    assert "size" in str(caught.value.hint)


def test_a_study_without_releases_says_what_to_write(tmp_path):
    from tests.analysis.studies import copy_of_linear
    from xhsim.analysis.opening import open_study

    study = open_study(copy_of_linear(tmp_path / "study"))
    with pytest.raises(InputError, match="no releases") as caught:
        study.monitor()
    assert str(caught.value.file).endswith("releases.csv")


def test_figures_that_nothing_can_produce(tmp_path):
    impossible = "south,2022,-5,,percent,zone size[South],growth,point,0.0001,,2023-01,office\n"
    study = study_with(tmp_path / "study", impossible)
    found = study.monitor(draws=200)  # growth of a zone is at least 1.5: far away, not impossible
    assert found.updates[-1].log_evidence < -100


def test_a_scenario_that_decides_what_figures_are_about(monitored):
    study = monitored.study
    asked = {"growth": "4 %", "by": "growth"}
    early = study.with_scenario("early", meet={"size": asked | {"from": 2022}})
    with pytest.raises(InputError, match='"early" decides "size" before the last figure'):
        early.monitor(scenario="early", draws=16)
    later = study.with_scenario("later", meet={"size": asked | {"from": 2025}})
    found = later.monitor(scenario="later", draws=64)
    size = found.ensemble(outputs=["size"])["size"].sel(time=[2024, 2025]).values
    assert np.allclose(size[:, 1] / size[:, 0], 1.04, rtol=1e-9)
