"""What to watch next, as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from xhsim.analysis.uncertainty.what_to_watch import most_telling, shortlist
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK
from xhsim.wording.numbers import probability_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ToWatchReport"]

DECIDED = 0.05  # a probability this near to 0 or 1
FOR_ALL = 5  # figures in the table of all targets
KEYS = (
    *("series", "year", "measure", "error", "next", "share", "share_error", "points"),
    *("points_error", "value_share", "value_share_error", "value_move", "value_move_error", "sure"),
)


@dataclass(frozen=True)
class ToWatchReport:
    """The unpublished figures to watch, to print.

    Attributes
    ----------
    table : DataFrame
        From `Study.to_watch`.
    top : int
        Figures to show for each target, at most.
    every_year : bool
        Also show later figures of a series than its next one.
    """

    table: pd.DataFrame
    top: int = 3
    every_year: bool = False

    def parts(self, *, quiet: bool = False) -> Iterator[RenderableType]:
        """Yield the tables and texts to print.

        Parameters
        ----------
        quiet : bool
            Without the remarks.
        """
        yield Text("What to watch next, by target", "bold")
        yield self._by_target()
        together = most_telling(shortlist(self.table, len(self.table), every_year=self.every_year))
        if len(together):
            yield Text("\nFor all targets together", "bold")
            yield _together(together.head(FOR_ALL))
        if not quiet:
            yield Text("\n".join(["", *self._remarks()]))

    def _by_target(self) -> Table:
        shown = shortlist(self.table, self.top, every_year=self.every_year)
        table = _new_table(("", "right"), ("Target", "left"), ("%", "right"), ("Figure", "left"))
        table.add_column("narrows by", justify="right")
        table.add_column("moves by", justify="right")
        for target, first in self._targets():
            rows = shown[shown["target"] == target].to_dict("records")
            mark = "" if first["assessable"] else f" {UNASSESSABLE_MARK}"
            label = Text(f"{first['target_label'] or target}{mark}")
            head: list[Text | str] = [first["rank"], label, probability_text(first["probability"])]
            for row in rows:
                figures = (Text(_name(row)), _percent(row), _points(row))
                table.add_row(*head, *figures)
                head = ["", "", ""]
            if not rows:
                table.add_row(*head, _without_figures(first), "-", "-")
        return table

    def _targets(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each target with its first row, in the order of the table."""
        first = self.table.drop_duplicates("target")
        ranks = [
            "" if unknown else str(rank)
            for rank, unknown in zip(first["rank"], first["rank"].isna(), strict=True)
        ]
        for rank, row in zip(ranks, first.to_dict("records"), strict=True):
            yield (
                str(row["target"]),
                {str(key): value for key, value in row.items()} | {"rank": rank},
            )

    def _remarks(self) -> Iterator[str]:
        yield (
            "Narrows by: the share of the uncertainty about whether the target is attained (its "
            "variance) that is expected to go when the figure is published. Moves by: the "
            "percentage points by which the probability is then expected to rise or fall. Both "
            "with a standard error from the number of draws."
        )
        yield (
            "Each figure counts alone: two that say the same do not add up. Figures that do not "
            "narrow a target by more than two standard errors are not shown."
        )
        if not self.every_year:
            yield "Of each series, only the next figure is shown."
        if not self.table["assessable"].all():
            yield f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.en}"

    def as_record(self) -> dict[str, Any]:
        """Return all of the table as values that JSON can represent."""
        about = {str(key): value for key, value in self.table.attrs.items()}
        targets = []
        for target, first in self._targets():
            rows = self.table[self.table["target"] == target].to_dict("records")
            figures = [{key: _plain(row[key]) for key in KEYS} for row in rows]
            targets.append(
                {
                    "target": target,
                    "label": first["target_label"],
                    "probability": first["probability"],
                    "assessable": bool(first["assessable"]),
                    "unit": first["unit"],
                    "figures": figures,
                }
            )
        return about | {"targets": targets}


def _new_table(*columns: tuple[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for name, side in columns:
        table.add_column(name, justify=side, overflow="fold")
    return table


def _together(rows: pd.DataFrame) -> Table:
    table = _new_table(("Figure", "left"), ("targets it narrows", "right"), ("points", "right"))
    for row in rows.to_dict("records"):
        table.add_row(Text(_name(row)), f"{row['targets']}", f"{row['points']:.0f}")
    return table


def _name(row: Mapping[Any, Any]) -> str:
    growth = "growth " if row["measure"] == "growth" else ""
    return f"{row['label'] or row['series']}, {growth}{row['year']}"


def _without_figures(row: Mapping[str, Any]) -> str:
    if row["share"] == row["share"]:
        return "no single figure narrows it for sure"
    # Not a number: there are too few draws on one side of the aim.
    decided = min(row["probability"], 1 - row["probability"]) < DECIDED
    return "nearly decided" if decided else "too few draws"


def _percent(row: Mapping[Any, Any]) -> str:
    return f"{100 * row['share']:.0f} % ± {100 * row['share_error']:.0f}"


def _points(row: Mapping[Any, Any]) -> str:
    return f"{row['points']:.0f} ± {row['points_error']:.0f}"


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if value != value else value
