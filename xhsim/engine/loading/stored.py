"""The form in which equations are stored: data only, with every field checked.

Names, units, documentation and subscripts are decoded at once. Right-hand sides remain bytes until
somebody asks for them, because a start does not need them and they are most of a model. msgspec
checks the type of each field and its closed lists, and `xhsim.engine.loading.checks` what types
cannot say. What does not fit is not used.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import msgspec

from xhsim.engine.equations import Definition, Dimension, Equations, Variable
from xhsim.engine.language.syntax import FileMethod
from xhsim.engine.loading.checks import check_definitions, check_variables

__all__ = [
    "NOT_FITTING",
    "StoredEquations",
    "StoredModel",
    "collection_paused",
    "decoded",
    "encoded",
]

# What decoding and checking raise where something does not fit.
NOT_FITTING = (ValueError, RecursionError, msgspec.DecodeError)


class StoredModel(
    msgspec.Struct, frozen=True, array_like=True, tag=True, forbid_unknown_fields=True
):
    """What is stored of a model.

    Attributes
    ----------
    files : tuple of (str, str)
        The data files that were read: path relative to the model's folder, SHA-256 of the bytes.
    remarks : tuple of str
        What the reader had to repair, which a user should know.
    variables, dimensions, structural, without_values, unfinished, method, has_missing
        As those of `xhsim.engine.equations.Equations`, sets in order.
    definitions : bytes
        A dictionary, for itself.
    """

    files: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    variables: tuple[Variable, ...]
    dimensions: tuple[Dimension, ...]
    structural: tuple[str, ...]
    without_values: tuple[str, ...]
    unfinished: tuple[str, ...]
    method: FileMethod
    has_missing: bool
    definitions: msgspec.Raw


_ENTRIES = msgspec.msgpack.Decoder(StoredModel)
_DEFINITIONS = msgspec.msgpack.Decoder(dict[str, Definition])


def encoded(
    equations: Equations, files: tuple[tuple[str, str], ...], remarks: tuple[str, ...]
) -> bytes:
    """Return the bytes to store.

    Parameters
    ----------
    equations : Equations
        Its path is left out, because a copy of the file elsewhere uses the same entry.
    files, remarks
        As for `StoredModel`.

    Returns
    -------
    bytes

    Raises
    ------
    UnicodeEncodeError, RecursionError
        If a text or an equation cannot be stored.
    """
    entry = StoredModel(
        files,
        remarks,
        tuple(equations.variables.values()),
        tuple(equations.dimensions.values()),
        tuple(sorted(equations.structural)),
        tuple(sorted(equations.without_values)),
        tuple(sorted(equations.unfinished)),
        equations.method,
        equations.has_missing,
        msgspec.Raw(msgspec.msgpack.encode(equations.definitions)),
    )
    return msgspec.msgpack.encode(entry)


def decoded(content: bytes) -> StoredModel:
    """Return what was stored. Definitions are still bytes.

    Raises
    ------
    ValueError, RecursionError, msgspec.DecodeError
        If it does not fit.
    """
    with collection_paused():
        entry = _ENTRIES.decode(content)
        check_variables(entry.variables, entry.dimensions)
    return entry


class StoredEquations(Equations):
    """Equations whose definitions are decoded when somebody first asks for them."""

    _content: bytes
    _again: Callable[[], Equations]

    @classmethod
    def of(cls, path: str, entry: StoredModel, again: Callable[[], Equations]) -> StoredEquations:
        """Return the equations of an entry.

        Parameters
        ----------
        path : str
        entry : StoredModel
        again : callable
            Reads the model file anew, in case that the definitions do not fit.
        """
        own: dict[str, Any] = {
            "path": path,
            "variables": {variable.key: variable for variable in entry.variables},
            "dimensions": {dimension.canonical: dimension for dimension in entry.dimensions},
            "structural": frozenset(entry.structural),
            "without_values": frozenset(entry.without_values),
            "unfinished": frozenset(entry.unfinished),
            "method": entry.method,
            "has_missing": entry.has_missing,
            "_content": entry.definitions,
            "_again": again,
        }
        equations = cls.__new__(cls)
        vars(equations).update(own)  # the class is frozen
        return equations

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """The definitions, by key."""
        try:
            with collection_paused():
                found = _DEFINITIONS.decode(self._content)
                check_definitions(self, found)
        except NOT_FITTING:
            found = self._again().definitions
        vars(self)["_content"] = b""  # the bytes are not needed again
        return found


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the search for unused circles of objects: many thousands of records have none.

    Examples
    --------
    >>> with collection_paused():
    ...     gc.isenabled()
    False
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
