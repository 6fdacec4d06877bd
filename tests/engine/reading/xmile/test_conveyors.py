"""Conveyors: what the container takes."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.engine.backends import only_numpy
from tests.engine.models import write
from tests.engine.reading.xmile.texts import (
    SPECS,
    container_of,
    conveyor,
    equations,
    read,
    text_of,
)
from xhsim.engine.containers.descriptions import Belt, Entry, Leak
from xhsim.engine.language.syntax import Call, Number
from xhsim.errors import ModelError


@pytest.mark.parametrize(
    "leak", ["><leak>0.25</leak>", "><eqn>0.25</eqn><leak/>", "><eqn>0.25</eqn>"]
)
def test_a_leak_has_its_share_in_three_places(tmp_path: Path, leak: str) -> None:
    found = equations(tmp_path, conveyor(leak=leak))
    belt, start, step = container_of(found["belt"])
    assert isinstance(belt, Belt)
    assert belt == Belt(name="belt", leaks=(Leak(),))
    share = Call("max", (Call("min", (Number(0.25), Number(1.0))), Number(0.0)))
    assert start.arguments == (Number(3.0), Number(6.0), Number(0.0), share)
    assert step.arguments[belt.first_share] == share
    text = next(e.components[0].text for e in read(tmp_path, conveyor(leak=leak)).elements)
    assert text == "leaves the conveyor belt"


def test_what_a_conveyor_is(tmp_path: Path) -> None:
    text = conveyor(
        "<len>3</len><in_limit>5</in_limit>",
        ' leak_start="0.25" leak_end="0.5"><leak>0.1</leak><leak_integers/>',
        'exponential_leak="true" discrete="true"',
    ).replace('name="enter"', 'name="enter" spreadflow="even"')
    belt, _, _ = container_of(equations(tmp_path, text)["belt"])
    assert belt == Belt(
        name="belt",
        leaks=(Leak(0.25, 0.5, is_whole=True),),
        is_exponential=True,
        is_packed=True,
        is_counted=True,
        entries=(Entry("even"),),
    )


def test_limits_that_do_not_limit(tmp_path: Path) -> None:
    inside = "<len>3</len><capacity>INF</capacity><arrest>0</arrest><sample>1</sample>"
    found = equations(tmp_path, conveyor(inside, ">"))
    _, _, step = container_of(found["belt"])
    assert step.arguments[:2] == (Number(3.0), Number(0.0))
    assert found["enter"] == Call("max", (Number(4.0), Number(0.0)))


def test_a_circle_through_a_limit_is_found(tmp_path: Path) -> None:
    text = conveyor("<len>3</len><capacity>10 - enter</capacity>", ">")
    path = write(tmp_path, text_of(text, specs=SPECS), "model.xmile")
    with pytest.raises(ModelError, match="enter"):
        xhsim.load_model(path).run()


def test_flows_out_of_a_conveyor_set_initial_values(tmp_path: Path) -> None:
    """What leaves at the start is known before the first step, in every backend."""
    after = '<stock name="after"><eqn>2*out + lost</eqn></stock>'
    text = conveyor(leak="><leak>0.5</leak>") + after
    path = write(tmp_path, text_of(text, specs=SPECS), "model.xmile")
    model = xhsim.load_model(path)
    # Twelve places, of which each has lost a twelfth of the half more than the one before.
    entered = 6 / sum(1 - 0.5 * place / 12 for place in range(12)) / 0.25
    expected = 2 * entered * 0.5 + entered * 0.5
    assert float(model.run()["after"][0]) == pytest.approx(expected)
    with only_numpy():
        assert float(model.run()["after"][0]) == pytest.approx(expected)
