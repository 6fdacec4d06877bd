"""Coverage of a plan: what holds each of its numbers and headings, or why it is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.checks.names import ModelVariable
from xhsim.study.files.csv_reader import read_csv
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.history.observations import Observation
from xhsim.study.names import Reference, find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.targets import Target
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "HOLDERS",
    "CoverageRow",
    "Holder",
    "check_coverage",
    "coverage_counts",
    "coverage_frame",
    "read_coverage",
]

COLUMNS = ("place", "kind", "item", "zh", "value", "unit", "holds", "reason", "why")
NEEDED = tuple(name for name in COLUMNS if name != "zh")
KINDS = ("number", "heading")
LEFT_OUT = "left out"
HOLDERS = {
    "variable": Label("a variable", "模型变量"),
    "target": Label("a target", "目标"),
    "lever": Label("a lever", "政策杠杆"),
    "history": Label("a series of history", "历史数据"),
    "parameter": Label("a parameter", "参数"),
}


@dataclass(frozen=True)
class Holder:
    """What holds a number or a heading of the plan.

    Parameters
    ----------
    kind : str
        A key of `HOLDERS`.
    name : str
        The id of a target, the name of a series, or the name of a variable, lever or parameter
        with an optional selection of elements.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        """Return it as written in the file."""
        return f"{self.kind}: {self.name}"


@dataclass(frozen=True)
class CoverageRow:
    """A number or a heading of the plan.

    Parameters
    ----------
    place : str
        Where it is in the plan: ``chapter 3 (1) 2``.
    kind : str
        ``number`` or ``heading``.
    item : Label
        What it is, in both languages.
    value, unit : str
        As in the plan; empty for headings.
    holders : tuple of Holder
        What holds it; empty if it is left out.
    reason : str
        For what is left out: the kind of reason, in one or two words.
    why : str
        For what is left out: the reason, in a sentence. Otherwise a remark, or empty.
    where : Place
        File and line.
    """

    place: str
    kind: str
    item: Label
    value: str
    unit: str
    holders: tuple[Holder, ...]
    reason: str
    why: str
    where: Place

    @property
    def left_out(self) -> bool:
        """Whether nothing holds it."""
        return not self.holders


@checked
def read_coverage(path: Path) -> tuple[CoverageRow, ...]:
    """Read ``coverage.csv``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of CoverageRow
        In the order of the file, which is that of the plan.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> rows = read_coverage(bundled_folder() / "model" / "coverage.csv")
    >>> [str(holder) for row in rows for holder in row.holders if row.value == "2176.7"]
    ['history: gdp', 'variable: GDP']
    """
    mistakes = Mistakes()
    found: list[CoverageRow] = []
    for cells, where in read_csv(path, COLUMNS, NEEDED, mistakes):
        row = _row(cells, where, mistakes)
        if row is not None:
            found.append(row)
    mistakes.check()
    return tuple(found)


def _row(cells: Mapping[str, str], where: Place, mistakes: Mistakes) -> CoverageRow | None:
    """Return what a row says, or None if it has mistakes."""
    before = len(mistakes)
    item, zh = cells["item"], cells.get("zh", "")
    for name, text in (("place", cells["place"]), ("item", item or zh), ("holds", cells["holds"])):
        if not text:
            mistakes.extend(_wrong(f'"{name}" is empty', where, "write a value"))
    if cells["kind"] not in KINDS:
        hint = did_you_mean(cells["kind"], KINDS) or f"use one of {', '.join(KINDS)}"
        mistakes.extend(_wrong(f'kind "{cells["kind"]}" is unknown', where, hint))
    if cells["kind"] == "number" and not cells["value"]:
        mistakes.extend(_wrong('"value" is empty', where, "write the number as in the plan"))
    holders: tuple[Holder, ...] = ()
    if cells["holds"]:
        with mistakes.collecting():
            holders = _holders(cells["holds"], where)
    for name in ("reason", "why"):
        if cells["holds"] == LEFT_OUT and not cells[name]:
            mistakes.extend(_wrong(f'"{name}" is empty', where, "say why it is left out"))
    if holders and cells["reason"]:
        mistakes.extend(
            _wrong(
                '"reason" is given, but the row is held',
                where,
                "leave it empty, or use the why column",
            )
        )
    if len(mistakes) > before:
        return None
    return CoverageRow(
        cells["place"],
        cells["kind"],
        Label(item or zh, zh or item),
        cells["value"],
        cells["unit"],
        holders,
        cells["reason"],
        cells["why"],
        where,
    )


def _wrong(what: str, where: Place, hint: str) -> InputError:
    return InputError(what, file=where.file, line=where.line, hint=hint)


