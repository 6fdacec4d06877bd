"""Random equations and structures, many in one file, compared with PySD."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import xhsim
from tests.engine.models import differences, oracle, text_of, write
from tests.fuzzing import examples

RANGES = "Area: north, south, east\nCoast: south, east\nKind: low, high"
GIVEN = """
a = 1.5
b = 0.25
c = 3.75
curve((0,0.5),(2,3),(5,1.25),(9,4))
x[Area] = 1.5, 0.5, 2.25
m[Area, Kind] = 1, 2.5; 3, 0.5; 1.25, 2;
level = INTEG(a-level*b, c)
parts[Area] = INTEG(x[Area]-parts[Area]*b, x[Area]*2)
"""
NUMBERS = ["2", "0.5", "3.25", "1e-1", "7"]
SCALARS = ["a", "b", "c", "level", "Time", "x[north]", "m[east, low]", "parts[south]"]


def combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Build a longer expression of shorter ones, written as a modeller would."""

    def join(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pieces = [st.just(part) if isinstance(part, str) else part for part in parts]
        return st.tuples(*pieces).map("".join)

    sign = st.sampled_from(["+", "-", "*", " - ", " + "])
    compare = st.sampled_from([" > ", " < ", " >= ", " <= ", " = ", " <> "])
    condition = join(inner, compare, inner)
    logic = st.one_of(
        condition,
        join("(", condition, " :AND: ", condition, ")"),
        join("(", condition, " :OR: ", condition, ")"),
        join(":NOT: (", condition, ")"),
    )
    return st.one_of(
        join(inner, sign, inner),
        join(inner, sign, inner, sign, inner),
        join("(", inner, ")*(", inner, ")"),
        join(inner, "/(1+ABS(", inner, "))"),
        join("(1+ABS(", inner, "))^0.5^2"),
        join("-", inner.filter(lambda text: text[0] not in "-(")),
        join("-(", inner, "+a)"),
        join(st.sampled_from(["MIN", "MAX", "ZIDZ"]), "(", inner, ", ", inner, ")"),
        join("EXP(-ABS(", inner, "))"),
        join("LN(1+ABS(", inner, "))"),
        join("IF THEN ELSE(", logic, ", ", inner, ", ", inner, ")"),
        join("curve(", inner, ")"),
        join(st.sampled_from(["SIN", "INTEGER", "SQRT(1+ABS", "TANH"]), "(", inner, ")").map(
            lambda text: text + ")" * (text.count("(") - text.count(")"))
        ),
    )


def expressions(leaves: list[str]) -> st.SearchStrategy[str]:
    return st.recursive(st.sampled_from([*leaves, *NUMBERS]), combine, max_leaves=6)


SUMS = expressions(["x[Area!]", "parts[Area!]", "a", "level", "Time"]).filter(
    lambda text: "Area!" in text
)
OF_AREA = expressions(["x[Area]", "parts[Area]", "m[Area, low]", "a", "level", "Time", "x[east]"])
OF_BOTH = expressions(["x[Area]", "m[Area, Kind]", "parts[Area]", "w[Kind]", "level", "x[south]"])
OF_COAST = expressions(["x[Coast]", "parts[Coast]", "m[Coast, high]", "c", "Time"])

equations = st.builds(
    lambda scalars, areas, both, coast, sums: (
        [f"s{i} = {text}" for i, text in enumerate(scalars)]
        + [f"r{i}[Area] = {text}" for i, text in enumerate(areas)]
        + [f"t{i}[Kind, Area] = {text}" for i, text in enumerate(both)]
        + [f"u{i}[Coast] = {text}" for i, text in enumerate(coast)]
        + [f"v{i} = SUM({text})" for i, text in enumerate(sums)]
        + [f"st{i} = INTEG(({text})*0.01, 1)" for i, text in enumerate(scalars[:4])]
        + [f"sa{i}[Area] = INTEG(({text})*0.01, x[Area])" for i, text in enumerate(areas[:4])]
    ),
    st.lists(expressions(SCALARS), min_size=12, max_size=12),
    st.lists(OF_AREA, min_size=12, max_size=12),
    st.lists(OF_BOTH, min_size=12, max_size=12),
    st.lists(OF_COAST, min_size=6, max_size=6),
    st.lists(SUMS, min_size=6, max_size=6),
)


@settings(
    max_examples=examples(6),
    phases=[Phase.generate],  # one example has many equations: the message names those that fail
    suppress_health_check=list(HealthCheck),
)
@given(lines=equations)
def test_random_equations_match_pysd(tmp_path: Path, lines: list[str]) -> None:
    body = GIVEN + "w[Kind] = 0.5, 1.5\n" + "\n".join(lines)
    path = write(tmp_path, text_of(body, ranges=RANGES, end=6))
    model = xhsim.load_model(path)
    single = model.run(method="euler")
    wrong = differences(single, model, oracle(path, tmp_path))
    texts = dict(line.split(" = ", 1) for line in lines)
    assert [(item, texts.get(item.split("[")[0].split(":")[0])) for item in wrong] == []
    # And the same with draws of every shape: alone, beside others, and in the last place.
    draws = {
        "a": [1.5, 9.0],
        "x": np.array([[1.5, 9], [0.5, 1], [2.25, 4]]),
        "w": [[0.5, 3], [1.5, 1]],
    }
    together = model.run(draws, method="euler")
    for name in single:
        first = together[name].values[0]
        np.testing.assert_allclose(first, single[name].values, rtol=1e-9, atol=1e-12, err_msg=name)
