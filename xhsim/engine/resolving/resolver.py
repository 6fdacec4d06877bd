"""What functions with a past and macros need of whoever resolves expressions."""

from __future__ import annotations

from typing import Protocol

from xhsim.engine.equations import Expression, Index
from xhsim.engine.language import syntax
from xhsim.engine.resolving.draft import Draft
from xhsim.engine.resolving.scope import Scope

__all__ = ["Resolver"]


class Resolver(Protocol):
    """Resolves expressions, and adds to a draft what they need."""

    @property
    def draft(self) -> Draft:
        """The model so far."""

    def resolve(self, node: syntax.Node, scope: Scope) -> Expression:
        """Return an expression with everything in it looked up."""

    def indices(self, node: syntax.Name, scope: Scope) -> tuple[Index, ...]:
        """Return which part of a variable a reference with its subscripts stands for."""
