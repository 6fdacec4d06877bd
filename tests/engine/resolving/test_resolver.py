"""The interface of resolving: all that a function with a memory needs."""

from __future__ import annotations

from tests.engine.resolving.records import (
    X,
    component,
    element,
    expressions_of,
    model_text,
    scope_of,
)
from xhsim.engine.equations import ConstantNumber, Expression, Index, Part, Rule, VariableReference
from xhsim.engine.language.syntax import Call, Name, Node, Number
from xhsim.engine.resolving.draft import Draft
from xhsim.engine.resolving.scope import Scope
from xhsim.engine.resolving.stateful_functions import resolve_stateful


class Sevens:
    """Resolves every expression as 7."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def resolve(self, node: Node, scope: Scope) -> Expression:
        return ConstantNumber(7.0)

    def indices(self, node: Name, scope: Scope) -> tuple[Index, ...]:
        raise AssertionError("a function with a memory needs no indices")

    def read_given_lookup(
        self, node: Node, argument: Expression, scope: Scope
    ) -> Expression | None:
        raise AssertionError("only a macro is given lookups")


def test_any_resolver_serves_a_function_with_a_memory() -> None:
    expressions = expressions_of(model_text(element("x", component(Number(1.0)))))
    resolver = Sevens(expressions.draft)
    value = resolve_stateful(resolver, Call("initial", (X,)), scope_of(expressions, "x"))
    assert value == VariableReference("x initial 1")
    rule = Rule((Part((), (), ConstantNumber(7.0)),), held=True)
    assert resolver.draft.definitions["x initial 1"] == rule
