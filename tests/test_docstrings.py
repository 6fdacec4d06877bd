"""What the API reference lists has a docstring that says all there is to know, with an example."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from numpydoc.validate import validate  # type: ignore[import-untyped]

import xhsim
from tests.places import ROOT
from xhsim import plots

PAGES = ROOT / "docs" / "api"
ENTRY = re.compile(r"\.\. auto(?P<kind>function|class):: (?P<name>\S+)\n(?P<options>(?:   :.*\n)*)")
# Of numpydoc's findings those that leave a reader without an answer.
WRONG = {
    "GL08": "there is no docstring",
    "PR01": "a parameter is not documented",
    "PR02": "a parameter is documented that does not exist",
    "PR03": "parameters stand in another order",
    "PR10": "a colon needs a space before it",
    "RT01": "it does not say what it returns",
    "EX01": "there is no example",
}


def _found(name: str) -> Any:
    """Import an object by its full name; a function goes before a module of the same name."""
    first, *parts = name.split(".")
    path, found = first, importlib.import_module(first)
    for part in parts:
        path = f"{path}.{part}"
        if not hasattr(found, part):
            importlib.import_module(path)
        found = getattr(found, part)
    return found


def _errors(name: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Tell what numpydoc finds wrong, of what is asked for."""
    found = _found(name)
    at_home = f"{found.__module__}.{found.__qualname__}"
    return [(code, text) for code, text in validate(at_home)["errors"] if code in codes]


def _entries() -> Iterator[tuple[str, str, str]]:
    for page in sorted(PAGES.glob("*.rst")):
        for entry in ENTRY.finditer(page.read_text(encoding="utf-8") + "\n"):
            yield entry["kind"], entry["name"], entry["options"]


def _methods(name: str, options: str) -> Iterator[str]:
    """Name the public methods that a class's entry shows; properties have nothing to call."""
    if ":members:" not in options:
        return
    kind = _found(name)
    inherits = ":inherited-members:" in options
    for member, value in inspect.getmembers(kind, callable):
        shown = inherits or member in vars(kind)
        if shown and not member.startswith("_") and not isinstance(value, type):
            yield f"{name}.{member}"


FUNCTIONS = [name for kind, name, _ in _entries() if kind == "function"]
CLASSES = [(name, options) for kind, name, options in _entries() if kind == "class"]
METHODS = [method for name, options in CLASSES for method in _methods(name, options)]


def test_the_reference_was_found() -> None:
    assert len(FUNCTIONS) > 70
    assert {"xhsim.Study.ensemble", "xhsim.Study.split", "xhsim.Model.run"} <= set(METHODS)


def test_what_is_exported_is_in_the_reference() -> None:
    listed = {*FUNCTIONS, *(name for name, _ in CLASSES)}
    assert {f"xhsim.{name}" for name in xhsim.__all__} <= listed
    assert {f"xhsim.plots.{name}" for name in plots.__all__} <= listed


def test_the_overview_names_every_function() -> None:
    text = (PAGES / "index.rst").read_text(encoding="utf-8")
    listed = re.findall(r"^   (xhsim\.\S+)$", text, flags=re.MULTILINE)
    assert len(listed) == len(set(listed))
    known = {*FUNCTIONS, *METHODS, *(name for name, _ in CLASSES)}
    assert set(FUNCTIONS) <= set(listed) <= known
    ours = {method for method in METHODS if method.startswith(("xhsim.Study.", "xhsim.Model."))}
    assert ours <= set(listed)


@pytest.mark.parametrize("name", [*FUNCTIONS, *METHODS])
def test_function_is_explained(name: str) -> None:
    function = _found(name)
    assert callable(function)
    assert _errors(name, WRONG) == []
    if _raises(function):
        assert "Raises\n" in (inspect.getdoc(function) or ""), "it does not say what it raises"


def _raises(function: Callable[..., Any]) -> bool:
    """Tell whether a function's own lines raise anything."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return any(isinstance(node, ast.Raise) for node in ast.walk(tree))


@pytest.mark.parametrize("name", [name for name, _ in CLASSES])
def test_class_is_explained(name: str) -> None:
    assert _found(name).__module__.startswith("xhsim.")
    assert _errors(name, ("GL08", "PR02")) == []
