"""Corrected lines read back as what they were made of."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.yaml_reader import Node, parse_yaml
from xhsim.study.hints.correction import as_line, replaced_in_line, this_line
from xhsim.study.hints.settings import like

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8
)
VALUE = st.recursive(
    st.integers(-3000, 3000) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(TEXT.filter(str.strip), VALUE)
def test_a_line_reads_back(key: str, value: object) -> None:
    line = as_line(key, like(Node(None, 3, 1), value))
    assert "\n" not in line
    assert parse_yaml(line, Path("a.yaml"), Mistakes()).plain() == {key: value}


def test_text_is_quoted_only_if_it_must_be() -> None:
    def line(value: object) -> str:
        return as_line("support[AI]", like(Node(None, 3, 1), value))

    assert line("90% in [0.7, 1]") == "support[AI]: 90% in [0.7, 1]"
    assert line({"knots": {2022: 4}}) == "support[AI]: {knots: {2022: 4}}"
    assert line("5") == "'support[AI]': '5'"


def test_where_a_line_goes() -> None:
    assert this_line("policy", Node(4, 3, 1), below="set") == (
        'write this line below "set:": policy: 4'
    )
    assert this_line("policy", Node.of(4), below="set") == "write {'policy': 4} under \"set\""


def test_a_line_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("set:\n  polcy: 4\n", encoding="utf-8")
    assert replaced_in_line(str(file), 2, "polcy", "policy") == "write this line: policy: 4"
    assert replaced_in_line(str(file), 2, "x", "y") is None
    assert replaced_in_line(str(file), 9, "polcy", "policy") is None
    assert replaced_in_line(None, 2, "polcy", "policy") is None
