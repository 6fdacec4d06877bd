"""Conveyors: equations of the flows out of them, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.engine.models import write
from tests.engine.reading.xmile.texts import SPECS, component_of, read, text_of
from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.errors import ModelError


def conveyor(inside: str = "<len>3</len>", leak: str = "", attributes: str = "") -> str:
    return (
        '<flow name="out"><non_negative/></flow>'
        f'<flow name="lost"{leak}</flow><flow name="enter"><eqn>4</eqn></flow>'
        '<stock name="belt"><eqn>6</eqn><inflow>enter</inflow><outflow>out</outflow>'
        f"<outflow>lost</outflow><conveyor {attributes}>{inside}</conveyor></stock>"
    )


BELT = (Name("enter"), Number(3.0), Number(6.0), Number(0.25))


@pytest.mark.parametrize(
    "leak", ["><leak>0.25</leak>", "><eqn>0.25</eqn><leak/>", "><eqn>0.25</eqn>"]
)
def test_flows_out_of_a_conveyor(tmp_path: Path, leak: str) -> None:
    found = {e.name: e.components[0] for e in read(tmp_path, conveyor(leak=leak)).elements}
    assert found["out"].expression == Call("conveyor_outflow", (*BELT, Number(0.0)))
    assert found["lost"].expression == Call("conveyor_leak", (*BELT, Number(0.25)))
    assert found["out"].text == "leaves the conveyor belt"


def test_exponential_leaks_take_of_the_content(tmp_path: Path) -> None:
    text = conveyor(leak="><leak>0.25</leak>", attributes='exponential_leak="true"')
    found = {e.name: e.components[0].expression for e in read(tmp_path, text).elements}
    assert found["out"] == Call("conveyor_outflow", (*BELT, Number(1.0)))
    assert found["lost"] == Call("multiply", (Number(0.25), Name("belt")))


def test_limits_that_do_not_limit(tmp_path: Path) -> None:
    inside = "<len>3</len><capacity>INF</capacity><arrest>0</arrest><sample>1</sample>"
    found = component_of(tmp_path, conveyor(inside, ">"))
    assert found.expression.function == "conveyor_outflow"  # type: ignore[union-attr]


REFUSED = {
    "capacity": (conveyor("<len>3</len><capacity>9</capacity>", ">"), "has a <capacity>"),
    "arrest": (conveyor("<len>3</len><arrest>TIME</arrest>", ">"), "has a <arrest>"),
    "discrete": (conveyor(attributes='discrete="true"', leak=">"), "is discrete"),
    "zone": (conveyor(leak=' leak_start="0.5"><leak>0.1</leak>'), "along a part of its conveyor"),
    "list": (conveyor(leak=">").replace("<eqn>6</eqn>", "<eqn>1,2</eqn>"), "starts from a list"),
    "stray leak": ('<flow name="f"><eqn>1</eqn><leak/></flow>', "does not leave a conveyor"),
    "no length": (conveyor("", ">"), "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (conveyor("<len>3 + TIME</len>", ">"), "whose transit time may change"),
        (conveyor(leak="><leak>TIME/10</leak>"), "whose leak fractions may change"),
    ],
)
def test_what_changes_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text_of(text, specs=SPECS), "model.xmile")
    with pytest.raises(ModelError, match=words):
        xhsim.load_model(path)
