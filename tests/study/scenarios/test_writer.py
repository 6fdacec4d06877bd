"""What is written as a scenario file reads back as the same scenario, whatever its texts hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import example, given, reject
from hypothesis import strategies as st

from xhsim.errors import InputError
from xhsim.study.bundled import bundled_folder
from xhsim.study.files.mistakes import Place
from xhsim.study.parameters.parameter import read_parameters
from xhsim.study.scenarios.scenario import Scenario, make_scenario, read_scenario
from xhsim.study.scenarios.vensim_changes import read_change_file
from xhsim.study.scenarios.writer import NAME, check_new_file, check_new_name, scenario_text

NOWHERE = Place("", 0)


def bare(scenario: Scenario) -> Scenario:
    """Return a scenario without the places where its parts are written."""

    def all_bare(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(part, where=NOWHERE) for part in parts)

    return replace(
        scenario,
        where=NOWHERE,
        changes=all_bare(scenario.changes),
        beliefs=all_bare(scenario.beliefs),
        correlations=all_bare(scenario.correlations),
        disturbances=all_bare(scenario.disturbances),
        delivery=scenario.delivery and replace(scenario.delivery, where=NOWHERE),
    )


def read_back(scenario: Scenario) -> Scenario:
    """Write a scenario and read what was written."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{scenario.name}.yaml"
        path.write_text(scenario_text(scenario), encoding="utf-8")
        return read_scenario(path)


