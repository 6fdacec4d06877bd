"""Correlated draws of parameters: a Gaussian copula over the coordinates that correlations name.

Each parameter keeps its own distribution; only the pairing of values changes. Parameters that no
correlation names keep their draws.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from xhsim.errors import InputError
from xhsim.study.names import find_elements, find_name

if TYPE_CHECKING:
    from xhsim.analysis.worlds.design import Design
    from xhsim.study.names import Reference
    from xhsim.study.scenarios.resolve import ResolvedScenario
    from xhsim.study.scenarios.scenario import Correlation

__all__ = ["correlated"]


def correlated(resolved: ResolvedScenario, design: Design) -> Design:
    """Apply the correlations of a scenario to a design.

    Parameters
    ----------
    resolved : ResolvedScenario
    design : Design
        With independent coordinates.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        If a parameter is not drawn from its own prior, or the correlations contradict each other.

    Notes
    -----
    A rank correlation r needs the correlation 2 sin(pi r / 6) between normal coordinates (Pearson
    1907).
    """
    from scipy.special import ndtr, ndtri

    rows: list[int] = []
    pairs = []
    for item in resolved.correlations:
        pair = [_row(reference, item, resolved, design) for reference in (item.one, item.other)]
        rows += [row for row in pair if row not in rows]
        pairs.append((rows.index(pair[0]), rows.index(pair[1]), item))
    matrix = np.eye(len(rows))
    for one, other, item in pairs:
        matrix[one, other] = matrix[other, one] = 2 * math.sin(math.pi * item.rank / 6)
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        where = resolved.correlations[-1].where
        raise InputError(
            "the correlations contradict each other",
            file=where.file,
            line=where.line,
            hint="no values can have all of them at once: make some weaker",
        ) from None
    points = design.points.copy()
    points[rows] = ndtr(root @ ndtri(points[rows]))
    return replace(design, points=points)


def _row(
    reference: Reference, item: Correlation, resolved: ResolvedScenario, design: Design
) -> int:
    """Return the row of the design that draws one parameter, or one element of it."""
    parameters = {name: setting.parameter for name, setting in resolved.settings.items()}
    parameter = find_name(reference.name, parameters, "parameter", item.where)
    (element,) = find_elements(reference, parameter.elements, item.where) or ("",)
    setting, posterior = resolved.settings[parameter.name], design.posterior
    calibrated = posterior is not None and posterior.has(parameter.name, element)
    if calibrated and not setting.overrides_prior(element):
        why = "it is drawn from the posterior, which already contains its correlations"
    elif setting.prior_of(element) is None or parameter.name not in design.columns:
        why = "it has no prior"
    else:
        number = parameter.elements.index(element) if element else 0
        return int(design.columns[parameter.name].start) + number
    raise InputError(
        f'"{reference}" cannot be correlated: {why}',
        file=item.where.file,
        line=item.where.line,
        hint="give it a prior under uncertain, or leave it out",
    )
