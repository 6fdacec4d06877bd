"""Paths: values between, at and beyond knots, jumps, and cutting without changing a bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.engine.paths import Path

LEVELS = st.floats(-1e6, 1e6, allow_nan=False)
YEARS = st.floats(2000, 2040, allow_nan=False)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Paths of one to five knots, some of them at one time."""
    times = sorted(draw(st.lists(YEARS, min_size=1, max_size=5)))
    count = len(times)
    return Path(times, draw(st.lists(LEVELS, min_size=count, max_size=count)))


def test_values_are_straight_between_knots_and_flat_outside() -> None:
    path = Path([2020, 2022, 2024], [1.0, 3.0, 2.0])
    assert path.at([2019, 2020, 2021, 2022, 2023, 2024, 2099]).tolist() == [1, 1, 2, 3, 2.5, 2, 2]
    assert path.breakpoints == (2020.0, 2022.0, 2024.0)


def test_a_jump_takes_the_new_value_at_its_time() -> None:
    path = Path([2020, 2022, 2022, 2024], [0.0, 2.0, 5.0, 5.0])
    assert path.at([2021.0, np.nextafter(2022, 0), 2022.0, 2023.0]).tolist() == pytest.approx(
        [1.0, 2.0, 5.0, 5.0], abs=1e-9
    )
    assert path.at(2022) == 5.0


def test_trailing_axes_are_elements_and_draws() -> None:
    values = np.arange(12.0).reshape(2, 2, 3)
    path = Path([2020, 2021], values)
    assert path.at(2020.5).tolist() == [[3, 4, 5], [6, 7, 8]]
    assert path.at([2020, 2021]).shape == (2, 2, 3)


@pytest.mark.parametrize(
    ("times", "values", "words"),
    [
        ([], [], "at least one knot"),
        ([[2020]], [[1]], "at least one knot"),
        ([2020, 2021], [1], "2 knot times but values of shape"),
        ([2021, 2020], [1, 2], "must not decrease"),
        ([2020, np.nan], [1, 2], "finite"),
        ([2020, 2021], [1, np.inf], "finite"),
    ],
)
def test_bad_paths_are_refused(times: list[float], values: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Path(times, values)


def test_slopes_must_fit() -> None:
    with pytest.raises(ValueError, match="slopes"):
        Path([2020], [1.0], [0.0, 1.0])


def test_a_path_cannot_be_changed_and_is_compared_by_value() -> None:
    path = Path([2020], [1.0])
    with pytest.raises(ValueError, match="read-only"):
        path.values[0] = 2.0
    with pytest.raises(AttributeError):
        path.times = path.times  # type: ignore[misc]
    assert path == Path([2020], [1.0])
    assert path != Path([2020], [2.0])
    assert path != 1.0


def test_a_constant_has_no_breakpoints() -> None:
    assert Path.constant(3.0).breakpoints == ()
    assert Path.constant([1.0, 2.0]).at(-1e9).tolist() == [1.0, 2.0]


@given(paths(), paths(), YEARS, st.lists(YEARS, min_size=1, max_size=8))
def test_a_splice_is_the_one_before_and_the_other_after(
    first: Path, later: Path, since: float, times: list[float]
) -> None:
    joined = first.splice(later, since)
    for time in [*times, since, np.nextafter(since, 0)]:
        if time < since:
            assert joined.at(time) == first.at(time)  # bit for bit
        else:
            assert joined.at(time) == pytest.approx(later.at(time), rel=1e-6, abs=1e-3)
    assert joined.at(since) == later.at(since)


@given(st.lists(paths(), min_size=1, max_size=4), st.lists(YEARS, min_size=1, max_size=8))
def test_a_stack_is_its_paths_side_by_side(rows: list[Path], times: list[float]) -> None:
    stacked = Path.stack(rows)
    for time in times:
        expected = [float(row.at(time)) for row in rows]
        assert stacked.at(time).tolist() == pytest.approx(expected, rel=1e-6, abs=1e-3)


def test_a_splice_of_one_path_and_many_draws() -> None:
    draws = Path.constant(np.array([1.0, 2.0, 3.0])).splice(Path.constant(9.0), 2022)
    assert draws.at([2021, 2022]).tolist() == [[1, 2, 3], [9, 9, 9]]
    assert draws.breakpoints == (2022.0,)


def test_a_stack_of_numbers_and_draws() -> None:
    stacked = Path.stack([Path.constant(np.array([1.0, 2.0])), Path([2022, 2022], [0.0, 5.0])])
    assert stacked.at([2021, 2023]).tolist() == [[[1, 2], [0, 0]], [[1, 2], [5, 5]]]
    assert Path.stack([Path.constant(1.0), Path.constant(2.0)]).at(2020).tolist() == [1, 2]


def test_a_splice_of_elements_and_of_elements_with_draws() -> None:
    elements = Path.constant(np.array([1.0, 2.0]))
    draws = Path.constant(np.array([[3.0, 4.0, 5.0], [6.0, 7.0, 8.0]]))
    joined = elements.splice(draws, 2022)
    assert joined.at(2021).tolist() == [[1, 1, 1], [2, 2, 2]]
    assert joined.at(2022).tolist() == [[3, 4, 5], [6, 7, 8]]
