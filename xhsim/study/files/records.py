"""Checked records of a YAML file, with the line of each part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.yaml_reader import Node, read_yaml

if TYPE_CHECKING:
    from xhsim.study.files.schema import Record

__all__ = ["Written", "check_record", "read_record", "read_records"]

AnyRecord = TypeVar("AnyRecord", bound="Record")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Written(Generic[AnyRecord]):
    """A record with valid keys and types, and its position in the file.

    Parameters
    ----------
    record : Record
        The content, checked for keys and types.
    node : Node
        The position of each part.
    path : Path
        The file.
    mistakes : Mistakes
        Receives mistakes other than those of keys and types.
    name : str
        Its name in the file; empty if it is the whole file.
    """

    record: AnyRecord
    node: Node
    path: Path
    mistakes: Mistakes
    name: str = ""

    @property
    def where(self) -> Place:
        """File and line of the whole record."""
        return Place(str(self.path), self.node.line)

    def place(self, *steps: str | int) -> Place:
        """Return file and line of a part, given the keys and indices that lead to it."""
        return Place(str(self.path), self.node.find(steps)[0])

    def wrong(self, message: str, *steps: str | int, hint: str | None = None) -> None:
        """Add a mistake in a part, given the keys and indices that lead to it."""
        line, column = self.node.find(steps)
        self.mistakes.add(message, file=self.path, line=line, column=column, hint=hint)

    def understood(
        self, parse: Callable[..., Found], text: str, *steps: str | int, **others: Any
    ) -> Found | None:
        """Parse a text; if that fails, add the mistake and return None.

        Parameters
        ----------
        parse : callable
            Takes the text, and `file`, `line` and `column` for its messages.
        text : str
        *steps : str or int
            Keys and indices that lead to the text.
        **others
            Further keywords of `parse`.
        """
        line, column = self.node.find(steps)
        try:
            return parse(text, file=self.path, line=line, column=column, **others)
        except InputError as error:
            self.mistakes.extend(error)
            return None


def read_record(kind: type[AnyRecord], path: Path, what: str) -> Written[AnyRecord]:
    """Read a file that is one record.

    Parameters
    ----------
    kind : type
        The record's class.
    path : Path
        The file.
    what : str
        Its content, for messages: ``budget``.

    Returns
    -------
    Written
        Without the parts that are wrong. The caller raises its `mistakes`.

    Raises
    ------
    InputError
        If the file cannot be read; or with every mistake, if other parts hang on one of them.
    """
    mistakes = Mistakes()
    return check_record(kind, read_yaml(path, mistakes), path, mistakes, what)


def check_record(
    kind: type[AnyRecord], tree: Node, path: Path, mistakes: Mistakes, what: str
) -> Written[AnyRecord]:
    """Check a tree that is one record.

    Parameters
    ----------
    kind, path, what
        As for `read_record`; the file need not exist.
    tree : Node
        The content.
    mistakes : Mistakes
        The mistakes found so far; the caller raises them.

    Returns
    -------
    Written
        Without the parts that are wrong.

    Raises
    ------
    InputError
        With every mistake so far, if other parts hang on one that is wrong.
    """
    from xhsim.study.files.schema import validate

    record = validate(kind, tree, path, mistakes, what)
    if record is None:
        mistakes.check()
    assert record is not None  # otherwise check() has raised
    return Written(record, tree, path, mistakes)


def read_records(
    kind: type[AnyRecord],
    path: Path,
    what: str,
    mistakes: Mistakes,
    *,
    spelled: Callable[[str], str] = str,
) -> list[Written[AnyRecord]]:
    """Read a file that maps names to records.

    Parameters
    ----------
    kind : type
        The records' class.
    path : Path
        The file.
    what : str
        Kind of record, for messages: ``target``.
    mistakes : Mistakes
        Receives the mistakes; the caller raises them.
    spelled : callable
        Converts a name to the spelling that is compared for duplicates.

    Returns
    -------
    list of Written
        The records with valid keys and types, in the order of the file.

    Raises
    ------
    InputError
        If the file cannot be read, or does not map names to records.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> from xhsim.study.files.schema import LoopRecord
    >>> mistakes = Mistakes()
    >>> loops = read_records(LoopRecord, bundled_folder() / "model/loops.yaml", "loop", mistakes)
    >>> loops[0].name, loops[0].record.kind, len(mistakes)
    ('R1', 'reinforcing', 0)
    """
    from xhsim.study.files.schema import validate

    tree = read_yaml(path, mistakes)
    found = []
    first: dict[str, str] = {}
    for name, node in _named(tree, path, what, mistakes):
        record = validate(kind, node, path, mistakes, f'{what} "{name}"')
        twin = first.setdefault(spelled(name), name)
        if twin != name:
            mistakes.add(
                f'{what} "{name}" is the same name as "{twin}"',
                file=path,
                line=node.line,
                hint=f"it is already on line {tree.places[twin][0]}; remove one of them",
            )
        elif record is not None:
            found.append(Written(record, node, path, mistakes, name))
    return found


def _named(tree: Node, path: Path, what: str, mistakes: Mistakes) -> list[tuple[str, Node]]:
    """Return the entries of a mapping whose keys are names."""
    if not isinstance(tree.value, dict):
        raise InputError(
            f"the file must map each {what}'s name to its record",
            file=path,
            line=tree.line,
            hint='write "name:" and the record indented below it',
        )
    records = []
    for name, node in tree.entries():
        if isinstance(name, str):
            records.append((name, node))
        else:
            line, column = tree.places[name]
            mistakes.add(
                f"a {what}'s name must be text, not the number {name}",
                file=path,
                line=line,
                column=column,
                hint="put it in quotes",
            )
    return records
