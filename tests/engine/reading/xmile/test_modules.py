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
from xhsim.engine.reading.xmile.modules import MOST_REMARKS
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


def test_an_output_that_feeds_a_variable_without_a_dot(tmp_path: Path) -> None:
    connect = '<connect to="income" from="Market.supply"/></module>'
    model = read_model(write(tmp_path, MODULES.replace("</module>", connect), "model.xmile"))
    found = {e.name: e.components[0].expression for e in model.elements}
    assert found["income"] == Name("supply")


def test_a_module_whose_model_another_program_names(tmp_path: Path) -> None:
    text = MODULES.replace('"Market.', '"Shop.').replace(
        "Market.supply + Market.", "Shop.supply + Shop."
    )
    text = text.replace('<module name="Market"', '<module name="Shop" other:model="Market"')
    model = read_model(write(tmp_path, text, "model.xmile"))
    found = {e.name: e.components[0].expression for e in model.elements}
    assert found["wealth"] == Name("income")


def test_the_main_model_may_have_a_name_that_equations_use(tmp_path: Path) -> None:
    text = MODULES.replace("<model><var", '<model name="Whole"><var')
    text = text.replace("price*2", "Whole.income*2")
    model = read_model(write(tmp_path, text, "model.xmile"))
    found = {e.name: e.components[0].expression for e in model.elements}
    assert found["supply"] == Call("multiply", (Name("income"), Number(2.0)))


def test_parts_without_effect_are_left_out_with_a_remark(tmp_path: Path) -> None:
    parts = (
        '<connect to="Market.wealth" from=""/></module>'
        '<module name="Markt"><connect to="Markt.wealth" from="income"/></module>'
    )
    model = read_model(write(tmp_path, MODULES.replace("</module>", parts), "model.xmile"))
    empty, lost = model.remarks
    assert empty == "model.xmile:1: a <connect> with an empty name is ignored"
    assert 'the module "Markt" is left out' in lost
    assert 'did you mean "Market"?' in lost
    many = MODULES.replace("</module>", "</module>" + '<module name="Markt"/>' * 5000)
    assert len(read_model(write(tmp_path, many, "model.xmile")).remarks) == MOST_REMARKS


WITHIN = '<aux name="demand"><eqn>wealth</eqn></aux>'
FILES = {
    "within itself": (
        MODULES.replace(WITHIN, WITHIN + '<module name="Deeper" model="Market"/>'),
        "contains itself",
    ),
    "one name twice": (MODULES.replace('name="demand"', 'name="supply"'), "is defined twice"),
    "from nothing": (
        MODULES.replace('from="income"', 'from="incme"'),
        'from="incme" names no variable of the model. did you mean "income"?',
    ),
    "to nothing": (
        MODULES.replace('to="Market.wealth"', 'to="Market.welth"'),
        'to="Market.welth" names no variable of the model. did you mean "wealth"?',
    ),
    "from no module": (
        MODULES.replace('from="income"', 'from="Shop.income"'),
        'there is no module "shop"',
    ),
    "another variable of this name": (
        MODULES.replace("Market.supply +", "Market.income +"),
        'the module "Market" has no variable "income"',
    ),
    "a misspelt variable of a module": (
        MODULES.replace("Market.supply +", "Market.suply +").replace(
            '"income"><eqn>5</eqn></aux>', '"income"><eqn>5</eqn></aux><aux name="suply"/>'
        ),
        'has no variable "suply"; did you mean "',
    ),
    "a variable of no module": (
        MODULES.replace("Market.supply +", "Markt.income +"),
        'there is no module "markt"',
    ),
    "a variable of a module without a model": (
        MODULES.replace("Market.supply +", "Shop.income +").replace(
            "<group", '<module name="Shop"/><group'
        ),
        'the module "shop" has no model in the file',
    ),
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
