"""The scope of an expression during resolving: its variable, axes and local names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xhsim.engine.equations import Axis, Expression, Index, VariableReference
from xhsim.engine.language import syntax

__all__ = ["Scope", "Shift"]


@dataclass
class Scope:
    """The scope of an expression: its variable, its component and the axes it may use."""

    element: syntax.Element
    component: syntax.Component
    axes: dict[str, Axis]
    reduced: dict[str, Axis] = field(default_factory=dict)
    depth: int = 0  # the number of enclosing functions over ranges, such as SUM
    owner: syntax.Element | None = (
        None  # the variable to which hidden variables belong; None: element
    )
    local: Mapping[str, VariableReference] = field(default_factory=dict)  # names inside a macro
    macros: tuple[str, ...] = ()  # the enclosing macros, from the outermost
    # What the inputs of the macro are in this call, and where they stand.
    given: Mapping[str, tuple[syntax.Node, Scope]] = field(default_factory=dict)
    # Within a SAMPLE IF TRUE: a reference to the sampled variable itself, and what it held before.
    previous: tuple[syntax.Name, VariableReference] | None = None
    # Calls of macros that are expanded: a smooth often contains its input twice.
    expanded: dict[tuple[syntax.Call, tuple[str, ...]], Expression] = field(default_factory=dict)

    @property
    def every_axis(self) -> dict[str, Axis]:
        """Axes of the part, and the axes that enclosing functions remove."""
        return self.axes | self.reduced


@dataclass(frozen=True)
class Shift:
    """A call of SHIFT IF TRUE.

    Attributes
    ----------
    stock : str
    indices : tuple of Index
        Of the first element that moves; the last index is fixed.
    size : int
        How many elements move.
    adds_up : bool
        Whether what enters the last element is added to it.
    condition, enters : VariableReference
        Hidden variables along the axes of the call.
    """

    stock: str
    indices: tuple[Index, ...]
    size: int
    adds_up: bool
    condition: VariableReference
    enters: VariableReference
