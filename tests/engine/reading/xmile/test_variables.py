"""Variables of XMILE: stocks, flows, graphical functions, equations by element."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.reading.xmile.texts import (
    TIME,
    Y,
    aux,
    component_of,
    of_region,
    read,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number, Table
from xhsim.errors import ModelError

STOCK = (
    '<stock name="Housing\\nstock"><doc>Homes\n  built.</doc><eqn>100</eqn>\n'
    "<inflow>built</inflow>\n<inflow>bought</inflow>\n<outflow>lost</outflow>\n{}"
    '<units>homes</units><range min="0" max="1e3"/></stock>'
)


def test_stock_with_its_texts_and_line(tmp_path: Path) -> None:
    element = read(tmp_path, STOCK.format("")).elements[0]
    (component,) = element.components
    flow = Call("subtract", (Call("add", (Name("built"), Name("bought"))), Name("lost")))
    assert component.expression == Call("integ", (flow, Number(100.0)))
    assert (component.kind, component.text, component.line) == ("equation", "100", 5)
    assert (element.name, element.unit, element.documentation, element.limits) == (
        "Housing stock",
        "homes",
        "Homes built.",
        (0.0, 1000.0),
    )


NON_NEGATIVE = {
    "own": ("<non_negative/>", "", True),
    "own, in words": ("<non_negative>true</non_negative>", "", True),
    "none": ("", "", False),
    "by default": ("", "<behavior><non_negative/></behavior>", True),
    "stocks by default": ("", "<behavior><stock><non_negative/></stock></behavior>", True),
    "flows by default": ("", "<behavior><flow><non_negative/></flow></behavior>", False),
    "excepted": (
        "<non_negative>false</non_negative>",
        "<behavior><non_negative/></behavior>",
        False,
    ),
}


@pytest.mark.parametrize("name", NON_NEGATIVE)
def test_non_negative_stocks(tmp_path: Path, name: str) -> None:
    own, default, expected = NON_NEGATIVE[name]
    found = component_of(tmp_path, STOCK.format(own), more=default).expression
    assert isinstance(found, Call)
    assert found.function == ("integ_non_negative" if expected else "integ")


def test_stocks_without_inflow_or_without_flows(tmp_path: Path) -> None:
    only_out = '<stock name="s"><eqn>1</eqn><outflow>a</outflow><outflow>b</outflow></stock>'
    flow = Call("subtract", (Call("negative", (Name("a"),)), Name("b")))
    assert component_of(tmp_path, only_out).expression == Call("integ", (flow, Number(1.0)))
    still = '<stock name="s"><eqn>1</eqn></stock>'
    assert component_of(tmp_path, still).expression == Call("integ", (Number(0.0), Number(1.0)))


def test_non_negative_flow_and_value_at_the_start(tmp_path: Path) -> None:
    flow = '<flow name="f"><eqn>y</eqn><non_negative/></flow>'
    assert component_of(tmp_path, flow).expression == Call("max", (Y, Number(0.0)))
    start = '<aux name="a"><eqn>y</eqn><init_eqn>3</init_eqn></aux>'
    assert component_of(tmp_path, start).expression == Call("active_initial", (Y, Number(3.0)))


TABLES = {
    "scale": ('<gf><xscale min="0" max="4"/><ypts>0,1,4</ypts></gf>', (0, 2, 4), (0, 1, 4), ""),
    "points": ("<gf><xpts>0,2,1</xpts><ypts>0,4,1</ypts></gf>", (0, 1, 2), (0, 1, 4), ""),
    "separator": ('<gf><xpts sep=";">0;1</xpts><ypts sep=" ">5 6</ypts></gf>', (0, 1), (5, 6), ""),
    "steps": ('<gf type="discrete"><xpts>0,1</xpts><ypts>5,6</ypts></gf>', (0, 1), (5, 6), "hold"),
    "beyond": (
        '<gf type="extrapolate"><xpts>0,1</xpts><ypts>5,6</ypts></gf>',
        (0, 1),
        (5, 6),
        "ex",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_graphical_functions(tmp_path: Path, name: str) -> None:
    text, x, y, start = TABLES[name]
    kinds: dict[str, syntax.TableKind] = {
        "": "interpolate",
        "hold": "hold_backward",
        "ex": "extrapolate",
    }
    table = Table(tuple(map(float, x)), tuple(map(float, y)), kinds[start])
    within = component_of(tmp_path, f'<aux name="a"><eqn>TIME</eqn>{text}</aux>')
    assert within.expression == Call("with_lookup", (TIME, table))
    without = component_of(tmp_path, f'<aux name="a">{text}</aux>')
    assert (without.kind, without.expression) == ("lookup", table)
    own = component_of(tmp_path, text.replace("<gf", '<gf name="a"', 1))
    assert (own.kind, own.expression) == ("lookup", table)


def test_looking_up(tmp_path: Path) -> None:
    table = "<xpts>0,1</xpts><ypts>5,6</ypts></gf>"
    own = f'<gf name="curve">{table}'
    found = component_of(tmp_path, aux("curve(TIME)") + own).expression
    assert found == Call("curve", (TIME,))
    assert component_of(tmp_path, aux("LOOKUP(curve, TIME)") + own).expression == found
    with_equation = f'<aux name="curve"><eqn>0</eqn><gf>{table}</aux>'
    assert component_of(tmp_path, aux("LOOKUP(curve, TIME)") + with_equation).expression == Call(
        "with_lookup", (TIME, Table((0.0, 1.0), (5.0, 6.0)))
    )


def test_element_by_element(tmp_path: Path) -> None:
    parts = (
        '<element subscript="north"><eqn>1</eqn></element>\n'
        '<element subscript="far south"><eqn>x</eqn></element>'
    )
    model = read(tmp_path, of_region("a", parts) + of_region("x", "<eqn>2</eqn>"))
    first, second = model.elements[0].components
    assert (first.subscripts, first.expression, first.line) == (("north",), Number(1.0), 4)
    assert (second.subscripts, second.line) == (("far south",), 5)
    assert second.expression == Name("x", ("far south",))


def test_one_equation_each_under_one_name(tmp_path: Path) -> None:
    model = read(tmp_path, of_region("a", "<eqn>1</eqn><eqn>2</eqn>"))
    assert [(c.subscripts, c.expression) for c in model.elements[0].components] == [
        (("north",), Number(1.0)),
        (("far south",), Number(2.0)),
    ]


def test_stock_of_an_array(tmp_path: Path) -> None:
    flow = of_region("f", "<eqn>1</eqn>", "flow")
    stock = of_region("s", "<eqn>0</eqn><inflow>f</inflow>", "stock")
    found = component_of(tmp_path, stock + flow)
    assert found.subscripts == ("Region",)
    assert found.expression == Call("integ", (Name("f", ("Region",)), Number(0.0)))


@pytest.mark.parametrize("content", ["", "<eqn/>", "<eqn> {to do} </eqn>", "<eqn> ??? </eqn>"])
def test_a_variable_without_equation_is_a_gap(tmp_path: Path, content: str) -> None:
    found = component_of(tmp_path, f'<aux name="z">{content}</aux>')
    assert found.expression == Call("a_function_of", ())


VARIABLES = {
    "unnamed": ("<aux><eqn>1</eqn></aux>", "a <aux> has no name"),
    "twice": (aux("1") + aux("2"), '"z" is defined twice'),
    "multiplier": (
        '<flow name="f"><eqn>1</eqn><multiplier>2</multiplier></flow>',
        "<multiplier>, which is not supported",
    ),
    "unknown tag": ('<sensor name="s"/>', "a <sensor> is not supported"),
    "tag of a maker": ('<isee:delay name="s"/>', "a <isee:delay> is not supported"),
    "unknown dimension": (
        '<aux name="z"><dimensions><dim name="Zone"/></dimensions><eqn>1</eqn></aux>',
        'the dimension "Zone", which the file does not define',
    ),
    "element": (
        of_region("z", '<element subscript="a,b"><eqn>1</eqn></element>'),
        "2 subscripts but 1 dimensions",
    ),
    "too few equations": (
        '<aux name="z"><dimensions><dim name="N"/></dimensions><eqn>1</eqn><eqn>2</eqn></aux>',
        "2 equations for 3 elements",
    ),
    "table": ('<gf name="g"><xpts>1,2</xpts><ypts>1</ypts></gf>', "as many ypts as xpts"),
    "table of words": ('<gf name="g"><xpts>1,a</xpts><ypts>1,2</ypts></gf>', "cannot be read"),
    "table type": ('<gf name="g" type="odd"><ypts>1</ypts></gf>', 'the unknown type "odd"'),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variable_refused(tmp_path: Path, name: str) -> None:
    text, words = VARIABLES[name]
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert caught.value.line == 4
    assert "\n" not in str(caught.value)
