"""Which elements depend on which, for every form of reference."""

from __future__ import annotations

from pathlib import Path

from tests.engine.models import model_of
from xhsim.engine.equations import TIME, Rule
from xhsim.engine.insight.element_links import element_links
from xhsim.engine.model import Model

RANGES = "Row: r1, r2\nColumn: c1, c2, c3"
EQUATIONS = """
x[Row, Column] = INTEG(1, 2)
weight[Row] = INTEG(1, 3)
alone = INTEG(1, 1)
by element[Row, Column] = x[Row, Column] * alone
sum of rows[Row] = SUM(x[Row, Column!])
whole = SUM(x[Row!, Column!]) + weight[r2]
turned[Column, Row] = x[Row, Column]
fixed[Row] = x[Row, c2] + Time
ranked[Row] = VECTOR RANK(weight[Row], 1)
stepped = STEP(alone, 5)
"""


def links(model: Model, key: str) -> dict[str, set[tuple[int, int]]]:
    rule = model.equations.definitions[key]
    assert isinstance(rule, Rule)
    return {c: set(p) for c, p in element_links(model.equations, key, rule.parts).items()}


def test_every_form_of_reference(tmp_path: Path) -> None:
    model = model_of(tmp_path, EQUATIONS, ranges=RANGES)
    same = {(at, at) for at in range(6)}
    assert links(model, "by_element") == {"x": same, "alone": {(at, 0) for at in range(6)}}
    assert links(model, "sum_of_rows")["x"] == {(at // 3, at) for at in range(6)}
    assert links(model, "whole") == {"x": {(0, at) for at in range(6)}, "weight": {(0, 1)}}
    assert links(model, "turned")["x"] == {(3 * 0 + 0, 0), (1, 3), (2, 1), (3, 4), (4, 2), (5, 5)}
    assert links(model, "fixed") == {"x": {(0, 1), (1, 4)}, TIME: {(0, 0), (1, 0)}}
    # A rank of one element depends on all others.
    assert links(model, "ranked")["weight"] == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert links(model, "stepped") == {"alone": {(0, 0)}, TIME: {(0, 0)}}
