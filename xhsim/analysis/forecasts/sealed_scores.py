"""Scores of all sealed forecasts: what they said of figures that were published later.

A point is scored by the continuous ranked probability score and by its place in the forecast (PIT).
A floor, a ceiling or an interval says too little for that: it is only inside or outside the bands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.forecasts.outcomes import outcome_of
from xhsim.analysis.forecasts.published import (
    PublishedFigure,
    known_on,
    last_whole_year,
    published_figures,
    same_quantity,
)
from xhsim.analysis.forecasts.quantile_scores import crps_of_quantiles, pit_of_quantiles
from xhsim.analysis.forecasts.rivals import rival_chance, rivals_of
from xhsim.analysis.history.hindcast_scores import LEVELS as SHOWN
from xhsim.analysis.history.hindcast_scores import QUANTILES, RIVALS, summarise
from xhsim.analysis.history.scores import crps_of_normal
from xhsim.analysis.judging.probability import chance
from xhsim.arguments import checked
from xhsim.study.forecasts.register import ChangedSeal, read_register
from xhsim.study.input_hashes import changed_inputs, input_hashes
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.forecasts.seal import Seal, SealedQuantity

__all__ = ["SealedScores", "score_register"]

Array = NDArray[np.float64]
NAN = np.nan
SEAL_COLUMNS = ("seal", "as_of", "made", "scenario", "draws", "note", "figures", "changed_inputs")
FIGURE_COLUMNS = (
    *("seal", "as_of", "series", "variable", "label", "label_zh", "measure", "kind", "year"),
    *("horizon", "published", "afterwards", "observed", "high", "unit", *QUANTILES, "chance"),
    *("pit", "inside_50", "inside_90", "crps", "model", *RIVALS),
)
TARGET_COLUMNS = (
    *("seal", "as_of", "target_id", "label", "label_zh", "probability", "ci_low", "ci_high"),
    *("assessable", "open_then", "deadline", "attained", "measured", "unit", "afterwards"),
    *("rival", "brier", "rival_brier", "crps", "pit"),
)
LEFT_COLUMNS = ("seal", "series", "year", "measure", "why")


@dataclass(frozen=True)
class SealedScores:
    """All sealed forecasts, compared with what was published since.

    Attributes
    ----------
    seals : DataFrame
        One row each: ``seal``, ``as_of``, ``made``, ``scenario``, ``draws``, ``note``, the number
        of ``figures`` scored, and ``changed_inputs``, the files of the study that differ now.
    changed : tuple of ChangedSeal
        Seals that are not what was sealed. They are not scored.
    figures : DataFrame
        A row for each seal and figure. ``chance`` is the probability that the forecast gave to
        what a floor, a ceiling or an interval says; it is NaN for a point. ``pit``, ``crps`` (in
        the figure's unit), ``model`` (the CRPS in per cent of the level, or percentage points of
        growth) and the rivals' scores beside it are NaN for all but points. ``afterwards`` tells
        whether the figure may have been known when the seal was made. ``horizon`` counts years
        from the last year that had ended on the day of the forecast.
    targets : DataFrame
        A row for each seal and target: ``attained`` is None while it is open; ``brier`` is the
        squared difference between probability and outcome, and ``rival_brier`` that of ``rival``,
        a forecast that continues the mean growth. They are NaN for open targets, for those that
        hang on an unpublished base (not ``assessable``), and for those that were decided before the
        forecast was made (not ``open_then``).
    left_out : DataFrame
        Published figures that a seal has no forecast of, and ``why``.
    """

    seals: pd.DataFrame
    changed: tuple[ChangedSeal, ...]
    figures: pd.DataFrame
    targets: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def points(self) -> pd.DataFrame:
        """The rows of `figures` that are points."""
        return self.figures[self.figures["kind"] == "point"]

    @property
    def bounds(self) -> pd.DataFrame:
        """The rows of `figures` that are floors, ceilings or intervals."""
        return self.figures[self.figures["kind"] != "point"]

    @property
    def decided(self) -> pd.DataFrame:
        """The rows of `targets` that figures have decided since and that can be assessed."""
        table = self.targets
        return table[table["brier"].notna()]

    def summary(self, by: str = "seal") -> pd.DataFrame:
        """Return shares of points inside the bands, mean scores, and ratios to the rivals.

        Parameters
        ----------
        by : str
            A column of `figures`: ``seal``, ``series``, ``measure``, ``horizon``, ``afterwards``.

        Returns
        -------
        DataFrame
            As `xhsim.analysis.history.hindcast_scores.summarise`, with a column ``ratio_...`` for
            each rival: the model's mean score divided by the rival's, below 1 if the model is
            better. Without rows if nothing can be scored.

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().score()
        >>> len(found.summary()) == 0 or "all" in found.summary().index
        True
        """
        import pandas as pd

        if not len(self.points):
            return pd.DataFrame()
        table = summarise(self.points, by)
        for name in RIVALS:
            table[f"ratio_{name}"] = table["model"] / table[name]
        return table

    def target_summary(self) -> pd.DataFrame:
        """Return mean Brier scores of decided targets, by seal and over all.

        Returns
        -------
        DataFrame
            Indexed by seal, and ``all``: the number of ``targets`` and their mean ``brier``; of the
            ``compared`` ones, about which the rival says something, ``brier_compared``,
            ``rival_brier``, and the first divided by the second (``ratio``).

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().score()
        >>> len(found.target_summary()) == 0 or len(found.decided) > 0
        True
        """
        import pandas as pd

        decided = self.decided
        groups = dict(iter(decided.groupby("seal", sort=False)))
        rows: dict[str, dict[str, float]] = {}
        for name, group in {**groups, "all": decided}.items():
            if not len(group):
                continue
            both = group.dropna(subset=["rival_brier"])
            means = both[["brier", "rival_brier"]].mean()
            rival = float(means["rival_brier"])
            rows[str(name)] = {
                "targets": len(group),
                "brier": float(group["brier"].mean()),
                "compared": len(both),
                "brier_compared": float(means["brier"]),
                "rival_brier": rival,
                "ratio": float(means["brier"]) / rival if rival > 0 else NAN,
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("seal")

    def pit_table(self, bins: int = 10) -> pd.DataFrame:
        """Count the points by their place in the forecast, across all seals.

        Parameters
        ----------
        bins : int

        Returns
        -------
        DataFrame
            A row for each bin: ``low`` and ``high`` (of the PIT), ``figures``, ``share``, and
            ``expected``, the share if forecasts are right.

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().score()
        >>> int(found.pit_table()["figures"].sum()) == len(found.points)
        True
        """
        import pandas as pd

        edges = np.linspace(0, 1, bins + 1)
        counts, _ = np.histogram(self.points["pit"].to_numpy(dtype=float), edges)
        total = max(int(counts.sum()), 1)
        return pd.DataFrame(
            {
                "low": edges[:-1],
                "high": edges[1:],
                "figures": counts,
                "share": counts / total,
                "expected": 1 / bins,
            }
        )

    def reliability(self) -> pd.DataFrame:
        """Compare levels of the forecasts with the shares of points below them, across all seals.

        Returns
        -------
        DataFrame
            A row for each ``level`` from 0.05 to 0.95: the share ``observed`` at or below that
            quantile, with a 95 % interval ``low`` to ``high`` as if the figures were independent,
            and the number of ``figures``. Without rows if there are no points.

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().score()
        >>> bool(found.reliability()["observed"].between(0, 1).all())
        True
        """
        import pandas as pd

        places = self.points["pit"].to_numpy(dtype=float)
        rows = []
        for level in np.round(np.arange(0.05, 1, 0.05), 2) if places.size else ():
            share = chance(int((places <= level).sum()), places.size)
            rows.append(
                {
                    "level": level,
                    "observed": share.probability,
                    "low": share.ci_low,
                    "high": share.ci_high,
                    "figures": places.size,
                }
            )
        return pd.DataFrame(rows, columns=["level", "observed", "low", "high", "figures"])

    def target_reliability(self, bins: int = 5) -> pd.DataFrame:
        """Compare probabilities of decided targets with the shares attained, across all seals.

        Parameters
        ----------
        bins : int

        Returns
        -------
        DataFrame
            A row for each bin that has targets: ``low`` and ``high`` of the bin, the mean
            ``probability``, the share ``attained`` with its 95 % interval ``ci_low`` to
            ``ci_high`` as if they were independent, and the number of ``targets``.

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().score()
        >>> int(found.target_reliability()["targets"].sum()) == len(found.decided)
        True
        """
        import pandas as pd

        edges = np.linspace(0, 1, bins + 1)
        probabilities = self.decided["probability"].to_numpy(dtype=float)
        outcomes = self.decided["attained"].to_numpy(dtype=bool)
        place = np.clip(np.searchsorted(edges, probabilities, side="right") - 1, 0, bins - 1)
        rows = []
        for number in np.unique(place):
            here = place == number
            share = chance(int(outcomes[here].sum()), int(here.sum()))
            rows.append(
                {
                    "low": edges[number],
                    "high": edges[number + 1],
                    "probability": probabilities[here].mean(),
                    "attained": share.probability,
                    "ci_low": share.ci_low,
                    "ci_high": share.ci_high,
                    "targets": int(here.sum()),
                }
            )
        columns = ["low", "high", "probability", "attained", "ci_low", "ci_high", "targets"]
        return pd.DataFrame(rows, columns=columns)


@checked
def score_register(study: FittedStudy) -> SealedScores:
    """Compare all sealed forecasts of a study with what was published since.

    Parameters
    ----------
    study : Study

    Returns
    -------
    SealedScores

    Examples
    --------
    >>> import xhsim
    >>> found = score_register(xhsim.open_study())
    >>> len(found.seals) == found.seals["seal"].nunique()
    True
    """
    import pandas as pd

    folder = study.files.folder
    register = read_register(folder)
    figures = _in_order(published_figures(study.files))
    now = input_hashes(folder)
    seals: list[dict[str, Any]] = []
    scored: list[dict[str, Any]] = []
    targets: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for seal in register.seals:
        own, others = _scored(study, seal, figures)
        scored += own
        left += others
        targets += _targets(study, seal, figures)
        about = seal.model_dump(include={"made", "scenario", "draws", "note"})
        changed = ", ".join(changed_inputs(seal.inputs, now))
        seals.append({**_named(seal), **about, "figures": len(own), "changed_inputs": changed})
    return SealedScores(
        pd.DataFrame(seals, columns=list(SEAL_COLUMNS)),
        register.changed,
        pd.DataFrame(scored, columns=list(FIGURE_COLUMNS)),
        pd.DataFrame(targets, columns=list(TARGET_COLUMNS)),
        pd.DataFrame(left, columns=list(LEFT_COLUMNS)),
    )


def _in_order(figures: Sequence[PublishedFigure]) -> list[PublishedFigure]:
    """Order figures by publication; of a row of history that is also a release, take the latter."""
    dated = {figure.key for figure in figures if figure.published and figure.whole_years}
    kept = [figure for figure in figures if figure.published or figure.key not in dated]
    return sorted(kept, key=_publication)


def _publication(figure: PublishedFigure) -> date:
    """Return the day of publication; without one the last day of the figure's period."""
    return figure.published or date(figure.row.last_year, 12, 31)


