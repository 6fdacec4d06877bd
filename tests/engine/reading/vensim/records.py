"""Reading Vensim texts into records, for the tests of the reader."""

from __future__ import annotations

from pathlib import Path

from tests.engine.models import DATA, text_of, write
from xhsim.engine.language import syntax
from xhsim.engine.reading import read_model

FILES = DATA / "reading"


def elements_of(path: Path) -> dict[str, syntax.Element]:
    return {element.name: element for element in read_model(path).elements}


def only(element: syntax.Element) -> syntax.Component:
    (component,) = element.components
    return component


def read(folder: Path, equations: str, **options: object) -> syntax.ModelText:
    return read_model(write(folder, text_of(equations, **options)))  # type: ignore[arg-type]


def expression_of(folder: Path, text: str) -> syntax.Node:
    found = read(folder, f"z = {text}").elements[0]
    return only(found).expression
