"""Fit the outlook's model to figures: penalised likelihood with heavy tails.

Heavy tails are handled as mixtures of normal distributions: a year, or a place's own year, that
lies far out gets a larger variance and so counts less for the rest (an EM step between fits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.outlook.growth import Cells, Growth, averaging, cells_of
from xhsim.analysis.outlook.level import mean_growth_of, prior_of_levels
from xhsim.analysis.outlook.pairs import shrunk_correlations
from xhsim.analysis.outlook.process import (
    DEFINITION,
    EFFECTS,
    FREEDOM,
    Pairing,
    Shape,
    Tails,
    effects_between,
    pairing,
)
from xhsim.analysis.outlook.threads import on_one_thread
from xhsim.study.history.reference import OutlookPlan

__all__ = ["FittedOutlook", "fit_outlook"]

Array = NDArray[np.float64]
ROUNDING = 0.5  # standard deviation of a printed figure, points
ROUNDS = 3  # fits with a step of the tails between them

# Priors of the logarithms of the strengths, of the memories (as artanh), and of the scales.
STRENGTHS = np.log([0.8, 0.4, 0.4, 0.5, 1.0])
STRENGTH_SD = np.array([0.5, 0.5, 0.5, 0.5, 0.01])  # the deviation is the unit of the others
MEMORIES, MEMORY_SD = np.array([0.2, 0.35]), np.array([0.4, 0.2])
SCALE_SD = 0.8  # of the logarithm of a scale about the mean of all
FIRST_SCALE = 4.0


@dataclass(frozen=True)
class FittedOutlook:
    """The fitted model.

    Attributes
    ----------
    plan : OutlookPlan
    figures : tuple of Growth
        The figures that were used.
    today : int
        Their last year.
    shape : Shape
    levels : ndarray
        Levels, then declines.
    correlations : ndarray, shape (quantities, quantities)
    pairs : ndarray of int, shape (quantities, quantities)
    cells : Cells
        What the figures cover.
    matrix : ndarray, shape (figures, cells)
    tails : Tails
        Of the cells.
    precision : ndarray, shape (figures, figures)
        Inverse of the covariance of the figures.
    pull : ndarray, shape (figures,)
        The precision times the distance of the figures from their prior mean.
    """

    plan: OutlookPlan
    figures: tuple[Growth, ...]
    today: int
    shape: Shape
    levels: Array
    correlations: Array
    pairs: NDArray[np.int64]
    cells: Cells
    matrix: Array
    tails: Tails
    precision: Array
    pull: Array


@on_one_thread
def fit_outlook(figures: Sequence[Growth], plan: OutlookPlan, today: int) -> FittedOutlook:
    """Fit the model to the figures of a plan.

    Parameters
    ----------
    figures : sequence of Growth
        From `growth_figures`; none after `today`.
    plan : OutlookPlan
    today : int

    Returns
    -------
    FittedOutlook

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.outlook.growth import growth_figures, known_until
    >>> plan = xhsim.open_study().files.outlook_plan
    >>> fit = fit_outlook(known_until(growth_figures(plan), 2012), plan, 2012)
    >>> bool(fit.shape.scale[1] > fit.shape.scale[0])  # fiscal revenue varies more than GDP
    True
    """
    from scipy.optimize import minimize

    count = sum(bool(quantity.series) for quantity in plan.quantities)
    correlations, pairs = shrunk_correlations(figures, count)
    cells, matrix = averaging(figures, plan)
    values = np.array([figure.value for figure in figures])
    pairs_of_cells = pairing(cells, cells, correlations)
    noise = _noise(figures, plan)
    task = _Task(cells, matrix, values, correlations, pairs_of_cells, noise, today)
    tails = Tails(np.ones(len(cells.year)), np.ones(len(cells.year)))
    levels, _ = prior_of_levels(count)
    vector = np.concatenate([STRENGTHS, MEMORIES, np.full(count, np.log(FIRST_SCALE))])
    for turn in range(ROUNDS):
        blocks = _blocks(task, tails)
        levels, mean, spread = _levels(task, _covariance(task, blocks, vector), levels)
        vector = minimize(
            _misfit,
            vector,
            (task, blocks, mean, spread),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 100, "ftol": 1e-10},
        ).x
        covariance = _covariance(task, blocks, vector)
        levels, mean, spread = _levels(task, covariance, levels)
        precision, _ = _inverse(covariance + spread)
        pull = precision @ (values - mean)
        if turn < ROUNDS - 1:
            tails = _new_tails(task, plan, vector, tails, precision, pull)
    return FittedOutlook(
        plan,
        tuple(figures),
        today,
        _shape(vector),
        levels,
        correlations,
        pairs,
        cells,
        matrix,
        tails,
        precision,
        pull,
    )


@dataclass(frozen=True)
class _Task:
    """What does not change while the model is fitted."""

    cells: Cells
    matrix: Array
    values: Array
    correlations: Array
    pairs: Pairing
    noise: Array  # variance of a figure's definition, in squared scales of its quantity
    today: int

    @property
    def quantity(self) -> NDArray[np.int64]:
        """The quantity of each figure."""
        return np.asarray(self.cells.quantity[np.argmax(self.matrix > 0, axis=1)])


@dataclass(frozen=True)
class _Blocks:
    """Covariances of figures in scales, for strengths of 1: by effect and years apart.

    A figure has one quantity, so scales multiply what is averaged over cells.
    """

    by_lag: dict[str, Array]  # shape (lags, figures * figures): to be weighted by memory^lag
    constant: dict[str, Array]  # shape (figures, figures)


def _blocks(task: _Task, tails: Tails) -> _Blocks:
    from scipy.sparse import csr_array

    pairs, matrix = task.pairs, csr_array(task.matrix)

    def averaged(kernel: Array) -> Array:
        return np.asarray(matrix @ (matrix @ (pairs.common * kernel)).T)

    years = np.outer(tails.year, tails.year)
    own = pairs.place * pairs.relevance * np.outer(tails.deviation, tails.deviation)
    lags = range(int(pairs.apart.max()) + 1)
    return _Blocks(
        {
            name: np.array([averaged(kernel * (pairs.apart == lag)).ravel() for lag in lags])
            for name, kernel in (("year", years), ("deviation", own))
        },
        {name: averaged(getattr(pairs, name)) for name in ("city", "plan", "place")},
    )


def _noise(figures: Sequence[Growth], plan: OutlookPlan) -> Array:
    used = [quantity for quantity in plan.quantities if quantity.series]
    return np.array([DEFINITION[used[figure.quantity].several] ** 2 for figure in figures])


def _shape(vector: Array) -> Shape:
    strength = dict(zip(EFFECTS, np.exp(vector[:5]).tolist(), strict=True))
    year_memory, memory = np.tanh(vector[5:7]).tolist()
    return Shape(strength, year_memory, memory, np.exp(vector[7:]))


def _effects(task: _Task, blocks: _Blocks, shape: Shape) -> dict[str, Array]:
    """Return the covariance of figures by effect, in scales."""
    size = len(task.values)
    found = dict(blocks.constant)
    for name, memory in (("year", shape.year_memory), ("deviation", shape.memory)):
        weights = memory ** np.arange(len(blocks.by_lag[name]))
        found[name] = (weights @ blocks.by_lag[name]).reshape(size, size)
    return {name: shape.strength[name] ** 2 * found[name] for name in EFFECTS}


def _covariance(task: _Task, blocks: _Blocks, vector: Array) -> Array:
    shape = _shape(vector)
    scale = shape.scale[task.quantity]
    effects = _effects(task, blocks, shape)
    total = sum(effects.values(), np.zeros_like(effects["year"])) + np.diag(task.noise)
    return np.asarray(np.outer(scale, scale) * total + ROUNDING**2 * np.eye(len(scale)))


def _levels(task: _Task, covariance: Array, levels: Array) -> tuple[Array, Array, Array]:
    """Estimate levels and declines; return them with the prior mean and covariance of figures.

    Growth is not linear in the declines, so it is linearised about the estimate, a few times.
    """
    centre, prior = prior_of_levels(len(levels) // 2)
    for _ in range(8):
        mean, derivatives = mean_growth_of(task.cells, levels, task.today)
        slope = task.matrix @ derivatives
        expected = task.matrix @ mean + slope @ (centre - levels)
        spread = slope @ prior @ slope.T
        pull = np.linalg.solve(spread + covariance, task.values - expected)
        levels = centre + prior @ slope.T @ pull
        half = len(levels) // 2
        levels[half:] = np.clip(levels[half:], -0.5, 1.2)  # from 1.6 times to 0.3 times a plan
    mean, derivatives = mean_growth_of(task.cells, levels, task.today)
    slope = task.matrix @ derivatives
    expected = task.matrix @ mean + slope @ (centre - levels)
    return levels, expected, slope @ prior @ slope.T


def _misfit(
    vector: Array, task: _Task, blocks: _Blocks, mean: Array, spread: Array
) -> tuple[float, Array]:
    """Return minus the penalised log-likelihood, and its gradient."""
    shape, quantity = _shape(vector), task.quantity
    scale = shape.scale[quantity]
    scales = np.outer(scale, scale)
    effects = _effects(task, blocks, shape)
    total = sum(effects.values(), np.zeros_like(scales)) + np.diag(task.noise)
    covariance = scales * total + ROUNDING**2 * np.eye(len(scale)) + spread
    precision, log_size = _inverse(covariance)
    pull = precision @ (task.values - mean)
    misfit = (task.values - mean) @ pull / 2 + log_size / 2

    weight = scales * (precision - np.outer(pull, pull)) / 2
    gradient = np.zeros_like(vector)
    gradient[:5] = [2 * np.vdot(weight, effects[name]) for name in EFFECTS]
    memories = {"year": shape.year_memory, "deviation": shape.memory}
    for place, (name, memory) in enumerate(memories.items(), start=5):
        lag = np.arange(len(blocks.by_lag[name]))
        power = np.where(lag > 0, lag * memory ** np.maximum(lag - 1, 0), 0.0)
        slope = shape.strength[name] ** 2 * power @ (blocks.by_lag[name] @ weight.ravel())
        gradient[place] = slope * (1 - memory**2)
    by_figure = 2 * (weight * total).sum(axis=1)
    gradient[7:] = np.bincount(quantity, by_figure, len(shape.scale))

    away = (vector[:5] - STRENGTHS) / STRENGTH_SD
    kept = (vector[5:7] - MEMORIES) / MEMORY_SD
    scale = (vector[7:] - vector[7:].mean()) / SCALE_SD
    gradient += np.concatenate([away / STRENGTH_SD, kept / MEMORY_SD, scale / SCALE_SD])
    return float(misfit + (away @ away + kept @ kept + scale @ scale) / 2), gradient


def _inverse(covariance: Array) -> tuple[Array, float]:
    """Return the inverse of a covariance, and the logarithm of its determinant."""
    from scipy.linalg.lapack import dpotrf, dpotri

    factor, _ = dpotrf(covariance, lower=1)
    lower, _ = dpotri(factor, lower=1)
    lower = np.tril(lower)
    return lower + np.tril(lower, -1).T, 2 * float(np.log(np.diag(factor)).sum())


def _new_tails(
    task: _Task,
    plan: OutlookPlan,
    vector: Array,
    tails: Tails,
    precision: Array,
    pull: Array,
) -> Tails:
    """Return factors that let far-out years and deviations count less."""
    shape, cells = _shape(vector), task.cells
    parts = effects_between(task.pairs, shape, tails, tails)
    own = _squared(parts["deviation"] @ task.matrix.T, precision, pull, parts["deviation"])
    unit = np.diag(parts["deviation"]) / tails.deviation**2
    freedom = FREEDOM["deviation"]
    deviation = np.sqrt((freedom + own / unit) / (freedom + 1))

    years, first, where = np.unique(cells.year, return_index=True, return_inverse=True)
    # A year's effect is the same everywhere: it is looked at in the first quantity.
    typical = cells_of([("", 0, int(year)) for year in years], plan)
    old = Tails(tails.year[first], np.ones(len(years)))
    across = pairing(typical, cells, task.correlations)
    between = effects_between(across, shape, old, tails)["year"]
    among = effects_between(pairing(typical, typical, task.correlations), shape, old, old)["year"]
    squared = _squared(between @ task.matrix.T, precision, pull, among)
    freedom = FREEDOM["year"]
    year = np.sqrt((freedom + squared / (np.diag(among) / old.year**2)) / (freedom + 1))
    return Tails(year[where], deviation)


def _squared(between: Array, precision: Array, pull: Array, own: Array) -> Array:
    """Return the expected square of effects, given the figures."""
    explained = np.einsum("ij,jk,ik->i", between, precision, between)
    return np.asarray((between @ pull) ** 2 + np.diag(own) - explained)
