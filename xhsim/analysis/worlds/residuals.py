"""The implied residuals: what an instrument has to be so that a target of a scenario is met.

An ensemble carries its instruments as variables, and says in its attribute ``meets`` which values
of which variable met what (JSON, so that it can be written to any file).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.worlds.meeting import Residual, Settled
from xhsim.analysis.worlds.side_by_side import inputs_beside
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.names import canonical, parse_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr

    from xhsim.engine.model import Model
    from xhsim.study.parameters.parameter import Parameter

__all__ = ["residuals_table", "settled_beside", "with_instruments", "with_residuals"]

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
NAMED = 8  # draws in a message
MOST = 0.5  # share of draws outside a range


def with_instruments(outputs: Iterable[str] | None, settled: Settled) -> Iterable[str] | None:
    """Return the outputs of a run with the instruments of its targets.

    Parameters
    ----------
    outputs : iterable of str or None
        None means all variables.
    settled : Settled
    """
    if outputs is None or isinstance(outputs, str):  # the model refuses a single text
        return outputs
    names = [canonical(parse_reference(one.instrument).name) for one in settled.residuals]
    return list(dict.fromkeys([*outputs, *names]))


def with_residuals(result: xr.Dataset, settled: Settled) -> xr.Dataset:
    """Mark the draws of a run that do not meet a target, and say what met what.

    Parameters
    ----------
    result : Dataset
    settled : Settled
        What the run was made of.

    Returns
    -------
    Dataset
        Failed draws are NaN after the last date at which they do what is asked. The attributes
        ``meets``, and where there is something to say ``unmet``, ``outside`` and ``mostly_outside``
        (in more than half of the draws), are added.
    """
    if settled.valid_until is not None and "draw" in result.dims:
        import xarray as xr

        until = xr.DataArray(settled.valid_until, dims="draw")
        attributes = {name: array.attrs for name, array in result.data_vars.items()}
        result = result.where(result["time"] <= until + 1e-9)
        for name, known in attributes.items():
            result[name] = result[name].transpose("draw", "time", ...).assign_attrs(known)
        result.attrs["unmet"] = _unmet(settled, result.sizes["draw"])
    if settled.residuals:
        result.attrs["meets"] = json.dumps([_record(one) for one in settled.residuals])
        outside = {text: share for text, share in map(_outside, settled.residuals) if text}
        most = [text for text, share in outside.items() if share > MOST]
        if outside:
            result.attrs["outside"] = "; ".join(outside)
        if most:  # the figures then say little about what the instrument can do
            result.attrs["mostly_outside"] = "; ".join(most)
    return result


def settled_beside(
    several: Sequence[Settled], draws: int, model: Model, parameters: Mapping[str, Parameter]
) -> Settled:
    """Join worlds that are solved each by itself along the draw axis.

    Parameters
    ----------
    several : sequence of Settled
    draws : int
        Number of draws of each.
    model : Model
    parameters : mapping of str to Parameter
    """
    inputs = inputs_beside([one.inputs for one in several], draws, model, parameters)
    ends = [np.full(draws, np.inf) if s.valid_until is None else s.valid_until for s in several]
    joined = np.concatenate(ends)
    return Settled(inputs, (), joined if np.isfinite(joined).any() else None)


@checked
def residuals_table(ensemble: xr.Dataset) -> pd.DataFrame:
    """Summarise the values that the instruments of a scenario's targets have.

    Parameters
    ----------
    ensemble : Dataset
        Of a scenario with ``meet``; also of one run.

    Returns
    -------
    DataFrame
        Indexed by ``instrument`` and ``year``: the target ``variable``, the ``unit`` of the
        instrument, quantiles ``q05`` to ``q95`` over the draws, the share of draws ``outside`` the
        parameter's range, and the number of draws that ``failed``: they do not meet the target.

    Raises
    ------
    InputError
        If the ensemble holds no variable by an instrument, or lacks a date.

    Examples
    --------
    >>> import xhsim
    >>> held = {"real GDP": {"growth": "4 %", "by": "district shock", "from": 2024}}
    >>> study = xhsim.open_study().with_scenario("held", meet=held)
    >>> study.residuals(study.run("held"))["median"].index.tolist()
    [('district shock', 2024), ('district shock', 2025)]
    """
    import pandas as pd

    if "meets" not in ensemble.attrs:
        raise InputError(
            "this ensemble holds no variable by an instrument",
            hint='run a scenario with "meet" and keep its variables',
        )
    rows = []
    for record in json.loads(ensemble.attrs["meets"]):
        for year, values in _by_year(ensemble, record):
            good = values[np.isfinite(values)]
            quantiles = np.quantile(good, list(QUANTILES.values())) if good.size else np.nan
            rows.append(
                {
                    "instrument": record["instrument"],
                    "year": year,
                    "variable": record["variable"],
                    "unit": record["unit"],
                    **dict(zip(QUANTILES, np.broadcast_to(quantiles, len(QUANTILES)), strict=True)),
                    "outside": float(_is_beyond(good, record["range"]).mean())
                    if good.size
                    else np.nan,
                    "failed": int(values.size - good.size),
                }
            )
    return pd.DataFrame(rows).set_index(["instrument", "year"])


def _by_year(ensemble: xr.Dataset, record: dict[str, Any]) -> Iterable[tuple[int, Any]]:
    """Return the values of an instrument in each draw, year by year."""
    array = ensemble[canonical(parse_reference(record["instrument"]).name)]
    for element in parse_reference(record["instrument"]).elements:
        array = array.sel({next(d for d in array.dims if d not in ("draw", "time")): element})
    times = ensemble["time"].values
    for year in record["years"]:
        # A value that acts during the year is that of the date on which the year before ends.
        date = float(year if record["at_once"] else year - 1)
        here = np.flatnonzero(np.abs(times - date) < 1e-6)
        if not here.size:
            raise InputError(
                f"the ensemble lacks the date {date:g}", hint="keep the dates of all years"
            )
        values = np.atleast_1d(array.isel(time=int(here[0])).values).astype(float)
        ends = np.flatnonzero(np.abs(times - year) < 1e-6)
        if ends.size:  # a draw that fails in this year has no target on its date
            at_end = np.atleast_1d(array.isel(time=int(ends[0])).values)
            values = np.where(np.isfinite(at_end), values, np.nan)
        yield year, values


def _record(residual: Residual) -> dict[str, Any]:
    meet = residual.meet
    return {
        "variable": str(meet.reference),
        "measure": meet.measure,
        "instrument": residual.instrument,
        "unit": residual.unit,
        "years": list(residual.years),
        "at_once": residual.at_once,
        "range": None if residual.range is None else list(residual.range),
    }


def _unmet(settled: Settled, draws: int) -> str:
    assert settled.valid_until is not None
    lost = np.flatnonzero(np.isfinite(settled.valid_until))
    named = ", ".join(map(str, lost[:NAMED])) + (", ..." if len(lost) > NAMED else "")
    first = settled.valid_until.min() + 1
    targets = " and ".join(f'"{one.meet.reference}"' for one in settled.residuals) or "a target"
    return (
        f"{targets} cannot be met in {len(lost):,} of {draws:,} draws (numbers {named}); "
        f"they fail, the first in {first:g}"
    )


def _outside(residual: Residual) -> tuple[str, float]:
    """Say where an instrument leaves its range, and in which share of the draws."""
    beyond = _is_beyond(residual.values, residual.range)
    if not beyond.any():
        return "", 0.0
    low, high = residual.range or (-np.inf, np.inf)
    years = ", ".join(
        f"{year}: {int(count)}"
        for year, count in zip(residual.years, beyond.sum(axis=1), strict=True)
        if count
    )
    return (
        f'"{residual.instrument}" leaves its range [{low:g}, {high:g}] {residual.unit} in '
        f"{int(beyond.any(axis=0).sum()):,} of {beyond.shape[1]:,} draws ({years})"
    ), float(beyond.any(axis=0).mean())


def _is_beyond(values: Any, bounds: Sequence[float] | None) -> Any:
    """Tell which values are outside a range, by more than rounding."""
    if bounds is None:
        return np.zeros(np.shape(values), dtype=bool)
    slack = 1e-9 * (bounds[1] - bounds[0])
    return (values < bounds[0] - slack) | (values > bounds[1] + slack)
