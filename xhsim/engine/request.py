"""The request for a run: its arguments in one frozen record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.running.shared_start import Beginning
from xhsim.errors import InputError

__all__ = ["Request", "names_of"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """The arguments of `xhsim.engine.model.Model.run`, which documents each of them.

    Attributes
    ----------
    params : mapping of str to number, array or Path, optional
    method : str, optional
    dt : float, optional
    times : sequence of float, optional
    outputs : tuple of str, optional
    seed : int
    progress : callable, optional
    block, threads : int, optional
    runs : int
    beginning : Beginning, optional
    hidden : bool
        Without `outputs`: whether to return what the engine has made, too, such as the stocks
        inside a delay.
    """

    params: Mapping[str, Any] | None = None
    method: str | None = None
    dt: float | None = None
    times: Sequence[float] | NDArray[np.float64] | None = None
    outputs: tuple[str, ...] | None = None
    seed: int = 0
    progress: Callable[[int], None] | None = None
    block: int | None = None
    threads: int | None = None
    runs: int = 1
    beginning: Beginning | None = None
    hidden: bool = False


def names_of(outputs: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the names of outputs as a tuple. A generator can be read only once.

    Raises
    ------
    InputError
        If it is a single string, or not a list of names.

    Examples
    --------
    >>> names_of(name for name in ["gdp", "rent"])
    ('gdp', 'rent')
    """
    if outputs is None:
        return None
    if isinstance(outputs, str) or not isinstance(outputs, Iterable):
        raise InputError("outputs must be a list of names", hint=f'write ["{outputs}"]')
    return tuple(outputs)
