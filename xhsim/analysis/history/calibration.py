"""The result of a calibration: the posterior of the parameters, its tables and its fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.history.sampling import agree
from xhsim.analysis.inference.density import Density, Unknown, unknowns_of
from xhsim.analysis.inference.observations import Evidence
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.history.comparison import deviation, unscaled
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
    """The result of a calibration.

    Attributes
    ----------
    density : Density
    centre : ndarray, shape (unknowns,)
        The most probable values.
    costs : tuple of float
        Half the sum of squares at the end of each search, with the best first.
    draws : ndarray, shape (rows, unknowns)
        Draws from the posterior.
    acceptance : float
        Share of the proposed moves that were accepted.
    r_hat, sample_size : ndarray, shape (unknowns,)
        Rank-normalised split R-hat (1 if chains agree) and effective sample size, see
        ``xhsim.analysis.history.sampling.Sample``.
    seconds : float
    until : int
        The last year of history that was used.
    fingerprint : mapping of str to str
        Digests of the calibration's inputs.
    labels : Labels
        The study's labels of elements.
    shocks_from : int or None
        The year from which all shocks of single years count, if figures of it or of later years
        were used. A calibration is not meant for these, see ``xhsim.analysis.history.calibrate``.
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
    shocks_from: int | None = None

    @property
    def evidence(self) -> Evidence:
        """The observations that were used."""
        return self.density.evidence

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """The unknowns for which the chains disagree or are too short."""
        good = agree(self.r_hat, self.sample_size)
        return tuple(u.name for u, ok in zip(self.density.unknowns, good, strict=True) if not ok)

    def table(self) -> pd.DataFrame:
        """Compare the posterior with the prior.

        Returns
        -------
        DataFrame
            Indexed by unknown: ``prior_low``, ``prior_median``, ``prior_high`` (5, 50 and 95 %
            quantiles), ``centre``, ``low``, ``median``, ``high`` of the posterior, ``narrowed``
            (the share by which the posterior's 90 % interval is shorter than the prior's: 0 if
            history contains no information), ``label``, ``label_zh``, ``unit``, ``r_hat`` and
            ``sample_size``.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study(posterior=False)
        >>> found = study.calibrate(steps=2, ensembles=1, starts=1)  # too few but for an example
        >>> float(found.table().loc["revenue rate", "centre"].round(3))
        0.064
        """
        table = _compared(self.density.unknowns, self.draws, self.centre, self.labels)
        return table.assign(r_hat=self.r_hat, sample_size=self.sample_size)

    def posterior(self, where: Place) -> Posterior:
        """Return the posterior in the form that is stored with the study.

        Parameters
        ----------
        where : Place
            Where it will be stored.

        Returns
        -------
        Posterior
            Without the offsets of vintages, which are not inputs of a run. Rows are sorted along
            the direction of largest variance, so that evenly spread rows are evenly spread in it.

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
        """Compare the model at the most probable values with the observations.

        Returns
        -------
        DataFrame
            One row for each observation used, except those that the model was scaled by:
            ``series``, ``year`` (the last of a period),
            ``observed``, ``high`` (of an interval), ``model`` (with the offset of its vintage, if
            it has one), ``measure``, ``kind``, ``deviation`` (outside the observation, see
            `xhsim.study.history.comparison.deviation`), ``error`` (the assumed standard deviation:
            relative, or of growth in percentage points) and ``distance`` (in standard deviations).

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
        evidence = self.evidence
        rows = evidence.rows
        seen = self.density.comparable(point)[0]
        model = [unscaled(row.measure, x) for row, x in zip(rows, seen, strict=True)]
        return pd.DataFrame(
            {
                "series": [row.series for row in rows],
                "year": [row.last_year for row in rows],
                "observed": [row.value for row in rows],
                "high": [np.nan if row.high is None else row.high for row in rows],
                "model": np.array(model),
                "measure": [row.measure for row in rows],
                "kind": [row.kind for row in rows],
                "deviation": [deviation(row, float(x)) for row, x in zip(rows, model, strict=True)],
                "error": evidence.errors,
                "distance": self.density.distances(point)[0],
            }
        )[~evidence.scales].reset_index(drop=True)


@checked
def stored_table(study: FittedStudy) -> pd.DataFrame:
    """Compare the posterior that is stored with a study with its priors.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        As `Calibration.table`, without offsets and the diagnostics of the chains.

    Raises
    ------
    InputError
        If the study has no stored posterior, or was opened without it.

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
            **_labels_and_units(unknowns, labels),
        },
        index=pd.Index([unknown.name for unknown in unknowns], name="parameter"),
    )


def _labels_and_units(unknowns: Sequence[Unknown], labels: Labels) -> dict[str, list[str]]:
    """Return the labels and units of the unknowns, as columns."""
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
