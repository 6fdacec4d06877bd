"""Tables of probabilities, which show themselves as text that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from xhsim.analysis.judging.probability import JOINT_COLUMNS, TARGET_COLUMNS
from xhsim.errors import InputError
from xhsim.study.measures import find_measure
from xhsim.study.names import UnknownKey, nearest
from xhsim.study.targets import aim_with_unit
from xhsim.wording.html_tables import with_note
from xhsim.wording.label import Label, check_language
from xhsim.wording.likelihood import likelihood_short
from xhsim.wording.numbers import number_text, probability_sentence
from xhsim.wording.phrases import REPORT
from xhsim.wording.punctuation import TO

__all__ = ["ProbabilityTable", "readable"]

COLUMNS = ("asked", "median", "span", "chance", "word")
NEEDED = {"label", "probability", "ci_low", "ci_high", "word", "draws"}


class ProbabilityTable(pd.DataFrame):
    """A table of probabilities: a DataFrame that shows itself in the form of `readable`.

    It has too many columns to be read as numbers. With any other columns than those of
    ``study.attainment``, ``study.joint`` or ``study.compare``, it shows itself like every
    DataFrame: so what a reader chooses or adds is seen.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> table = study.attainment(study.ensemble("plan", draws=64), study.indicators)
    >>> "asks for" in repr(table), "asks for" in repr(table[["label", "probability"]])
    (True, False)
    """

    @property
    def _constructor(self) -> type[ProbabilityTable]:
        return ProbabilityTable

    def __getitem__(self, key: Any) -> Any:
        """Return columns or rows; the name of no column is answered with the one meant."""
        try:
            return super().__getitem__(key)
        except KeyError:
            if not isinstance(key, str):
                raise
            near = nearest(key, dict.fromkeys(map(str, self.columns)))
            raise UnknownKey(f'the table has no column "{key}"', hint=near) from None

    def __repr__(self) -> str:
        """Show the readable form, and how many columns there are."""
        if not self._is_whole:
            return super().__repr__()
        text = readable(self).to_string(max_rows=pd.get_option("display.max_rows"))
        return f"{text}\n[{self._more}]"

    def _repr_html_(self) -> str | None:
        """Show the same in a notebook."""
        if not self._is_whole:
            return _frame_html(pd.DataFrame(self))
        html = _frame_html(readable(self))
        return html and with_note(html, self._more)

    @property
    def _is_whole(self) -> bool:
        known = {*TARGET_COLUMNS, *JOINT_COLUMNS}
        names = {str(name) for name in self.columns}
        return names >= NEEDED and all(
            name in known or name.endswith(("]", "_zh")) for name in names
        )

    @property
    def _more(self) -> str:
        return f"Rounded. The table has {len(self.columns)} columns: see its .columns"


def _frame_html(table: pd.DataFrame) -> str | None:
    html: str | None = table._repr_html_()  # type: ignore[operator]
    return html


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
    aim = (row["direction"], row["target"], row["unit"])
    found["asked"] = aim_with_unit(find_measure(row["measure"]), *aim, lang)
    found["median"], *ends = (
        number_text(float(row[key]), digits=3) for key in ("median", "p05", "p95")
    )
    found["span"] = TO.in_(lang).join(ends)
    return found
