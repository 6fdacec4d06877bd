"""Tables of probabilities written as text, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from xhsim.errors import InputError
from xhsim.study.measures import find_measure
from xhsim.wording.label import Label, check_language
from xhsim.wording.likelihood import likelihood_short
from xhsim.wording.numbers import number_text, probability_sentence
from xhsim.wording.phrases import REPORT
from xhsim.wording.punctuation import TO
from xhsim.wording.units import display_unit

__all__ = ["readable"]

COLUMNS = ("asked", "median", "span", "chance", "word")


def readable(table: pd.DataFrame, lang: str = "en") -> pd.DataFrame:
    """Write a table of probabilities as text: rounded numbers, each with its interval.

    Parameters
    ----------
    table : DataFrame
        The result of ``study.attainment``, ``study.joint`` or ``study.compare``, or several of
        them in one table (`pandas.concat` with keys).
    lang : {"en", "zh"}

    Returns
    -------
    DataFrame
        Indexed by label, after any outer levels of the index. Columns: what the target asks for,
        median and 5 to 95 % range in the target's unit, the probability with its 95 % interval in
        percent, and the IPCC's word. Cells without a value are empty.

    Raises
    ------
    InputError
        If the table has no probabilities.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> table = study.attainment(study.ensemble("plan", draws=64), study.indicators)
    >>> readable(table).loc["R&D expenditure in GDP", "asks for"]
    '≥ 9 %'
    """
    lang = check_language(lang)
    if "probability" not in table or "label" not in table:
        raise InputError(
            "the table has no probabilities",
            hint="give the result of study.attainment, study.joint or study.compare",
        )
    records = table.to_dict("records")
    found = pd.DataFrame([_row(row, lang) for row in records], columns=list(COLUMNS))
    has_levels = "median" in table
    found = found if has_levels else found[["chance", "word"]]
    found.columns = pd.Index([REPORT.say(f"readable_{name}", lang) for name in found.columns])
    shown = [Label.of_row(row).in_(lang) for row in records]
    above = [table.index.get_level_values(level) for level in range(table.index.nlevels - 1)]
    names = [*table.index.names[:-1], None]
    found.index = (
        pd.MultiIndex.from_arrays([*above, shown], names=names) if above else pd.Index(shown)
    )
    return found


def _row(row: Mapping[Any, Any], lang: str) -> dict[str, str]:
    low, high, word = row["ci_low"], row["ci_high"], row.get("word", "")
    found = dict.fromkeys(COLUMNS, "")
    found["chance"] = probability_sentence(row["probability"], low, high, "", lang)
    found["word"] = likelihood_short(word, lang) if isinstance(word, str) else ""
    if "median" not in row or pd.isna(row["median"]):
        return found
    unit = display_unit(row["unit"], lang)
    measure = find_measure(row["measure"])
    asked = measure.aim_text(row["direction"], row["target"], row["unit"], lang)
    if not row["unit"].startswith(("%", "percent")):
        asked = f"{asked} {'× ' if unit[:1].isdigit() else ''}{unit}"
    found["asked"] = asked
    found["median"], *ends = (
        number_text(float(row[key]), digits=3) for key in ("median", "p05", "p95")
    )
    found["span"] = TO.in_(lang).join(ends)
    return found