SIGNS = """cheap, good; a: b; #1; - x; ?; [a; {a}; it's; "so"; a # b; &a; *a; !tag; %x; @x; `x`;
---; ...; |; >; yes; null; ~; 1e-3; 08; 0x1f; .5; 2022-07-01; back\\slash; 研发加力：更多; 😀"""
BREAKS = ["line\nbreak", "\n\nlines\n\n", "x\r\ny", "tab\tin", "\x85", "\u2028", "\ufeffx", "\x00"]
LONG = ["a" * 300, "a b " * 200]
TRICKY = st.sampled_from([*map(str.strip, SIGNS.split(";")), *BREAKS, *LONG])
TEXTS = TRICKY | st.text(min_size=1, max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
YEARS = st.floats(1900, 2100) | st.integers(1900, 2100)
UNITS = st.sampled_from(["CNY100M/year", "%", "万人", "persons: a, b", "# of firms"])
LEVELS = NUMBERS | st.builds(lambda value, unit: f"{value!r} {unit}", st.floats(-1e6, 1e6), UNITS)
SPANS = st.tuples(YEARS, YEARS, LEVELS).map(
    lambda given: {"from": min(given[:2]), "until": max(given[:2]), "to": given[2]}
)
SETTINGS = st.one_of(
    LEVELS,
    st.fixed_dictionaries({"step": st.fixed_dictionaries({"year": YEARS, "to": LEVELS})}),
    *(st.fixed_dictionaries({kind: SPANS}) for kind in ("ramp", "pulse", "s-curve")),
    st.fixed_dictionaries({"knots": st.dictionaries(YEARS, LEVELS, min_size=1, max_size=4)}),
)
PRIORS = st.sampled_from(
    [
        "90% in [0.1, 0.9]",
        "50 % in [1e-3, 0.12345678901234567] lognormal",
        "gamma(a=2, scale=0.051234567890123456)",
        "12.5% in [0, 1] triangular",
    ]
)
SHOCKS = st.just("off") | st.fixed_dictionaries(
    {
        "first_year": st.integers(2000, 2100),
        "spread": st.just("80% in [-0.5, 0.25]"),
        "persistence": st.floats(0, 1, exclude_max=True),
    },
    optional={"over": st.sampled_from(["instant", "year"])},
)
OTHERS = st.fixed_dictionaries(
    {},
    optional={
        "description": TEXTS,
        "label": st.fixed_dictionaries({"en": TEXTS, "zh": TEXTS}),
        "reference": TEXTS,
        "uncertain": st.dictionaries(TEXTS, PRIORS, max_size=3),
        "shocks": st.dictionaries(TEXTS, SHOCKS, max_size=3),
        "delivery": st.fixed_dictionaries({}, optional={"share": PRIORS, "delay": PRIORS}),
        "correlations": st.lists(
            st.fixed_dictionaries(
                {
                    "between": st.lists(TEXTS, min_size=2, max_size=2),
                    "rank": st.floats(-1, 1, exclude_min=True, exclude_max=True),
                }
            ),
            max_size=2,
        ),
        "run": st.fixed_dictionaries(
            {},
            optional={
                "draws": st.integers(1, 10**6),
                "seed": st.integers(0, 2**40),
                "method": TEXTS,
                "until": st.integers(2020, 2100),
            },
        ),
    },
)


@given(changes=st.dictionaries(TEXTS, SETTINGS, max_size=4), extends=TEXTS, others=OTHERS)
@example(changes={"cluster support[AI, Finance]": 1.5}, extends="plan", others={})
@example(changes={"x" * 2000: 1e-7, "-": 1e300}, extends="a", others={"run": {"draws": 5}})
def test_what_is_written_reads_back(
    changes: Mapping[str, Any], extends: str, others: Mapping[str, Any]
) -> None:
    try:
        scenario = make_scenario("mine", changes, extends=extends, **others)
    except InputError:  # such as a name that is only blanks, or given twice
        reject()
    assert bare(read_back(scenario)) == bare(scenario)


@given(text=TEXTS)
def test_any_text_is_the_same_for_other_readers_of_yaml(text: str) -> None:
    scenario = make_scenario("mine", {"policy": 1}, description="x")
    written = yaml.safe_load(scenario_text(replace(scenario, description=text, extends=text)))
    assert (written["description"], written["extends"]) == (text, text)


def test_the_scenarios_that_ship_read_back() -> None:
    for path in (bundled_folder() / "scenarios").glob("*.yaml"):
        scenario = read_scenario(path)
        assert bare(read_back(scenario)) == bare(scenario)


def test_how_it_looks() -> None:
    changes = {
        "RD support": {"step": {"year": "2022-07", "to": "6 CNY100M/year"}},
        "labs": {"knots": {2021: 3, 2022: 4.5}},
        "pace": 0.00001,
    }
    scenario = make_scenario(
        "mine",
        changes,
        extends=None,
        label={"en": "Mine: more", "zh": "更多"},
        description="First line.\nSecond line.",
        uncertain={"PCT elasticity": "90% in [0.7, 1]"},
        correlations=[{"between": ["a", "b"], "rank": 0.5}],
        delivery={"share": "90% in [0.6, 1]"},
        shocks={"macro growth shock": "off"},
        run={"until": 2030},
        reference="plan, chapter 3",
    )
    assert scenario_text(scenario) == (
        "label: {en: 'Mine: more', zh: 更多}\n"
        'description: "First line.\\nSecond line."\n'
        "set:\n"
        "  RD support: {step: {year: 2022.495890410959, to: 6.0 CNY100M/year}}\n"
        "  labs: {knots: {2021: 3.0, 2022: 4.5}}\n"
        "  pace: 1.0e-05\n"
        "uncertain:\n"
        "  PCT elasticity: 90% in [0.7, 1]\n"
        "correlations:\n"
        "- {between: [a, b], rank: 0.5}\n"
        "delivery: {share: '90% in [0.6, 1]'}\n"
        "shocks:\n"
        "  macro growth shock: 'off'\n"
        "run: {until: 2030}\n"
        "reference: plan, chapter 3\n"
    )


def test_a_change_file_becomes_the_scenario_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "run, one.cin"
    path.write_text("RD support=4\ncluster support[Digital]=2.5e0\n", encoding="utf-8")
    parameters = read_parameters(bundled_folder() / "model" / "parameters.yaml")
    scenario = read_change_file(path, parameters, "baseline")
    assert bare(read_back(scenario)) == bare(scenario)


@given(TEXTS | st.text("abc09-/. ", max_size=8))
@example("")
def test_any_text_is_a_good_name_or_refused(text: str) -> None:
    if NAME.fullmatch(text.strip()) is None or len(text.strip()) > 100:
        with pytest.raises(InputError, match="is not a name for a scenario"):
            check_new_name(text)
        return
    name = check_new_name(text)
    assert name.isascii()
    assert not set(name) & set("/\\.: ")
    assert read_back(make_scenario(name)).label.en == name


def test_a_name_that_is_taken() -> None:
    with pytest.raises(InputError, match='there is a scenario "plan" already'):
        check_new_name("plan ", {"plan": None})


def test_a_file_that_cannot_be_new(tmp_path: Path) -> None:
    check_new_file(tmp_path / "new" / "mine.yaml")
    (tmp_path / "old.yaml").write_text("label: x")
    for name, words in (
        ("mine.txt", "is not a scenario file. use a name ending in .yaml"),
        ("old.yaml", "old.yaml: the file exists already. choose another name"),
        ("old.yaml/mine.yaml", "is a file. name a folder"),
    ):
        with pytest.raises(InputError) as caught:
            check_new_file(tmp_path / name)
        assert words in str(caught.value)
