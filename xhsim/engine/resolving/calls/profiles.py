"""The profiles of DELAY CONVEYOR and DELAY PROFILE, which are lookups."""

from __future__ import annotations

from xhsim.engine.equations import Lookup
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import FUNCTIONS, display_name
from xhsim.engine.resolving.calls.table_shapes import distribution
from xhsim.engine.resolving.resolver import Resolver
from xhsim.engine.resolving.scope import Scope

__all__ = ["profile_of"]

Numbers = tuple[float, ...]


def profile_of(expressions: Resolver, node: syntax.Call, scope: Scope) -> tuple[Numbers, Numbers]:
    """Return the share of a profile that lies before each of many places.

    Parameters
    ----------
    expressions : Resolver
    node : syntax.Call
        Of a function one of whose arguments is called a profile.
    scope : Scope

    Raises
    ------
    ModelError
        If the argument is not a lookup without subscripts that is positive somewhere and negative
        nowhere.
    """
    names = FUNCTIONS[node.function].arguments
    place = next(number for number, name in enumerate(names) if "profile" in name)
    wanted = node.arguments[place]
    table = (
        expressions.draft.definitions.get(wanted.name) if isinstance(wanted, syntax.Name) else None
    )
    if isinstance(table, Lookup) and len(table.tables) == 1:
        x, y = table.tables[0]
        if x[-1] > x[0] >= 0 and min(y) >= 0 and max(y) > 0:
            return distribution(x, y)
    raise expressions.draft.error(
        f'{display_name(node.function)} in "{scope.element.name}" takes a lookup without '
        "subscripts, from 0 on, that is negative nowhere and not 0 everywhere",
        scope.component,
    )
