"""What is read of an XMILE file, on the records themselves, with the lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import write
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number, NumberArray, Range, Table
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError

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


Z, Y, TIME = Name("z"), Name("y"), Name("time")


def is_(name: str, value: float) -> Call:
    return Call("equal", (Name(name), Number(value)))


EQUATIONS = {
    "1.5e2": Number(150.0),
    "-3": Number(-3.0),
    "-2^2": Call("negative", (Call("power", (Number(2.0), Number(2.0))),)),
    "2^3^2": Call("power", (Number(2.0), Call("power", (Number(3.0), Number(2.0))))),
    "2^-1": Call("power", (Number(2.0), Number(-1.0))),
    "1 - 2 - 3": Call("subtract", (Call("subtract", (Number(1.0), Number(2.0))), Number(3.0))),
    "y*2 MOD 3": Call("modulo", (Call("multiply", (Y, Number(2.0))), Number(3.0))),
    "y mod 3 + 1": Call("add", (Call("modulo", (Y, Number(3.0))), Number(1.0))),
    "{a} y { b ( }\n": Y,
    "DT": Name("time_step"),
    "StartTime + STOPTIME": Call("add", (Name("initial_time"), Name("final_time"))),
    "TIME": TIME,
    "PI": Call("pi", ()),
    "LOG10(y)": Call("log", (Y, Number(10.0))),
    "notes": Name("notes"),
    "order": Name("order"),
    "modest": Name("modest"),
    "iffy": Name("iffy"),
    "NOT y = 1": Call("not", (is_("y", 1.0),)),
    "y = 1 OR y = 2 and y = 3": Call(
        "or", (is_("y", 1.0), Call("and", (is_("y", 2.0), is_("y", 3.0))))
    ),
    "y <> 1": Call("not_equal", (Y, Number(1.0))),
    "y >= 1": Call("greater_equal", (Y, Number(1.0))),
    "IF y = 1 THEN 2 ELSE 3 + 4": Call(
        "if_then_else", (is_("y", 1.0), Number(2.0), Call("add", (Number(3.0), Number(4.0))))
    ),
    "1 + if (y = 1) then 2 else if y = 2 then 3 else 4": Call(
        "add",
        (
            Number(1.0),
            Call(
                "if_then_else",
                (
                    is_("y", 1.0),
                    Number(2.0),
                    Call("if_then_else", (is_("y", 2.0), Number(3.0), Number(4.0))),
                ),
            ),
        ),
    ),
    "IF y = 1 THEN IF y = 2 THEN 3 ELSE 4 ELSE 5": Call(
        "if_then_else",
        (
            is_("y", 1.0),
            Call("if_then_else", (is_("y", 2.0), Number(3.0), Number(4.0))),
            Number(5.0),
        ),
    ),
    '"a \\n b"': Name("a_b"),
    "RAMP(1, 2)": Call("xramp", (Number(1.0), Number(2.0))),
    "RAMP(1, 2, 3)": Call("ramp", (Number(1.0), Number(2.0), Number(3.0))),
    "PULSE(5, 2)": Call("xpulse", (Number(2.0), Number(5.0))),
    "PULSE(5, 2, 3)": Call("xpulse_train", (Number(2.0), Number(3.0), Number(5.0))),
    "DELAY(y, 2)": Call("delay_fixed", (Y, Number(2.0), Y)),
    "SMTH3(y, 2, 1)": Call("smooth", (Y, Number(2.0), Number(1.0), Number(3.0))),
    "DELAYN(y, 2, 4)": Call("delay_n", (Y, Number(2.0), Y, Number(4.0))),
    "TREND(y, 2)": Call("trend", (Y, Number(2.0), Number(0.0))),
    "FORCST(y, 2, 3)": Call("forecast", (Y, Number(2.0), Number(3.0), Number(0.0))),
    "INIT(y)": Call("initial", (Y,)),
    "SAFEDIV(y, 2)": Call("zidz", (Y, Number(2.0))),
    "SAFEDIV(y, 2, 1)": Call("xidz", (Y, Number(2.0), Number(1.0))),
    "INT(y)": Call("integer", (Y,)),
    "MAX(y, 2)": Call("max", (Y, Number(2.0))),
    "MIN(y)": Call("vmin_xmile", (Y,)),
    "Sub.y": Name("sub.y"),
}


@pytest.mark.parametrize("equation", EQUATIONS)
def test_equations(tmp_path: Path, equation: str) -> None:
    assert component_of(tmp_path, aux(equation)).expression == EQUATIONS[equation]


def test_variable_with_the_name_of_a_time_is_a_variable(tmp_path: Path) -> None:
    found = component_of(tmp_path, aux("DT") + '<aux name="dt"><eqn>1</eqn></aux>')
    assert found.expression == Name("dt")


# --- variables ---------------------------------------------------------------------------

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


# --- arrays ------------------------------------------------------------------------------


def of_region(name: str, content: str, tag: str = "aux") -> str:
    return f'<{tag} name="{name}">{OF_REGION}{content}</{tag}>'


def test_dimensions(tmp_path: Path) -> None:
    assert read(tmp_path, aux("1")).ranges == (
        Range("Region", ("north", "far south"), (), 2),
        Range("N", ("1", "2", "3"), (), 2),
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


def test_lists_of_numbers(tmp_path: Path) -> None:
    text = '<aux name="a"><dimensions><dim name="N"/></dimensions><eqn>1, 2, 3</eqn></aux>'
    assert component_of(tmp_path, text).expression == NumberArray((1.0, 2.0, 3.0), (3,))
    text = (
        '<aux name="a"><dimensions><dim name="Region"/><dim name="N"/></dimensions>'
        "<eqn>1,2,3;4,5,6;</eqn></aux>"
    )
    assert component_of(tmp_path, text).expression == NumberArray(
        (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (2, 3)
    )


WHOLE = {
    "x + y": Call("add", (Name("x", ("Region",)), Y)),
    "x[north]": Name("x", ("north",)),
    "x[far_south]": Name("x", ("far_south",)),
    "w[Region, 2]": Name("w", ("Region", "2")),
    "SUM(x)": Call("sum", (Name("x", ("Region!",)),)),
    "SUM(x[*])": Call("sum", (Name("x", ("Region!",)),)),
    "SUM(x*x[*])": Call(
        "sum", (Call("multiply", (Name("x", ("Region!",)), Name("x", ("Region!",)))),)
    ),
    "MIN(2*x)": Call("vmin", (Call("multiply", (Number(2.0), Name("x", ("Region!",)))),)),
    "SUM(w[Region, *])": Call("sum", (Name("w", ("Region", "N!")),)),
    "MAX(x)": Call("vmax", (Name("x", ("Region!",)),)),
    "MAX(x, y)": Call("max", (Name("x", ("Region",)), Y)),
    "curves(y)": Call("look_up", (Name("curves", ("Region",)), Y)),
    "curves[north](y)": Call("look_up", (Name("curves", ("north",)), Y)),
}


@pytest.mark.parametrize("equation", WHOLE)
def test_whole_arrays_get_subscripts(tmp_path: Path, equation: str) -> None:
    others = (
        of_region("x", "<eqn>1</eqn>")
        + '<aux name="w"><dimensions><dim name="Region"/><dim name="N"/></dimensions>'
        "<eqn>1</eqn></aux>" + of_region("curves", "<xpts>0,1</xpts><ypts>5,6</ypts>", "gf")
    )
    text = of_region("z", f"<eqn>{equation}</eqn>") + others
    assert component_of(tmp_path, text).expression == WHOLE[equation]


def test_stock_of_an_array(tmp_path: Path) -> None:
    flow = of_region("f", "<eqn>1</eqn>", "flow")
    stock = of_region("s", "<eqn>0</eqn><inflow>f</inflow>", "stock")
    found = component_of(tmp_path, stock + flow)
    assert found.subscripts == ("Region",)
    assert found.expression == Call("integ", (Name("f", ("Region",)), Number(0.0)))


# --- the file around the variables -------------------------------------------------------

SPECIFICATIONS = {
    "plain": ("<start>1</start><stop>10</stop><dt>0.25</dt>", "", Number(0.25), Name("time_step")),
    "reciprocal": (
        '<start>1</start><stop>10</stop><dt reciprocal="true">4</dt>',
        "",
        Call("divide", (Number(1.0), Number(4.0))),
        Name("time_step"),
    ),
    "savestep": (
        "<start>1</start><stop>10</stop><dt>0.25</dt><savestep>2</savestep>",
        "",
        Number(0.25),
        Number(2.0),
    ),
    "save interval": (
        "<start>1</start><stop>10</stop><dt>0.25</dt>",
        'xmlns:isee="http://iseesystems.com/XMILE" isee:save_interval="0.5"',
        Number(0.25),
        Number(0.5),
    ),
    "undeclared prefix": (
        "<start>1</start><stop>10</stop><dt>0.25</dt>",
        'isee:save_interval="0.5"',
        Number(0.25),
        Number(0.5),
    ),
}


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_control_variables(tmp_path: Path, name: str) -> None:
    content, attributes, step, save = SPECIFICATIONS[name]
    specs = f'<sim_specs time_units="Year" {attributes}>{content}</sim_specs>'
    own = '<aux name="TIME STEP"><eqn>99</eqn></aux>'
    model = read(tmp_path, aux("1") + own, specs=specs)
    found = {e.name: e.components[0].expression for e in model.elements[1:]}
    assert found == {
        "INITIAL TIME": Number(1.0),
        "FINAL TIME": Number(10.0),
        "TIME STEP": step,
        "SAVEPER": save,
    }
    assert model.dialect == "xmile"
    assert model.elements[1].unit == "Year"


def test_marks_of_makers_are_passed_over(tmp_path: Path) -> None:
    assert len(read(tmp_path, "<isee:prefs/>" + aux("1")).elements) == 5


def test_macros(tmp_path: Path) -> None:
    macro = (
        '<macro name="Double up"><parm>x</parm><parm>dt</parm><eqn>x*half + dt</eqn>'
        '<variables><aux name="half"><eqn>x/2</eqn></aux></variables></macro>'
    )
    model = read(tmp_path, aux("Double_up(3, 4)"), more=macro)
    (found,) = model.macros
    assert (found.name, found.inputs, found.outputs, found.line) == (
        "double_up",
        ("x", "dt"),
        (),
        2,
    )
    half, whole = found.elements
    assert (half.name, whole.name) == ("half", "Double up")
    product = Call("multiply", (Name("x"), Name("half")))
    assert whole.components[0].expression == Call("add", (product, Name("dt")))
    assert model.elements[0].components[0].expression == Call(
        "double_up", (Number(3.0), Number(4.0))
    )


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    head = f'<?xml version="1.0" encoding="{name}"?>\n'
    path = tmp_path / "model.xml"
    path.write_bytes(text_of('<aux name="人口"><eqn>5</eqn></aux>', head=head).encode(encoding))
    element = read_model(path).elements[0]
    assert (element.name, element.components[0].line) == ("人口", 5)


# --- what is refused ---------------------------------------------------------------------

VARIABLES = {
    "no equation": ('<aux name="z"/>', "it is empty"),
    "unreadable": (aux("???"), "reading stopped before `???`"),
    "half": (aux("2*"), "its end is missing"),
    "no else": (aux("IF y THEN 2"), "ELSE is missing"),
    "no then": (aux("IF y ELSE 2"), "THEN is missing"),
    "bracket": (aux("(2"), "`)` is missing"),
    "rest": (aux("2 y"), "reading stopped before `y`"),
    "chain": (aux("1 < y < 3"), "join them with AND"),
    "arity": (aux("SMTH1(y)"), "SMTH1 has too few or too many arguments"),
    "subscript": (aux("y[1+2]"), "a subscript must be a name or a number"),
    "star": (of_region("z", "<eqn>z[*]</eqn>"), "a * outside SUM"),
    "subscripts": (of_region("z", "<eqn>z[north,north]</eqn>"), "2 subscripts but 1 dimensions"),
    "not arrayed": (aux("z[north]"), "1 subscripts but 0 dimensions"),
    "unnamed": ("<aux><eqn>1</eqn></aux>", "a <aux> has no name"),
    "twice": (aux("1") + aux("2"), '"z" is defined twice'),
    "conveyor": ('<stock name="s"><eqn>1</eqn><conveyor/></stock>', "<conveyor>, which is not"),
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
    "uneven rows": (aux("1,2;3"), "the rows of the table differ"),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variable_refused(tmp_path: Path, name: str) -> None:
    text, words = VARIABLES[name]
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert caught.value.line == 4
    assert "\n" not in str(caught.value)


FILES = {
    "not xmile": ("<a/>", "not an XMILE model"),
    "not xml": ("x = 1", "the file is not XML"),
    "unclosed": (text_of(aux("1"))[:-8], "the file is not XML"),
    "no specs": (text_of(aux("1"), specs=""), "has no sim_specs"),
    "no stop": (
        text_of(aux("1"), specs="<sim_specs><start>0</start><dt>1</dt></sim_specs>"),
        "sim_specs has no stop",
    ),
    "no variables": (text_of(""), "contains no equation"),
    "huge dimension": (
        text_of(aux("1"), more='<dimensions><dim name="H" size="99999999999"/></dimensions>'),
        "more than 100,000",
    ),
    "empty dimension": (
        text_of(aux("1"), more='<dimensions><dim name="H"/></dimensions>'),
        "has no elements",
    ),
    "macro with a clock": (
        text_of(aux("1"), more=f'<macro name="m"><eqn>1</eqn>{SPECS}</macro>'),
        "has its own time",
    ),
    "one model twice": (
        MODULES.replace("</module>", '</module><module name="Other" model="Market"/>'),
        "two modules use the model",
    ),
    "one name twice": (MODULES.replace('name="demand"', 'name="income"'), "is defined twice"),
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
