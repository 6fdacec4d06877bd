"""Where an expression stands while a model is resolved, and what resolves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xhsim.engine.equations import Axis, Expression, VariableReference
from xhsim.engine.language import syntax

__all__ = ["Scope"]


@dataclass
class Scope:
    """Where an expression stands: its variable, its component and the axes it may follow."""

    element: syntax.Element
    component: syntax.Component
    axes: dict[str, Axis]
    reduced: dict[str, Axis] = field(default_factory=dict)
    depth: int = 0  # how many functions over ranges, such as SUM, stand around it
    owner: syntax.Element | None = None  # whose variables are made; None: of the element itself
    local: Mapping[str, VariableReference] = field(default_factory=dict)  # names within a macro
    macros: int = 0  # how many macros stand around it
    # Calls of macros that are done: what starts a smooth is often its input once more.
    expanded: dict[tuple[syntax.Call, tuple[str, ...]], Expression] = field(default_factory=dict)

    @property
    def every_axis(self) -> dict[str, Axis]:
        """Axes of the part, and those that functions around the expression take away."""
        return self.axes | self.reduced
