"""Data files beside a model: what is read from them, what is refused, and the cache."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from tests.engine.models import text_of, write
from xhsim.engine import reading
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Number, NumberArray, Tables
from xhsim.engine.reading import data_files, read_model
from xhsim.engine.reading.cache import cached_read
from xhsim.errors import ModelError

ROWS = [
    ["time", 0, 1, 2, 3],
    ["a", 10, None, 30, 40],
    ["b", 1, 2, 3, 4],
    [],
    ["", 5, 6],
    ["", 7, 8],
    ["n", "s", "e"],
]
NAMES = {"years": "$B$1:$E$1", "north": "$B$2:$E$2", "table": "$B$5:$C$6", "one": "$B$5"}
RANGES = "Two: a, b\nKind: k, l"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path / "cache"))
    place = tmp_path / "model"
    place.mkdir()
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Data"
    for row in ROWS:
        sheet.append(row)
    for name, cells in NAMES.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=f"Data!{cells}")
    workbook.save(place / "data.xlsx")
    (place / "data.csv").write_text("time,0,1,2\na,1,2,3\n")
    (place / "data.txt").write_text("time\t0\t1\t2\na\t1\t2\t3\n")
    return place


def test_empty_cells_of_constants_are_zero_and_text_is_refused(folder: Path) -> None:
    cells = "\n".join(["x,,2", "1,n/a,5", "text,7,8"])
    (folder / "gaps.csv").write_text(cells)
    found = component_of(folder, "c[Kind] = GET DIRECT CONSTANTS('gaps.csv', ',', 'B1')")
    assert found.expression == NumberArray((0.0, 2.0), (2,))
    found = component_of(folder, "c[Kind] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'C2')")
    assert found.expression == NumberArray((0.0, 30.0), (2,))
    with pytest.raises(ModelError, match='"text" is not a number'):
        component_of(folder, "c[Kind] = GET DIRECT CONSTANTS('gaps.csv', ',', 'A3')")


def component_of(folder: Path, equation: str, *, allow_outside: bool = False) -> syntax.Component:
    path = write(folder, text_of(equation, ranges=RANGES))
    (component,) = read_model(path, allow_outside=allow_outside).elements[0].components
    return component


SETTINGS = "\\\\\\---/// Sketch\n///---\\\\\\\n:L<%^E!@\n22:$,Dollar\n30:?In Put=more/values.CSV\n"


@pytest.mark.parametrize(
    "equation",
    [
        "c = GET DIRECT CONSTANTS('DATA.XLSX', 'data', 'B5')",  # other letters, as on Windows
        "c = GET DIRECT CONSTANTS('?data', 'Data', 'B5')",
        "c = GET DIRECT CONSTANTS('?in put', ',', 'B1')",  # as the settings say
        "c = GET DIRECT CONSTANTS(place of data, sheet, 'B5')",
    ],
)
def test_names_of_files(folder: Path, equation: str) -> None:
    (folder / "More").mkdir()
    (folder / "More" / "Values.csv").write_text("a,5\n")
    strings = "Place of data :IS: 'data.xlsx'\nsheet = 'Data'"
    path = write(folder, text_of(f"{equation}\n{strings}") + SETTINGS)
    elements = read_model(path).elements
    assert elements[0].components[0].expression == Number(5.0)
    assert elements[1].name == "INITIAL TIME"  # strings are no variables


def test_a_time_that_occurs_twice(folder: Path) -> None:
    (folder / "years.csv").write_text("time,0,2,1,2,\na,1,2,3,4,\n")
    found = component_of(folder, "d := GET DIRECT DATA('years.csv', ',', '1', 'B2')")
    assert found.expression == Tables((0.0, 2.0, 1.0, 2.0), (1.0, 2.0, 3.0, 4.0), (4,))


X = (0.0, 1.0, 2.0, 3.0)
READ = {
    "c = GET XLS CONSTANTS('data.xlsx', 'Data', 'B5')": Number(5.0),
    "c = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'one')": Number(5.0),
    "c[Two] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5')": NumberArray((5.0, 6.0), (2,)),
    "c[Two] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5*')": NumberArray((5.0, 7.0), (2,)),
    "c[Two, Kind] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5')": NumberArray(
        (5.0, 6.0, 7.0, 8.0), (2, 2)
    ),
    "c[Two, Kind] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5*')": NumberArray(
        (5.0, 7.0, 6.0, 8.0), (2, 2)
    ),
    "c[Two, Kind] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'table')": NumberArray(
        (5.0, 6.0, 7.0, 8.0), (2, 2)
    ),
    "c[Two, k] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5')": NumberArray((5.0, 6.0), (2,)),
    "c[a] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5')": Number(5.0),
    "c = 2*GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5')": Call(
        "multiply", (Number(2.0), Number(5.0))
    ),
    "d := GET XLS DATA('data.xlsx', 'Data', '1', 'B2')": Tables(
        X[:1] + X[2:], (10.0, 30.0, 40.0), (3,)
    ),
    "d :HOLD BACKWARD: := GET DIRECT DATA('data.xlsx', 'Data', 'years', 'north')": Tables(
        X[:1] + X[2:], (10.0, 30.0, 40.0), (3,), "hold_backward"
    ),
    "d :LOOK FORWARD: := GET DIRECT DATA('data.xlsx', 'Data', 'years', 'north')": Tables(
        X[:1] + X[2:], (10.0, 30.0, 40.0), (3,), "look_forward"
    ),
    "d[b] := GET DIRECT DATA('data.csv', ',', '1', 'B2')": Tables(X[:3], (1.0, 2.0, 3.0), (3,)),
    "d := GET DIRECT DATA('data.txt', '\\t', '1', 'B2')": Tables(X[:3], (1.0, 2.0, 3.0), (3,)),
    "d := GET DIRECT DATA('./data.csv', ',', '1', 'B2')": Tables(X[:3], (1.0, 2.0, 3.0), (3,)),
    "l(GET XLS LOOKUPS('data.xlsx', 'Data', '1', 'B3'))": Tables(X, (1.0, 2.0, 3.0, 4.0), (4,)),
    "l = GET DIRECT LOOKUPS('data.xlsx', 'Data', '1', 'B3')": Tables(X, (1.0, 2.0, 3.0, 4.0), (4,)),
}


def test_times_of_several_series_may_occur_twice_or_be_missing(folder: Path) -> None:
    """Other tables often stand beside, after an empty cell."""
    (folder / "beside.csv").write_text("t,0,1,1,,note,2\na,1,2,3,9,9,4\nb,5,6,7,9,9,8\n")
    found = component_of(folder, "d[Two] := GET DIRECT DATA('beside.csv', ',', '1', 'B2')")
    expected = Tables((0.0, 1.0, 1.0, 2.0), (1.0, 5.0, 2.0, 6.0, 3.0, 7.0, 4.0, 8.0), (4, 2))
    assert found.expression == expected
    found = component_of(folder, "d[Two]( GET DIRECT LOOKUPS('beside.csv', ',', '1', 'B2') )")
    assert found.expression == expected


def test_texts_among_data_are_left_out_and_named(folder: Path) -> None:
    """Vensim leaves such points out and warns."""
    (folder / "t.csv").write_text('t,x,y\n0,abc,1\n5,"1,234",\nnote,b,c\n10,4,NA\n')
    (folder / "r.csv").write_text("t,0,5\nx,1,?\n")
    text = """
    d[Two] := GET DIRECT DATA('t.csv', ',', 'A', 'B2')
    e := GET DIRECT DATA('r.csv', ',', '1', 'B2')
    """
    down, across = read_model(write(folder, text_of(text, ranges=RANGES))).remarks
    assert 'B2 ("abc"), B3 ("1,234"); write numbers' in down
    assert 'of "e" in r.csv' in across
    assert 'C2 ("?");' in across


@pytest.mark.parametrize("equation", READ)
def test_values(folder: Path, equation: str) -> None:
    component = component_of(folder, equation)
    assert component.expression == READ[equation]
    assert component.line == 4
    kinds = {"c": "equation", "d": "data", "l": "lookup"}
    assert component.kind == kinds[equation[0]]


def test_gaps_stay_in_tables_of_several_series(folder: Path) -> None:
    found = component_of(folder, "d[Two] :RAW: := GET DIRECT DATA('data.xlsx', 'Data', '1', 'B2')")
    assert isinstance(found.expression, Tables)
    assert found.expression.kind == found.keyword == "raw"
    assert found.expression.shape == (4, 2)
    np.testing.assert_array_equal(found.expression.y, [10, 1, np.nan, 2, 30, 3, 40, 4])


def test_ranges_from_a_file(folder: Path) -> None:
    text = "A: GET DIRECT SUBSCRIPT('data.xlsx', 'Data', 'A7', 'C7', 'r_') -> Two"
    model = read_model(write(folder, text_of("c[A] = 1", ranges=RANGES + "\n" + text)))
    assert model.ranges[2] == syntax.Range("A", ("r_n", "r_s", "r_e"), ("Two",), 4, ((),))


def test_sizes_count_through_subranges(folder: Path) -> None:
    ranges = "All: Part, b\nPart: a\nSame <-> All"
    text = text_of("c[Same] = GET DIRECT CONSTANTS('data.xlsx', 'Data', 'B5')", ranges=ranges)
    (component,) = read_model(write(folder, text)).elements[0].components
    assert component.expression == NumberArray((5.0, 6.0), (2,))


CALL = "c = GET DIRECT CONSTANTS({})"
REFUSED = {
    "missing file": ("'no.xlsx', 'Data', 'B5'", 'there is no file "no.xlsx"'),
    "folder": "'.', 'Data', 'B5'",
    "missing sheet": (
        "'data.xlsx', 'Dota', 'B5'",
        'data.xlsx has no sheet "Dota"; its sheets are "Data"',
    ),
    "missing name": (
        "'data.xlsx', 'Data', 'nowhere'",
        "The cellrange name 'nowhere' Doesn't exist",
    ),
    "empty cell": ("'data.xlsx', 'Data', 'C2'", "there is no number in these cells"),
    "text cell": ("'data.xlsx', 'Data', 'A1'", "there is no number in these cells"),
    "beyond the cells": ("'data.xlsx', 'Data', 'ZZ99'", "The cells are empty"),
    "no cell": "'data.xlsx', 'Data', ''",
    "odd cell": "'data.xlsx', 'Data', '$$$'",
    "no file": ("'', 'Data', 'B5'", "write the name of a file in the model's folder"),
    "indirect": ("'?more', 'Data', 'B5'", "put more.xlsx beside the model"),
    "above": ("'../secret.csv', ',', 'A1'", "move the file into the model's folder"),
    "above by a detour": (
        "'x/../../secret.csv', ',', 'A1'",
        "move the file into the model's folder",
    ),
    "backslashes": ("'..\\secret.csv', ',', 'A1'", "move the file into the model's folder"),
    "absolute": ("'/etc/passwd', ':', 'C1'", "move the file into the model's folder"),
    "absolute on Windows": (
        "'C:\\data.xlsx', 'Data', 'B5'",
        "move the file into the model's folder",
    ),
    "network": (
        "'\\\\server\\share\\data.csv', ',', 'B5'",
        "move the file into the model's folder",
    ),
    "link": ("'link.csv', ',', 'A1'", "move the file into the model's folder"),
    "address": "'https://example.org/data.csv', ',', 'A1'",
    "packed": ("'data.csv.gz', ',', 'A1'", 'files of kind ".gz" cannot be read'),
    "no workbook": ("'text.xlsx', 'Data', 'B5'", "the file is not a workbook of Excel"),
    "not quoted": (None, "in single quotes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(folder: Path, name: str) -> None:
    (folder.parent / "secret.csv").write_text("1,2\n")
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    (folder / "data.csv.gz").write_bytes(b"\x1f\x8b")
    (folder / "text.xlsx").write_text("not a workbook")
    case = REFUSED[name]
    arguments, words = case if isinstance(case, tuple) else (case, "")
    equation = CALL.format(arguments if arguments is not None else "data, 'Data', 'B5'")
    with pytest.raises(ModelError) as caught:
        component_of(folder, equation)
    assert caught.value.line == 4
    message = str(caught.value)
    assert '"c"' in message
    assert words in message
    if arguments is not None:
        assert f"({arguments})" in message


def test_files_elsewhere_are_read_if_allowed(folder: Path) -> None:
    (folder.parent / "secret.csv").write_text("1,2\n")
    for name in ("../secret.csv", str(folder.parent / "secret.csv")):
        equation = CALL.format(f"'{name}', ',', 'A1'")
        assert component_of(folder, equation, allow_outside=True).expression == Number(1.0)


def test_workbook_that_would_fill_the_memory(folder: Path) -> None:
    workbook = Workbook()
    workbook.active["XFD1000000"] = 1
    workbook.active.title = "Data"
    workbook.save(folder / "wide.xlsx")
    with pytest.raises(ModelError, match="more than 20,000,000 cells"):
        component_of(folder, CALL.format("'wide.xlsx', 'Data', 'A1'"))


def test_workbook_that_unpacks_to_too_much(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_files, "LARGEST_UNPACKED", 1_000_000)
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2_000_000)
    with pytest.raises(ModelError, match="unpacks to more than 1,000,000 bytes"):
        component_of(folder, CALL.format("'bomb.xlsx', 'Data', 'A1'"))


# --- the cache ---------------------------------------------------------------------------


def constant(model: syntax.ModelText) -> float:
    (component,) = model.elements[0].components
    assert isinstance(component.expression, Number)
    return component.expression.value


def test_empty_and_uneven_lines_keep_their_places(folder: Path) -> None:
    """Also of a file that is not in UTF-8."""
    (folder / "uneven.csv").write_bytes("x,y\na,1\n\nb,2,more,cells\n\xe9,3\n".encode("cp1252"))
    path = write(folder, text_of(CALL.format("'uneven.csv', ',', 'b5'")))
    assert constant(cached_read(path)) == 3


def test_changed_data_file_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder, text_of(CALL.format("'data.csv', ',', 'C2'")))
    assert constant(cached_read(path)) == 2
    digest = hashlib.sha256((folder / "data.csv").read_bytes()).hexdigest()
    assert cached_read(path).files == (("data.csv", digest),)
    (folder / "data.csv").write_text("time,0,1,2\na,1,7,3\n")
    assert constant(cached_read(path)) == 7

    def refuse(path: Path, **_: object) -> None:
        raise AssertionError("the file was parsed again")

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_model", refuse)
        assert constant(cached_read(path)) == 7
    (folder / "data.csv").unlink()
    with pytest.raises(ModelError, match="there is no file"):
        cached_read(path)


def test_cache_does_not_open_the_door_to_files_elsewhere(folder: Path) -> None:
    (folder.parent / "secret.csv").write_text("1,2\n")
    path = write(folder, text_of(CALL.format("'../secret.csv', ',', 'A1'")))
    assert constant(cached_read(path, allow_outside=True)) == 1
    with pytest.raises(ModelError, match="move the file into the model's folder"):
        cached_read(path)


def test_tables_macros_and_ranges_survive_the_cache(folder: Path) -> None:
    equations = "d[Two] :RAW: := GET DIRECT DATA('data.xlsx', 'Data', '1', 'B2')"
    text = text_of(equations, ranges=RANGES + "\nB: x, y -> (Two: b, a)")
    macro = ":MACRO: F(x : y)\nF = x ~~|\ny = 2 ~~|\n:END OF MACRO:\n"
    path = write(folder, text.replace("{UTF-8}\n", "{UTF-8}\n" + macro))
    first = cached_read(path)
    assert first.macros[0].outputs == ("y",)
    assert first.ranges[2].mapped_elements == (("b", "a"),)
    assert repr(cached_read(path)) == repr(first)  # NaN is not equal to itself
