"""The columns of tables: what each means, and what kind of number it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from xhsim.wording.label import LANGUAGES, Label
from xhsim.wording.phrases import COLUMNS

__all__ = ["TableColumn", "describe"]

Kind = Literal["share", "count", "year", "value", "text"]
KINDS: dict[Kind, frozenset[str]] = {
    "share": frozenset({"probability", "ci_low", "ci_high", "ever", "ever_low", "ever_high"}),
    "count": frozenset({"rank", "draws", "failed", "targets", "draw"}),
    "year": frozenset({"year"}),
    "value": frozenset({"median", "p05", "p95", "target", "gap", "value"}),
}


@dataclass(frozen=True)
class TableColumn:
    """A column of a table.

    Attributes
    ----------
    name : str
        As in the table.
    kind : {"share", "count", "year", "value", "text"}
        A share is shown in percent. A value is in the unit of its row.
    meaning : Label
        Empty for a column that is not known.
    """

    name: str
    kind: Kind
    meaning: Label

    @property
    def pattern(self) -> TableColumn:
        """One description for all columns of a kind: of all years, or of all structures."""
        if self.name.isdecimal():
            return replace(self, name="YEAR", meaning=_meaning("in_year", year="YEAR"))
        base, opening, _ = self.name.partition("[")
        return describe(f"{base}[STRUCTURE]") if opening else self


def describe(name: object) -> TableColumn:
    """Describe a column by its name.

    Parameters
    ----------
    name : str or number
        A number is a year whose values the column holds. ``NAME[STRUCTURE]`` holds NAME in the
        draws of one structure.

    Returns
    -------
    TableColumn

    Examples
    --------
    >>> describe("gap").kind, describe(2025).meaning.en, describe("mine").kind
    ('value', "value in 2025, in the row's unit", 'text')
    >>> describe("ci_low[trend]").meaning.en
    "lower end of the probability's 95 % interval; structure trend"
    """
    if isinstance(name, int | float):
        return TableColumn(f"{name:g}", "value", _meaning("in_year", year=f"{name:g}"))
    base, _, structure = str(name).rstrip("]").partition("[")
    kind: Kind = next((kind for kind, names in KINDS.items() if base in names), "text")
    meaning = COLUMNS.get(base, Label())
    if structure and meaning.en:
        meaning = _meaning("in_structure", meaning=meaning, structure=structure)
    return TableColumn(str(name), kind, meaning)


def _meaning(key: str, **parts: Label | str) -> Label:
    """Fill the placeholders of a phrase in each language."""
    texts = []
    for lang in LANGUAGES:
        labels = {name: part for name, part in parts.items() if isinstance(part, Label)}
        words = {name: label.in_(lang) for name, label in labels.items()}
        texts.append(COLUMNS.say(key, lang, **(parts | words)))
    return Label(*texts)
