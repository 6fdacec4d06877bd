"""What is worth knowing: by how much each unknown, if it were known, would narrow each target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.judging.attainment import failed_draws, origin, target_values
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.uncertainty.by_base import with_known_bases
from xhsim.analysis.uncertainty.partial_information import Narrowing, narrowing
from xhsim.analysis.uncertainty.unknowns import SCHEME, UnknownFactor, unknowns_of
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["DRAWS", "check_error", "worth_knowing"]

DRAWS = 4096
LEAST = 10  # draws on either side of an aim, below which an estimate would say nothing
SURE = 3  # standard errors above zero: of hundreds of unknowns, some exceed two by chance
COLUMNS = (
    *("target", "rank", "target_label", "target_label_zh", "probability", "assessable", "order"),
    *("unknown", "kind", "label", "label_zh", "year"),
    *("share", "share_error", "points", "points_error", "sure"),
    *("value_share", "value_share_error", "value_move", "value_move_error", "unit"),
)


@checked
def worth_knowing(
    study: FittedStudy,
    scenario: str = "baseline",
    draws: int | None = None,
    seed: int | None = None,
    targets: Mapping[str, Target] | None = None,
    *,
    error: float = 0.0,
) -> pd.DataFrame:
    """Rank the unknowns by how much each would narrow each target, if it were known.

    Each unknown counts alone: two that act together do not add up.

    Parameters
    ----------
    study : Study
    scenario : str
    draws, seed : int, optional
        As for `Study.ensemble`, but with 4,096 draws by default. The draws are plain Monte Carlo:
        Sobol points in hundreds of dimensions have patterns that look like effects.
    targets : mapping of str to Target, optional
        By default the study's indicators.
    error : float
        With what error an unknown would be measured: the standard deviation of the measurement, as
        a share of the standard deviation of the unknown. 0 is exact.

    Returns
    -------
    DataFrame
        A row for each target and unknown, the most useful unknown of a target first:

        - ``target``, ``rank`` (of the indicator), ``target_label``, ``target_label_zh``,
          ``probability`` (of attaining it), ``assessable`` (not if it hangs on an unpublished
          base);
        - ``order`` (from 1), ``unknown`` (its id), ``kind``, ``label``, ``label_zh``, ``year`` (of
          a shock): see `xhsim.analysis.uncertainty.unknowns.UnknownFactor`;
        - ``share``: how much of the variance p(1-p) of whether the target is attained is expected
          to go, from 0 to 1; ``points``: by how many percentage points the probability is expected
          to move, up or down. Both are NaN for a target that is attained in nearly all draws, or in
          nearly none. ``sure``: whether the share is above zero by more than three standard errors;
        - ``value_share`` and ``value_move``: the same for the target's measure, in ``unit``;
        - ``share_error``, ``points_error``, ``value_share_error``, ``value_move_error``: standard
          errors, from the number of draws.

        Its attributes are ``scenario``, ``draws``, ``seed``, ``failed`` and ``error``.

    Raises
    ------
    InputError
        If there is no such scenario, nothing is uncertain, all draws failed, or `error` is
        negative.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> own = {"retail_sales": study.targets["retail_sales"]}
    >>> table = worth_knowing(study, "plan", 512, targets=own)
    >>> table.loc[0, "unknown"]
    'outlook growth[Retail]'
    """
    import pandas as pd

    check_error(error)
    asked = (study.indicators or study.targets) if targets is None else targets
    chosen = with_known_bases(study, scenario, asked)
    last = max((target.deadline for target in chosen.values()), default=0)
    world = study.world(scenario, draws, seed, until=last, scheme=SCHEME, default_draws=DRAWS)
    run = world.run(target.variable.name for target in chosen.values())
    unknowns = unknowns_of(study, world, last)
    if not unknowns:
        raise InputError(f'nothing is uncertain in scenario "{scenario}"', hint="give it priors")
    values = np.array([target_values(run, target) for target in chosen.values()])
    values = values.reshape(len(chosen), world.draws)
    good = ~failed_draws(run) & np.isfinite(values).all(axis=0)
    refuse_failed_world(world, ~good)
    noise = np.random.default_rng((world.seed, 1)).standard_normal(world.draws)
    numbers = np.array([unknown.measured(error, noise) for unknown in unknowns])[:, good]
    values = values[:, good]
    met = np.array(
        [target.is_met_by(row) for target, row in zip(chosen.values(), values, strict=True)]
    ).reshape(values.shape)
    learnt = narrowing(numbers, np.concatenate([met.astype(float), values]))
    rows: list[dict[str, Any]] = []
    for number, target in enumerate(chosen.values()):
        chance = float(met[number].mean())
        places = number, number + len(chosen)
        is_open = good.sum() * min(chance, 1 - chance) >= LEAST
        rows += _rows(target, chance, unknowns, learnt, places, is_open=bool(is_open))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.astype({"rank": "Int64", "year": "Int64"})
    run.attrs |= {"scenario": scenario, "draws": world.draws, "seed": world.seed}
    run.attrs |= {"failed": int((~good).sum())}
    run.attrs |= {"scenario_label_zh": study.scenarios[scenario].label.zh}
    table.attrs = origin(run) | {"error": error}
    return table


def check_error(error: float) -> None:
    """Check the error of a measurement.

    Raises
    ------
    InputError
        If it is negative or not finite.
    """
    if not 0 <= error < np.inf:
        raise InputError(
            f"the error of a measurement is {error:g}",
            hint="give its standard deviation as a share of that of the unknown, 0 if exact",
        )


def _rows(
    target: Target,
    chance: float,
    unknowns: list[UnknownFactor],
    learnt: Narrowing,
    places: tuple[int, int],
    *,
    is_open: bool,
) -> list[dict[str, Any]]:
    """Return the rows of a target; `places` are those of attainment and measure in `learnt`."""
    about = {
        "target": target.id,
        "rank": target.rank,
        **target.label.columns("target_label"),
        "probability": chance,
        "assessable": target.hangs_on is None,
        "unit": target.unit,
    }
    rows = []
    for number, unknown in enumerate(unknowns):
        row: dict[str, Any] = about | {
            "unknown": unknown.id,
            "kind": unknown.kind,
            **unknown.label.columns(),
            "year": unknown.year,
        }
        for place, names, scale in zip(
            places, (("share", "points"), ("value_share", "value_move")), (100.0, 1.0), strict=True
        ):
            share, share_error, move, move_error = (array[number, place] for array in learnt)
            row |= {
                names[0]: max(share, 0.0),
                f"{names[0]}_error": share_error,
                names[1]: scale * move,
                f"{names[1]}_error": scale * move_error,
            }
        if not is_open:
            row |= dict.fromkeys(("share", "share_error", "points", "points_error"), np.nan)
        rows.append(row | {"sure": bool(row["share"] > SURE * row["share_error"])})
    rows.sort(key=lambda row: tuple(np.nan_to_num([row["share"], row["value_share"]])))
    return [row | {"order": order} for order, row in enumerate(reversed(rows), start=1)]
