"""The language of scenarios through files and runs: dates, distributions, delivery, shocks."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study
from xhsim.errors import InputError

HEAD = "label: {en: Try, zh: 试}\ndescription: A try.\n"


def study_with(folder: Path, **scenarios: str) -> Study:
    files = {f"scenarios/{name}.yaml": HEAD + text for name, text in scenarios.items()}
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


def test_dates_and_units_in_a_file(tmp_path: Path) -> None:
    text = 'set:\n  policy: {step: {year: 2022-07-02, to: "2 unit/year"}}\n'
    study = study_with(tmp_path, half=text)
    path = study.files.resolve("half").settings["policy"].value
    before, after = path.at([2022.49, 2022.499])  # type: ignore[union-attr]
    assert (before, after) == (0, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('set:\n  policy: "2 unit"\n', "is given in unit, but its unit is unit/year"),
        ("set:\n  policy: {step: {year: 2022-13-01, to: 2}}\n", 'not the text "2022-13-01"'),
        ("set:\n  policy: much\n", 'must be a number, not the text "much"'),
        (
            'set:\n  policy: {knots: {2021: "1 unit/year", 2022: "2 unit"}}\n',
            "is given in unit and in unit/year",
        ),
        ("set:\n  policy: {s-curve: {from: 2023, until: 2022, to: 1}}\n", "is not after"),
        ("set:\n  policy: {s-cruve: {from: 2021, until: 2022, to: 1}}\n", '"s-curve"'),
        ("uncertain:\n  idle: gama(a=2)\n", 'did you mean "gamma"?'),
        ("uncertain:\n  idle: gamma(b=2)\n", 'gamma has no argument "b"'),
        ("uncertain:\n  idle: gamma(scale=2)\n", "a must be given"),
        ("uncertain:\n  idle: gamma(a=2, a=3)\n", '"a" is given twice'),
        ("uncertain:\n  idle: gamma(a=two)\n", '"a=two" is not an argument'),
        ("uncertain:\n  idle: norm(loc=2, scale=-1)\n", "do not define a distribution"),
        ("uncertain:\n  idle: norm(loc=500)\n", "leaves the range"),
        ("delivery: {share: '90% in [0.5, 3]'}\n", "the share must lie between 0 and 1.5"),
        ("delivery: {}\n", "delivery is empty"),
        ("shocks: {growth: off}\n", "has no yearly shock"),
        ("shocks: {weather: on}\n", "off"),
        ("correlations: [{between: [growth, idel], rank: 0.5}]\n", 'did you mean "idle"?'),
        ("correlations: [{between: [growth, zone growth], rank: 0.5}]\n", "several elements"),
        ("correlations: [{between: [growth, idle], rank: 1}]\n", "less than 1"),
        ("run: {draws: 0}\n", "1 or more"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        study_with(tmp_path, bad=text)
    assert words in str(caught.value)
    assert str(caught.value.file).endswith("bad.yaml")
    assert caught.value.line
    assert caught.value.line >= 3


def test_named_distributions_are_drawn(tmp_path: Path) -> None:
    study = study_with(tmp_path, named="uncertain:\n  idle: gamma(a=4, scale=0.25)\n")
    drawn = study.ensemble("named", draws=1024, outputs=["echo"])["echo"].isel(time=0)
    levels = [0.1, 0.5, 0.9]
    assert np.quantile(drawn, levels) == pytest.approx(
        stats.gamma(4, scale=0.25).ppf(levels), rel=0.02
    )


def test_correlated_draws(tmp_path: Path) -> None:
    """Ranks correlate as asked; each parameter keeps its values, and others their draws."""
    text = (
        "uncertain: {idle: '90% in [0.5, 2] lognormal'}\n"
        "correlations: [{between: [growth, idle], rank: -0.7}]\n"
    )
    study = study_with(
        tmp_path, together=text, apart="uncertain: {idle: '90% in [0.5, 2] lognormal'}\n"
    )
    outputs = ["size", "echo", "zone size", "yield"]
    one = study.ensemble("together", draws=2048, outputs=outputs).sel(time=2025)
    other = study.ensemble("apart", draws=2048, outputs=outputs).sel(time=2025)
    ranks = stats.spearmanr(one["size"], one["echo"])
    assert ranks.statistic == pytest.approx(-0.7, abs=0.02)
    assert abs(stats.spearmanr(other["size"], other["echo"]).statistic) < 0.05
    for name in ("size", "echo"):
        both = [np.quantile(run[name], [0.1, 0.5, 0.9]) for run in (one, other)]
        assert both[0] == pytest.approx(both[1], rel=0.02)
    for name in ("zone_size", "yield"):
        assert np.array_equal(one[name], other[name])


def test_correlations_that_contradict_one_another(tmp_path: Path) -> None:
    text = "uncertain: {idle: '90% in [0.5, 2] lognormal'}\ncorrelations:\n" + "".join(
        f"  - {{between: [{pair}], rank: {rank}}}\n"
        for pair, rank in (
            ("growth, idle", 0.95),
            ('idle, "zone growth[North]"', 0.95),
            ('growth, "zone growth[North]"', -0.95),
        )
    )
    study = study_with(tmp_path, impossible=text)
    with pytest.raises(InputError, match="contradict each other") as caught:
        study.ensemble("impossible", draws=8)
    assert caught.value.line == 7


def test_what_is_not_drawn_cannot_be_correlated(tmp_path: Path) -> None:
    study = study_with(tmp_path, fixed="correlations: [{between: [growth, idle], rank: 0.5}]\n")
    with pytest.raises(InputError, match="it has no prior"):
        study.ensemble("fixed", draws=8)


def test_delivery_of_a_programme(tmp_path: Path) -> None:
    """The programme costs 2 a year from 2022; half of it a year late costs 2 by 2025."""
    half = (
        "delivery:\n  share: uniform(loc=0.499999, scale=0.000002)\n"
        "  delay: uniform(loc=0.999999, scale=0.000002)\n"
    )
    policy = "set: {policy: {step: {year: 2022, to: 2}}}\n"
    study = study_with(tmp_path, whole=policy, late="extends: whole\n" + half)
    whole = study.ensemble("whole", draws=64, outputs=["spent"])["spent"]
    late = study.ensemble("late", draws=64, outputs=["spent"])["spent"]
    assert float(whole.sel(time=2025).mean()) == pytest.approx(6)
    assert late.sel(time=2025).values == pytest.approx(2, abs=0.09)  # steps of half a year
    assert np.array_equal(late.sel(time=slice(2020, 2022)), whole.sel(time=slice(2020, 2022)))


def test_uncertain_delivery_spreads_what_is_done(tmp_path: Path) -> None:
    text = (
        "set: {policy: {ramp: {from: 2021, until: 2022, to: 2}}}\n"
        "delivery:\n  share: 90% in [0.6, 1]\n"
    )
    study = study_with(tmp_path, doubtful=text)
    spent = study.ensemble("doubtful", draws=1024, outputs=["spent"])["spent"].sel(time=2025)
    low, middle, high = np.quantile(spent, [0.05, 0.5, 0.95])
    assert (low, middle, high) == pytest.approx((7 * 0.6, 7 * 0.8, 7 * 1.0), rel=0.01)
    single = study.run("doubtful", outputs=["spent"])["spent"].sel(time=2025)
    assert float(single) == pytest.approx(7)  # a single run shows the policy as it is meant


def test_part_of_a_programme_begins_when_the_programme_does(tmp_path: Path) -> None:
    text = (
        "set: {policy: {step: {year: 2022, to: 2}}}\ndelivery:\n  share: 90% in [0.4, 1] uniform\n"
    )
    study = study_with(tmp_path, part=text)
    spent = study.ensemble("part", draws=512, outputs=["spent"])["spent"]
    assert (spent.sel(time=slice(2020, 2022)) == 0).all()
    shares = spent.sel(time=2025) / 6
    assert np.quantile(shares, [0.05, 0.5, 0.95]) == pytest.approx([0.4, 0.7, 1.0], rel=0.01)
    assert float(shares.std()) == pytest.approx(0.6 / 0.9 / math.sqrt(12), rel=0.01)


def test_delivery_leaves_the_world_alone(tmp_path: Path) -> None:
    """Only levers are delivered: a change of weather comes whole."""
    text = "set: {weather: 20}\ndelivery:\n  share: 90% in [0.1, 0.2]\n"
    study = study_with(tmp_path, sunny=text)
    assert (study.ensemble("sunny", draws=8, outputs=["yield"])["yield"] == 20).all()


def test_shocks_off_and_larger(tmp_path: Path) -> None:
    larger = "shocks:\n  weather: {first_year: 2023, spread: '90% in [-8, 8]', persistence: 0.6}\n"
    study = study_with(tmp_path, calm="shocks: {weather: off}\n", wild=larger)
    outputs = ["yield"]
    base = study.ensemble("baseline", draws=512, outputs=outputs)["yield"]
    calm = study.ensemble("calm", draws=512, outputs=outputs)["yield"]
    wild = study.ensemble("wild", draws=512, outputs=outputs)["yield"]
    assert (calm == 10).all()
    assert float(base.sel(time=2022).std()) > 1
    assert float(wild.sel(time=2022).std()) == 0
    # The same worlds: the first year of each has the same luck.
    one, other = base.sel(time=2022) - 10, wild.sel(time=2023) - 10
    assert (other / one).values == pytest.approx(4, rel=1e-9)


def test_what_a_scenario_says_of_its_runs(tmp_path: Path) -> None:
    study = study_with(
        tmp_path,
        parent="run: {draws: 32, seed: 5}\n",
        child="extends: parent\nrun: {seed: 6, until: 2030, method: euler}\n",
    )
    one, other = study.ensemble("parent"), study.ensemble("child")
    assert one.sizes["draw"] == 32
    assert (one.attrs["seed"], other.attrs["seed"]) == (5, 6)
    assert float(other["time"][-1]) == 2030
    assert study.ensemble("parent", draws=8).sizes["draw"] == 8
    size = study.run("child", outputs=["size"])["size"].sel(time=2030)
    assert float(size) == pytest.approx(130)
    assert math.isclose(float(one["time"][-1]), 2025)


def test_a_former_name_answers_with_the_new_one(tmp_path: Path) -> None:
    folder = copy_of_linear(tmp_path / "study")
    parameters = folder / "model" / "parameters.yaml"
    text = parameters.read_text(encoding="utf-8")
    text = text.replace("policy:\n  unit", "policy:\n  was: [old programme, measures]\n  unit")
    parameters.write_text(text, encoding="utf-8")
    scenario = folder / "scenarios" / "late.yaml"
    scenario.write_text(HEAD + "set:\n  growth: 2\n  Old_Programme: 1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        xhsim.open_study(folder)
    assert 'the parameter "Old_Programme" is now called "policy"' in str(caught.value)
    assert caught.value.hint == 'write "policy"'
    assert caught.value.line == 5


def test_show_says_it_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from xhsim import cli

    text = (
        "set: {policy: {step: {year: 2022, to: 2}}}\n"
        "uncertain: {idle: '90% in [0.5, 2] lognormal'}\n"
        "correlations: [{between: [growth, idle], rank: -0.5}]\n"
        "delivery: {share: '90% in [0.6, 1]'}\nrun: {until: 2030}\n"
    )
    study_with(tmp_path, all_=text)
    assert cli.main(["show", "all_", "--study", str(tmp_path / "study")]) == 0
    shown = capsys.readouterr().out
    for words in ("growth and idle", "-0.5", "share", "90% in [0.6, 1]", "until", "2,030"):
        assert words in shown, words
    assert "all_.yaml:5" in shown
    assert "all_.yaml:6" in shown
