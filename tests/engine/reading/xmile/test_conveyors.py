"""Conveyors and queues: what the container takes, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.engine.backends import only_numpy
from tests.engine.models import write
from tests.engine.reading.xmile.texts import SPECS, read, text_of
from xhsim.engine.containers.descriptions import Belt, Entry, Leak, Line, described
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.errors import ModelError


def conveyor(inside: str = "<len>3</len>", leak: str = "", attributes: str = "") -> str:
    return (
        '<flow name="out"><non_negative/></flow>'
        f'<flow name="lost"{leak}</flow><flow name="enter"><eqn>4</eqn></flow>'
        '<stock name="belt"><eqn>6</eqn><inflow>enter</inflow><outflow>out</outflow>'
        f"<outflow>lost</outflow><conveyor {attributes}>{inside}</conveyor></stock>"
    )


def queue(attributes: str = "", outflow: str = "", inside: str = "") -> str:
    return (
        '<stock name="line"><eqn>1</eqn><inflow>come</inflow><outflow>go</outflow>'
        f"{outflow}<queue/></stock>"
        '<flow name="come"><eqn>2</eqn></flow><flow name="go"/>'
        '<stock name="belt"><eqn>0</eqn><inflow>go</inflow><outflow>out</outflow>'
        f'<conveyor discrete="true" {attributes}><len>2</len>{inside}</conveyor></stock>'
        '<flow name="out"/>'
    )


def equations(folder: Path, text: str) -> dict[str, syntax.Node]:
    return {e.name: e.components[0].expression for e in read(folder, text).elements}


def container_of(node: syntax.Node) -> tuple[Belt | Line, Call, Call]:
    assert isinstance(node, Call)
    assert node.function == syntax.CONTAINER
    _, _, text, start, step = node.arguments
    assert isinstance(text, syntax.Text)
    assert isinstance(start, Call)
    assert isinstance(step, Call)
    return described(text.value), start, step


@pytest.mark.parametrize(
    "leak", ["><leak>0.25</leak>", "><eqn>0.25</eqn><leak/>", "><eqn>0.25</eqn>"]
)
def test_a_leak_has_its_share_in_three_places(tmp_path: Path, leak: str) -> None:
    found = equations(tmp_path, conveyor(leak=leak))
    belt, start, step = container_of(found["belt"])
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


def test_a_queue_empties_into_what_has_no_limit(tmp_path: Path) -> None:
    text = (
        '<stock name="line"><eqn>1, 2</eqn><inflow>come</inflow><outflow>go</outflow><queue/>'
        '</stock><flow name="come"><eqn>2</eqn></flow><flow name="go"/>'
    )
    found = equations(tmp_path, text)
    waiting = Call("divide", (Name("line"), Name("time_step")))
    assert found["go"] == Call("add", (waiting, Name("come")))
    line, start, _ = container_of(found["line"])
    assert line == Line(name="line", inflows=1, listed=2)
    assert start.arguments == (Number(1.0), Number(2.0))


REFUSED = {
    "zone": (conveyor(leak=' leak_start="x"><leak>0.1</leak>'), "part of its conveyor that is not"),
    "no zone": (conveyor(leak=' leak_start="1" leak_end="0"><leak>0.1</leak>'), "not known"),
    "stray leak": ('<flow name="f"><eqn>1</eqn><leak/></flow>', "does not leave a conveyor"),
    "no length": (conveyor("", ">"), "cannot be read"),
    "order": (conveyor("<len>TIME</len>", ">", 'isee:fifo="true"'), "keeps the order"),
    "spread": (
        conveyor(leak=">").replace('"enter"', '"enter" spreadflow="x"'),
        "spread in the unknown way",
    ),
    "profile": (
        conveyor(leak=">").replace('"enter"', '"enter" spreadflow="dist"'),
        "not a graphical function",
    ),
    "long list": (
        conveyor(leak=">").replace("<eqn>6</eqn>", f"<eqn>{'1,' * 1001}1</eqn>"),
        "a list of more than 1000 numbers",
    ),
    "both": (queue().replace("<queue/>", "<queue/><conveyor/>"), "is a conveyor and a queue"),
    "several": (
        queue('one_at_a_time="false" batch_integrity="true"'),
        "takes several whole batches",
    ),
    "overflow": (queue() + '<flow name="f"><eqn>1</eqn><overflow/></flow>', "is an overflow"),
    "oven": ('<stock name="s"><eqn>1</eqn><oven/></stock>', "has a <oven>"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)


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
