"""Where the repository's folders are, for tests at any depth."""

from __future__ import annotations

from pathlib import Path

__all__ = ["DATA", "ROOT"]

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
