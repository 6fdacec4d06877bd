"""Parsing XMILE equations into syntax records.

PySD's grammar for XMILE reads ``notes`` as ``NOT es``, accepts its keywords in one case only, and
stops at comments and nested conditions. Its visitor evaluates text. Therefore this module parses
equations itself. Its order of operations is that of PySD (``MOD`` binds less tightly than ``*``,
``NOT`` less tightly than ``=``) with two exceptions: ``AND`` binds more tightly than ``OR``, and
``-2^2`` is -4. PySD's table determines the structure of each function call.
"""

from __future__ import annotations

import re
from functools import reduce
from typing import Any, NamedTuple

from pysd.translators.xmile.xmile_structures import structures

from xhsim.engine import limits
from xhsim.engine.language import syntax
from xhsim.engine.reading.pysd_trees import to_syntax
from xhsim.engine.reading.vensim.calls import FORMS as VENSIM_FORMS
from xhsim.engine.reading.vensim.calls import call as vensim_call
from xhsim.engine.reading.vensim.tokens import VensimSyntaxError
from xhsim.engine.reading.xmile.builtins import rewritten

__all__ = ["ELEMENT", "EquationError", "parse"]

TOKEN = re.compile(
    r"(?P<blank>\s+|\{[^{}]*\})"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r'|(?P<quoted>(?:[^\W\d]\w*\.)*"(?:\\"|[^"])*")'
    r"|(?P<name>\.?[^\W\d](?:[\w$']|\.(?=[^\W\d]))*)"
    r"|(?P<vensim>:(?i:and|or|not|na):)"
    r"|(?P<sign><=|>=|<>|//|[-+*/^=<>(),!:\[\]])"
)
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
ARRAY = re.compile(rf"\s*{NUMBER}(?:\s*[,;]\s*{NUMBER})+\s*;?\s*")

# The tightness with which each operator binds, and its function.
BINARY = {
    "or": (1, "or"),
    "and": (2, "and"),
    "=": (4, "equal"),
    "<>": (4, "not_equal"),
    "<": (4, "less"),
    "<=": (4, "less_equal"),
    ">": (4, "greater"),
    ">=": (4, "greater_equal"),
    "+": (5, "add"),
    "-": (5, "subtract"),
    "mod": (6, "modulo"),
    "*": (7, "multiply"),
    "/": (7, "divide"),
    "//": (7, "zidz"),  # 0 where the divisor is 0
    "^": (8, "power"),
}
NOT, COMPARISON, POWER = 3, 4, 8
WORDS = {"if", "then", "else", "and", "or", "not", "mod"}
# PySD has its node classes and XMILE's functions in one table. A file may use only the functions.
FUNCTIONS = structures.keys() - {
    *("reference", "subscripts_ref", "arithmetic", "logic", "inline_lookup", "lookup", "call"),
    *("stock", "negative"),
}
DEEPEST = 100
ELEMENT = " element"  # of an array, with subscripts of which at least one must be computed


class EquationError(ValueError):
    """An equation cannot be read. The text of the error says why."""


class Token(NamedTuple):
    """A piece of an equation: its kind, its text and the position at which it starts."""

    kind: str
    text: str
    start: int


def parse(text: str, *, of_vensim: bool = False) -> syntax.Node:
    """Parse an XMILE equation.

    Parameters
    ----------
    text : str
        The equation as written. Comments in braces are ignored.
    of_vensim : bool
        Whether Vensim exported the file. It leaves ``PULSE(start, width)`` as it is, although
        PULSE of XMILE has other arguments.

    Returns
    -------
    syntax.Node

    Raises
    ------
    EquationError
        If the text is not an equation.

    Examples
    --------
    >>> parse("IF a MOD 2 = 0 THEN notes ELSE -1").function
    'if_then_else'
    """
    if ARRAY.fullmatch(text):
        return _array(text)
    parser = _XmileParser(text, of_vensim)
    node = parser.expression(0)
    parser.expect("end")
    return node


def _array(text: str) -> syntax.NumberArray:
    rows = [row.split(",") for row in text.strip().strip(";").split(";")]
    if len({len(row) for row in rows}) > 1:
        raise EquationError("the rows of the table differ in length")
    shape = (len(rows), len(rows[0]))
    values = tuple(float(value) for row in rows for value in row)
    return syntax.NumberArray(values, tuple(size for size in shape if size > 1))


