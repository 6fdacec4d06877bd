"""The stored posterior: the result of a calibration, kept in the model's folder.

``posterior.csv`` has one column for each calibrated number and one row for each draw.
``posterior.json`` contains the most probable values and digests of the inputs of the calibration.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.files.text import read_text
from xhsim.study.names import find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter

__all__ = ["DRAWS_FILE", "RECORD_FILE", "Posterior", "read_posterior"]

DRAWS_FILE, RECORD_FILE = "posterior.csv", "posterior.json"
AGAIN = "run xhsim calibrate --store again"
Number = tuple[str, str]  # name of a parameter and of one of its elements; "" for a scalar


@dataclass(frozen=True)
class Posterior:
    """Draws of parameters from their distribution given history.

    Parameters
    ----------
    numbers : tuple of (str, str)
        Names of the parameter and of the element, which is empty for a scalar.
    draws : ndarray, shape (rows, numbers)
        Neighbouring rows are similar, so evenly spaced rows represent the whole distribution.
    centre : ndarray, shape (numbers,)
        The most probable values.
    until : int
        The last year of history that was used.
    fingerprint : mapping of str to str
        Digests of the inputs of the calibration.
    where : Place
    """

    numbers: tuple[Number, ...]
    draws: NDArray[np.float64]
    centre: NDArray[np.float64]
    until: int
    fingerprint: Mapping[str, str]
    where: Place

    @cached_property
    def _columns(self) -> dict[Number, int]:
        return {number: column for column, number in enumerate(self.numbers)}

    def has(self, parameter: str, element: str = "") -> bool:
        """Return whether a number was calibrated."""
        return (parameter, element) in self._columns

    def column(self, parameter: str, element: str = "") -> NDArray[np.float64]:
        """Return the draws of a number, shape (rows,)."""
        return self.draws[:, self._columns[parameter, element]]

    def rows(self, shares: NDArray[np.float64]) -> NDArray[np.int64]:
        """Pick rows by numbers between 0 and 1.

        Parameters
        ----------
        shares : ndarray
            Evenly spaced numbers pick all rows equally often.

        Returns
        -------
        ndarray of int, of the shape of `shares`
        """
        last = len(self.draws) - 1
        return np.minimum((shares * len(self.draws)).astype(np.int64), last)

    def centred(self, parameter: Parameter) -> float | dict[str, float]:
        """Return a parameter's value with its calibrated numbers at their most probable values."""
        if not isinstance(parameter.value, Mapping):
            return float(self.centre[self._columns[parameter.name, ""]])
        return {
            element: float(self.centre[self._columns[parameter.name, element]])
            if self.has(parameter.name, element)
            else value
            for element, value in parameter.value.items()
        }


@checked
def read_posterior(model: Path, parameters: Mapping[str, Parameter]) -> Posterior | None:
    """Read the posterior stored in a model's folder.

    Parameters
    ----------
    model : Path
        The folder.
    parameters : mapping of str to Parameter

    Returns
    -------
    Posterior or None
        None if the folder has no posterior.

    Raises
    ------
    InputError
        If one of its two files is missing or damaged, or contains unknown names.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> from xhsim.study.parameters.parameter import read_parameters
    >>> model = bundled_folder() / "model"
    >>> posterior = read_posterior(model, read_parameters(model / "parameters.yaml"))
    >>> posterior.draws.shape
    (1024, 27)
    """
    draws_file, record_file = model / DRAWS_FILE, model / RECORD_FILE
    if not draws_file.exists() and not record_file.exists():
        return None
    for file, other in ((draws_file, record_file), (record_file, draws_file)):
        if not file.exists():
            raise InputError(
                f'there is a "{other.name}" but no "{file.name}"',
                file=other,
                hint=f"{AGAIN}, or remove it",
            )
    names, draws = _read_draws(draws_file)
    where = Place(str(draws_file), 1)
    numbers = tuple(_number(name, parameters, where) for name in names)
    record = _read_record(record_file)
    centre = record["centre"]
    if list(centre) != names:
        raise InputError(
            f"the most probable values do not match the columns of {DRAWS_FILE}",
            file=record_file,
            hint=AGAIN,
        )
    values = np.array([centre[name] for name in names])
    return Posterior(numbers, draws, values, record["until"], record["fingerprint"], where)


def _read_draws(path: Path) -> tuple[list[str], NDArray[np.float64]]:
    rows = csv.reader(read_text(path).splitlines())
    names = next(rows, [])
    found: list[list[float]] = []
    for line, cells in enumerate(rows, start=2):
        try:
            numbers = [float(cell) for cell in cells]
        except ValueError:
            raise InputError("a cell is not a number", file=path, line=line, hint=AGAIN) from None
        if len(numbers) != len(names) or not all(map(math.isfinite, numbers)):
            raise InputError(
                f"the row must have {len(names)} finite numbers, one for each column",
                file=path,
                line=line,
                hint=AGAIN,
            )
        found.append(numbers)
    if not names or not found or len(set(names)) != len(names):
        raise InputError(
            "the file must have a header of different names and a row for each draw",
            file=path,
            line=1,
            hint=AGAIN,
        )
    return names, np.array(found)


def _number(name: str, parameters: Mapping[str, Parameter], where: Place) -> Number:
    reference = parse_reference(name, where)
    parameter = find_name(reference.name, parameters, "parameter", where)
    chosen = find_elements(reference, parameter.elements, where) or ("",)
    if len(chosen) > 1:
        raise InputError(
            f'the column "{name}" does not name an element',
            file=where.file,
            line=where.line,
            hint=AGAIN,
        )
    return parameter.name, chosen[0]


def _read_record(path: Path) -> dict[str, Any]:
    from pydantic import BaseModel, ValidationError

    class PosteriorRecord(BaseModel):
        """The keys that are read from ``posterior.json``; the others are for people."""

        until: int
        centre: dict[str, float]
        fingerprint: dict[str, str]

    try:
        return PosteriorRecord.model_validate(json.loads(read_text(path)), strict=True).model_dump()
    except (json.JSONDecodeError, RecursionError, ValidationError) as error:
        raise InputError("this is not the record of a posterior", file=path, hint=AGAIN) from error
