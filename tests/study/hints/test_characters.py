"""Characters that YAML does not read are put right; prose keeps its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.study.files.mistakes import Mistakes
from xhsim.study.hints.characters import in_plain_characters, plain

FILE = Path("mine.yaml")


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("set：", "set:"),
        ("  policy：4", "  policy: 4"),
        ("  policy：{step： {year： 2022，to： 4}}", "  policy: {step: {year: 2022, to: 4}}"),
        ("  policy：\t4", "  policy:\t4"),
        ("\t\tpolicy: 4", "    policy: 4"),
        ("\u3000policy: 4", "  policy: 4"),
        ("  support［AI］: ５．5".replace("．", "."), "  support[AI]: 5.5"),
        ("  policy = 4 # 说明：四", "  policy: 4 # 说明：四"),
        ("extends: “baseline”", 'extends: "baseline"'),
        ("label：{en：Mine，well}", "label: {en: Mine，well}"),
        ('  "规则：一": 4', '  "规则：一": 4'),
        ("description: 方案：多花钱，快办事。“好”", "description: 方案：多花钱，快办事。“好”"),
        ("  rate: 2022-07", "  rate: 2022-07"),
    ],
)
def test_lines(line: str, right: str) -> None:
    mistakes = Mistakes()
    assert in_plain_characters(line, FILE, mistakes) == right
    assert len(mistakes) == (line != right)


def test_prose_goes_on_below_its_key() -> None:
    text = "description: >-\n  第一：多花钱。\n  第二：快办事。\nset：\n  policy: 4\n"
    mistakes = Mistakes()
    assert in_plain_characters(text, FILE, mistakes) == text.replace("set：", "set:")
    with pytest.raises(ValueError, match=r'mine.yaml:4: Chinese punctuation "：" is not'):
        mistakes.check()


def test_plain() -> None:
    assert plain("５０％ ［AI］ “x”") == '50% [AI] "x"'
