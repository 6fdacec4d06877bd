"""Slips in scenario files are understood: each hint has a line that is accepted when pasted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.places import DATA
from tests.study.hints.mistaken_scenarios import HEAD, MISTAKEN
from tests.study.hints.pasted import all_of, pasted
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.yaml_reader import Node
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.hints.scenario_slips import as_meant
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.scenarios.scenario import Scenario, make_scenario, read_scenario


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(DATA / "linear")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


def read(file: Path, text: str, study: StudyFiles) -> Scenario:
    file.write_text(text, encoding="utf-8")
    scenario = read_scenario(file)
    check_scenarios({**study.scenarios, "mine": scenario}, study.parameters)
    return scenario


@pytest.mark.parametrize("text", MISTAKEN)
def test_the_corrected_line_is_accepted(text: str, file: Path, study: StudyFiles) -> None:
    with pytest.raises(InputError) as caught:
        read(file, text, study)
    assert all(one.file == str(file) and one.line for one in all_of(caught.value))
    right = pasted(text, caught.value)
    try:
        read(file, right, study)
    except InputError as error:
        pytest.fail(f"{caught.value}\n{right}\n{error}")


def test_what_is_meant() -> None:
    def meant(**parts: object) -> object:
        return as_meant(Node.of(parts), Path("mine.yaml"), Mistakes()).plain()

    late = {"step": {"year": 2024, "to": 4}}
    assert meant(set={"policy": {"step": {"year": 2022, "to": 4}, "delay": 2}}) == {
        "set": {"policy": late}
    }
    assert meant(set={"growth": "90% in [2, 4]"}, uncertain={"idle": 3}) == {
        "set": {"idle": 3},
        "uncertain": {"growth": "90% in [2, 4]"},
    }
    assert meant(meet={"size": {"growth": 0.05, "by": "growth", "from": 2022}}) == {
        "meet": {"size": {"growth": "5 %", "by": "growth", "from": 2022}}
    }


def test_all_mistakes_at_once(file: Path) -> None:
    text = HEAD + (
        "sets: {growth: 2}\nset:\n  policy: {2022: 4}\n  weather: one\n  'zone growth[': 1\n"
        "uncertain:\n  idle: about 3\n  growth: 3\ndelivery: {share: '90% in [1, 9]'}\n"
        "run: {draws: 0, until: '2030'}\n"
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scenario(file)
    lines = [one.line for one in all_of(caught.value)]
    assert lines == [4, 6, 7, 8, 10, 11, 12, 13, 13], str(caught.value)


def test_a_scenario_made_in_code_is_told_in_python() -> None:
    with pytest.raises(InputError) as caught:
        make_scenario("mine", {"policy": {2022: 4}}, draws=500)
    first, second = str(caught.value).split("\n")
    assert first == (
        'scenario "mine": scenario: "draws" belongs under "run". write {\'run\': {\'draws\': 500}}'
    )
    assert second.endswith("write {'policy': {'knots': {2022: 4}}}")
    with pytest.raises(InputError, match="are a mapping of parameters to values"):
        make_scenario("mine", ["policy"])  # type: ignore[arg-type]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3000, 3000) | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=4)
            | st.sampled_from(
                ["set", "meet", "run", "year", "to", "knots", "delay", "if", "growth"]
            )
            | st.integers(2000, 2030),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["set", "uncertain", "meet", "run", "rules", "x"]), ANYTHING)
)
def test_whatever_it_says_it_is_a_mistake_or_a_scenario(content: dict[str, object]) -> None:
    as_meant(Node.of(content), Path("mine.yaml"), Mistakes())
    told: list[str] = []
    try:
        make_scenario("mine", **{"changes": content.pop("set", {})} | content)  # type: ignore[arg-type]
    except InputError as error:
        told.append(str(error))
    assert all(told)
