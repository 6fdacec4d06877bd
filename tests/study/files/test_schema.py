"""Records of YAML files: pydantic's errors as messages with line, cause and fix."""

from __future__ import annotations

import pytest

from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.schema import (
    LabelRecord,
    LoopRecord,
    ParameterRecord,
    Record,
    TargetRecord,
    validate,
)
from xhsim.study.files.yaml_reader import Node
from xhsim.study.measures import MEASURES
from xhsim.wording.label import Label

LABEL = {"en": "Pace", "zh": "速度"}
PARAMETER = {
    "unit": "1/year", "value": 1.0, "role": "fixed", "source": "a test", "label": LABEL,
}  # fmt: skip
TARGET = {
    "label": LABEL, "variable": "pace", "measure": "level", "direction": ">=", "value": 2,
    "unit": "1/year", "period": [2020, 2025], "group": "all", "place": "a test",
}  # fmt: skip


def messages(kind: type[Record], content: object) -> str:
    """Return what is wrong with a record."""
    mistakes = Mistakes()
    validate(kind, Node.of(content), "f.yaml", mistakes, "record")
    with pytest.raises(ValueError, match="record") as caught:
        mistakes.check()
    return str(caught.value)


def test_a_good_record() -> None:
    mistakes = Mistakes()
    found = validate(TargetRecord, Node.of(TARGET), "f.yaml", mistakes, "record")
    assert found is not None
    assert found.measure is MEASURES["level"]
    assert found.label.as_label() == Label("Pace", "速度")
    mistakes.check()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unti": "1/year"}, 'unknown key "unti". did you mean "unit"?'),
        ({"value": "1"}, '"value" must be a number, not the text "1". remove the quotes'),
        ({"value": True}, "not the word true"),
        ({"unit": ""}, '"unit" must be text, not empty text. write a text'),
        ({"role": "levre"}, '"role" cannot be the text "levre". did you mean "lever"?'),
        ({"range": [2, 1]}, "lower end 2 is not below its upper end 1. swap or widen them"),
        ({"range": [2]}, '"range" must be a list of two, not a list of 1. write [first, second]'),
        ({"label": {}}, 'a label has no text. give "en", "zh" or both'),
        ({"label": {"en": "Pace", "zh": "速度", "cn": "速度"}}, 'unknown key "cn"'),
        (
            {"shock": {"first_year": 2022.5, "spread": "x", "persistence": 1}},
            '"shock.persistence" must be less than 1',
        ),
    ],
)
def test_mistakes_in_words(changes: dict[str, object], words: str) -> None:
    assert words in messages(ParameterRecord, PARAMETER | changes)


def test_one_language_stands_for_the_other() -> None:
    for given, label in (
        ({"en": "Pace"}, Label("Pace", "Pace")),
        ({"zh": "速度"}, Label("速度", "速度")),
        (LABEL, Label("Pace", "速度")),
    ):
        found = validate(LabelRecord, Node.of(given), "f.yaml", Mistakes(), "record")
        assert found is not None
        assert found.as_label() == label


def test_what_is_not_wrong_remains_to_be_checked() -> None:
    mistakes = Mistakes()
    wrong = {"label": {}, "unit": 7}
    found = validate(ParameterRecord, Node.of(PARAMETER | wrong), "f.yaml", mistakes, "record")
    assert found is not None
    assert len(mistakes) == 2
    # A role hangs on the range, and a misspelt key may be any other.
    others: list[dict[str, object]] = [{"range": [2]}, {"rnage": [0, 2]}, {"value": "x"}]
    for other in others:
        content = Node.of(PARAMETER | other)
        assert validate(ParameterRecord, content, "f.yaml", Mistakes(), "record") is None


def test_a_target_turned_around() -> None:
    assert 'did you mean ">="?' in messages(TargetRecord, TARGET | {"direction": "=>"})
    assert 'did you mean "level"?' in messages(TargetRecord, TARGET | {"measure": "levle"})
    assert "is not after the base year" in messages(TargetRecord, TARGET | {"period": [2025, 2020]})


def test_other_forms() -> None:
    assert "record must be a mapping" in messages(LabelRecord, [1, 2])
    loop = {"label": LABEL, "kind": "balancing", "through": "rent"}
    assert '"through" must be a list of two' in messages(LoopRecord, loop)


@pytest.mark.parametrize("key", ["unit", "value", "role", "source", "label"])
def test_a_misspelt_key_is_one_mistake(key: str) -> None:
    """It is not missing, too."""
    wrong = {name[1:] if name == key else name: part for name, part in PARAMETER.items()}
    told = messages(ParameterRecord, wrong)
    assert f'unknown key "{key[1:]}". did you mean "{key}"?' in told
    assert "is missing" not in told


def test_a_key_like_no_other_and_a_missing_one_are_two() -> None:
    wrong = {name: part for name, part in PARAMETER.items() if name != "unit"} | {"zzz": 1}
    told = messages(ParameterRecord, wrong)
    assert '"unit" is missing' in told
    assert 'unknown key "zzz". known keys: ' in told


def test_a_misspelt_key_inside_a_part_is_one_mistake() -> None:
    told = messages(TargetRecord, TARGET | {"base": {"value": 1, "sorce": "a test"}})
    assert 'unknown key "sorce". did you mean "source"?' in told
    assert "is missing" not in told
