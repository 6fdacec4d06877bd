"""Conditional probabilities: the draws of an ensemble in which a condition holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.judging.attainment import target_values
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.measures import AverageGrowth, LevelAtDeadline
from xhsim.study.names import parse_reference
from xhsim.study.targets import Target
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.study.names import Reference

__all__ = ["given", "parse_condition"]

_CONDITION = re.compile(
    r"\s*(?P<growth>growth\s+of\s+)?(?P<name>.+?)\s*(?P<way><=|>=|<|>)\s*"
    r"(?P<aim>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*%?\s+"
    r"(?:in\s+(?P<year>\d{4})|from\s+(?P<first>\d{4})\s+to\s+(?P<last>\d{4}))\s*"
)
FORM = (
    'write it like "real GDP >= 2900 in 2025" or "growth of real GDP < 4 % from 2020 to 2025" '
    "(per cent a year)"
)
OPPOSITE = {"<": ">=", "<=": ">"}


def parse_condition(text: str) -> tuple[Target, bool]:
    """Read a condition as a target that must be met, or must not be met.

    Parameters
    ----------
    text : str
        ``VARIABLE OP NUMBER in YEAR``, or ``growth of VARIABLE OP NUMBER from YEAR to YEAR``.

    Returns
    -------
    target : Target
    met : bool
        True if the condition is that the target is met, False if it is that it is not.

    Raises
    ------
    InputError
        If the text is of another form.

    Examples
    --------
    >>> target, met = parse_condition("growth of real GDP < 4 % from 2020 to 2025")
    >>> target.measure.name, target.direction, target.value, met
    ('average_growth', '>=', 4.0, False)
    """
    found = _CONDITION.fullmatch(text)
    if found is None or bool(found["growth"]) != bool(found["first"]):
        raise InputError(f'"{text}" is not a condition', hint=FORM)
    way = str(found["way"])
    first, last = found["first"] or str(int(found["year"]) - 1), found["last"] or found["year"]
    if int(first) >= int(last):
        raise InputError(f'"{text}": {last} is not after {first}', hint=FORM)
    reference: Reference = parse_reference(str(found["name"]))
    target = Target(
        id=text,
        rank=None,
        label=Label(text, text),
        variable=reference,
        measure=AverageGrowth() if found["growth"] else LevelAtDeadline(),
        direction=OPPOSITE.get(way, way),
        value=float(found["aim"]),
        unit="",
        base_year=int(first),
        deadline=int(last),
        group="condition",
        base_value=None,
        base_source=None,
        place="condition",
        note=None,
        where=Place("condition", 1),
    )
    return target, way not in OPPOSITE


@checked
def given(ensemble: xr.Dataset, condition: str) -> xr.Dataset:
    """Keep the draws of an ensemble in which a condition holds.

    Parameters
    ----------
    ensemble : Dataset
        It must contain the condition's variable.
    condition : str
        See `parse_condition`.

    Returns
    -------
    Dataset
        With the attributes ``condition``, its text, and ``of_draws``, the number of draws before
        the selection.

    Raises
    ------
    InputError
        If `condition` is not a condition, the ensemble lacks its variable or year, or it holds in
        no draw.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=256)
    >>> slow = given(ensemble, "growth of GDP < 6 % from 2020 to 2025")
    >>> 0 < slow.sizes["draw"] < 256
    True
    """
    target, is_met = parse_condition(condition)
    values = target_values(ensemble, target)
    holds = np.isfinite(values) & (target.is_met_by(values) == is_met)
    if not holds.any():
        raise InputError(
            f'"{condition}" holds in none of {holds.size} draws',
            hint=f"the values range from {np.nanmin(values):.4g} to {np.nanmax(values):.4g}",
        )
    kept = ensemble.isel(draw=np.flatnonzero(holds))
    earlier = ensemble.attrs.get("condition")
    return kept.assign_attrs(
        condition=f"{earlier} and {condition}" if earlier else condition,
        of_draws=int(ensemble.attrs.get("of_draws", holds.size)),
    )
