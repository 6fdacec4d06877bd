"""What history says about parameters: the result of a calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.evidence.density import Density, Unknown, unknowns_of
from xhsim.analysis.evidence.observations import Evidence
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.labels import Labels
from xhsim.study.parameters.posterior import Posterior
from xhsim.wording.label import Label
from xhsim.wording.punctuation import with_elements

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["Calibration", "stored_table"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """What history says about the parameters.

    Attributes
    ----------
    density : Density
    centre : ndarray, shape (unknowns,)
        The most probable values.
    costs : tuple of float
        Half the sum of squares that each start of the search ended with, the best first.
    draws : ndarray, shape (rows, unknowns)
        Values drawn from the posterior.
    acceptance : float
        Share of the proposed moves that were made.
    r_hat, sample_size : ndarray, shape (unknowns,)
        Rank-normalised split R-hat (1 where chains agree) and effective number of independent
        draws (Vehtari and others 2021), over all walkers.
    seconds : float
    until : int
        The last year of history that was used.
    fingerprint : mapping of str to str
        Digests of what it depends on.
    labels : Labels
        What the study calls elements of dimensions.
    """

    density: Density
    centre: Array
    costs: tuple[float, ...]
    draws: Array
    acceptance: float
    r_hat: Array
    sample_size: Array
    seconds: float
    until: int
    fingerprint: Mapping[str, str]
    labels: Labels = field(default_factory=Labels)

    @property
    def evidence(self) -> Evidence:
        """The observations that were used."""
        return self.density.evidence

    def table(self) -> pd.DataFrame:
        """Set the posterior against the prior.

        Returns
        -------
        DataFrame
            Indexed by unknown: ``prior_low``, ``prior_median``, ``prior_high`` (5, 50 and 95 %),
            ``centre``, ``low``, ``median``, ``high`` of the posterior, ``narrowed`` (by how much
            the posterior's 90 % interval is shorter than the prior's, as a share: 0 where history
            says nothing), ``label``, ``label_zh``, ``unit``, ``r_hat`` and ``sample_size``.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study(posterior=False)
        >>> found = study.calibrate(steps=2, ensembles=1, starts=1)  # too few but for an example
        >>> float(found.table().loc["revenue rate", "centre"].round(3))
        0.053
        """
        table = _compared(self.density.unknowns, self.draws, self.centre, self.labels)
        return table.assign(r_hat=self.r_hat, sample_size=self.sample_size)

    def posterior(self, where: Place) -> Posterior:
        """Return what is worth storing with the study.

        Parameters
        ----------
        where : Place
            Where it will be.

        Returns
        -------
        Posterior
            Without the offsets of vintages, which no run takes. Rows are ordered along the
            direction in which the draws differ most, so that even picks of rows are even in it.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study(posterior=False)
        >>> found = study.calibrate(steps=2, ensembles=1, starts=1)  # too few but for an example
        >>> found.posterior(Place("posterior.csv", 1)).has("revenue rate")
        True
        """
        unknowns = self.density.unknowns
        kept = [n for n, unknown in enumerate(unknowns) if unknown.parameter is not None]
        draws = self.draws[:, kept]
        scaled = (draws - draws.mean(axis=0)) / draws.std(axis=0)
        direction = np.linalg.svd(scaled, full_matrices=False)[2][0]
        numbers = []
        for unknown in (unknowns[n] for n in kept):
            parameter = unknown.parameter
            assert parameter is not None
            element = parameter.elements[unknown.element] if parameter.elements else ""
            numbers.append((parameter.name, element))
        return Posterior(
            tuple(numbers),
            draws[np.argsort(scaled @ direction)],
            self.centre[kept],
            self.until,
            self.fingerprint,
            where,
        )

    def fit(self) -> pd.DataFrame:
        """Set the model at the centre against the observations.

        Returns
        -------
        DataFrame
            One row for each observation used: ``series``, ``year``, ``observed``, ``model`` (with
            the offset of its vintage, if it has one), ``deviation`` (as a share), ``error`` (the
            standard deviation that was assumed) and ``distance`` (in such deviations).

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study(posterior=False)
        >>> found = study.calibrate(steps=2, ensembles=1, starts=1)  # too few but for an example
        >>> bool((found.fit()["deviation"].abs() < 0.1).all())
        True
        """
        import pandas as pd

        point = self.density.values(np.zeros((2, len(self.centre))))
        point[:] = self.centre
        distance = self.density.distances(point)[0]
        evidence = self.evidence
        deviation = np.expm1(distance * evidence.errors)
        observed = np.exp(evidence.logs)
        return pd.DataFrame(
            {
                "series": [row.series for row in evidence.rows],
                "year": [row.first_year for row in evidence.rows],
                "observed": observed,
                "model": observed * (1 + deviation),
                "deviation": deviation,
                "error": evidence.errors,
                "distance": distance,
            }
        )


def stored_table(study: FittedStudy) -> pd.DataFrame:
    """Set the posterior that is stored with a study against its priors.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        As `Calibration.table`, without offsets and what the chains say of themselves.

    Raises
    ------
    InputError
        If none is stored, or the study was opened without it.

    Examples
    --------
    >>> import xhsim
    >>> table = stored_table(xhsim.open_study())
    >>> bool((table["narrowed"] > 0).all())
    True
    """
    plan, posterior = study.files.calibration, study.files.posterior
    if plan is None or posterior is None:
        raise InputError("the study has no posterior", hint="make one with xhsim calibrate --store")
    unknowns = unknowns_of(plan.parameters, plan.beliefs, study.parameters)
    return _compared(unknowns, posterior.draws, posterior.centre, study.labels)


def _compared(
    unknowns: Sequence[Unknown], draws: Array, centre: Array, labels: Labels
) -> pd.DataFrame:
    import pandas as pd

    prior = np.array([u.prior.quantile([0.05, 0.5, 0.95]) for u in unknowns])
    low, median, high = np.quantile(draws, [0.05, 0.5, 0.95], axis=0)
    return pd.DataFrame(
        {
            "prior_low": prior[:, 0],
            "prior_median": prior[:, 1],
            "prior_high": prior[:, 2],
            "centre": centre,
            "low": low,
            "median": median,
            "high": high,
            "narrowed": 1 - (high - low) / (prior[:, 2] - prior[:, 0]),
            **_described(unknowns, labels),
        },
        index=pd.Index([unknown.name for unknown in unknowns], name="parameter"),
    )


def _described(unknowns: Sequence[Unknown], labels: Labels) -> dict[str, list[str]]:
    """Return what the unknowns are called, and their units."""
    called, units = [], []
    for unknown in unknowns:
        parameter = unknown.parameter
        if parameter is None:
            called.append(Label().or_name(unknown.name))
            units.append("")
            continue
        elements = parameter.elements[unknown.element : unknown.element + 1]
        called.append(with_elements(parameter.label, map(labels.element, elements)))
        units.append(parameter.unit)
    columns = [label.columns() for label in called]
    return {key: [each[key] for each in columns] for key in ("label", "label_zh")} | {"unit": units}
