"""The rules of scenarios on a page: one model has all, and in each scenario only its own act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.engine.resolving.decisions import Decision, input_name

if TYPE_CHECKING:
    from xhsim.analysis.worlds.world import World

__all__ = ["RuleInputs", "rule_inputs"]


@dataclass(frozen=True)
class RuleInputs:
    """The decisions of several scenarios, and the numbers with which a model takes them.

    Attributes
    ----------
    decisions : tuple of Decision
    widest : mapping of str to float or ndarray
        For each number a value that has draws if that of any scenario has.
    """

    decisions: tuple[Decision, ...]
    widest: Mapping[str, Any]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the numbers."""
        return tuple(self.widest)

    def of(self, world: World) -> dict[str, Any]:
        """Return the numbers in a world. A rule that its scenario lacks is off: all are 0.

        Parameters
        ----------
        world : World

        Returns
        -------
        dict of str to float or ndarray
        """
        return dict.fromkeys(self.widest, 0.0) | _numbers(self.decisions, world)


def rule_inputs(worlds: Iterable[World]) -> RuleInputs:
    """Collect the rules of worlds.

    Parameters
    ----------
    worlds : iterable of World

    Returns
    -------
    RuleInputs
        Rules that differ only in numbers are one decision.
    """
    every = list(worlds)
    found = [world.rules.decisions for world in every if world.rules is not None]
    decisions = tuple(dict.fromkeys(decision for own in found for decision in own))
    widest: dict[str, Any] = {}
    for world in every:
        for key, value in _numbers(decisions, world).items():
            if key not in widest or np.ndim(value):
                widest[key] = value
    return RuleInputs(decisions, widest)


def _numbers(decisions: tuple[Decision, ...], world: World) -> dict[str, Any]:
    if world.rules is None:
        return {}
    return {
        input_name(decisions.index(decision), role, item): value
        for decision, numbers in zip(world.rules.decisions, world.rules.numbers, strict=True)
        for (role, item), value in numbers.items()
    }
