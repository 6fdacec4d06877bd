"""structures.yaml: its mistakes, its weights, and the choice among structures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.studies import STRUCTURES, copy_of_study
from xhsim.errors import InputError
from xhsim.study.folder import read_study
from xhsim.study.parameters.parameter import read_parameters
from xhsim.study.scenarios.structures import (
    Structure,
    Structures,
    choose_structures,
    read_structures,
)
from xhsim.wording.label import Label

PARAMETERS = read_parameters(STRUCTURES / "model" / "parameters.yaml")
HEAD = "  label: {en: A, zh: 甲}\n  description: What it says.\n"


def written(folder: Path, text: str) -> Structures:
    (folder / "structures.yaml").write_text(text, encoding="utf-8")
    found = read_structures(folder, PARAMETERS)
    assert found is not None
    return found


def test_structures_in_the_order_of_the_file() -> None:
    found = read_structures(STRUCTURES / "model", PARAMETERS)
    assert found is not None
    assert found.names == ("steady", "boosted", "exact")
    assert (found.weights, found.origin, found.main) == ((0.5, 0.25, 0.25), "file", 0)
    steady, boosted, _ = found.readings
    assert steady.label == Label("Steady", "平稳")
    assert steady.description.zh == "规模自行增长。"
    assert boosted.description == Label("A second source adds to growth.", "")
    assert set(boosted.changes) == {("boost switch", ""), ("zone growth", "South")}
    assert found.inputs("boosted", PARAMETERS)["boost switch"] == 1
    zones = found.inputs("boosted", PARAMETERS)["zone growth"]
    assert zones.tolist() == [2.5, 1]  # in the order of parameters.yaml


def test_a_study_without_the_file_has_none(tmp_path: Path) -> None:
    assert read_structures(tmp_path, PARAMETERS) is None
    with pytest.raises(InputError, match=r"no structures to choose 'a' from.*structures\.yaml"):
        choose_structures(None, "a")


def test_without_weights_all_are_equal(tmp_path: Path) -> None:
    found = written(tmp_path, f"a:\n{HEAD}  set: {{}}\nb:\n{HEAD}  set: {{idle: 2}}\n")
    assert (found.weights, found.origin) == ((0.5, 0.5), "equal")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("  set: {boost swich: 1}\n", 4, ("unknown parameter", 'did you mean "boost switch"?')),
        ("  set: {policy: 1}\n", 4, ('sets the lever "policy"', "set it in a scenario")),
        ("  set: {boost switch: 2}\n", 4, ("outside its range [0, 1]",)),
        ("  set: {'zone growth[East]': 2}\n", 4, ('unknown element of "zone growth"',)),
        ("  set: {growth: 1, Growth: 2}\n", 4, ("is given twice", "line 4")),
        ("  set: {growth: fast}\n", 4, ("must be a number",)),
        ("", 1, ('"set" is missing', 'add "set:"')),
        ("  set: {}\n  weight: -1\n", 5, ("must be 0 or more",)),
        ("  set: {}\n  weight: 0\n", 1, ("all weights are zero",)),
        ("  set: {}\n  wieght: 1\n", 5, ("unknown key", 'did you mean "weight"?')),
        ("  set: {}\n  weight: 1\nb:\n" + HEAD + "  set: {}\n", 6, ("has no weight",)),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: int, words: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        written(tmp_path, f"a:\n{HEAD}{text}")
    assert caught.value.line == line
    assert all(word in str(caught.value) for word in words), caught.value


def test_equal_is_not_a_name_and_a_file_is_not_empty(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='cannot have the name "equal"'):
        written(tmp_path, f"equal:\n{HEAD}  set: {{}}\n")
    with pytest.raises(InputError, match="there is no structure"):
        written(tmp_path, "{}\n")


def test_stored_weights_go_before_the_file(tmp_path: Path) -> None:
    text = f"a:\n{HEAD}  set: {{}}\n  weight: 1\nb:\n{HEAD}  set: {{}}\n  weight: 1\n"
    record = {
        "weights": {"b": 3, "a": 1},
        "scores": {"a": {"2019": -1.5}},
        "fingerprint": {"m": "1"},
    }
    (tmp_path / "structures.json").write_text(json.dumps(record))
    found = written(tmp_path, text)
    assert (found.weights, found.origin, found.fingerprint) == (
        (0.25, 0.75),
        "hindcast",
        {"m": "1"},
    )


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("{", "not weights of structures"),
        ('{"weights": [1]}', "not weights of structures"),
        ('{"weights": {"a": 1}}', "the weights are of a; structures.yaml has a, b"),
        ('{"weights": {"a": 0, "b": 0}}', "not all zero"),
        ('{"weights": {"a": NaN, "b": 1}}', "not all zero"),
    ],
)
def test_damaged_weights(tmp_path: Path, record: str, words: str) -> None:
    (tmp_path / "structures.json").write_text(record)
    with pytest.raises(InputError, match=words):
        written(tmp_path, f"a:\n{HEAD}  set: {{}}\nb:\n{HEAD}  set: {{}}\n")


def test_choices() -> None:
    found = read_structures(STRUCTURES / "model", PARAMETERS)
    assert found is not None
    assert found.chosen(None) is found
    alone = found.chosen("exact")
    assert (alone.weights, alone.main, alone.origin) == ((0, 0, 1), 2, "chosen")
    assert not alone.is_drawn
    assert found.chosen("equal").weights == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    some = found.chosen({"boosted": 3, "exact": 1})
    assert (some.weights, some.main) == ((0, 0.75, 0.25), 0)
    with pytest.raises(InputError, match=r'unknown structure "exakt"\. did you mean "exact"'):
        found.chosen("exakt")
    for wrong in ({}, {"exact": 0}, {"exact": -1}, {"exact": np.nan}, {"exact": "much"}):
        with pytest.raises(InputError, match="not all zero"):
            found.chosen(wrong)  # type: ignore[arg-type]


def test_a_scenario_fixes_only_a_structure_that_exists(tmp_path: Path) -> None:
    text = "label: {en: B, zh: 乙}\ndescription: B.\nrun:\n  draws: 4\n  structure: %s\n"
    for name, words in (("bosted", 'did you mean "boosted"?'), ("boosted", "")):
        folder = copy_of_study(STRUCTURES, tmp_path / name, **{"scenarios/b.yaml": text % name})
        if words:
            with pytest.raises(InputError) as caught:
                read_study(folder)
            assert caught.value.line == 5
            assert words in str(caught.value)
        else:
            assert read_study(folder).resolve("b").structures.main == 1  # type: ignore[union-attr]


weights = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any)


@given(weights, st.integers(1, 400))
def test_shares_of_even_numbers_are_the_weights(given: list[int], draws: int) -> None:
    label = Label("A", "甲")
    readings = tuple(
        Structure(str(n), label, label, {}, None, None)  # type: ignore[arg-type]
        for n in range(len(given))
    )
    total = sum(given)
    found = Structures(readings, tuple(weight / total for weight in given), "file")
    picked = found.pick((np.arange(draws) + 0.5) / draws)
    counts = np.bincount(picked, minlength=len(given))
    assert np.abs(counts - draws * np.array(given) / total).max() <= 1
    assert not counts[np.array(given) == 0].any()
