"""Reading an XMILE model (``.xmile``, ``.xml``, ``.stmx``, ``.itmx``).

The reader reads the same parts of the file as PySD, with the same meaning. PySD ignores some parts
that change the numbers, such as conveyors, queues and unit multipliers. The reader knows conveyors
and queues, and refuses the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from xhsim.engine import limits
from xhsim.engine.language import syntax
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.xmile.arrays import Arrays
from xhsim.engine.reading.xmile.modules import Modules
from xhsim.engine.reading.xmile.variables import Variables
from xhsim.engine.reading.xmile.xml import Document
from xhsim.errors import ModelError

__all__ = ["read_xmile"]

METHODS: dict[str, syntax.FileMethod] = {
    "euler": "euler",
    "rk2": "rk2",
    "rk4": "rk4",
    "rk45": "rk4-auto",
}


def read_xmile(path: Path, data: bytes) -> syntax.ModelText:
    """Read an XMILE model into records.

    Parameters
    ----------
    path : Path
        The file, for messages.
    data : bytes
        Its content.

    Returns
    -------
    syntax.ModelText

    Raises
    ------
    ModelError
        If the file cannot be read as a model. The message names the line if it is known.
    """
    document = Document(path, data)
    try:
        return _read(document)
    except RecursionError:
        raise ModelError(
            "a part of the model is nested too deeply", file=path, hint=limits.NESTED
        ) from None


def _read(document: Document) -> syntax.ModelText:
    arrays = Arrays(document)
    macros = tuple(_macro(document, arrays, node) for node in document.children("macro"))
    modules = Modules(document)
    variables = Variables(document, arrays, modules)
    elements = variables.read()
    if not elements:
        raise ModelError(
            "the file contains no equation",
            file=document.path,
            hint="check that it is an XMILE model",
        )
    return syntax.ModelText(
        str(document.path),
        arrays.ranges,
        (*elements, *_controls(document, variables)),
        modules.groups,
        macros,
        "xmile",
        method=_method(document),
        remarks=document.remarks,
    )


def _macro(document: Document, arrays: Arrays, node: etree._Element) -> syntax.Macro:
    name = document.name_of(node)
    if document.children("sim_specs", node):
        raise document.error(
            f'the macro "{name}" has its own time, which is not supported',
            node,
            "remove <sim_specs> from the macro",
        )
    inputs = tuple(syntax.match_key(parm.text or "") for parm in document.children("parm", node))
    variables = Variables(document, arrays, None)
    inner = variables.read_macro(node)
    return syntax.Macro(syntax.match_key(name), inputs, (), inner, node.sourceline or 0)


def _controls(document: Document, variables: Variables) -> Iterator[syntax.Element]:
    """Yield the control variables under the names that they have in Vensim."""
    specs = document.children("sim_specs")
    if not specs:
        raise ModelError(
            "the file has no sim_specs", file=document.path, hint="give start, stop and dt"
        )
    node = specs[0]
    unit = node.get("time_units") or ""
    for tag, name, meaning in (
        ("start", "INITIAL TIME", "The initial time for the simulation."),
        ("stop", "FINAL TIME", "The final time for the simulation."),
        ("dt", "TIME STEP", "The time step for the simulation."),
        ("savestep", "SAVEPER", "How often results are saved."),
    ):
        found = document.children(tag, node)
        text = (found[0].text or "") if found else _save_interval(tag, node)
        line = (found[0] if found else node).sourceline or 0
        if not text.strip():
            raise document.error(f"sim_specs has no {tag}", node, "give start, stop and dt")
        assigned, equals, rest = text.partition("=")
        if equals and syntax.match_key(assigned) == syntax.match_key(name):
            text = rest  # Vensim exports "TIME_STEP=0.125"
        if tag == "dt" and (found[0].get("reciprocal") or "").lower() == "true":
            text = f"1/({text})"
        expression = variables.expression(text, name, line)
        component = syntax.Component((), (), expression, "equation", " ".join(text.split()), line)
        yield syntax.Element(name, unit, meaning, (None, None), "", (component,))


def _method(document: Document) -> syntax.FileMethod:
    """Return the integration method of the file. XMILE's default is Euler's."""
    specs = document.children("sim_specs")[0]
    # iThink and the first versions of Stella wrote a tag in place of the attribute.
    wanted = (specs.get("method") or document.text("method", specs)).strip().lower()
    # Several methods may be given, in order of preference.
    known = [METHODS[name] for name in re.split(r"[\s,]+", wanted) if name in METHODS]
    if wanted and not known:
        document.remarks += (
            f'{document.path.name}:{specs.sourceline}: the method "{shorten(wanted)}" is not '
            "supported, and Euler's method is used instead; to use another, give "
            + " or ".join(f'method="{name}"' for name in ("rk4", "rk4-auto")),
        )
    return known[0] if known else "euler"


def _save_interval(tag: str, node: Any) -> str:
    """Return the interval of saving, which Stella writes as an attribute, or the time step."""
    if tag != "savestep":
        return ""
    for key, value in node.attrib.items():
        if re.split("[}:]", key)[-1] == "save_interval":
            try:
                return str(value) if float(value) > 0 else "time_step"
            except ValueError:
                return str(value)
    return "time_step"
