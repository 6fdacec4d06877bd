"""Circles of named loops with the signs of their links, and trees of causes."""

from __future__ import annotations

from math import prod

import pytest
from matplotlib.axes import Axes

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.plots import causal_tree, loop_diagram


def _texts(ax: Axes, gid: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


@pytest.mark.parametrize(("loop", "sign"), [("R1", 1), ("B3", -1)])
def test_the_signs_of_a_loop_multiply_to_its_kind(xuhui: Study, loop: str, sign: int) -> None:
    ax = loop_diagram(xuhui, [loop])
    assert _texts(ax, "loop") == [loop]
    signs = [{"+": 1, "−": -1}[text] for text in _texts(ax, "sign")]
    variables = {
        text.get_gid() for text in ax.texts if str(text.get_gid()).startswith("loop variable")
    }
    assert len(signs) == len(variables)
    assert prod(signs) == sign


def test_loops_fill_rows_of_three(xuhui: Study) -> None:
    one, two = (loop_diagram(xuhui, names) for names in (["R1"], ["R1", "R2", "B1", "B2"]))
    heights = [abs(ax.get_ylim()[0] - ax.get_ylim()[1]) - 12 for ax in (one, two)]
    assert heights == pytest.approx([158, 2 * 158])


def test_an_unknown_loop_is_refused(xuhui: Study) -> None:
    with pytest.raises(InputError, match="R99"):
        loop_diagram(xuhui, ["R99"])


def test_a_tree_opens_each_cause_once(xuhui: Study) -> None:
    graph = xuhui.model.graph()
    ax = causal_tree(xuhui, "fiscal revenue", 3)
    shown = _texts(ax, "cause")
    opened = [text for text in shown if not text.startswith("(")]
    assert len(opened) == len(set(opened))
    assert {text.strip("()") for text in shown if text.startswith("(")} <= set(opened)
    causes = {
        graph.nodes[cause]["name"]
        for cause, _, about in graph.in_edges("fiscal_revenue", data=True)
        if about["acts"] != "start" and graph.nodes[cause]["kind"] not in ("constant", "lookup")
    }
    assert causes <= set(opened)


def test_constants_are_shown_on_request(xuhui: Study) -> None:
    without, both = (
        set(_texts(causal_tree(xuhui, "key buildings", 1, constants=constants), "cause"))
        for constants in (False, True)
    )
    assert without < both


@pytest.mark.parametrize("depth", [0, -1, 1.5, True])
def test_a_depth_that_is_not_a_positive_whole_number_is_refused(
    xuhui: Study, depth: object
) -> None:
    with pytest.raises(InputError, match=r"\"?depth\"? (must be|is) a whole number"):
        causal_tree(xuhui, "GDP", depth)  # type: ignore[arg-type]