def _holders(text: str, where: Place) -> tuple[Holder, ...]:
    if text == LEFT_OUT:
        return ()
    found = []
    for part in text.split(";"):
        kind, colon, name = (piece.strip() for piece in part.partition(":"))
        if not colon or not name:
            raise _wrong(
                f'"{part.strip()}" does not say what holds it',
                where,
                f'write "{LEFT_OUT}", or {", ".join(f"{each}: NAME" for each in HOLDERS)}',
            )
        if kind not in HOLDERS:
            hint = did_you_mean(kind, HOLDERS) or f"use one of {', '.join(HOLDERS)}"
            raise _wrong(f'nothing is called "{kind}"', where, hint)
        found.append(Holder(kind, name))
    return tuple(found)


def check_coverage(
    rows: Iterable[CoverageRow],
    variables: Iterable[ModelVariable],
    parameters: Mapping[str, Parameter],
    targets: Mapping[str, Target],
    history: Iterable[Observation],
) -> None:
    """Check that what rows name exists in the study.

    Parameters
    ----------
    rows : iterable of CoverageRow
    variables : iterable of ModelVariable
        All of the model's.
    parameters, targets : mapping
        As read.
    history : iterable of Observation
        As read.

    Raises
    ------
    InputError
        With every unknown name.
    """
    known: dict[str, Mapping[str, object]] = {
        "variable": {variable.name: variable for variable in variables},
        "lever": {name: each for name, each in parameters.items() if each.role == "lever"},
        "parameter": parameters,
        "target": targets,
        "history": {row.series: row for row in history},
    }
    mistakes = Mistakes()
    for row in rows:
        for holder in row.holders:
            with mistakes.collecting():
                _check_holder(holder, known[holder.kind], row.where)
    mistakes.check()


def _check_holder(holder: Holder, known: Mapping[str, object], where: Place) -> None:
    if holder.kind in ("target", "history"):
        if holder.name not in known:
            raise _wrong(
                f'unknown {HOLDERS[holder.kind].en.removeprefix("a ")} "{holder.name}"',
                where,
                did_you_mean(holder.name, known) or "name one that exists, or write left out",
            )
        return
    reference = parse_reference(holder.name, where)
    found = find_name(reference.name, known, holder.kind, where)
    if isinstance(found, ModelVariable):
        _check_elements(reference, found, where)
    elif isinstance(found, Parameter):
        find_elements(reference, found.elements, where)


def _check_elements(reference: Reference, variable: ModelVariable, where: Place) -> None:
    every = dict.fromkeys(element for dimension in variable.elements for element in dimension)
    find_elements(reference, tuple(every), where)


def coverage_counts(rows: Sequence[CoverageRow]) -> dict[str, int]:
    """Count what holds the rows; what is left out is counted by reason.

    A row that several things hold is counted once for each kind of them.

    Parameters
    ----------
    rows : sequence of CoverageRow

    Returns
    -------
    dict of str to int
        ``rows``, ``numbers``, ``headings``, ``held``, each kind of `HOLDERS`, ``left out``, and
        ``left out, REASON``, the most frequent reason first.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> rows = read_coverage(bundled_folder() / "model" / "coverage.csv")
    >>> counts = coverage_counts(rows)
    >>> counts["rows"] == counts["held"] + counts["left out"]
    True
    """
    kinds = Counter(kind for row in rows for kind in {holder.kind for holder in row.holders})
    reasons = Counter(row.reason for row in rows if row.left_out)
    return {
        "rows": len(rows),
        "numbers": sum(row.kind == "number" for row in rows),
        "headings": sum(row.kind == "heading" for row in rows),
        "held": sum(not row.left_out for row in rows),
        **{kind: kinds[kind] for kind in HOLDERS},
        LEFT_OUT: reasons.total(),
        **{f"{LEFT_OUT}, {reason}": count for reason, count in reasons.most_common()},
    }


def coverage_frame(rows: Iterable[CoverageRow]) -> pd.DataFrame:
    """Convert rows to a table.

    Parameters
    ----------
    rows : iterable of CoverageRow

    Returns
    -------
    DataFrame
        A row for each, in the order of the plan; columns place, kind, item, zh, value, unit,
        holds, reason and why, all texts.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> rows = read_coverage(bundled_folder() / "model" / "coverage.csv")
    >>> frame = coverage_frame(rows)
    >>> frame.loc[frame["value"] == "2176.7", "holds"].tolist()
    ['history: gdp; variable: GDP']
    """
    import pandas as pd  # slow to import, and most commands do not show it

    return pd.DataFrame(
        [
            {
                "place": row.place,
                "kind": row.kind,
                "item": row.item.en,
                "zh": row.item.zh,
                "value": row.value,
                "unit": row.unit,
                "holds": "; ".join(map(str, row.holders)) or LEFT_OUT,
                "reason": row.reason,
                "why": row.why,
            }
            for row in rows
        ],
        columns=list(COLUMNS),
    )