def _tokens(text: str) -> list[Token]:
    found = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise EquationError(f"reading stopped before `{text[position : position + 30]}`")
        kind = str(match.lastgroup)
        if kind == "name" and match[0].lower() in WORDS:
            kind = match[0].lower()
        if kind == "vensim":  # as Vensim exports its own operators
            kind = match[0].lower().strip(":")
        if kind != "blank":
            found.append(Token(match[0] if kind == "sign" else kind, match[0], position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


class _XmileParser:
    def __init__(self, text: str, of_vensim: bool) -> None:
        self._text = text
        self._of_vensim = of_vensim
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def expect(self, kind: str) -> None:
        token = self._token
        if token.kind != kind:
            rest = self._text[token.start : token.start + 30]
            wanted = {"end": "", "then": "THEN is missing; ", "else": "ELSE is missing; "}
            before = wanted.get(kind, f"`{kind}` is missing; ")
            stop = f"reading stopped before `{rest}`" if rest else "its end is missing"
            raise EquationError(before + stop)
        self._next += 1

    def expression(self, tightness: int) -> syntax.Node:
        """Parse operands and operators that bind at least with this tightness."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise EquationError(
                f"it is nested too deeply: more than {DEEPEST} levels; {limits.NESTED}"
            )
        left = self._operand()
        while True:
            binds, function = BINARY.get(self._token.kind, (-1, ""))
            if binds < tightness:
                break
            self._take()
            right = self.expression(POWER if binds == POWER else binds + 1)
            left = syntax.Call(function, (left, right))
            if binds == COMPARISON and BINARY.get(self._token.kind, (0,))[0] == COMPARISON:
                raise EquationError("two comparisons in a row; join them with AND")
        self._depth -= 1
        return left

    def _operand(self) -> syntax.Node:
        token = self._take()
        match token.kind:
            case "number":
                return syntax.Number(float(token.text))
            case "na":
                return syntax.Number(syntax.NOT_AVAILABLE)
            case "-":
                operand = self.expression(POWER)
                if isinstance(operand, syntax.Number):
                    return syntax.Number(-operand.value)
                return syntax.Call("negative", (operand,))
            case "+":
                return self.expression(POWER)
            case "not":
                return syntax.Call("not", (self.expression(NOT),))
            case "if":
                return self._condition()
            case "(":
                inner = self.expression(0)
                self.expect(")")
                return inner
            case "name" | "quoted":
                return self._name(token)
            case "mod" if self._token.kind == "(":
                return self._name(Token("name", "modulo", token.start))
        self._next -= 1
        self.expect("a value")
        raise AssertionError  # not reached: expect raises

    def _condition(self) -> syntax.Node:
        condition = self.expression(0)
        self.expect("then")
        then = self.expression(0)
        self.expect("else")
        return syntax.Call("if_then_else", (condition, then, self.expression(0)))

    def _name(self, token: Token) -> syntax.Node:
        subscripts = self._subscripts()
        if any(not isinstance(each, str) for each in subscripts):
            parts = (syntax.Text(each) if isinstance(each, str) else each for each in subscripts)
            return syntax.Call(ELEMENT, (syntax.Name(key_of(token.text)), *parts))
        name = syntax.Name(key_of(token.text), tuple(map(str, subscripts)))
        if self._token.kind != "(":
            return name
        self._take()
        arguments: list[syntax.Node] = []
        while self._token.kind != ")":
            arguments.append(self.expression(0))
            if self._token.kind != ")":
                self.expect(",")
        self._take()
        if self._of_vensim and name.name == "pulse" and len(arguments) == 2:
            return syntax.Call("pulse", tuple(arguments))
        if self._of_vensim and name.name == "int":  # INT of XMILE is the next lower whole number
            return syntax.Call("integer", tuple(arguments))
        return _call(name, tuple(arguments))

    def _subscripts(self) -> list[str | syntax.Node]:
        """Parse subscripts: names, numbers, ``*`` and ranges as text, others as expressions."""
        found: list[str | syntax.Node] = []
        if self._token.kind != "[":
            return found
        self._take()
        while True:
            found.append(self._subscript())
            if self._token.kind == "]":
                self._take()
                return found
            if self._token.kind != ",":
                raise EquationError("a subscript must be a name, a number or an expression")
            self._take()

    def _subscript(self) -> str | syntax.Node:
        begin = self._next
        token = self._take()
        if token.kind in {"name", "quoted", "number", "*"}:
            text = token.text.strip('"')
            if self._token.kind == "!":
                text += self._take().text
            if self._token.kind == ":" and token.kind != "*":
                self._take()
                last = self._take()
                if last.kind not in {"name", "quoted", "number"}:
                    raise EquationError("a range of subscripts ends with a name or a number")
                text = f"{text}:{last.text.strip(chr(34))}"
            if self._token.kind in {"]", ","}:
                return text
        self._next = begin
        return self.expression(0)


def key_of(text: str) -> str:
    r"""Return the key of a name in XMILE, where ``\n`` in a name is a blank.

    Examples
    --------
    >>> key_of(r'"Birth\nrate"'), key_of("Market.price")
    ('birth_rate', 'market.price')
    """
    head, quote, rest = text.partition('"')
    plain = head + rest.removesuffix('"') if quote else text
    return syntax.match_key(plain.replace("\\n", " ").replace('\\"', '"'))


def _call(name: syntax.Name, arguments: tuple[syntax.Node, ...]) -> syntax.Node:
    """Return a call as in PySD, whose table lists functions by name and number of arguments."""
    if name.subscripts:
        return syntax.Call("look_up", (name, *arguments))
    if name.name == "lookup" and len(arguments) == 2 and isinstance(arguments[0], syntax.Name):
        table = arguments[0]
        if table.subscripts:
            return syntax.Call("look_up", (table, arguments[1]))
        return syntax.Call(table.name, (arguments[1],))
    if name.name in VENSIM_FORMS and name.name not in FUNCTIONS:
        try:
            return vensim_call(name.name, arguments)
        except VensimSyntaxError as error:
            raise EquationError(str(error)) from None
    if name.name in {"max", "min"} and len(arguments) > 2:
        first, *others = arguments
        return reduce(lambda a, b: syntax.Call(name.name, (a, b)), others, first)
    own = rewritten(name.name, arguments)
    if own is not None or name.name not in FUNCTIONS:
        return own or syntax.Call(name.name, arguments)
    build: Any = structures[name.name]
    try:
        build = build[len(arguments)] if isinstance(build, dict) else build
        return to_syntax(build(*arguments), name.name, {})
    except (KeyError, TypeError):
        raise EquationError(f"{name.name.upper()} has too few or too many arguments") from None
