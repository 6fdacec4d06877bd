"""What to watch next: for each target, the unpublished figures that would narrow it most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, origin, target_values
from xhsim.analysis.judging.failures import refuse_failed
from xhsim.analysis.judging.probability import worth_of
from xhsim.analysis.uncertainty.by_base import with_known_bases
from xhsim.analysis.uncertainty.partial_information import Narrowing, narrowing
from xhsim.analysis.uncertainty.unpublished_figures import UnpublishedFigure, unpublished_figures
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.names import canonical

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.releases import Release
    from xhsim.study.targets import Target

__all__ = ["most_telling", "shortlist", "what_to_watch"]

LEAST = 10  # draws on either side of an aim, below which an estimate would say nothing
SURE = 2  # standard errors above zero
FIGURE = ("series", "year", "measure")


@checked
def what_to_watch(
    study: FittedStudy,
    ensemble: xr.Dataset,
    targets: Mapping[str, Target] | None = None,
    figures: Sequence[UnpublishedFigure] | None = None,
    *,
    published: Iterable[Release] = (),
    seed: int = 0,
) -> pd.DataFrame:
    """Rank the unpublished figures by how much each would narrow each target.

    Nothing is run: the expected value of partial information is estimated by regression on the
    draws of the ensemble (Strong, Oakley and Brennan 2014, doi 10.1177/0272989X13505910). Each
    figure counts alone. Two figures that say the same do not add up.

    Parameters
    ----------
    study : Study
    ensemble : Dataset
        What ``study.ensemble`` returned, or one that was updated. Its attribute ``draw_worth``, if
        it has one, says how many independent draws one of its draws is worth.
    targets : mapping of str to Target, optional
        By default the study's indicators.
    figures : sequence of UnpublishedFigure, optional
        By default `unpublished_figures` that the ensemble has. A target uses those of the years
        before its deadline.
    published : iterable of Release
        As for `unpublished_figures`; not used if `figures` are given.
    seed : int
        Of the errors of the figures, which are the same for every figure.

    Returns
    -------
    DataFrame
        A row for each target and figure, the most useful figure of a target first:

        - ``target``, ``rank`` (of the indicator), ``target_label``, ``target_label_zh``,
          ``probability`` (of attaining it, from the draws), ``assessable`` (not if it hangs on an
          unpublished base);
        - ``order`` (from 1), ``series`` (``cluster output[Digital]``), ``label``, ``label_zh``,
          ``year``, ``measure`` (``level`` or ``growth``), ``error`` (of the figure), ``next``
          (whether it is the next one of its series);
        - ``share``: how much of the variance of whether the target is attained is expected to go
          when the figure is published, from 0 to 1; ``points``: by how many percentage points the
          probability is expected to move, up or down. Both are NaN for a target that is attained in
          nearly all draws, or in nearly none. ``sure``: whether the share is above zero by more
          than two standard errors;
        - ``value_share`` and ``value_move``: the same for the target's measure, the move in
          ``unit``;
        - ``share_error``, ``points_error``, ``value_share_error``, ``value_move_error``: standard
          errors, from the number of draws.

        Its attributes say how the ensemble was made, and ``effective_draws``: what its draws are
        worth together.

    Raises
    ------
    InputError
        If the ensemble lacks something that a target or a given figure needs, or all draws failed.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> own = {"retail_sales": study.targets["retail_sales"]}
    >>> ensemble = study.ensemble("plan", draws=64, outputs=["retail sales", "GDP"])
    >>> table = what_to_watch(study, ensemble, own)
    >>> table.loc[table["next"], "series"].tolist()
    ['retail sales', 'GDP']
    """
    import pandas as pd

    asked = (study.indicators or study.targets) if targets is None else targets
    chosen = with_known_bases(study, str(ensemble.attrs.get("scenario", "")), asked)
    if figures is None:
        figures = _present(ensemble, unpublished_figures(study, chosen, published=published))
    values = np.array([target_values(ensemble, target) for target in chosen.values()])
    values = values.reshape(len(chosen), ensemble.sizes["draw"])
    noise = np.random.default_rng(seed).standard_normal(ensemble.sizes["draw"])
    numbers = np.array([figure.in_draws(ensemble, noise) for figure in figures])
    numbers = numbers.reshape(len(figures), noise.size)
    good = ~failed_draws(ensemble)
    good &= np.isfinite(values).all(axis=0) & np.isfinite(numbers).all(axis=0)
    if not good.any():
        refuse_failed(study, ensemble)
        raise InputError("there is no draw without failures", hint="see the attribute failed")
    values, numbers = values[:, good], numbers[:, good]
    met = np.array(
        [target.is_met_by(row) for target, row in zip(chosen.values(), values, strict=True)]
    ).reshape(values.shape)
    worth = float(good.sum()) * worth_of(ensemble)
    learnt = narrowing(numbers, np.concatenate([met.astype(float), values]), worth)
    rows = _rows(study, chosen, figures, met, worth, learnt)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["rank"] = table["rank"].astype("Int64")
    table.attrs = origin(ensemble) | {"effective_draws": worth}
    return table


@checked
def shortlist(table: pd.DataFrame, top: int = 3, *, every_year: bool = False) -> pd.DataFrame:
    """Return the figures to show to a reader: for each target, the first that narrow it for sure.

    Parameters
    ----------
    table : DataFrame
        From `what_to_watch`.
    top : int
        At most so many for each target.
    every_year : bool
        Also later figures of a series than its next one.

    Returns
    -------
    DataFrame
        Rows of the table, in its order.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"target": ["sales"] * 3, "sure": True, "next": [False, True, True]})
    >>> shortlist(table, 1).index.tolist(), shortlist(table, 1, every_year=True).index.tolist()
    ([1], [0])
    """
    shown = table["sure"].astype(bool)
    if not every_year:
        shown &= table["next"].astype(bool)
    return table[shown].groupby("target", sort=False).head(top)


@checked
def most_telling(table: pd.DataFrame) -> pd.DataFrame:
    """Rank the figures by what each says about all targets together.

    Parameters
    ----------
    table : DataFrame
        From `what_to_watch`, all of it or some rows.

    Returns
    -------
    DataFrame
        A row for each figure, the most useful first: ``series``, ``label``, ``label_zh``, ``year``,
        ``measure``, ``next``, ``targets`` (how many it narrows for sure) and ``points`` (the sum of
        what it is expected to move their probabilities).

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"series": "GDP", "label": "GDP", "label_zh": "", "year": 2022, "measure": "level"}
    >>> row |= {"next": True, "points": 9.0, "sure": True}
    >>> most_telling(pd.DataFrame([row, row | {"sure": False}]))[["targets", "points"]].to_numpy()
    array([[1., 9.]])
    """
    sure = table["sure"].astype(bool)
    counted = table.assign(targets=sure.astype(int), points=table["points"].where(sure, 0.0))
    names = [*FIGURE[:1], "label", "label_zh", *FIGURE[1:], "next"]
    found = counted.groupby(names, sort=False)[["targets", "points"]].sum().reset_index()
    found = found.sort_values(["points", "targets"], ascending=False, kind="stable")
    found.attrs = dict(table.attrs)
    return found.reset_index(drop=True)


COLUMNS = (
    *("target", "rank", "target_label", "target_label_zh", "probability", "assessable", "order"),
    *("series", "label", "label_zh", "year", "measure", "error", "next"),
    *("share", "share_error", "points", "points_error", "sure"),
    *("value_share", "value_share_error", "value_move", "value_move_error", "unit"),
)


def _present(ensemble: xr.Dataset, figures: Sequence[UnpublishedFigure]) -> list[UnpublishedFigure]:
    """Return the figures of variables and years that an ensemble has."""
    has = {canonical(str(name)) for name in ensemble.data_vars}
    years = set(ensemble["time"].to_numpy().tolist())
    return [
        figure
        for figure in figures
        if canonical(figure.variable.name) in has
        and {figure.year, figure.year - (figure.measure == "growth")} <= years
    ]


def _rows(
    study: FittedStudy,
    targets: Mapping[str, Target],
    figures: Sequence[UnpublishedFigure],
    met: NDArray[np.bool_],
    worth: float,
    learnt: Narrowing,
) -> list[dict[str, Any]]:
    first: dict[tuple[object, str], int] = {}
    for figure in figures:
        key = (figure.variable, figure.measure)
        first[key] = min(first.get(key, figure.year), figure.year)
    about = [
        {
            "series": str(figure.variable),
            **study.labels.reference(figure.variable).columns(),
            "year": figure.year,
            "measure": figure.measure,
            "error": figure.error,
            "next": figure.year == first[figure.variable, figure.measure],
        }
        for figure in figures
    ]
    found = []
    for number, target in enumerate(targets.values()):
        chance = float(met[number].mean())
        is_open = worth * min(chance, 1 - chance) >= LEAST
        of_target = {
            "target": target.id,
            "rank": target.rank,
            **target.label.columns("target_label"),
            "probability": chance,
            "assessable": target.hangs_on is None,
            "unit": target.unit,
        }
        places = [place for place, each in enumerate(figures) if each.year < target.deadline]
        rows: list[dict[str, Any]] = [
            of_target
            | about[place]
            | _figures(learnt, place, number, 100.0, ("share", "points"), known=is_open)
            | _figures(learnt, place, number + len(targets), 1.0, ("value_share", "value_move"))
            for place in places
        ]
        rows.sort(key=_usefulness, reverse=True)
        found += [
            row | {"order": order, "sure": row["share"] > SURE * row["share_error"]}
            for order, row in enumerate(rows, start=1)
        ]
    return found


def _figures(
    learnt: Narrowing,
    place: int,
    outcome: int,
    scale: float,
    names: tuple[str, str],
    *,
    known: bool = True,
) -> dict[str, float]:
    share, move = names
    columns = (share, f"{share}_error", move, f"{move}_error")
    if not known:
        return dict.fromkeys(columns, np.nan)
    share_of, share_error, move_of, move_error = (float(array[place, outcome]) for array in learnt)
    numbers = (max(share_of, 0.0), share_error, scale * move_of, scale * move_error)
    return dict(zip(columns, numbers, strict=True))


def _usefulness(row: Mapping[str, Any]) -> tuple[float, float]:
    share, value_share = np.nan_to_num([row["share"], row["value_share"]], nan=-1.0)
    return float(share), float(value_share)
