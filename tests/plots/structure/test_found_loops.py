"""Found loops as circles: their variables, signs and shares."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.axes import Axes

from tests.plots.looped import looped
from xhsim import plots
from xhsim.errors import InputError


def texts(ax: Axes, gid: str) -> list[str]:
    return [text.get_text() for text in ax.texts if str(text.get_gid()).startswith(gid)]


def test_variables_signs_and_shares() -> None:
    ax = plots.found_loop_diagram(looped(), ["L1"], year=2021)
    assert texts(ax, "loop variable") == ["let floor", "rent", "market starts"]
    assert texts(ax, "sign") == ["+", "−", "+"]
    assert [t for t in texts(ax, "loop") if t.startswith("L1")] == ["L1 −"]
    assert " ".join(texts(ax, "loop name")) == "10 % of the change in 2021"


def test_a_link_that_does_both_says_so() -> None:
    ax = plots.found_loop_diagram(looped(), ["L2"])
    assert texts(ax, "sign") == ["+", "±", "+", "+"]
    assert "L2 ±" in texts(ax, "loop")


def test_a_named_loop_has_its_name() -> None:
    ax = plots.found_loop_diagram(looped(), ["R1"], year=2021)
    assert " ".join(texts(ax, "loop name")) == "Density: 30 % of the change in 2021"


def test_the_middle_of_a_long_loop_is_left_out() -> None:
    ax = plots.found_loop_diagram(looped(), ["L3"])
    names = texts(ax, "loop variable")
    assert "… 3 more …" in " ".join(names)
    assert len(texts(ax, "sign")) == 14


def test_the_four_strongest_of_the_year() -> None:
    found = looped()
    ax = plots.found_loop_diagram(found)
    drawn = [t[:2] for t in texts(ax, "loop") if t[:2] in ("R1", "L1", "L2", "L3")]
    assert drawn == ["L1", "L2", "R1", "L3"]
    # L1 acts in the first year only, and R1 has less than 1 % in any.
    more, less = found.reinforcing.copy(), found.balancing.copy()
    more[0], less[1, 1:] = 0.004, 0
    ax = plots.found_loop_diagram(replace(found, reinforcing=more, balancing=less), year=2025)
    assert [t[:2] for t in texts(ax, "loop") if t[:2] in ("R1", "L1", "L2", "L3")] == ["L2", "L3"]
    none = replace(found, reinforcing=0 * more, balancing=0 * less)
    with pytest.raises(InputError, match='no loop has 1 % of the change of "occupied floor"'):
        plots.found_loop_diagram(none)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loops": ["L9"]}, "L9"),
        ({"year": 1999}, "year 1999 has no shares"),
        ({"lang": "fr"}, "language"),
    ],
)
def test_mistakes(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        plots.found_loop_diagram(looped(), **options)  # type: ignore[arg-type]


def test_no_loop() -> None:
    with pytest.raises(InputError, match='no loop drives "occupied floor"'):
        plots.found_loop_diagram(replace(looped(), loops=()))
