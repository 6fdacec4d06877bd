"""YAML: scalars by the 1.2 core schema, positions, and nothing but InputError for anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from xhsim.errors import InputError, InputErrors
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.yaml_reader import read_yaml


def read(folder: Path, text: str | bytes) -> object:
    """Write a file and read it back as plain data."""
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path).plain()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("no", "no"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("'null'", "null"),
        ("1e-3", 0.001),
        ("1.5E+2", 150.0),
        (".5", 0.5),
        ("-3", -3),
        ("+7", 7),
        ("012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2020-01-01", "2020-01-01"),
        ('"5"', "5"),
        ("9" * 30, 1e30),
        ("-.inf", float("-inf")),
        ("90% in [2, 4]", "90% in [2, 4]"),
        ("|\n  two\n  lines", "two\nlines"),
    ],
)
def test_scalars(tmp_path: Path, text: str, expected: object) -> None:
    assert read(tmp_path, f"a: {text}") == {"a": expected}


def test_pure_python_loader_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: [1, {b: 'x'}]\nc:\n  2021: 1e-3\n"
    fast = read(tmp_path, text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert read(tmp_path, text) == fast == {"a": [1, {"b": "x"}], "c": {2021: 0.001}}
    with pytest.raises(InputError, match="not valid YAML"):
        read(tmp_path, "a: [1\n")


def test_positions(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text('a: 1\nb:\n  - 2\n  - c: "x"\nd:\n  e:\n    f: 5\n')
    tree = read_yaml(path)
    assert tree.find(["a"]) == (1, 4)
    assert tree.find(["b"]) == (2, 1)
    assert tree.find(["b", 0]) == (3, 5)
    assert tree.find(["b", 1, "c"]) == (4, 9)  # the text begins behind the quote
    assert tree.find(["d", "<tag>", "e", "f"]) == (7, 8)
    assert tree.find(["d", "e", "[key]"]) == (6, 3)
    assert tree.find(["b", 7]) == (2, 1)
    assert tree.find(["missing"]) == (1, 1)
    entries = dict(tree.entries())
    assert (entries["d"].line, entries["d"].column) == (5, 1)
    assert list(entries["a"].entries()) == []
    assert tree.child("a").plain() == 1
    with pytest.raises(KeyError):
        tree.child("a").child("b")


def test_all_duplicate_keys_are_reported(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        read(tmp_path, "a: 1\nb: 2\na: 3\nb: 4\n2020: 1\n2020.0: 2\n")
    assert [error.line for error in caught.value.errors] == [3, 4, 6]
    mistakes = Mistakes()
    tree = read_yaml(tmp_path / "file.yaml", mistakes)
    assert tree.plain() == {"a": 1, "b": 2, 2020: 1}
    assert len(mistakes) == 3


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n") == {"a": 1, "b": 2, "c": 3}


def test_encoding_errors_name_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, b"a: 1\nb: \xb9\xe6\n")
    assert (caught.value.line, caught.value.hint) == (2, "save it as UTF-8")
    assert "0xb9" in str(caught.value)


def refused(folder: Path, content: str | bytes) -> bool | None:
    """Tell whether content is refused with its file named; None if it is read."""
    try:
        read(folder, content)
    except InputError as error:
        return error.file is not None
    return None


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    assert refused(tmp_path_factory.getbasetemp(), data) is not False


@given(st.text(alphabet="ab:-[]{},#&*!|>'\"%@`? \n\t012.e", max_size=40))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    assert refused(tmp_path_factory.getbasetemp(), text) is not False
