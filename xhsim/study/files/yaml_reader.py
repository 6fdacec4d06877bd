"""The reader of YAML files, which returns a tree with line and column of each part.

A file is data. It is read from PyYAML's parser events, so nothing in it can construct an object.
Anchors, aliases and tags are refused. Scalars follow the YAML 1.2 core schema: ``yes`` and ``on``
are text, ``1e-3`` is a number, and ``012`` is twelve.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import yaml

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.text import read_text

__all__ = ["Key", "Node", "parse_yaml", "read_yaml", "resolve_plain"]

Key: TypeAlias = str | int | float | bool | None
Scalar: TypeAlias = str | int | float | bool | None

DEEPEST = 20
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_HINTS = {
    "mapping values are not allowed": "put text that contains a colon in quotes",
    "cannot start any token": 'put the text in quotes, for example "%/year"',
    "expected ',' or '}'": "inside { } put text with brackets or commas in quotes, "
    'for example "90% in [2, 4]"',
    "could not find expected ':'": 'a key is followed by ": "',
    "unexpected end of stream": "a quote or bracket is not closed",
}


@dataclass(frozen=True)
class Node:
    """A value of a YAML file, with its position.

    Parameters
    ----------
    value : str, int, float, bool, None, tuple of Node, or dict of Node
        The scalar, the items of a list, or the entries of a mapping.
    line, column : int
        Where the value begins, counted from 1; 0 if it is not from a file.
    places : dict
        For a mapping: line and column of each key.
    """

    value: Scalar | tuple[Node, ...] | dict[Key, Node]
    line: int
    column: int
    places: dict[Key, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, name: str = "it") -> Node:
        """Convert plain dicts, lists and scalars to a tree whose nodes are all on line 0.

        Parameters
        ----------
        value : mapping, list, tuple or scalar
            NumPy scalars are converted to Python scalars.
        name : str
            Name of the value in messages.

        Raises
        ------
        InputError
            If a value has another type.

        Examples
        --------
        >>> Node.of({"step": {"year": 2022, "to": 5}}).plain()
        {'step': {'year': 2022, 'to': 5}}
        """
        if isinstance(value, Mapping):
            entries = {_scalar(key, name): cls.of(part, str(key)) for key, part in value.items()}
            return cls(entries, 0, 0, dict.fromkeys(entries, (0, 0)))
        if isinstance(value, list | tuple):
            return cls(tuple(cls.of(part, name) for part in value), 0, 0)
        return cls(_scalar(value, name), 0, 0)

    def plain(self) -> Any:
        """Return the tree as plain dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value

    def child(self, key: Key) -> Node:
        """Return the value of a mapping's key.

        Raises
        ------
        KeyError
            If this is not a mapping with that key.
        """
        if not isinstance(self.value, dict):
            raise KeyError(key)
        return self.value[key]

    def entries(self) -> Iterator[tuple[Key, Node]]:
        """Yield keys and values of a mapping.

        A value that is a mapping, a list or empty gets the position of its key, so a message about
        a whole record points at its name and not at its first line.
        """
        if isinstance(self.value, dict):
            for key, node in self.value.items():
                if isinstance(node.value, dict | tuple) or node.value is None:
                    line, column = self.places[key]
                    node = replace(node, line=line, column=column)
                yield key, node

    def find(self, steps: Sequence[str | int | float]) -> tuple[int, int]:
        """Return line and column of a part, given a path of keys and indices from a validator.

        Steps that are not in the tree are ignored: they are names that the validator adds. The
        position is that of the key if the value is a mapping, a list or empty.
        """
        node, place = self, (self.line, self.column)
        for step in steps:
            if isinstance(node.value, dict) and step in node.value:
                place, node = node.places[step], node.value[step]
                if not isinstance(node.value, dict | tuple) and node.value is not None:
                    place = (node.line, node.column)
            elif isinstance(node.value, tuple) and isinstance(step, int):
                if step < len(node.value):
                    node = node.value[step]
                    place = (node.line, node.column)
            elif step == "[key]":
                break
        return place


def read_yaml(path: Path, mistakes: Mistakes | None = None) -> Node:
    r"""Read a YAML file into a tree with positions.

    Parameters
    ----------
    path : Path
        The file: UTF-8, one document.
    mistakes : Mistakes, optional
        Receives duplicate keys, so that reading continues; without it they are raised.

    Returns
    -------
    Node

    Raises
    ------
    InputError
        If the file cannot be read, is not YAML, or has anchors, aliases, tags, several documents,
        keys that are not text or numbers, or more than 20 levels.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.yaml").write_text("set:\n  pace: 1e-3\n  on: yes\n")
    ...     tree = read_yaml(Path(folder, "a.yaml"))
    >>> tree.plain()
    {'set': {'pace': 0.001, 'on': 'yes'}}
    >>> tree.find(["set", "pace"])
    (2, 9)
    """
    found = Mistakes() if mistakes is None else mistakes
    root = parse_yaml(read_text(path), path, found)
    if mistakes is None:
        found.check()
    return root


