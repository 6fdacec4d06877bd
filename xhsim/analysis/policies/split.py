"""What each policy of a scenario adds: alone, last, and by Shapley's value.

Policies help and hinder one another: they draw on one budget, and feed the same stocks. So a
policy's effect depends on what else is done. *Alone* is the change with nothing but it; *last* is
what is lost without it when all the others stay; Shapley's value is the mean of what it adds over
all orders in which policies could come (Shapley 1953), estimated from random orders, each taken
forwards and backwards. The three agree where policies do not interact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.analysis.worlds.world import side_by_side
from xhsim.errors import InputError
from xhsim.study.names import find_name

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.scenarios.scenario import Scenario
    from xhsim.study.targets import Target

__all__ = ["Split", "split_effect", "split_effects"]

Array = NDArray[np.float64]
DRAWS = 256  # where neither the caller nor the scenario says otherwise
AT_ONCE = 40_000  # draws of one run
RUNS = 100  # enough of them that compiling machine code pays


@dataclass(frozen=True)
class Split:
    """How the effect of a scenario on a target divides among its policies.

    Attributes
    ----------
    table : DataFrame
        Indexed by policy, the largest first: ``label``, ``label_zh``, ``alone``, ``last``,
        ``shapley``, and ``error``, the standard error of the latter from the random orders.
    before, after : float
        The measure without and with all of them.
    interaction : float
        What is left of the effect when each policy's own (alone) is taken off: positive where they
        help one another.
    measure : str
        What is divided: ``probability`` or ``median``.
    scenario : Scenario
        Whose effect it is.
    target : Target
        On what.
    orders : int
        How many orders were drawn.
    draws, seed : int
        Worlds in which each group was measured.
    """

    table: pd.DataFrame
    before: float
    after: float
    interaction: float
    measure: str
    scenario: Scenario
    target: Target
    orders: int
    draws: int
    seed: int


def split_effect(
    study: FittedStudy,
    scenario: str,
    target: str,
    *,
    measure: str = "probability",
    draws: int | None = None,
    seed: int | None = None,
    orders: int = 32,
    progress: Callable[[int], None] | None = None,
) -> Split:
    """Divide what a scenario does to a target among its policies.

    Parameters
    ----------
    study : Study
    scenario : str
        It extends another, against which the effect is measured.
    target : str
        A target's id.
    measure : {"probability", "median"}
        Of the target, over draws.
    draws, seed : int, optional
        The worlds in which it is measured, the same for every group of policies; by default what
        the scenario says, or 256 and 0.
    orders : int
        For Shapley's value.
    progress : callable, optional
        Called with the number of groups that have just been run.

    Returns
    -------
    Split
        A policy is what the scenario or an ancestor sets, all elements of a parameter together.

    Raises
    ------
    InputError
        If the scenario, the target or the measure does not exist, or the scenario has no policies.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> found = split_effect(study, "rd-push", "rd_intensity", measure="median", draws=32, orders=1)
    >>> list(found.table.columns)
    ['label', 'label_zh', 'alone', 'last', 'shapley', 'error']
    """
    return split_effects(
        study,
        scenario,
        [target],
        measure=measure,
        draws=draws,
        seed=seed,
        orders=orders,
        progress=progress,
    )[0]


def split_effects(
    study: FittedStudy,
    scenario: str,
    targets: Sequence[str],
    *,
    measure: str = "probability",
    draws: int | None = None,
    seed: int | None = None,
    orders: int = 32,
    progress: Callable[[int], None] | None = None,
) -> list[Split]:
    """Divide what a scenario does to several targets; it takes hardly longer than for one.

    Parameters
    ----------
    study, scenario, measure, draws, seed, orders, progress
        As for `split_effect`.
    targets : sequence of str
        Their ids.

    Returns
    -------
    list of Split
        What `split_effect` would return for each.

    Raises
    ------
    InputError
        As `split_effect`.

    Examples
    --------
    >>> import xhsim
    >>> some = ["rd_intensity", "pct_filings"]
    >>> found = split_effects(xhsim.open_study(), "rd-push", some, draws=32, orders=1)
    >>> [split.target.id for split in found]
    ['rd_intensity', 'pct_filings']
    """
    if measure not in ("probability", "median"):
        raise InputError(f'"{measure}" cannot be divided', hint="probability or median")
    wanted = [find_name(target, study.targets, "target", None) for target in targets]
    game = _Game(study, scenario, wanted, measure, draws, seed, progress)
    count = len(game.policies)
    nothing, everything = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    groups = [nothing, everything, *np.eye(count, dtype=bool), *~np.eye(count, dtype=bool)]
    generator = np.random.default_rng((game.without.seed, count))
    rows = [generator.permutation(count) for _ in range(orders)]
    sequences = [row for each in rows for row in (each, each[::-1])]
    groups += [group for sequence in sequences for group in _growing(sequence)]
    found = []
    for target, worth in zip(wanted, game.worth(groups), strict=True):
        before, after = worth[nothing.tobytes()], worth[everything.tobytes()]
        added = np.array([_added(sequence, worth) for sequence in sequences])
        added = (added[0::2] + added[1::2]) / 2  # an order and its reverse belong together
        found.append(_result(game, target, worth, before, after, added))
    return found


def _growing(sequence: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    group = np.zeros(len(sequence), dtype=bool)
    found = [group.copy()]
    for place in sequence:
        group[place] = True
        found.append(group.copy())
    return found


def _added(sequence: NDArray[np.int64], worth: Mapping[bytes, float]) -> Array:
    """Return what each policy adds when they come in an order."""
    values = np.array([worth[group.tobytes()] for group in _growing(sequence)])
    found = np.empty(len(sequence))
    found[sequence] = np.diff(values)
    return found


def _result(
    game: _Game,
    target: Target,
    worth: Mapping[bytes, float],
    before: float,
    after: float,
    added: Array,
) -> Split:
    import pandas as pd

    one = np.eye(len(game.policies), dtype=bool)
    alone = np.array([worth[row.tobytes()] for row in one]) - before
    last = after - np.array([worth[row.tobytes()] for row in ~one])
    orders = len(added)
    error = added.std(axis=0, ddof=1) / np.sqrt(orders) if orders > 1 else np.full(len(one), np.nan)
    labels = [game.study.labels.variable(name) for name in game.policies]
    table = pd.DataFrame(
        {
            "label": [label.en for label in labels],
            "label_zh": [label.zh for label in labels],
            "alone": alone,
            "last": last,
            "shapley": added.mean(axis=0),
            "error": error,
        },
        index=pd.Index(game.policies, name="policy"),
    )
    table = table.iloc[np.argsort(-np.abs(table["shapley"].to_numpy()), kind="stable")]
    interaction = after - before - float(alone.sum())
    return Split(
        table,
        before,
        after,
        interaction,
        game.measure,
        game.study.scenarios[game.scenario],
        target,
        orders,
        game.without.draws,
        game.without.seed,
    )


class _Game:
    """Measures targets for groups of policies, many in one run."""

    def __init__(
        self,
        study: FittedStudy,
        scenario: str,
        targets: Sequence[Target],
        measure: str,
        draws: int | None,
        seed: int | None,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.study, self.targets, self.measure = study, targets, measure
        self.scenario, self.progress = scenario, progress
        parent = study.scenarios[scenario].extends if scenario in study.scenarios else None
        resolved = study.files.resolve(scenario)  # a name that is not known is told of first
        if parent is None:
            raise InputError(
                f'scenario "{scenario}" extends no other', hint="name one that changes another"
            )
        self.with_all = whole = study.world(scenario, draws, seed, default_draws=DRAWS)
        # Groups run side by side: all of them as the scenario says.
        self.without = study.world(
            parent, whole.draws, whole.seed, method=whole.method, until=whole.until
        )
        base = self.without.scenario.settings
        self.policies = [
            name
            for name, setting in resolved.settings.items()
            if setting.is_changed and setting.changes != base[name].changes
        ]
        if not self.policies:
            raise InputError(f'scenario "{scenario}" changes nothing')

    def worth(self, groups: Sequence[NDArray[np.bool_]]) -> list[dict[bytes, float]]:
        """Return for each target its measure by group; each group is run once."""
        wanted = list({group.tobytes(): group for group in groups}.values())
        size = max(1, AT_ONCE // self.without.draws)
        found: list[dict[bytes, float]] = [{} for _ in self.targets]
        for start in range(0, len(wanted), size):
            part = wanted[start : start + size]
            for own, values in zip(found, self._measured(part), strict=True):
                own |= {group.tobytes(): value for group, value in zip(part, values, strict=True)}
            if self.progress:
                self.progress(len(part))
        return found

    def _measured(self, groups: Sequence[NDArray[np.bool_]]) -> list[list[float]]:
        own = {name: self.with_all.value(name) for name in self.policies}
        worlds = [
            self.without.with_values(
                {name: own[name] for name, has in zip(self.policies, group, strict=True) if has}
            )
            for group in groups
        ]
        outputs = list(dict.fromkeys(target.variable.name for target in self.targets))
        run = side_by_side(worlds).run(outputs, runs=RUNS)
        found = []
        for target in self.targets:
            measured = target_values(run, target).reshape(len(groups), -1)
            found.append([self._summary(row[np.isfinite(row)], target) for row in measured])
        return found

    def _summary(self, values: Array, target: Target) -> float:
        if not values.size:
            return float("nan")
        if self.measure == "median":
            return float(np.median(values))
        return float(target.is_met_by(values).mean())
