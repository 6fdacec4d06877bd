"""What more money buys: each spending line raised by the same amount, on the same draws."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xhsim.analysis.judging.attainment import met_in
from xhsim.analysis.judging.failures import refuse_failed_worlds
from xhsim.analysis.judging.probability import Z
from xhsim.analysis.worlds.select import select_total
from xhsim.analysis.worlds.world import side_by_side
from xhsim.arguments import checked
from xhsim.engine.paths import Path
from xhsim.engine.running.shared_start import Beginning
from xhsim.errors import InputError
from xhsim.study.names import Reference, element_name, find_name
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.worlds.world import World
    from xhsim.study.parameters.parameter import Parameter

__all__ = ["more_money", "raised"]

Array = NDArray[np.float64]
AT_ONCE = 2048  # draws of one run; more are run line by line, with one compiled form for all
COLUMNS = ("lever", "label", "label_zh", "gain", "low", "high", "error", "paid")


@checked
def more_money(
    study: FittedStudy,
    scenario: str = "baseline",
    draws: int | None = None,
    seed: int | None = None,
    *,
    target: str | None = None,
    amount: float = 1.0,
    years: tuple[float, float] = (2021, 2022),
    scheme: str = "sobol",
) -> pd.DataFrame:
    """Estimate what each spending line brings if it gets more money, one at a time.

    The lever that funds the programme rises in proportion, so that the money is new: it is not
    taken from other lines.

    Parameters
    ----------
    study : Study
    scenario : str
        The scenario to which the money is added.
    draws, seed : int, optional
        As for `Study.ensemble`.
    target : str, optional
        The id of the target to meet; by default the number of indicators that are met counts.
    amount : float
        Of more money in a year, in the unit of the levers.
    years : tuple of float
        Between these dates the money rises in a straight line.
    scheme : str
        As for `Study.ensemble`.

    Returns
    -------
    DataFrame
        A row for each line, the one that brings most first: ``lever``, ``label``, ``label_zh``,
        ``gain`` (targets more on average, or probability if `target` is given), ``low`` and
        ``high`` (95 % interval), ``error`` (standard error) and ``paid`` (how much more is spent in
        a year on average after the rise; NaN without ``budget.yaml``). Its attributes are
        ``scenario``, ``target``, ``amount``, ``unit`` (of the levers), ``funded_by`` (the lever
        that rises too, or None), ``draws`` and ``seed``.

    Raises
    ------
    InputError
        If there is no such scenario or target, or no lever is money.

    Examples
    --------
    >>> import xhsim
    >>> table = more_money(xhsim.open_study(), "baseline", 16, target="new_listed_firms")
    >>> bool((table["gain"] >= 0).mean() > 0.5), table.attrs["funded_by"]
    (True, 'programme share')
    """
    import pandas as pd

    asked = study.indicators or dict(study.targets)
    if target is not None:
        found = find_name(target, study.targets, "target", None)
        asked = {found.id: found}
    units = [each.unit for each in study.parameters.values() if each.role == "lever"]
    if not units:
        raise InputError("the study has no lever", hint='give parameters "role: lever"')
    unit = max(units, key=units.count)
    lines = [p for p in study.parameters.values() if p.role == "lever" and p.unit == unit]
    last = max(each.deadline for each in asked.values())
    world = study.world(scenario, draws, seed, until=last, scheme=scheme).with_paths(study.movable)
    outputs = [each.variable.name for each in asked.values()]
    outputs += study.budget.variables if study.budget else ()
    funding, lines_of = _funding(study, unit), list(_each(lines))
    worlds = [world]
    for line, number, _ in lines_of:
        line_path = as_path(world.value(line.name))
        values = {line.name: raised(line_path, _only(line, number, amount), years)}
        if funding is not None:
            share = as_path(world.value(funding))
            more = amount / _spending(world, lines) * float(np.mean(share.values[-1]))
            values[funding] = raised(share, more, years)
        worlds.append(world.with_values(values))
    beginning = Beginning(math.nextafter(years[0], -math.inf))  # without the knot of that date
    met, paid = [], []
    size = len(worlds) if len(worlds) * world.draws <= AT_ONCE else 1
    for start in range(0, len(worlds), size):
        part = worlds[start : start + size]
        run = side_by_side(part).run(outputs, runs=len(worlds) // size, beginning=beginning)
        refuse_failed_worlds(part, run)
        met.append(met_in(run, asked.values()).sum(axis=1).reshape(len(part), -1))
        paid.append(_paid(study, run, years[1], last).reshape(len(part), -1).mean(axis=1))
    counted, spent = np.concatenate(met), np.concatenate(paid)
    rows: list[dict[str, Any]] = []
    for place, (line, _, element) in enumerate(lines_of, start=1):
        gain = counted[place] - counted[0]
        middle, error = float(gain.mean()), float(gain.std()) / math.sqrt(gain.size)
        reference = Reference(line.name, (element,) if element else ())
        rows.append(
            {
                "lever": element_name(line.name, element),
                **study.labels.reference(reference).columns(),
                "gain": middle,
                "low": middle - Z * error,
                "high": middle + Z * error,
                "error": error,
                "paid": spent[place] - spent[0],
            }
        )
    rows.sort(key=lambda row: row["gain"], reverse=True)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.attrs = {
        "scenario": scenario,
        "scenario_label_zh": study.scenarios[scenario].label.zh,
        "target": target,
        "amount": amount,
        "unit": unit,
        "funded_by": funding,
        "draws": world.draws,
        "seed": world.seed,
    }
    return table


def raised(path: Path, amount: ArrayLike, years: tuple[float, float]) -> Path:
    """Return a path that is higher by an amount after some date.

    Parameters
    ----------
    path : Path
    amount : float or array_like, shape (elements,)
    years : tuple of float
        It rises in a straight line between these dates.

    Returns
    -------
    Path
        Before the rise it equals `path` bit for bit.

    Examples
    --------
    >>> path = raised(Path([2020, 2024], [1.0, 3.0]), 0.5, (2021, 2022))
    >>> path.at([2020, 2021, 2021.5, 2022, 2030]).tolist()
    [1.0, 1.5, 2.0, 2.5, 3.5]
    """
    first, last = years
    times = np.union1d(path.times[path.times > first], [first, last])
    more = np.asarray(amount, dtype=np.float64)
    more = more.reshape((1, *more.shape, *[1] * (path.values.ndim - 1 - more.ndim)))
    passed = np.clip((times - first) / (last - first), 0, 1)
    aligned = (slice(None), *[np.newaxis] * (path.values.ndim - 1))
    piece = np.searchsorted(path.times, times, side="right") - 1
    own = np.where((piece >= 0)[aligned], path.slopes[np.maximum(piece, 0)], 0.0)
    slopes = own + more / (last - first) * (times < last)[aligned]
    return path.splice(Path(times, path.at(times) + more * passed[aligned], slopes), first)


def _each(lines: Iterable[Parameter]) -> Iterator[tuple[Parameter, int, str]]:
    """Yield each line with the number and the name of its element."""
    for line in lines:
        for number, element in enumerate(line.elements or ("",)):
            yield line, number, element


def _only(line: Parameter, number: int, amount: float) -> ArrayLike:
    """Return an amount for one element of a line, or for a line without elements."""
    if not line.elements:
        return amount
    amounts = np.zeros(len(line.elements))
    amounts[number] = amount
    return amounts


def _funding(study: FittedStudy, unit: str) -> str | None:
    """Find the lever that is not spending and on which the money available depends at once."""
    if study.budget is None:
        return None
    causes = set(study.model.graph().predecessors(study.budget.given))
    found = [
        parameter.name
        for parameter in study.parameters.values()
        if parameter.role == "lever"
        and parameter.unit != unit
        and not parameter.elements
        and parameter.canonical in causes
    ]
    return found[0] if len(found) == 1 else None


def _spending(world: World, lines: Sequence[Parameter]) -> float:
    """Return what the levers of a scenario request together at its end."""
    ends = [(line, as_path(world.value(line.name)).values[-1]) for line in lines]
    return sum(float(end.reshape(len(line.elements) or 1, -1).mean(1).sum()) for line, end in ends)


def _paid(study: FittedStudy, run: xr.Dataset, first: float, last: int) -> Array:
    """Return what is spent in a year on average over the years, in each draw."""
    if study.budget is None:
        return np.full(run.sizes["draw"], math.nan)
    values = select_total(run, study.budget.paid)
    return np.asarray(values.sel(time=slice(first, last)).mean("time").to_numpy())
