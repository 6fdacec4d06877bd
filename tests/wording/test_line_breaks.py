"""Where labels are broken into lines."""

from __future__ import annotations

from xhsim.wording.line_breaks import wrap


def test_wrapping_never_loses_letters() -> None:
    label = "全社会研发经费支出占地区生产总值比重"
    lines = wrap(label, 24).splitlines()
    assert "".join(lines) == label
    assert [len(line) for line in lines] == [9, 9]
    assert wrap("单位增加值", 24) == "单位增加值"
