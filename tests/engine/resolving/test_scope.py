"""The scope of an expression."""

from __future__ import annotations

from tests.engine.resolving.records import X, component, element
from xhsim.engine.equations import Axis
from xhsim.engine.resolving.scope import Scope


def test_every_axis_includes_the_axes_that_functions_remove() -> None:
    zone, inner = Axis("zone", ("north",)), Axis("zone!", ("north", "south"))
    part = component(X)
    scope = Scope(element("y", part), part, {"zone": zone}, {"zone!": inner})
    assert scope.every_axis == {"zone": zone, "zone!": inner}
    assert list(scope.axes) == ["zone"]


def test_scopes_do_not_share_what_they_collect() -> None:
    part = component(X)
    one, other = (Scope(element("y", part), part, {}) for _ in range(2))
    one.reduced["zone!"] = Axis("zone!", ("north",))
    assert other.reduced == {}
