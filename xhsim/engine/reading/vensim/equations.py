"""Parsing the right-hand sides of a Vensim model into syntax records.

The order of operations is Vensim's: ``:NOT:`` binds less tightly than a comparison, ``:AND:`` more
tightly than ``:OR:``, and ``-x^2`` is the negative of a square.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from xhsim.engine.language import syntax
from xhsim.engine.reading.vensim.calls import call
from xhsim.engine.reading.vensim.tables import number_list, table_of
from xhsim.engine.reading.vensim.tokens import VensimSyntaxError, VensimToken, tokens_of

__all__ = ["depth_of", "parse_equation", "parse_lookup"]

# The tightness with which each operator binds, and its function.
BINARY = {
    ":or:": (1, "or"),
    ":and:": (2, "and"),
    "=": (4, "equal"),
    "<>": (4, "not_equal"),
    "<": (4, "less"),
    "<=": (4, "less_equal"),
    ">": (4, "greater"),
    ">=": (4, "greater_equal"),
    "+": (5, "add"),
    "-": (5, "subtract"),
    "*": (6, "multiply"),
    "/": (6, "divide"),
    "^": (7, "power"),
}
NOT, COMPARISON, POWER = 3, 4, 7
TABBED = re.compile(r"[\s\\]*TABBED[ _]ARRAY[\s\\]*\(([^()]*)\)[\s\\]*", re.IGNORECASE)
# Causes that are drawn and not used: they follow a mark at the end.
IGNORED = re.compile(r":[ _]*+IGNORE[ _]*+:.*", re.IGNORECASE | re.DOTALL)
FILE_LOOKUP = re.compile(r"\(\s*(GET[ _](?:XLS|DIRECT)[ _]LOOKUPS.*)\)\s*", re.IGNORECASE)


def parse_equation(text: str, macros: Collection[str] = ()) -> syntax.Node:
    """Parse a right-hand side.

    Parameters
    ----------
    text : str
        Without comments.
    macros : collection of str
        The names of the model's macros, as keys. They take precedence over functions.

    Returns
    -------
    syntax.Node

    Raises
    ------
    VensimSyntaxError
        If the text is not an equation.

    Examples
    --------
    >>> parse_equation("-x^2").function, parse_equation("(-2)^2").function
    ('negative', 'power')
    """
    text = IGNORED.sub("", text)
    plain = text.replace("\\", " ")
    tabbed = TABBED.fullmatch(plain)
    if tabbed:
        numbers = number_list(", ".join(tabbed[1].split()))
        if numbers is None:
            raise VensimSyntaxError("TABBED ARRAY takes numbers")
        return numbers
    numbers = number_list(plain)
    if numbers is not None:
        return numbers
    parser = _Parser(text, macros)
    node = parser.expression(0)
    parser.end()
    return node


def parse_lookup(text: str) -> syntax.Node:
    """Parse the text after the name of a lookup: points, or the place of a table in a file.

    Raises
    ------
    VensimSyntaxError
        If the text is neither.
    """
    plain = text.replace("\\", " ").strip()
    external = FILE_LOOKUP.fullmatch(plain)
    if external:
        return parse_equation(external[1])
    if not plain.endswith(")"):
        raise VensimSyntaxError("the bracket after its name is not closed at its end")
    return table_of(plain[1:-1])


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


class _Parser:
    def __init__(self, text: str, macros: Collection[str]) -> None:
        self._text = text
        self._macros = macros
        self._tokens = tokens_of(text)
        self._next = 0

    @property
    def _token(self) -> VensimToken:
        return self._tokens[self._next]

    def _take(self) -> VensimToken:
        self._next += 1
        return self._tokens[self._next - 1]

    def end(self) -> None:
        if self._token.kind != "end":
            raise self._unexpected()

    def _unexpected(self) -> VensimSyntaxError:
        """Say what is wrong where an operator or the end was expected."""
        token = self._token
        before = self._tokens[self._next - 1].text if self._next else ""
        if token.kind == "end":
            return VensimSyntaxError("a closing bracket `)` is missing at its end")
        if token.kind == ")":
            return VensimSyntaxError("it has a closing bracket `)` too many")
        if token.kind in {"name", "quoted", "number", "text", "("}:
            return VensimSyntaxError(
                f"an operator is missing between `{before}` and `{token.text}`"
            )
        return VensimSyntaxError(f"`{token.text}` cannot follow `{before}`")

    def _expect(self, kind: str) -> VensimToken:
        if self._token.kind != kind:
            raise self._unexpected()
        return self._take()

    def expression(self, tightness: int) -> syntax.Node:
        """Parse operands and operators that bind at least with this tightness."""
        left = self._operand()
        while True:
            binds, function = BINARY.get(self._token.kind, (-1, ""))
            if binds < tightness:
                return left
            self._take()
            right = self.expression(POWER if binds == POWER else binds + 1)
            left = syntax.Call(function, (left, right))
            if binds == COMPARISON and BINARY.get(self._token.kind, (0,))[0] == COMPARISON:
                raise VensimSyntaxError("two comparisons follow each other; join them with :AND:")

    def _operand(self) -> syntax.Node:
        token = self._take()
        match token.kind:
            case "number":
                return syntax.Number(float(token.text))
            case ":na:":
                return syntax.Number(syntax.NOT_AVAILABLE)
            case "-":
                operand = self.expression(POWER)
                if isinstance(operand, syntax.Number):
                    return syntax.Number(-operand.value)
                return syntax.Call("negative", (operand,))
            case "+":
                return self.expression(POWER)
            case ":not:":
                return syntax.Call("not", (self.expression(NOT),))
            case "(":
                inner = self.expression(0)
                self._expect(")")
                return inner
            case "text":
                return syntax.Text(token.text[1:-1])
            case "name" | "quoted":
                return self._name(token)
        self._next -= 1
        raise self._no_value()

    def _no_value(self) -> VensimSyntaxError:
        """Say what is wrong where a value was expected."""
        before = self._tokens[self._next - 1].text if self._next else ""
        after = f" after `{before}`" if before else ""
        if self._token.kind == "end":
            return VensimSyntaxError(f"a value is missing{after} at its end")
        return VensimSyntaxError(f"a value is missing{after} before `{self._token.text}`")

    def _name(self, token: VensimToken) -> syntax.Node:
        name = syntax.Name(syntax.match_key(_spelled(token)), self._subscripts())
        if self._token.kind == "!" and not name.subscripts:  # the places in a range, in a SUM
            return syntax.Name(name.name + self._take().kind)
        if self._token.kind != "(":
            return name
        self._take()
        if name.name == "with_lookup" and not name.subscripts:
            return self._with_lookup()
        arguments = self._arguments(is_macro=name.name in self._macros)
        if name.subscripts:
            return syntax.Call("look_up", (name, *arguments))
        if name.name in self._macros:
            return syntax.Call(name.name, arguments)
        return call(name.name, arguments)

    def _arguments(self, *, is_macro: bool) -> tuple[syntax.Node, ...]:
        """Parse arguments up to the closing bracket. A colon separates outputs of a macro."""
        found: list[syntax.Node] = []
        while self._token.kind != ")":
            found.append(self.expression(0))
            if self._token.kind == "," or (is_macro and self._token.kind == ":"):
                self._take()
            elif self._token.kind != ")":
                raise self._unexpected()
        self._take()
        return tuple(found)

    def _with_lookup(self) -> syntax.Node:
        argument = self.expression(0)
        self._expect(",")
        start = self._expect("(").end
        depth = 1
        while depth:
            token = self._take()
            if token.kind == "end":
                raise VensimSyntaxError("a closing bracket `)` is missing at its end")
            depth += {"(": 1, ")": -1}.get(token.kind, 0)
        table = table_of(self._text[start : token.start].replace("\\", " "))
        self._expect(")")
        return syntax.Call("with_lookup", (argument, table))

    def _subscripts(self) -> tuple[str, ...]:
        if self._token.kind != "[":
            return ()
        self._take()
        found: list[str] = []
        while True:
            token = self._take()
            if token.kind not in {"name", "quoted", "number"}:
                raise VensimSyntaxError(f"`{token.text}` is not a subscript")
            text = _spelled(token)
            if token.kind == "number" and self._token.kind == "name":
                text += self._text[token.end : self._token.start] + self._take().text
            if self._token.kind == "!":
                text += self._take().kind
            found.append(text)
            kind = self._take().kind
            if kind == "]":
                return tuple(found)
            if kind != ",":
                raise VensimSyntaxError("a closing bracket `]` is missing after its subscripts")


def _spelled(token: VensimToken) -> str:
    """Return a name without the marks of continued lines."""
    return token.text if token.kind == "quoted" else token.text.replace("\\", " ")
