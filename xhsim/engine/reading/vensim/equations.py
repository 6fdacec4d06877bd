"""Parsing the right-hand sides of a Vensim model with PySD's grammar, but without ``eval``."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import numpy as np
from pysd.translators.structures import abstract_expressions as pysd_tree
from pysd.translators.vensim.vensim_element import EquationVisitor
from pysd.translators.vensim.vensim_structures import parsing_ops, structures
from pysd.translators.vensim.vensim_utils import Grammar

from xhsim.engine.language import syntax

__all__ = ["depth_of", "parse_equation", "parse_lookup"]

QUOTED = r'"(?:\\"|[^"])*"'
BASE = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
# A negated number before ^. Neither the e-2 of 1e-2 nor a quoted name counts.
NEGATED_POWER = re.compile(
    rf"{QUOTED}|(?<![\d.][eE])-[\s\\]*({BASE}|\([\s\\]*{BASE}[\s\\]*\))(?=[\s\\]*\^)"
)
# Vensim ignores the case of its operators. PySD's grammar accepts only capitals.
OPERATOR = re.compile(rf"{QUOTED}|:(?:and|or|not|na):", re.IGNORECASE)
NUMBER = rf"[\s\\]*[+-]?[\s\\]*{BASE}[\s\\]*"
SIGNED = re.compile(rf"[+-]?[\s\\]*{BASE}")
SUM = re.compile(rf"{NUMBER}(?:[+-][\s\\]*{BASE}[\s\\]*)*+")
ONE_NUMBER = re.compile(rf"[\s\\]*([+-]?)[\s\\]*({BASE})[\s\\]*")
PAIR = re.compile(rf"\(({NUMBER}),({NUMBER})\)")
LIMITS = re.compile(r"\([\s\\]*\[([^\]]*)\]")
# The limits are not used, but PySD would read a list of points inside them as the table.
POINT = rf"[\s\\]*\({NUMBER},{NUMBER}\)[\s\\]*"
PLAIN_LIMITS = re.compile(rf"{POINT}-{POINT}(?:,{POINT})*")
PLAIN_LOOKUP = re.compile(
    rf"[\s\\]*\([\s\\]*(?:\[[^\]]*\][\s\\]*,[\s\\]*)?(?P<points>(?:\({NUMBER},{NUMBER}\)[\s\\]*,?"
    r"[\s\\]*)++)\)[\s\\]*"
)
TEXT = r"[\s\\]*'([^']*)'[\s\\]*"
EXTERNAL_LOOKUP = re.compile(
    r"[\s\\]*\([\s\\]*GET[ _](?:XLS|DIRECT)[ _]LOOKUPS[\s\\]*"
    rf"\({TEXT},{TEXT},{TEXT},{TEXT}\)[\s\\]*\)[\s\\]*",
    re.IGNORECASE,
)
# PySD has its node classes and Vensim's functions in one table. A file may use only the functions.
FUNCTIONS = structures.keys() - {
    *("reference", "subscripts_ref", "arithmetic", "logic", "with_lookup", "call", "lookup"),
    "data",
}


class _Equation(EquationVisitor):  # type: ignore[misc]  # PySD has no types
    """PySD's visitor, in which readers of numbers and texts replace ``eval``."""

    def __init__(self, tree: Any, macros: Collection[str]) -> None:
        self.macros = macros  # they take precedence over functions of the same name
        super().__init__(tree)  # visits the tree

    def visit_call(self, n: Any, vc: list[Any]) -> Any:
        function = self.elements[vc[0]]
        arguments = self.elements[vc[4]]
        plain = function.reference in FUNCTIONS and not function.subscripts
        if plain and syntax.match_key(function.reference) not in self.macros:
            return self.add_element(structures[function.reference](*arguments))
        return self.add_element(pysd_tree.CallStructure(function, arguments))

    def visit_expr(self, n: Any, vc: list[Any]) -> Any:
        return vc[0] if vc[0] in self.elements else self.add_element(_number(vc[0]))

    def visit_string(self, n: Any, vc: list[Any]) -> Any:
        return self.add_element(n.text[1:-1])

    def visit_arguments(self, n: Any, vc: list[Any]) -> Any:
        return self.add_element(tuple(self.elements[item.strip(",")] for item in vc))

    def visit_array(self, n: Any, vc: list[Any]) -> Any:
        if ";" not in n.text and "," not in n.text:
            return self.add_element(_sum(n.text))
        rows = n.text.strip().strip(";").split(";")
        values = [[_number(item) for item in row.split(",") if item.strip()] for row in rows]
        return self.add_element(np.squeeze(np.array(values, dtype=float)))

    def visit_lookup_with_def(self, n: Any, vc: list[Any]) -> Any:
        # Item 11 is the list of points, which PySD has joined to a text without blanks.
        return self.add_element(
            pysd_tree.InlineLookupsStructure(self.elements[vc[4]], _table(vc[11]))
        )


