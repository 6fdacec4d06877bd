"""XMILE texts that the tests of the reader share."""

from __future__ import annotations

from pathlib import Path

from tests.engine.models import write
from xhsim.engine.containers.descriptions import Container, described
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name
from xhsim.engine.reading import read_model

SPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
SPECS = '<sim_specs time_units="Year"><start>0</start><stop>10</stop><dt>0.25</dt></sim_specs>'
DIMENSIONS = (
    '<dimensions><dim name="Region"><elem name="north"/><elem name="far south"/></dim>'
    '<dim name="N" size="3"/></dimensions>'
)
OF_REGION = '<dimensions><dim name="Region"/></dimensions>'


def text_of(variables: str, *, specs: str = SPECS, more: str = "", head: str = "") -> str:
    """Make an XMILE file; the variables start on line 4."""
    return (
        f'{head}<xmile version="1.0" xmlns="{SPACE}">{specs}\n{DIMENSIONS}{more}\n'
        f"<model><variables>\n{variables}\n</variables></model></xmile>"
    )


def read(folder: Path, variables: str, **options: str) -> syntax.ModelText:
    return read_model(write(folder, text_of(variables, **options), "model.xmile"))


def component_of(folder: Path, variables: str, **options: str) -> syntax.Component:
    return read(folder, variables, **options).elements[0].components[0]


def aux(equation: str) -> str:
    escaped = equation.replace("&", "&amp;").replace("<", "&lt;")
    return f'<aux name="z"><eqn>{escaped}</eqn></aux>'


def of_region(name: str, content: str, tag: str = "aux") -> str:
    return f'<{tag} name="{name}">{OF_REGION}{content}</{tag}>'


Y, TIME = Name("y"), Name("time")

MODULES = (
    f'<xmile version="1.0" xmlns="{SPACE}">{SPECS}<model><variables>'
    '<aux name="price"><eqn>Market.supply + Market.demand</eqn></aux>'
    '<aux name="income"><eqn>5</eqn></aux>'
    '<module name="Market"><connect to="Market.price" from=".price"/>'
    '<connect to="Market.wealth" from="income"/></module>'
    '<group name="Core"><doc>The core.</doc><entity name="income"/></group>'
    "</variables></model>"
    '<model name="Market"><variables><aux name="price" access="input"><eqn>0</eqn></aux>'
    '<aux name="wealth" access="input"><eqn>0</eqn></aux>'
    '<aux name="supply" access="output"><eqn>price*2</eqn></aux>'
    '<aux name="demand"><eqn>wealth</eqn></aux></variables></model></xmile>'
)


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


def container_of(node: syntax.Node) -> tuple[Container, Call, Call]:
    assert isinstance(node, Call)
    assert node.function == syntax.CONTAINER
    _, _, text, start, step = node.arguments
    assert isinstance(text, syntax.Text)
    assert isinstance(start, Call)
    assert isinstance(step, Call)
    return described(text.value), start, step