def _named(seal: Seal) -> dict[str, Any]:
    return {"seal": seal.name, "as_of": seal.as_of}


def _since(seal: Seal, figures: Iterable[PublishedFigure]) -> Iterator[PublishedFigure]:
    """Yield the figures published since, the first vintage of each."""
    seen = {
        (same_quantity(each.variable), each.measure, each.kind, each.first_year, each.last_year)
        for each in seal.known
    }
    for figure in figures:
        if figure.is_known_on(seal.as_of) or figure.key in seen:
            continue
        if figure.whole_years:
            seen.add(figure.key)
        yield figure


def _scored(
    study: FittedStudy, seal: Seal, figures: Sequence[PublishedFigure]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of figures that a seal has forecast, and of those that it has not."""
    forecasts = {
        (same_quantity(each.variable), each.measure, each.year): each for each in seal.quantities
    }
    scored: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for figure in _since(seal, figures):
        row = figure.row
        one_year = row.first_year == row.last_year
        measure = "level" if row.measure == "level" else "growth"
        key = (same_quantity(figure.terms), measure, row.last_year)
        found = forecasts.get(key) if one_year and figure.whole_years else None
        if found is not None and found.quantiles:
            scored.append(_named(seal) | _score(study, seal, found, figure))
            continue
        if not figure.whole_years:
            why = "it covers a part of a year"
        elif not one_year:
            why = "it covers several years"
        else:
            why = "it was not forecast"
        about = {"series": row.series, "year": row.year, "measure": row.measure, "why": why}
        left.append(_named(seal) | about)
    return scored, left


def _score(
    study: FittedStudy, seal: Seal, forecast: SealedQuantity, figure: PublishedFigure
) -> dict[str, Any]:
    row = figure.row
    levels, quantiles = seal.levels, np.array(forecast.quantiles)
    place = pit_of_quantiles(levels, forecast.quantiles, row.value)
    upper = place if row.high is None else pit_of_quantiles(levels, forecast.quantiles, row.high)
    low, high = {"floor": (place, 1.0), "ceiling": (0.0, place)}.get(row.kind, (place, upper))
    point = row.kind == "point"
    scores = dict.fromkeys(("crps", "model", *RIVALS), NAN)
    if point:
        scores["crps"] = crps_of_quantiles(levels, forecast.quantiles, row.value)
        scores |= _scores_in_percent(seal, forecast, quantiles, row.value)
    return {
        "series": row.series,
        "variable": figure.quantity,
        **_label(study, figure).columns(),
        "measure": row.measure,
        "kind": row.kind,
        "year": row.last_year,
        "horizon": row.last_year - last_whole_year(seal.as_of),
        "published": figure.published,
        "afterwards": _publication(figure) <= seal.made.date(),
        "observed": row.value,
        "high": NAN if row.high is None else row.high,
        "unit": row.unit,
        **{
            name: float(np.interp(level, levels, quantiles))
            for name, level in zip(QUANTILES, SHOWN, strict=True)
        },
        "chance": NAN if point else high - low,
        "pit": place if point else NAN,
        "inside_50": low <= 0.75 and high >= 0.25,
        "inside_90": low <= 0.95 and high >= 0.05,
        **scores,
    }


def _scores_in_percent(
    seal: Seal, forecast: SealedQuantity, quantiles: Array, observed: float
) -> dict[str, float]:
    """Score logarithms, which rivals forecast: of the level, or of its ratio to the year before."""

    def logs(values: Array) -> Array:
        with np.errstate(all="ignore"):
            is_level = forecast.measure == "level"
            return np.asarray(np.log(values) if is_level else np.log1p(values / 100))

    scaled, seen = logs(quantiles), float(logs(np.array(observed)))
    if not (np.isfinite(scaled).all() and np.isfinite(seen)):
        return {}
    found = {"model": crps_of_quantiles(seal.levels, scaled.tolist(), seen)}
    last, mean = rivals_of(seal.known, forecast.variable, forecast.measure, forecast.year)
    if last is not None and mean is not None:
        found["last_growth"] = abs(seen - last.mean)
        found["last_growth_spread"] = float(crps_of_normal(last.mean, last.deviation, seen))
        found["mean_growth"] = float(crps_of_normal(mean.mean, mean.deviation, seen))
    return {name: 100 * score for name, score in found.items()}


def _label(study: FittedStudy, figure: PublishedFigure) -> Label:
    parts = [study.labels.reference(one) for one in figure.terms]
    return Label(" + ".join(part.en for part in parts), "＋".join(part.zh for part in parts))


def _targets(
    study: FittedStudy, seal: Seal, figures: Sequence[PublishedFigure]
) -> Iterator[dict[str, Any]]:
    for target in seal.targets:
        outcome = outcome_of(target, figures)
        now = study.targets.get(target.id)
        label = now.label if now is not None else Label(target.id, target.id)
        rival = rival_chance(seal.known, target)
        # What was decided before the forecast was made is no forecast.
        before = outcome_of(target, known_on(figures, seal.as_of))
        open_then = before.attained is None
        at_stake = outcome.attained is not None and target.assessable and open_then
        probability = NAN if target.probability is None else target.probability
        scores = dict.fromkeys(("brier", "rival_brier", "crps", "pit"), NAN)
        if at_stake:
            scores["brier"] = (probability - float(bool(outcome.attained))) ** 2
            scores["rival_brier"] = (rival - float(bool(outcome.attained))) ** 2
        if at_stake and target.quantiles and not np.isnan(outcome.measured):
            known = (seal.levels, target.quantiles, outcome.measured)
            scores |= {"crps": crps_of_quantiles(*known), "pit": pit_of_quantiles(*known)}
        yield {
            **_named(seal),
            "target_id": target.id,
            **label.columns(),
            "probability": probability,
            "ci_low": NAN if target.ci_low is None else target.ci_low,
            "ci_high": NAN if target.ci_high is None else target.ci_high,
            "assessable": target.assessable,
            "open_then": open_then,
            "deadline": target.deadline,
            "attained": outcome.attained,
            "measured": outcome.measured,
            "unit": target.unit,
            "afterwards": date(target.deadline, 12, 31) <= seal.made.date(),
            "rival": rival,
            **scores,
        }
