"""Dimensions that have the name of an element."""

from __future__ import annotations

from pathlib import Path

from tests.engine.reading.xmile.texts import SPACE
from xhsim.engine.reading.xmile.dimension_names import meant_subscripts, set_apart
from xhsim.engine.reading.xmile.xml import Document


def document_of(dimensions: str, variables: str = "") -> Document:
    text = (
        f'<xmile version="1.0" xmlns="{SPACE}"><dimensions>{dimensions}</dimensions><model>'
        f"<variables>{variables}</variables></model></xmile>"
    )
    return Document(Path("model.xmile"), text.encode())


def test_a_dimension_that_is_an_element_elsewhere_gets_another_name() -> None:
    document = document_of(
        '<dim name="Crew"><elem name="day"/></dim><dim name="Job"><elem name="crew"/></dim>',
        '<aux name="x"><dimensions><dim name="crew"/></dimensions><eqn>1</eqn></aux>',
    )
    assert set_apart(document) == {"crew": "crew dimension"}
    names = [node.get("name") for node in document.root.iter() if document.tag_of(node) == "dim"]
    assert names == ["crew dimension", "Job", "crew dimension"]
    assert set_apart(document) == {}


def test_the_new_name_is_not_taken() -> None:
    document = document_of(
        '<dim name="a"><elem name="b"/></dim><dim name="b"><elem name="a"/></dim>'
        '<dim name="a_dimension"><elem name="c"/></dim>'
    )
    assert set_apart(document) == {"a": "a dimension dimension", "b": "b dimension"}


def test_other_dimensions_stay() -> None:
    document = document_of('<dim name="a"><elem name="b"/></dim>')
    assert set_apart(document) == {}
    assert meant_subscripts(("a", "b"), (["b"], None), {}) == ("a", "b")
    assert meant_subscripts(("a", "*"), (["b"], None), {"a": "a dimension"}) == (
        "a dimension",
        "*",
    )
