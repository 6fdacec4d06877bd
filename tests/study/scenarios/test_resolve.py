"""Resolved scenarios: chains, elements, priors, and the place that each value comes from."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.places import DATA
from xhsim.engine.paths import Path as TimePath
from xhsim.errors import InputError
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.names import Reference
from xhsim.study.parameters.priors import Prior
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.scenarios.resolve import resolve
from xhsim.study.scenarios.scenario import Belief, Change, Scenario, ancestry
from xhsim.study.scenarios.shapes import (
    Constant,
    Shape,
    Step,
)
from xhsim.wording.label import Label

GOOD = DATA / "study" / "good"
YEARS = st.floats(2015, 2030, allow_nan=False)
LEVELS = st.floats(0, 12, allow_nan=False)


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(GOOD)


def test_settings_of_the_good_study(study: StudyFiles) -> None:
    rival = study.resolve("rival-supply")
    assert rival.chain == ("baseline", "plan", "rival-supply")
    assert rival.label.zh == "外区竞争"
    values = rival.values
    support = values["RD support"]
    assert isinstance(support, TimePath)
    assert support.at([2020, 2021, 2022, 2023, 2030]).tolist() == [3, 3, 4.5, 6, 6]
    cluster = values["cluster support"]
    assert isinstance(cluster, TimePath)
    assert cluster.at([2021, 2022, 2023]).tolist() == [[1, 1], [1.5, 1], [0.8, 0.8]]
    supply = values["rival supply"]
    assert isinstance(supply, TimePath)
    assert supply.at([2021.9, 2022, 2024]).tolist() == [1, 1.4, 1]
    assert values["knowledge loss"] == 0.15
    assert np.asarray(values["entry rate"]).tolist() == [0.1, 0.05]
    assert values["talent attraction"] == pytest.approx(0.65, rel=1e-4)  # the new prior's median
    assert set(rival.changed) == {"RD support", "cluster support", "rival supply"}
    assert rival.first_change == -math.inf  # another belief holds from the start


def test_baseline_is_the_study_itself(study: StudyFiles) -> None:
    baseline = study.resolve("baseline")
    assert baseline.changed == {}
    assert baseline.first_change == math.inf
    assert baseline.values["RD support"] == 3.0
    draws = np.array([0.1, 0.2])
    assert baseline.settings["talent attraction"].over(draws) is draws


def test_first_change_counts_from_the_parent(study: StudyFiles) -> None:
    assert study.resolve("plan").first_change == 2021
    assert study.resolve("austerity").first_change == -math.inf
    assert study.resolve("plan").settings["cluster support"].first_change == 2022
    assert study.resolve("plan").settings["knowledge loss"].first_change == math.inf


def test_origins_name_file_and_line(study: StudyFiles) -> None:
    settings = study.resolve("rival-supply").settings
    plan, rival = (str(GOOD / "scenarios" / f"{name}.yaml") for name in ("plan", "rival-supply"))
    parameters = str(GOOD / "model" / "parameters.yaml")
    assert settings["cluster support"].origins == {
        "AI": ((rival, 6), (plan, 6), (parameters, 10)),
        "Finance": ((rival, 6), (parameters, 10)),
    }
    assert settings["knowledge loss"].origins == {"": ((parameters, 57),)}
    assert settings["talent attraction"].prior_from == {"": (rival, 8)}
    austere = study.resolve("austerity").settings["RD support"]
    assert austere.origins[""] == ((str(GOOD / "scenarios" / "austerity.yaml"), 4),)
    assert austere.is_pinned()
    assert not settings["RD support"].is_pinned()


def test_priors_of_a_resolved_scenario(study: StudyFiles) -> None:
    plain, rival = study.resolve("plan").priors, study.resolve("rival-supply").priors
    assert plain["talent attraction"] == Prior(0.9, 0.6, 0.9, "normal", (0, 1))
    assert rival["talent attraction"] == Prior(0.9, 0.5, 0.8, "normal", (0, 1))
    assert plain["entry rate"] == {
        "AI": Prior(0.9, 0.05, 0.15, "lognormal", (0, 0.5)),
        "Finance": Prior(0.8, 0.04, 0.06, "triangular", (0, 0.5)),
    }
    assert set(plain) == {"talent attraction", "entry rate"}


HERE = ("made.yaml", 1)


def made(name: str, extends: str | None, *entries: Change | Belief) -> Scenario:
    """Make a scenario without a file."""
    place = read_study(GOOD).scenarios["plan"].where._replace(file=f"{name}.yaml")
    return Scenario(
        name,
        Label(name, name),
        "made",
        extends,
        tuple(entry for entry in entries if isinstance(entry, Change)),
        tuple(entry for entry in entries if isinstance(entry, Belief)),
        None,
        place,
    )


def sets(text: str, shape: Shape, *elements: str) -> Change:
    """Make a change without a file."""
    place = read_study(GOOD).scenarios["plan"].where
    return Change(Reference(text, elements), shape, place)


def test_changes_over_draws_of_elements(study: StudyFiles) -> None:
    scenario = made("s", None, sets("entry rate", Constant(0.3), "Finance"))
    setting = resolve("s", {"s": scenario}, study.parameters).settings["entry rate"]
    draws = np.array([[0.1, 0.2], [0.3, 0.4]])
    assert np.asarray(setting.over(draws)).tolist() == [[0.1, 0.2], [0.3, 0.3]]
    assert setting.is_pinned("Finance")
    assert not setting.is_pinned("AI")
    assert np.asarray(setting.value).tolist() == [0.1, 0.3]


def test_changes_over_a_path_of_elements(study: StudyFiles) -> None:
    scenario = made("s", None, sets("entry_rate", Step(2022, 0.3), "AI"))
    setting = resolve("s", {"s": scenario}, study.parameters).settings["entry rate"]
    base = TimePath([2020, 2024], [[0.0, 0.0], [0.4, 0.2]])
    path = setting.over(base)
    assert isinstance(path, TimePath)
    assert path.at([2021, 2022, 2024]).ravel().tolist() == pytest.approx(
        [0.1, 0.05, 0.3, 0.1, 0.3, 0.2]
    )


def test_a_belief_frees_what_an_ancestor_fixed(study: StudyFiles) -> None:
    place = study.scenarios["plan"].where
    belief = Belief(Reference("talent attraction"), Prior(0.9, 0.2, 0.4), place)
    family = {
        "a": made("a", None, sets("talent attraction", Constant(0.9))),
        "b": made("b", "a", belief),
        "c": made("c", "b", sets("talent attraction", Step(2023, 0.5))),
    }
    assert resolve("a", family, study.parameters).settings["talent attraction"].is_pinned()
    freed = resolve("b", family, study.parameters).settings["talent attraction"]
    assert not freed.is_changed
    assert freed.value == pytest.approx(0.3)
    stepped = resolve("c", family, study.parameters).settings["talent attraction"].over([0.1, 0.2])
    assert isinstance(stepped, TimePath)
    assert stepped.at([2022, 2023]).tolist() == [[0.1, 0.2], [0.5, 0.5]]


def test_a_belief_about_one_element(study: StudyFiles) -> None:
    place = study.scenarios["plan"].where
    belief = Belief(Reference("entry rate", ("AI",)), Prior(0.9, 0.2, 0.4), place)
    setting = resolve("s", {"s": made("s", None, belief)}, study.parameters).settings["entry rate"]
    prior = setting.prior
    assert isinstance(prior, dict)
    assert (prior["AI"].low, prior["Finance"].low) == (0.2, 0.04)
    assert np.asarray(setting.value) == pytest.approx([0.3, 0.05], rel=1e-3)


def test_a_prior_for_some_elements_only(study: StudyFiles) -> None:
    """The others are known, unless a scenario doubts them."""
    entry = study.parameters["entry rate"]
    assert isinstance(entry.prior, Mapping)
    only_finance = replace(entry, prior={"Finance": entry.prior["Finance"]})
    parameters = {**study.parameters, "entry rate": only_finance}
    plain = resolve("s", {"s": made("s", None)}, parameters).settings["entry rate"]
    assert plain.prior_of("AI") is None
    assert plain.prior_of("Finance") == entry.prior["Finance"]
    assert np.asarray(plain.value) == pytest.approx([0.1, 0.05])
    place = study.scenarios["plan"].where
    belief = Belief(Reference("entry rate", ("AI",)), Prior(0.9, 0.2, 0.4), place)
    family = {"s": made("s", None, belief), "t": made("t", "s", sets("entry rate", Constant(0.3)))}
    doubted = resolve("s", family, parameters).settings["entry rate"]
    assert (doubted.overrides_prior("AI"), doubted.overrides_prior("Finance")) == (True, False)
    assert doubted.prior_of("Finance") == entry.prior["Finance"]
    assert np.asarray(doubted.value) == pytest.approx([0.3, 0.05], rel=1e-3)
    pinned = resolve("t", family, parameters).settings["entry rate"]
    assert np.asarray(pinned.value).tolist() == [0.3, 0.3]


def test_chains_that_do_not_end(study: StudyFiles) -> None:
    family = {"a": made("a", "b"), "b": made("b", "c"), "c": made("c", "b"), "d": made("d", "x")}
    with pytest.raises(InputError, match="in a circle: b -> c -> b") as caught:
        ancestry("a", family)
    assert caught.value.file == "b.yaml"
    with pytest.raises(InputError) as caught:
        check_scenarios(family, study.parameters)
    assert str(caught.value).splitlines() == [
        'b.yaml:3: scenarios extend each other in a circle: b -> c -> b. remove one "extends"',
        'd.yaml:3: scenario "d" extends "x", which does not exist. known: a, b, c',
    ]
    with pytest.raises(InputError, match=r'unknown scenario "plam"\. did you mean "plan"'):
        study.resolve("plam")
    with pytest.raises(InputError, match=r'unknown scenario "zzz"\. known: baseline, plan'):
        study.resolve("zzz")


def test_an_unread_scenario_does_not_blame_its_children(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(GOOD, folder)
    (folder / "scenarios" / "plan.yaml").write_text("label: 5\n")
    with pytest.raises(InputError) as caught:
        read_study(folder)
    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == {
        str(folder / "scenarios" / "plan.yaml")
    }
