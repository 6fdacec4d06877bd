"""Modules of an XMILE file, combined into one model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import write
from tests.engine.reading.xmile.texts import (
    MODULES,
)
from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError


def test_an_output_feeds_a_variable_of_the_main_model(tmp_path: Path) -> None:
    """The example of the XMILE specification connects it so."""
    connect = '<connect to=".income" from="Market.supply"/></module>'
    model = read_model(write(tmp_path, MODULES.replace("</module>", connect), "model.xmile"))
    found = {e.name: e.components[0].expression for e in model.elements}
    assert found["income"] == Name("supply")


def test_modules_share_one_set_of_names(tmp_path: Path) -> None:
    model = read_model(write(tmp_path, MODULES, "model.stmx"))
    found = {e.name: (e.group, e.components[0].expression) for e in model.elements[:-4]}
    assert found == {
        "price": ("", Call("add", (Name("supply"), Name("demand")))),
        "income": ("Core", Number(5.0)),
        "wealth": ("Market", Name("income")),
        "supply": ("Market", Call("multiply", (Name("price"), Number(2.0)))),
        "demand": ("Market", Name("wealth")),
    }
    assert model.groups == (("Core", "The core."), ("Market", ""))


def test_a_model_that_two_modules_use(tmp_path: Path) -> None:
    other = '</module><module name="Other side" model="Market"/>'
    model = read_model(write(tmp_path, MODULES.replace("</module>", other), "model.stmx"))
    found = {e.name: e.components[0].expression for e in model.elements[:-4]}
    assert found["price"] == Call("add", (Name("market.supply"), Name("market.demand")))
    assert found["Market.wealth"] == Name("income")
    assert found["Market.supply"] == Call("multiply", (Name("price"), Number(2.0)))
    assert found["Other side.demand"] == Name("other_side.wealth")
    assert found["Other side.wealth"] == Number(0.0)  # nothing feeds it


def test_a_name_of_two_modules_is_that_of_its_own(tmp_path: Path) -> None:
    text = MODULES.replace('name="demand"', 'name="income"').replace("Market.demand", "income")
    model = read_model(write(tmp_path, text, "model.stmx"))
    found = {e.name: e.components[0].expression for e in model.elements[:-4]}
    assert found["price"] == Call("add", (Name("supply"), Name("income")))
    assert found["Market.income"] == Name("wealth")
    assert found["wealth"] == Name("income")


def test_names_from_the_main_model_and_of_nested_modules(tmp_path: Path) -> None:
    text = MODULES.replace("price*2", ".income + Shop.income").replace(
        '<aux name="demand">', '<module name="Shop"/><aux name="demand">'
    )
    shop = '<model name="Shop"><variables><aux name="income"><eqn>1</eqn></aux></variables></model>'
    text = text.replace("</xmile>", shop + "</xmile>")
    model = read_model(write(tmp_path, text, "model.stmx"))
    found = {e.name: e.components[0].expression for e in model.elements[:-4]}
    assert found["supply"] == Call("add", (Name("income"), Name("market.shop.income")))
    assert found["Market.Shop.income"] == Number(1.0)


WITHIN = '<aux name="demand"><eqn>wealth</eqn></aux>'
FILES = {
    "within itself": (
        MODULES.replace(WITHIN, WITHIN + '<module name="Deeper" model="Market"/>'),
        "contains itself",
    ),
    "one name twice": (MODULES.replace('name="demand"', 'name="supply"'), "is defined twice"),
    "half a connection": (MODULES.replace('from=".price"', ""), "no `to` or no `from`"),
}


@pytest.mark.parametrize("name", FILES)
def test_file_refused(tmp_path: Path, name: str) -> None:
    text, words = FILES[name]
    path = write(tmp_path, text, "model.xmile")
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
