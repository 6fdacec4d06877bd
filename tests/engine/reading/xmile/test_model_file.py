"""What is read of an XMILE file, on the records themselves, with the lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import write
from tests.engine.reading.xmile.texts import (
    SPECS,
    aux,
    read,
    text_of,
)
from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError

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


@pytest.mark.parametrize(
    ("said", "method"),
    [
        ("", "euler"),
        ('method="RK4"', "rk4"),
        ('method="rk45, rk2"', "rk4-auto"),
        ('method="gear rk2"', "rk2"),
        ('method="magic"', "euler"),
    ],
)
def test_the_method(tmp_path: Path, said: str, method: str) -> None:
    specs = f"<sim_specs {said}><start>1</start><stop>10</stop><dt>0.25</dt></sim_specs>"
    assert read(tmp_path, aux("1"), specs=specs).method == method


@pytest.mark.parametrize("said", ['method="gear"', 'method="gear rk2"', 'method=""'])
def test_a_method_that_is_replaced_is_said(tmp_path: Path, said: str) -> None:
    specs = SPECS.replace("<sim_specs", f"<sim_specs {said}")
    remarks = read(tmp_path, aux("1"), specs=specs).remarks
    assert [("gear" in each, "Euler" in each) for each in remarks] == [(True, True)] * (
        said == 'method="gear"'
    )


def test_the_method_as_a_tag(tmp_path: Path) -> None:
    """iThink 10 and the first versions of Stella wrote it so."""
    specs = SPECS.replace("</sim_specs>", "<method>RK4</method></sim_specs>")
    assert read(tmp_path, aux("1"), specs=specs).method == "rk4"


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


# --- what is refused ---------------------------------------------------------------------

FILES = {
    "no specs": (text_of(aux("1"), specs=""), "has no sim_specs"),
    "no stop": (
        text_of(aux("1"), specs="<sim_specs><start>0</start><dt>1</dt></sim_specs>"),
        "sim_specs has no stop",
    ),
    "no variables": (text_of(""), "contains no equation"),
    "macro with a clock": (
        text_of(aux("1"), more=f'<macro name="m"><eqn>1</eqn>{SPECS}</macro>'),
        "has its own time",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_file_refused(tmp_path: Path, name: str) -> None:
    text, words = FILES[name]
    path = write(tmp_path, text, "model.xmile")
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
