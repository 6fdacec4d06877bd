"""Rows: causes above effects, few long links, no row wider than the page."""

from __future__ import annotations

from xhsim.plots.structure.layers import assign_rows


def _widths(names: str, width: float = 10.0) -> dict[str, float]:
    return dict.fromkeys(names, width)


def test_effects_are_below_all_their_causes() -> None:
    pairs = [("a", "b", 1.0), ("b", "c", 1.0), ("a", "c", 1.0), ("d", "c", 1.0)]
    rows = assign_rows(_widths("abcd"), pairs, 100)
    assert rows == {"a": 0, "b": 1, "c": 2, "d": 1}  # d directly above its one effect


def test_one_link_of_a_circle_runs_upwards() -> None:
    pairs = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)]
    rows = assign_rows(_widths("abc"), pairs, 100)
    assert sorted(rows.values()) == [0, 1, 2]
    assert sum(rows[cause] > rows[effect] for cause, effect, _ in pairs) == 1


def test_a_heavy_link_keeps_its_direction() -> None:
    rows = assign_rows(_widths("ab"), [("a", "b", 1.0), ("b", "a", 5.0)], 100)
    assert rows == {"a": 1, "b": 0}


def test_a_full_row_is_continued_above() -> None:
    pairs = [(cause, "z", 1.0) for cause in "abcd"]
    rows = assign_rows(_widths("abcdz"), pairs, 25)
    assert rows["z"] == 2
    assert sorted(rows[cause] for cause in "abcd") == [0, 0, 1, 1]


def test_parts_without_a_link_between_them_are_side_by_side_where_they_fit() -> None:
    pairs = [("a", "b", 1.0), ("b", "c", 1.0), ("d", "e", 1.0)]
    assert assign_rows(_widths("abcde"), pairs, 100)["e"] == 1
    assert assign_rows(_widths("abcde"), pairs, 15) == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}


def test_blocks_without_links_fill_rows() -> None:
    assert assign_rows(_widths("abc"), [], 25) == {"a": 0, "b": 0, "c": 1}
