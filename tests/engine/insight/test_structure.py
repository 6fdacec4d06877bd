"""Which flows fill and drain which stock, on a model made by hand."""

from __future__ import annotations

from xhsim.engine.insight.structure import Flow, find_flows
from xhsim.engine.model import Model


def test_flows(small_model: Model) -> None:
    flows = {(f.name, f.source, f.target): f for f in find_flows(small_model.equations)}
    assert set(flows) == {
        ("entry", None, "pool"),
        ("moving", "pool", "good"),
        ("leaving", "good", None),
        ("moving", None, "moved"),  # a count of a flow that stands elsewhere
        ("", None, "inline"),
        ("", "inline", None),
        ("area_flow", None, "areas"),
        ("", "areas", None),
        ("", None, "level"),
    }
    assert flows["moving", None, "moved"].again
    assert not flows["moving", "pool", "good"].again
    assert flows["", None, "inline"] == Flow("", None, "inline", ("need", "entry"))
