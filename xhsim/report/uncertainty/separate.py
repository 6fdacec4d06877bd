"""What separates draws, as sentences in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

if TYPE_CHECKING:
    from xhsim.analysis.judging.probability import Chance
    from xhsim.analysis.uncertainty.separating import SeparatingLimit, Separation

__all__ = ["SeparationReport"]


@dataclass(frozen=True)
class SeparationReport:
    """What separates the draws that meet a target from the others, to print.

    Attributes
    ----------
    found : Separation
    lang : {"en", "zh"}
    """

    found: Separation
    lang: str = "en"

    def parts(self, *, quiet: bool = False) -> Iterator[RenderableType]:
        """Yield the sentences to print.

        Parameters
        ----------
        quiet : bool
            Without how the boxes are judged.
        """
        first, *others = self.found.sentences(self.lang)
        yield Text(first, "bold")
        if quiet and self.found.boxes:
            del others[-1]
        for sentence in others:
            yield Text(f"\n{sentence}")

    def as_record(self) -> dict[str, Any]:
        """Return the boxes and sentences as values that JSON can represent."""
        found = self.found
        return {
            "target": found.target.id,
            "scenario": found.scenario.en,
            "outcome": found.outcome,
            "share": _chance(found.share),
            "boxes": [
                {
                    "limits": [_limit(limit) for limit in box.limits],
                    "density": _chance(box.density),
                    "coverage": _chance(box.coverage),
                    "support": box.support,
                }
                for box in found.boxes
            ],
            "judged_by": found.judged,
            "draws": found.draws,
            "seed": found.seed,
            "sentences": found.sentences(self.lang),
        }


def _chance(chance: Chance) -> dict[str, float | None]:
    keys = ("probability", "ci_low", "ci_high")
    return dict(zip(keys, map(_finite, chance[:3]), strict=True))


def _limit(limit: SeparatingLimit) -> dict[str, Any]:
    return {
        "unknown": limit.unknown.id,
        "low": _finite(limit.low),
        "high": _finite(limit.high),
        "values": [value.en for value in limit.values],
        "unit": limit.unknown.unit,
        "share": limit.share,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
