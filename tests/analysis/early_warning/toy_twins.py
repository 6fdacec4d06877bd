"""Twins whose lights and fates are counted by hand."""

from __future__ import annotations

from xhsim.study.history.stored_twins import StoredTwins, TwinRow

__all__ = ["jobs", "toy_twins"]

# Whether the twin met the target, and its probability after each year.
JOBS = [
    (True, (0.7, 0.9)),  # green, green
    (True, (0.5, 0.8)),  # amber, green
    (True, (0.2, 0.5)),  # red, amber
    (False, (0.8, 0.4)),  # green, amber
    (False, (0.4, 0.1)),  # amber, red
    (False, (0.1, 0.0)),  # red, red
    (False, (0.5, 0.5)),  # amber, amber
]


def toy_twins(*rows: TwinRow, fingerprint: dict[str, str] | None = None) -> StoredTwins:
    about = (2022, 2023), ("size",), "baseline", 100, 0, 19, (1.0, 1.0)
    return StoredTwins(rows, *about, fingerprint or {})


def jobs(name: str = "jobs") -> list[TwinRow]:
    return [TwinRow(n, name, met, 0, 0.5, shares) for n, (met, shares) in enumerate(JOBS)]
