"""Parsing and looking up the names of parameters, model variables and their elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from xhsim.arguments import described
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Place

__all__ = [
    "NamedParts",
    "Reference",
    "UnknownKey",
    "UnknownName",
    "canonical",
    "element_name",
    "find_elements",
    "find_name",
    "named_parts",
    "nearest",
    "parse_reference",
]

Found = TypeVar("Found")


class UnknownName(InputError):
    """A name that is not known where it is written; elsewhere in the study it may be.

    Attributes
    ----------
    name, what : str
        The name as written, and the kind of name that was looked up.
    """

    name: str = ""
    what: str = ""


class UnknownKey(UnknownName, KeyError):
    """A key that a mapping of a study does not have."""


class NamedParts(dict[str, Found]):
    """Parts by name, for `named_parts`: a name that is not there is answered with the one meant."""

    def __init__(self, what: str, parts: Mapping[str, Found]) -> None:
        super().__init__(parts)
        self.what = what

    def __missing__(self, name: object) -> Found:
        """Raise the error for a name that is not there."""
        unknown = UnknownKey(f'unknown {self.what} "{name}"', hint=nearest(str(name), self))
        unknown.name, unknown.what = str(name), self.what
        raise unknown


def named_parts(what: str, parts: Mapping[str, Found]) -> Mapping[str, Found]:
    """Return parts of a study by name, which cannot be changed.

    Parameters
    ----------
    what : str
        Kind of part, for messages: ``target``.
    parts : mapping of str to object

    Examples
    --------
    >>> named_parts("target", {"gdp": 1})["gpd"]
    Traceback (most recent call last):
    xhsim.study.names.UnknownKey: unknown target "gpd". did you mean "gdp"?
    """
    return MappingProxyType(NamedParts(what, parts))


def nearest(name: str, known: Mapping[str, object]) -> str:
    """Return the hint to the part that a name means: one with this label, or a similar name.

    Parameters
    ----------
    name : str
    known : mapping of str to object
        Parts by name; they may have a label.

    Examples
    --------
    >>> nearest("plann", {"plan": 1, "baseline": 2}), nearest("zzz", {"plan": 1})
    ('did you mean "plan"?', 'known: plan')
    """
    for key, part in known.items():
        label = getattr(part, "label", None)
        texts = {text.casefold() for text in (label.en, label.zh) if text} if label else set()
        if name.strip().casefold() in texts:
            return f'this is the label of "{key}": write "{key}"'
    return did_you_mean(name, known) or f"known: {_some(known, 40)}"


class Reference(NamedTuple):
    """A name with an optional selection of elements: ``cluster support[AI, Finance]``."""

    name: str
    elements: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the reference as written."""
        return f"{self.name}[{', '.join(self.elements)}]" if self.elements else self.name


def element_name(name: str, element: str) -> str:
    """Return the full name of an element; the element "" means a quantity without elements.

    Parameters
    ----------
    name, element : str

    Examples
    --------
    >>> element_name("cluster support", "AI"), element_name("RD support", "")
    ('cluster support[AI]', 'RD support')
    """
    return f"{name}[{element}]" if element else name


def parse_reference(text: str, place: Place | None = None) -> Reference:
    """Read a name with an optional selection of elements.

    Parameters
    ----------
    text : str
        ``name`` or ``name[element, element]``.
    place : Place, optional
        File and line, for messages.

    Raises
    ------
    InputError
        If brackets are unbalanced, or the name or an element is empty.

    Examples
    --------
    >>> parse_reference("cluster support[AI, Finance]")
    Reference(name='cluster support', elements=('AI', 'Finance'))
    """
    name, bracket, rest = text.partition("[")
    elements = tuple(part.strip() for part in rest.rstrip().removesuffix("]").split(","))
    balanced = not bracket or (rest.rstrip().endswith("]") and "[" not in rest)
    stray = "]" in (name + "".join(elements))
    if not name.strip() or not balanced or stray or (bracket and not all(elements)):
        raise InputError(
            f'"{text}" is not a name',
            file=place.file if place else None,
            line=place.line if place else None,
            hint='write "name" or "name[element]"',
        )
    return Reference(name.strip(), elements if bracket else ())


def find_name(name: str, known: Mapping[str, Found], what: str, place: Place | None) -> Found:
    """Look up a name in either spelling.

    Parameters
    ----------
    name : str
        As in the model file, or canonical.
    known : mapping
        Values by name as in the model file.
    what : str
        Kind of name, for messages: ``parameter``.
    place : Place or None
        File and line of the name.

    Raises
    ------
    InputError
        If the name is unknown. The hint gives the nearest name, or the new name of a renamed one.

    Examples
    --------
    >>> find_name("rd_support", {"RD support": 3.0}, "parameter", None)
    3.0
    """
    if not isinstance(name, str):
        raise InputError(f"the name of a {what} is a text, not {described(name)}")
    if name in known:
        return known[name]
    wanted = canonical(name)
    for candidate, found in known.items():
        if canonical(candidate) == wanted:
            return found
    for candidate, found in known.items():
        if wanted in map(canonical, getattr(found, "former_names", ())):
            raise InputError(
                f'the {what} "{name}" is now called "{candidate}"',
                file=place.file if place else None,
                line=place.line if place else None,
                hint=f'write "{candidate}"',
            )
    unknown = UnknownName(
        f'unknown {what} "{name}"',
        file=place.file if place else None,
        line=place.line if place else None,
        hint=did_you_mean(name, known) or f"known: {_some(known)}",
    )
    unknown.name, unknown.what = name, what
    raise unknown


def find_elements(
    reference: Reference, known: tuple[str, ...], place: Place | None
) -> tuple[str, ...]:
    """Return the elements that a reference selects, in the model's spelling.

    Parameters
    ----------
    reference : Reference
    known : tuple of str
        All elements; empty for a quantity without elements.
    place : Place or None
        File and line of the reference.

    Returns
    -------
    tuple of str
        All of `known` if nothing is selected.

    Raises
    ------
    InputError
        If an element is unknown, or the quantity has no elements.

    Examples
    --------
    >>> find_elements(Reference("support", ("ai",)), ("AI", "Finance"), None)
    ('AI',)
    """
    if reference.elements and not known:
        raise InputError(
            f'"{reference.name}" has no elements to select',
            file=place.file if place else None,
            line=place.line if place else None,
            hint=f'write "{reference.name}"',
        )
    table = {element: element for element in known}
    what = f'element of "{reference.name}"'
    return tuple(find_name(name, table, what, place) for name in reference.elements) or known


def _some(names: Iterable[str], most: int = 8) -> str:
    every = list(names)
    return ", ".join(every[:most]) + (", ..." if len(every) > most else "") or "none"
