"""The value of information: what each unknown is worth to a choice among scenarios."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, met_in
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import Z
from xhsim.analysis.uncertainty.by_base import with_known_bases
from xhsim.analysis.uncertainty.choice import gains, gains_of_noise
from xhsim.analysis.uncertainty.unknowns import SCHEME, UnknownFactor, unknowns_of
from xhsim.analysis.uncertainty.worth_knowing import DRAWS, check_error
from xhsim.analysis.worlds.world import draws_of
from xhsim.arguments import checked
from xhsim.engine.running.shared_start import Beginning
from xhsim.errors import InputError
from xhsim.study.names import find_name

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["value_of_information"]

Array = NDArray[np.float64]
SHUFFLES = 200  # irrelevant numbers that say what chance alone gives
COLUMNS = (
    *("unknown", "kind", "label", "label_zh", "year"),
    *("value", "low", "high", "error", "changed", "sure"),
)


@checked
def value_of_information(
    study: FittedStudy,
    scenarios: Sequence[str],
    draws: int | None = None,
    seed: int | None = None,
    *,
    target: str | None = None,
    error: float = 0.0,
) -> pd.DataFrame:
    """Estimate what knowing each unknown is worth to a choice among scenarios.

    Without knowing it, one chooses the scenario that meets most targets on average. If it is known
    first, one may choose another scenario in some cases. The value is what that gains on average,
    in targets (Raiffa and Schlaifer 1961; the expected value of partial perfect information).

    Parameters
    ----------
    study : Study
    scenarios : sequence of str
        At least two; they run on the same draws.
    draws, seed : int, optional
        As for `Study.ensemble`, but with 4,096 draws by default, plain Monte Carlo.
    target : str, optional
        The id of the target to meet; by default the number of indicators that are met counts.
    error : float
        With what error an unknown would be measured, see
        `xhsim.analysis.uncertainty.worth_knowing.worth_knowing`.

    Returns
    -------
    DataFrame
        A row for each unknown, the most valuable first: ``unknown`` (its id), ``kind``, ``label``,
        ``label_zh``, ``year`` (of a shock), ``value`` (in targets, or in probability if `target` is
        given), ``low`` and ``high`` (95 % interval), ``error`` (standard error), ``changed`` (share
        of draws in which another scenario would be chosen), ``sure`` (whether the interval is above
        zero, and the value above that of 200 irrelevant numbers).

        Its attributes are ``scenarios`` (what each meets on average, by name), ``labels_zh`` (by
        name), ``best`` (the scenario that meets most), ``everything`` (the value of knowing all
        unknowns, with ``everything_low`` and ``everything_high``), ``target``, ``measurement``,
        ``draws`` and ``seed``.

    Raises
    ------
    InputError
        If there are fewer than two scenarios, or one does not exist, or the target does not; if
        nothing is uncertain, or `error` is negative.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> both = ["rd-push", "listing-scheme"]
    >>> table = value_of_information(study, both, 128, target="new_listed_firms")
    >>> table.attrs["best"], bool(table.attrs["everything"] >= table["value"].max())
    ('listing-scheme', True)
    """
    import pandas as pd

    names = _different(scenarios)
    check_error(error)
    asked = study.indicators or dict(study.targets)
    if target is not None:
        found = find_name(target, study.targets, "target", None)
        asked = {found.id: found}
    many, which = draws_of(
        [study.files.resolve(name) for name in names], draws, seed, default=DRAWS
    )
    last = max(one.deadline for one in asked.values())
    # Policies begin after the base year: most scenarios have the same run until then.
    beginning = Beginning(min(one.base_year for one in asked.values()))
    benefits = np.empty((len(names), many))
    unknowns: dict[str, UnknownFactor] = {}
    for place, name in enumerate(names):
        chosen = with_known_bases(study, name, asked)
        world = study.world(name, many, which, until=last, scheme=SCHEME)
        outputs = [one.variable.name for one in chosen.values()]
        run = world.with_paths(study.movable).run(outputs, runs=len(names), beginning=beginning)
        refuse_failed_world(world, failed_draws(run))
        benefits[place] = met_in(run, chosen.values()).sum(axis=1)
        # An unknown has the same random numbers in all scenarios in which it is one.
        unknowns = {each.id: each for each in unknowns_of(study, world, last)} | unknowns
    if not unknowns:
        raise InputError("nothing is uncertain in these scenarios", hint="give them priors")
    noise = np.random.default_rng((which, 1)).standard_normal(many)
    learnt = gains([each.measured(error, noise) for each in unknowns.values()], benefits)
    chance = float(gains_of_noise(benefits, SHUFFLES, which).max())
    rows: list[dict[str, Any]] = []
    all_known = _everything(benefits)
    most, at_most = all_known["everything"], all_known["everything_high"]
    for each, value, wrong, changed in zip(unknowns.values(), *learnt, strict=True):
        # No unknown is worth more than all of them.
        low = min(max(0.0, value - Z * wrong), most)
        rows.append(
            {
                "unknown": each.id,
                "kind": each.kind,
                **each.label.columns(),
                "year": each.year,
                "value": min(max(0.0, value), most),
                "low": low,
                "high": min(max(0.0, value + Z * wrong), at_most),
                "error": wrong,
                "changed": changed,
                "sure": bool(low > 0 and value > chance),
            }
        )
    rows.sort(key=lambda row: (row["sure"], row["value"]), reverse=True)
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"year": "Int64"})
    means = benefits.mean(axis=1)
    about: dict[Hashable, Any] = {
        "scenarios": dict(zip(names, means.tolist(), strict=True)),
        "labels_zh": {name: study.scenarios[name].label.zh for name in names},
        "best": names[int(means.argmax())],
        **{str(key): value for key, value in all_known.items()},
        "target": target,
        "measurement": error,
        "draws": many,
        "seed": which,
    }
    table.attrs = about
    return table


def _different(scenarios: Sequence[str]) -> list[str]:
    if isinstance(scenarios, str):
        raise InputError("a choice needs a list of scenarios", hint=f'write ["{scenarios}", ...]')
    names = list(dict.fromkeys(scenarios))
    if len(names) < 2:
        raise InputError("a choice needs at least two scenarios", hint="name several")
    return names


def _everything(benefits: Array) -> dict[str, float]:
    """Return the value of knowing all unknowns: the best of each draw against the best of all."""
    gained = benefits.max(axis=0) - benefits[int(benefits.mean(axis=1).argmax())]
    middle, reach = float(gained.mean()), Z * float(gained.std()) / math.sqrt(gained.size)
    return {
        "everything": middle,
        "everything_low": max(0.0, middle - reach),
        "everything_high": middle + reach,
    }
