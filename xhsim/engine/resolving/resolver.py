"""The interface that stateful functions and macros need to resolve their arguments."""

from __future__ import annotations

from typing import Protocol

from xhsim.engine.equations import Expression, Index
from xhsim.engine.language import syntax
from xhsim.engine.resolving.draft import Draft
from xhsim.engine.resolving.scope import Scope

__all__ = ["Resolver"]


class Resolver(Protocol):
    """Resolves expressions, and adds the hidden variables that they need to a draft."""

    @property
    def draft(self) -> Draft:
        """The model during resolving."""

    def resolve(self, node: syntax.Node, scope: Scope) -> Expression:
        """Return an expression in which all names, subscripts and functions are resolved."""

    def indices(self, node: syntax.Name, scope: Scope) -> tuple[Index, ...]:
        """Return the part of a variable that a reference with subscripts selects."""

    def read_given_lookup(
        self, node: syntax.Node, argument: Expression, scope: Scope
    ) -> Expression | None:
        """Read a lookup that a macro is given by its name. None if it is given something else."""