def parse_yaml(text: str, path: Path, mistakes: Mistakes) -> Node:
    """Read the text of a YAML file into a tree with positions.

    Parameters
    ----------
    text : str
    path : Path
        The file, for messages.
    mistakes : Mistakes
        Receives duplicate keys.

    Returns
    -------
    Node

    Raises
    ------
    InputError
        As for `read_yaml`.

    Examples
    --------
    >>> parse_yaml("pace: 1", Path("a.yaml"), Mistakes()).plain()
    {'pace': 1}
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C is optional in PyYAML builds
    try:
        return _NodeBuilder(path, yaml.parse(text, Loader=loader), mistakes).document()
    except yaml.YAMLError as error:
        raise _syntax_error(path, text, error) from None


class _NodeBuilder:
    """Builds nodes from parser events one at a time, so depth is checked before it is a problem."""

    def __init__(self, path: Path, events: Iterator[yaml.Event], mistakes: Mistakes) -> None:
        self.path = path
        self.events = events
        self.mistakes = mistakes

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self.error(event, "a second document begins", 'remove the "---" line')
                root = self.node(next(self.events), 0)
        if root is None or root.value is None:
            raise InputError(
                "the file is empty", file=self.path, line=1, hint="write it or remove it"
            )
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            raise self.error(event, "aliases (*name) are not used here", "write the value out")
        if getattr(event, "anchor", None) is not None:
            raise self.error(event, "anchors (&name) are not used here", "remove it")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self.error(event, f"tags ({tag}) are not used here", "remove it")
        if depth > DEEPEST:
            raise self.error(event, f"more than {DEEPEST} levels of nesting", "flatten the file")
        line, column = _place(event)
        if isinstance(event, yaml.ScalarEvent):
            quoted = event.style in ("'", '"')  # the text itself begins after the quote
            value = resolve_plain(event.value) if event.implicit[0] else event.value
            return Node(value, line, column + quoted)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(item, depth + 1))
            return Node(tuple(items), line, column)
        return self.mapping(line, column, depth)

    def mapping(self, line: int, column: int, depth: int) -> Node:
        entries: dict[Key, Node] = {}
        places: dict[Key, tuple[int, int]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self.node(event, depth + 1)
            if isinstance(name.value, dict | tuple | bool) or name.value is None:
                raise self.error(event, "a key must be text or a number", "put it in quotes")
            value = self.node(next(self.events), depth + 1)
            if name.value in entries:
                self.mistakes.add(
                    f'key "{name.value}" is given twice',
                    file=self.path,
                    line=name.line,
                    column=name.column,
                    hint=f"it is already on line {places[name.value][0]}; remove one of them",
                )
                continue
            entries[name.value] = value
            places[name.value] = (name.line, name.column)
        return Node(entries, line, column, places)

    def error(self, event: yaml.Event, message: str, hint: str) -> InputError:
        line, column = _place(event)
        return InputError(message, file=self.path, line=line, column=column, hint=hint)


def _scalar(value: Any, name: str) -> Scalar:
    """Return a value as a scalar that a YAML file can contain."""
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or isinstance(plain, str | int | float):
        return plain
    raise InputError(
        f'"{name}" cannot be given as {type(value).__name__}',
        hint="use numbers, text, dicts and lists, as in a scenario file",
    )


def _place(event: yaml.Event) -> tuple[int, int]:
    """Return line and column counted from 1; every event of a parsed text has a mark."""
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1


def resolve_plain(text: str) -> Scalar:
    """Convert text without quotes to the value that the YAML 1.2 core schema gives it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str, int, float, bool or None

    Examples
    --------
    >>> resolve_plain("1e-3"), resolve_plain("yes"), resolve_plain("null")
    (0.001, 'yes', None)
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        # Python limits the number of digits of int(); no count in a study has more than 18.
        return int(text) if len(text) <= 18 else float(text)
    if _BASED.fullmatch(text):
        return int(text, 0) if len(text) <= 18 else text
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _syntax_error(path: Path, text: str, error: yaml.YAMLError) -> InputError:
    problem = str(getattr(error, "problem", None) or error).strip()
    mark = getattr(error, "problem_mark", None)
    lines = text.rstrip("\n").split("\n")
    if mark and mark.line >= len(lines):  # found at the end: point at what was left open instead
        mark = getattr(error, "context_mark", None) or mark
    hint = next((advice for words, advice in _HINTS.items() if words in problem), None)
    if mark and any("\t" in line[: mark.column + 1] for line in lines[mark.line : mark.line + 1]):
        hint = "indent with spaces, not tabs"
    return InputError(
        f"this is not valid YAML: {problem}",
        file=path,
        line=min(mark.line + 1, len(lines)) if mark else None,
        column=mark.column + 1 if mark else None,
        hint=hint,
    )
