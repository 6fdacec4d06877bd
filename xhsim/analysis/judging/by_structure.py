"""Attainment by structure: the probability in each causal reading, from its own draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.probability import chance
from xhsim.arguments import checked

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = [
    "FIGURES",
    "about_structures",
    "draws_by_structure",
    "figures_by_structure",
    "structure_column",
    "structure_table",
    "structures_in",
]

FIGURES = ("probability", "ci_low", "ci_high", "word", "draws")


def structure_column(figure: str, structure: str) -> str:
    """Return the column of a table of attainment that has a figure of one structure.

    Parameters
    ----------
    figure : str
        One of `FIGURES`.
    structure : str

    Examples
    --------
    >>> structure_column("probability", "floor-led")
    'probability[floor-led]'
    """
    return f"{figure}[{structure}]"


def structures_in(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the structures that a table of attainment has figures of.

    Parameters
    ----------
    table : DataFrame
        From `xhsim.analysis.judging.attainment`.

    Returns
    -------
    tuple of str
        Empty if the draws have one structure, or the study has none.

    Examples
    --------
    >>> import pandas as pd
    >>> structures_in(pd.DataFrame({"probability": [0.4], "probability[trend]": [0.3]}))
    ('trend',)
    """
    head = structure_column("probability", "").removesuffix("]")
    return tuple(
        str(name).removeprefix(head).removesuffix("]")
        for name in table.columns
        if str(name).startswith(head)
    )


def about_structures(ensemble: xr.Dataset) -> dict[str, Any]:
    """Return names, labels and weights of an ensemble's structures, and the weights' source.

    Parameters
    ----------
    ensemble : Dataset

    Returns
    -------
    dict
        Empty if the study has no structures.
    """
    return dict(ensemble["structure"].attrs) if "structure" in ensemble.coords else {}


def draws_by_structure(ensemble: xr.Dataset) -> dict[str, NDArray[np.bool_]]:
    """Mark the draws of each structure.

    Parameters
    ----------
    ensemble : Dataset

    Returns
    -------
    dict of str to ndarray of bool, shape (draws,)
        The structures that have a weight. Empty if that is only one, or the study has none.
    """
    about = about_structures(ensemble)
    weighted = [
        name
        for name, weight in zip(about.get("names", ()), about.get("weights", ()), strict=True)
        if weight > 0
    ]
    if len(weighted) < 2:
        return {}
    of_draws = ensemble["structure"].to_numpy()
    return {name: of_draws == name for name in weighted}


def figures_by_structure(
    met: NDArray[np.bool_],
    good: NDArray[np.bool_],
    parts: Mapping[str, NDArray[np.bool_]],
    *,
    word: str | None = None,
    worth: float = 1.0,
) -> dict[str, Any]:
    """Estimate a probability in each structure.

    Parameters
    ----------
    met : ndarray of bool, shape (draws,)
        Whether the event happened.
    good : ndarray of bool, shape (draws,)
        The draws that did not fail.
    parts : mapping of str to ndarray of bool
        From `draws_by_structure`.
    word : str, optional
        In place of the likelihood word.
    worth : float
        Of one draw, see `xhsim.analysis.judging.probability.worth_of`.

    Returns
    -------
    dict
        For each structure its figures, by `structure_column`. The interval is for the number of its
        own draws that did not fail; ``draws`` counts all of its draws.

    Examples
    --------
    >>> met, all_good = np.array([True, True, False, False]), np.ones(4, dtype=bool)
    >>> found = figures_by_structure(met, all_good, {"trend": np.array([True, False, True, True])})
    >>> round(found["probability[trend]"], 2), found["draws[trend]"]
    (0.33, 3)
    """
    found: dict[str, Any] = {}
    for name, inside in parts.items():
        counted = good & inside
        estimate = chance(int((met & counted).sum()), int(counted.sum()), worth)
        if word is not None and counted.any():
            estimate = estimate._replace(word=word)
        figures = estimate._asdict() | {"draws": int(inside.sum())}
        found |= {structure_column(key, name): figures[key] for key in FIGURES}
    return found


@checked
def structure_table(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out a table of attainment with one row for each target and structure.

    Parameters
    ----------
    table : DataFrame
        From `Study.attainment`, `Study.joint` or `Study.compare`.

    Returns
    -------
    DataFrame
        Indexed as `table` and by ``structure``: ``label``, ``probability``, ``ci_low``,
        ``ci_high``, ``word``, ``draws`` (of the structure) and ``weight``. Without rows if the
        draws have one structure.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> table = structure_table(study.attainment(study.ensemble("baseline", draws=16)))
    >>> list(table.columns)
    ['label', 'probability', 'ci_low', 'ci_high', 'word', 'draws', 'weight']
    """
    import pandas as pd

    about = table.attrs.get("structures", {})
    weights = dict(zip(about.get("names", ()), about.get("weights", ()), strict=True))
    names = structures_in(table)
    index = [*map(str, table.index.names), "structure"]
    columns = ["label", *FIGURES]
    if not names:
        levels: list[list[Any]] = [[] for _ in index]
        empty = pd.MultiIndex.from_arrays(levels, names=index)
        return pd.DataFrame(columns=[*columns, "weight"], index=empty)
    parts = {
        name: table[["label", *(structure_column(key, name) for key in FIGURES)]].set_axis(
            columns, axis=1
        )
        for name in names
    }
    long = pd.concat(parts, names=["structure"]).reorder_levels(index)
    keys = [key if isinstance(key, tuple) else (key,) for key in table.index]
    long = long.loc[[(*key, name) for key in keys for name in names]]
    return long.assign(weight=[weights.get(key[-1], float("nan")) for key in long.index])
