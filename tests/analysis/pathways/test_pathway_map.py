"""The stations, tracks and routes of a map, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from xhsim.analysis.pathways.pathway_map import PathwayMap, pathway_map


def of(**rules: tuple[list[float], list[list[int]]]) -> PathwayMap:
    """Return the map of rules, each with its checks and whether it acts by draw and check."""
    data = {}
    for name, (checks, acts) in rules.items():
        values = np.array(acts, dtype=float)[:, np.newaxis]
        data[name] = (("draw", "time", f"check_{name}"), values, {"rule": name, "checks": checks})
    draws = len(next(iter(rules.values()))[1])
    return pathway_map(xr.Dataset(data), np.arange(draws, dtype=float))


def test_one_rule() -> None:
    found = of(a=([2023.0, 2024.0], [[0, 1], [1, 1], [1, 0], [0, 0]]))
    assert [(s.date, s.acting, s.share.probability) for s in found.stations] == [
        (2023.0, (), 0.5),
        (2023.0, ("a",), 0.5),
        (2024.0, (), 0.5),
        (2024.0, ("a",), 0.5),
    ]
    assert [(t.start, t.end, t.share) for t in found.tracks] == [
        (0, 2, 0.25), (0, 3, 0.25), (1, 2, 0.25), (1, 3, 0.25),
    ]  # fmt: skip
    assert found.routes["probability"].tolist() == [0.25] * 4
    both = found.routes[found.routes[2023.0].map(bool) & found.routes[2024.0].map(bool)]
    assert both["met"].tolist() == [1.0]


def test_rules_with_other_dates() -> None:
    """A rule keeps what its last check said until its next one."""
    found = of(a=([2022.0, 2024.0], [[1, 0], [1, 1]]), b=([2023.0], [[1], [0]]))
    assert found.dates == (2022.0, 2023.0, 2024.0)
    assert found.routes[[2022.0, 2023.0, 2024.0]].to_numpy().tolist() in (
        [[("a",), ("a", "b"), ("b",)], [("a",), ("a",), ("a",)]],
        [[("a",), ("a",), ("a",)], [("a",), ("a", "b"), ("b",)]],
    )
    assert found.lanes() == [(), ("a",), ("b",), ("a", "b")]
    assert found.lane_text(("a", "b"), "zh") == "a、b"


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=1, max_size=20))
def test_shares_add_up(acts: list[list[int]]) -> None:
    found = of(a=([2022.0, 2023.0, 2024.0], acts))
    for date in found.dates:
        shares = [s.share.probability for s in found.stations if s.date == date]
        assert sum(shares) == pytest.approx(1.0)
    assert sum(track.share for track in found.tracks) == pytest.approx(2.0)
    assert found.routes["probability"].sum() == pytest.approx(1.0)
    weighted = (found.routes["probability"] * found.routes["met"]).sum()
    assert weighted == pytest.approx((len(acts) - 1) / 2)
