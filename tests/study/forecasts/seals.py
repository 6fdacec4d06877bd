"""Small sealed forecasts, which tests adapt."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from xhsim.study.forecasts.seal import KnownFigure, Seal, SealedQuantity, SealedTarget

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def known(year: int, value: float, **changes: Any) -> KnownFigure:
    """Return a known level of size, which `changes` adapt."""
    record: dict[str, Any] = {
        "series": "size",
        "variable": "size",
        "measure": "level",
        "kind": "point",
        "first_year": year,
        "last_year": year,
        "value": value,
    }
    return KnownFigure(**record | changes)


def sealed_target(**changes: Any) -> SealedTarget:
    """Return the target that size is at least 117 in 2025, which `changes` adapt."""
    record: dict[str, Any] = {
        "id": "size",
        "variable": "size",
        "measure": "level",
        "direction": ">=",
        "value": 117.0,
        "unit": "unit",
        "base_year": 2020,
        "deadline": 2025,
        "base_value": 100.0,
        "assessable": True,
        "probability": 0.25,
        "ci_low": 0.2,
        "ci_high": 0.3,
        "quantiles": (110.0, 113.0, 115.0, 117.0, 120.0),
    }
    return SealedTarget(**record | changes)


def sealed_quantity(**changes: Any) -> SealedQuantity:
    """Return the forecast of size in 2021, which `changes` adapt."""
    record: dict[str, Any] = {
        "variable": "size",
        "measure": "level",
        "year": 2021,
        "unit": "unit",
        "error": 0.0,
        "quantiles": (102.0, 102.6, 103.0, 103.4, 104.0),
    }
    return SealedQuantity(**record | changes)


def a_seal(**changes: Any) -> Seal:
    """Return a seal of size, which `changes` adapt."""
    record: dict[str, Any] = {
        "format": 1,
        "name": "first",
        "as_of": date(2020, 12, 31),
        "made": datetime(2021, 1, 15, 12, tzinfo=UTC),
        "scenario": "baseline",
        "note": "made up, 虚构",
        "draws": 64,
        "seed": 0,
        "failed": 0,
        "effective_draws": None,
        "beliefs": "prior",
        "news": None,
        "structures": {"one": 0.75, "two": 0.25},
        "xhsim": "0.1",
        "levels": LEVELS,
        "targets": (sealed_target(),),
        "quantities": (sealed_quantity(),),
        "known": (known(2019, 97.0), known(2020, 100.0)),
        "inputs": {"model/a.mdl": "1", "model/b.csv": "2"},
        "earlier": {},
    }
    return Seal(**record | changes)
