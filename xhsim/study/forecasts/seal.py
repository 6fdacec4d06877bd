"""A sealed forecast: what it contains, how it is written, and the hashes that show a change.

Each part of a seal (its targets, its note, ...) has a hash, and ``hash`` is that of all these. A
change of any value therefore shows, and the message names the part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from xhsim.errors import InputError

__all__ = [
    "FORMAT",
    "KnownFigure",
    "Seal",
    "SealedQuantity",
    "SealedTarget",
    "read_seal",
    "seal_text",
]

FORMAT = 1
HASH, HASHES = "hash", "hashes"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class SealedTarget(_Part):
    """The forecast of a target, with the target's definition at that time.

    Attributes
    ----------
    id, variable, measure, direction, value, unit, base_year, deadline, base_value
        As in targets.yaml.
    assessable : bool
        Whether it hangs on no unpublished base.
    probability, ci_low, ci_high : float or None
        With the interval that the number of draws leaves; None if every draw failed.
    quantiles : tuple of float
        Of the measured value at the deadline, at the seal's levels; empty if a draw has none.
    """

    id: str
    variable: str
    measure: str
    direction: str
    value: float
    unit: str
    base_year: int
    deadline: int
    base_value: float | None
    assessable: bool
    probability: float | None
    ci_low: float | None
    ci_high: float | None
    quantiles: tuple[float, ...]


class SealedQuantity(_Part):
    """The forecast of the figure that will be published for a variable and a year.

    Attributes
    ----------
    variable : str
        A variable of the model or one of its elements, or a sum of these.
    measure : str
        ``level``, or ``growth`` over the year before in per cent.
    year : int
    unit : str
    error : float
        The standard deviation that published figures have around the variable: relative for a
        level, in percentage points for a growth. The quantiles contain it.
    quantiles : tuple of float
        At the seal's levels.
    """

    variable: str
    measure: str
    year: int
    unit: str
    error: float
    quantiles: tuple[float, ...]


class KnownFigure(_Part):
    """A figure that was known when the forecast was made.

    Attributes
    ----------
    series, variable, measure, kind, first_year, last_year, value
        As in history.csv. The variable is empty if the model is not compared with the figure; only
        naive forecasts use it.
    """

    series: str
    variable: str
    measure: str
    kind: str
    first_year: int
    last_year: int
    value: float


class Seal(_Part):
    """A sealed forecast.

    Attributes
    ----------
    format : int
        The version of this list of keys.
    name : str
        The file's stem.
    as_of : date
        Nothing that was published after this day is in the forecast.
    made : datetime
        When it was made. If that is later than `as_of`, later figures may have been known to
        those who made the model.
    scenario, note : str
    draws, seed, failed : int
    effective_draws : float or None
        What the draws are worth if they are weighted; else None.
    beliefs : str
        ``posterior`` or ``prior``.
    news : str or None
        The figures on which the draws are conditional, if any.
    structures : mapping of str to float
        The share of the draws in each structure of the model; empty for a study without.
    xhsim : str
        The version of the program.
    levels : tuple of float
        The levels of all quantiles.
    targets : tuple of SealedTarget
    quantities : tuple of SealedQuantity
    known : tuple of KnownFigure
        From these figures the rivals forecast.
    inputs : mapping of str to str
        Hashes of the study's files.
    earlier : mapping of str to str
        The hashes of the seals that were there before, by name: a seal that is made again under
        its old name no longer has the hash that later ones know.
    """

    format: int
    name: str
    as_of: date
    made: datetime
    scenario: str
    note: str
    draws: int
    seed: int
    failed: int
    effective_draws: float | None
    beliefs: str
    news: str | None
    structures: Mapping[str, float]
    xhsim: str
    levels: tuple[float, ...]
    targets: tuple[SealedTarget, ...]
    quantities: tuple[SealedQuantity, ...]
    known: tuple[KnownFigure, ...]
    inputs: Mapping[str, str]
    earlier: Mapping[str, str]

    @cached_property
    def hash(self) -> str:
        """The hash of everything in the seal."""
        return _digest(_hashes(self.model_dump(mode="json")))


def seal_text(seal: Seal) -> str:
    """Write a seal as the text of its file.

    Parameters
    ----------
    seal : Seal

    Returns
    -------
    str
        JSON, with a line for each target, quantity, figure and input; its hashes are at the end.
    """
    content = seal.model_dump(mode="json")
    record = {**content, HASHES: _hashes(content), HASH: seal.hash}
    parts = [f" {json.dumps(name)}: {_lines(value)}" for name, value in record.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read_seal(text: str) -> Seal:
    """Read the text of a seal's file.

    Parameters
    ----------
    text : str

    Returns
    -------
    Seal

    Raises
    ------
    InputError
        If the text is not a seal, or anything in it has changed; the message names the part.
    """
    try:
        record = json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(f"it is not a seal: {_reason(error)}") from None
    if not isinstance(record, dict):
        raise InputError("it is not a seal")
    content = {name: value for name, value in record.items() if name not in (HASH, HASHES)}
    found = _hashes(content)
    kept = record.get(HASHES)
    kept = kept if isinstance(kept, dict) else {}
    changed = [name for name in {**found, **kept} if found.get(name) != kept.get(name)]
    if changed:
        raise InputError(f"changed since it was sealed: {', '.join(changed)}")
    if record.get(HASH) != _digest(found):
        raise InputError("changed since it was sealed: the hash of the whole does not fit")
    try:
        return Seal.model_validate_json(json.dumps(content))
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise InputError(f"this version of xhsim cannot read it: {where}") from None


def _digest(value: Any) -> str:
    """Hash a value of JSON, however it is laid out and in whatever order its keys are."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _hashes(content: Mapping[str, Any]) -> dict[str, str]:
    return {name: _digest(value) for name, value in content.items()}


def _lines(value: Any) -> str:
    """Write a value on one line, or the items of a list or mapping of records on one line each."""

    def dumped(item: Any) -> str:
        return json.dumps(item, ensure_ascii=False, allow_nan=False)

    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(map(dumped, value)) + "\n ]"
    if isinstance(value, dict) and len(value) > 1:
        items = [f"{dumped(name)}: {dumped(item)}" for name, item in value.items()]
        return "{\n  " + ",\n  ".join(items) + "\n }"
    return dumped(value)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that appears twice: a reader sees both values, and a program only the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key appears twice")
    return found


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _reason(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)