def parse_equation(text: str, macros: Collection[str] = ()) -> Any:
    """Parse a right-hand side into PySD's tree.

    Parameters
    ----------
    text : str
    macros : collection of str
        The names of the model's macros, as keys.

    Raises
    ------
    parsimonious.ParseError, parsimonious.VisitationError, ValueError
        If the text is not an equation.
    """
    capitals = OPERATOR.sub(_in_capitals, _separate_outputs(text, macros))
    apart = NEGATED_POWER.sub(_keep_sign_apart, capitals)
    tree = Grammar.get("components", parsing_ops).parse(apart)
    return _Equation(tree, macros).translation


def parse_lookup(text: str) -> Any:
    """Parse the text after the name of a lookup: points, or the place of a table in a file."""
    plain = PLAIN_LOOKUP.fullmatch(text)
    if plain:
        return _table(plain["points"])
    external = EXTERNAL_LOOKUP.fullmatch(text)
    if external:
        return pysd_tree.GetLookupsStructure(*external.groups())
    Grammar.get("lookups").parse(text)  # its error says where reading stops
    raise ValueError("not a lookup")


def odd_limits(text: str) -> str | None:
    """Return the limits of a lookup if they contain anything but numbers, else None."""
    # Text in quotes is checked, too: PySD's parser may not see it as quoted.
    for match in LIMITS.finditer(text):
        if not PLAIN_LIMITS.fullmatch(match[1]):
            return match[1]
    return None


def depth_of(text: str) -> int:
    """Return the depth of nested brackets in a text.

    Examples
    --------
    >>> depth_of("a*(b + (c))")
    2
    """
    depth = deepest = 0
    for bracket in re.findall(r"[()]", text):
        depth += 1 if bracket == "(" else -1
        deepest = max(deepest, depth)
    return deepest


def _separate_outputs(text: str, macros: Collection[str]) -> str:
    """Rewrite calls of macros for PySD's grammar, which does not allow ``:`` between arguments.

    Examples
    --------
    >>> _separate_outputs("2*Split Two(a, b : rest)", {"split_two"})
    '2*Split Two(a, b , rest)'
    """
    if ":" not in text:
        return text
    for key in macros:
        spelled = r"[\s_]+".join(re.escape(word) for word in key.split("_"))
        for match in re.finditer(rf'(?<![\w"]){spelled}"?[\s\\]*\(', text, re.IGNORECASE):
            text = _colon_to_comma(text, match.end())
    return text


def _colon_to_comma(text: str, start: int) -> str:
    depth = 1
    for match in re.finditer(rf"{QUOTED}|:[A-Za-z ]+:|[():]", text[start:]):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            break
        if depth == 1 and match[0] == ":":
            place = start + match.start()
            return f"{text[:place]},{text[place + 1 :]}"
    return text


def _in_capitals(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else match[0].upper()


def _keep_sign_apart(match: re.Match[str]) -> str:
    """Rewrite ``-2^2`` for PySD's parser, which would read it as ``(-2)^2``."""
    return f"-({match[1]}*1)" if match[1] else match[0]


def _number(text: str) -> float:
    match = ONE_NUMBER.fullmatch(text)
    if match is None:
        raise ValueError("not a number")
    return float(match[1] + match[2])


def _sum(text: str) -> float:
    """Add up numbers: PySD's grammar reads a sum of numbers as a list of signed numbers."""
    if not SUM.fullmatch(text):
        raise ValueError("not a number")
    first, *others = (_number(number) for number in SIGNED.findall(text))
    return sum(others, start=first)


def _table(text: str) -> syntax.Table:
    pairs = sorted((_number(pair[1]), _number(pair[2])) for pair in PAIR.finditer(text))
    return syntax.Table(tuple(x for x, _ in pairs), tuple(y for _, y in pairs))
