"""The revision of probabilities, split by channel: which shock or constant took the figures up.

Draws before and after the figures are paired at random. A group of channels takes its coordinates
from the draw after, and the others from the draw before; then the model runs. So the effect of a
channel is what the target's probability would be if nothing else had been learnt. Coordinates that
move together keep their joint distribution if their channels are in the group together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import met_in
from xhsim.analysis.judging.contributions import Group, contributions
from xhsim.analysis.monitoring.coordinates import HISTORY
from xhsim.analysis.monitoring.revision import Revision, as_revision
from xhsim.analysis.worlds.design import DELAY, SHARE, SHOCK_YEARS, STRUCTURE
from xhsim.arguments import checked
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.study.targets import Target

__all__ = ["Channel", "channels_of", "learnt", "revision_by_channel"]

Array = NDArray[np.float64]
DRAWS = 500
AT_ONCE = 20_000  # draws of one run
SHOCKS = 4  # that are channels of their own: those that moved most
PARTS = 10  # of the draws, from whose differences standard errors are computed

STRUCTURES = Label("Structure", "因果结构")
FROM_HISTORY = Label("Constants known from history", "由历史估计的常数")
CONSTANTS = Label("Other constants", "其他常数")
OTHER_SHOCKS = Label("Other shocks", "其他冲击")
DELIVERED = Label("Delivery of policies", "政策落实")


@dataclass(frozen=True)
class Channel:
    """Coordinates that stand for one thing that figures can change.

    Attributes
    ----------
    label : Label
    columns : tuple of int
        Coordinates, see ``xhsim.analysis.monitoring.coordinates.Coordinates``.
    """

    label: Label
    columns: tuple[int, ...]


def channels_of(monitoring: Monitoring) -> tuple[Channel, ...]:
    """Divide all coordinates among channels.

    Parameters
    ----------
    monitoring : Monitoring

    Returns
    -------
    tuple of Channel
        Structures, constants known from history, other constants, the shocks that moved most, each
        on its own, all other shocks, and delivery. Channels without coordinates are left out.
    """
    parameters = monitoring.study.parameters
    moved = _information(monitoring)
    constants: list[int] = []
    shocks: dict[str, list[int]] = {}
    groups: dict[str, list[int]] = {}
    for name, block in monitoring.coordinates.blocks.items():
        columns = list(range(*block.indices(monitoring.coordinates.width)))
        if name in (STRUCTURE, HISTORY):
            groups[name] = columns
        elif name in (SHARE, DELAY):
            groups.setdefault(SHARE, []).extend(columns)
        elif parameters[name].shock is not None:
            shocks[name] = columns
        else:
            constants += columns
    largest = sorted(shocks, key=lambda name: -moved[shocks[name]].sum())[:SHOCKS]
    others = [column for name, own in shocks.items() if name not in largest for column in own]
    found = [
        (STRUCTURES, groups.get(STRUCTURE, [])),
        (FROM_HISTORY, groups.get(HISTORY, [])),
        (CONSTANTS, constants),
        *((monitoring.study.labels.variable(name), shocks[name]) for name in largest),
        (OTHER_SHOCKS, others),
        (DELIVERED, groups.get(SHARE, [])),
    ]
    return tuple(Channel(label, tuple(columns)) for label, columns in found if columns)


def _information(monitoring: Monitoring) -> Array:
    """Return how much is known of each coordinate after the figures, in nats, if it is normal."""
    points = monitoring.updates[-1].points
    mean, variance = points.mean(axis=0), points.var(axis=0)
    return np.asarray(0.5 * (variance + mean**2 - 1 - np.log(variance)))


@checked
def revision_by_channel(
    monitoring: Monitoring,
    targets: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    progress: Callable[[int], None] | None = None,
) -> Revision:
    """Split the change of each probability among channels.

    Parameters
    ----------
    monitoring : Monitoring
    targets : sequence of str, optional
        Ids; by default the plan's indicators.
    draws : int
        Number of pairs of draws, at most that of the monitoring.
    progress : callable, optional
        Called with the number of groups run since the last call.

    Returns
    -------
    Revision
        A cause is a channel, by its position in `channels_of`.

    Examples
    --------
    >>> import xhsim
    >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
    >>> found = revision_by_channel(early, ["rd_intensity"], draws=16)
    >>> "Structure" in list(found.table["label"])
    True
    """
    chosen = list(monitoring.targets(targets).values())
    channels = channels_of(monitoring)
    before, after = monitoring.updates[0].points, monitoring.updates[-1].points
    generator = np.random.default_rng((monitoring.world.seed, 15))
    count = min(draws, len(before))
    one = before[generator.permutation(len(before))[:count]]
    other = after[generator.permutation(len(after))[:count]]
    met: dict[bytes, Array] = {}

    def run(groups: Sequence[Group]) -> None:
        size = max(1, AT_ONCE // count)
        for start in range(0, len(groups), size):
            part = groups[start : start + size]
            mixed = np.vstack([_mixed(one, other, channels, group) for group in part])
            found = _met(monitoring, mixed, chosen).reshape(len(part), count, len(chosen))
            met.update({g.tobytes(): rows for g, rows in zip(part, found, strict=True)})
            if progress:
                progress(len(part))

    def effects(groups: Sequence[Group], keep: slice = slice(None)) -> Array:
        run([group for group in groups if group.tobytes() not in met])
        return np.array([met[group.tobytes()][keep].mean(axis=0) for group in groups])

    seed = (monitoring.world.seed, 16)

    def shares_of(keep: slice) -> Array:
        return contributions(len(channels), partial(effects, keep=keep), seed=seed).shapley

    whole = contributions(len(channels), effects, seed=seed)
    count_of_parts = min(PARTS, count)
    parts = [shares_of(slice(n, None, count_of_parts)) for n in range(count_of_parts)]
    error = np.std(parts, axis=0, ddof=1) / np.sqrt(count_of_parts)
    labels = [(channel.label.en, channel.label.zh) for channel in channels]
    worth = count * monitoring.updates[-1].worth
    return as_revision(monitoring, targets, whole, error, labels, worth, "channel")


def _mixed(one: Array, other: Array, channels: Sequence[Channel], group: Group) -> Array:
    points = one.copy()
    for channel, there in zip(channels, group, strict=True):
        if there:
            columns = list(channel.columns)
            points[:, columns] = other[:, columns]
    return points


def _met(monitoring: Monitoring, points: Array, targets: Sequence[Target]) -> Array:
    """Run the model at points; return which targets are met, shape (draws, targets)."""
    run = monitoring.run_at(points, [target.variable.name for target in targets])
    return met_in(run, targets)


@checked
def learnt(monitoring: Monitoring, number: int = -1, most: int | None = 20) -> pd.DataFrame:
    """List the numbers of the model that figures changed most.

    Parameters
    ----------
    monitoring : Monitoring
    number : int
        Position of the update; by default the last one.
    most : int, optional
        Number of rows; by default 20. None for all.

    Returns
    -------
    DataFrame
        With the largest ``shift`` first: ``name`` of a parameter or an element, ``year`` of a shock
        (0 for a constant), ``label``, ``label_zh``, ``shift`` of its mean in standard deviations
        before any release, and ``narrowed``, its standard deviation over that before.

    Examples
    --------
    >>> import xhsim
    >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
    >>> bool(learnt(early, most=3)["shift"].abs().max() < 0.5)  # nothing yet but chance
    True
    """
    import pandas as pd

    coordinates, parameters = monitoring.coordinates, monitoring.study.parameters
    points = monitoring.updates[number].points
    labels = monitoring.study.labels
    rows: list[dict[str, object]] = []

    def add(name: str, element: str, year: int, shift: float, narrowed: float) -> None:
        label, inner = labels.variable(name), labels.element(element) if element else None
        rows.append(
            {
                "name": f"{name}[{element}]" if element else name,
                "year": year,
                "label": label.en if inner is None else f"{label.en}, {inner.en}",
                "label_zh": label.zh if inner is None else f"{label.zh}（{inner.zh}）",
                "shift": shift,
                "narrowed": narrowed,
            }
        )

    for name, block in coordinates.blocks.items():
        if name in (STRUCTURE, HISTORY, SHARE, DELAY):
            continue
        parameter, values = parameters[name], points[:, block]
        elements = parameter.elements or ("",)
        if parameter.shock is None:
            for element, column in zip(elements, values.T, strict=True):
                add(name, element, 0, float(column.mean()), float(column.std()))
            continue
        yearly = values.reshape(len(values), SHOCK_YEARS, len(elements))
        steady = _steady(yearly, parameter.shock.persistence)
        for place, element in enumerate(elements):
            for year in range(SHOCK_YEARS):
                column = steady[:, year, place]
                first = parameter.shock.first_year
                add(name, element, first + year, float(column.mean()), float(column.std()))
    posterior = coordinates.design.posterior
    if posterior is not None:
        before = posterior.draws
        after = before[coordinates.design_at(points).rows]
        spread = before.std(axis=0)
        for place, (name, element) in enumerate(posterior.numbers):
            shift = (after[:, place].mean() - before[:, place].mean()) / spread[place]
            add(name, element, 0, float(shift), float(after[:, place].std() / spread[place]))
    table = pd.DataFrame(rows)
    order = np.argsort(-table["shift"].abs().to_numpy(), kind="stable")
    return table.iloc[order if most is None else order[:most]].reset_index(drop=True)


def _steady(normal: Array, persistence: float) -> Array:
    """Return the standard normal shock of each year, shape (draws, years, elements)."""
    found = np.empty_like(normal)
    fresh = np.sqrt(1 - persistence**2)
    for year in range(normal.shape[1]):
        new = normal[:, year]
        found[:, year] = persistence * found[:, year - 1] + fresh * new if year else new
    return found
