"""What is worth knowing, as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK
from xhsim.wording.numbers import probability_text
from xhsim.wording.units import amount_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ChoiceReport", "WorthKnowingReport"]

DECIDED = 0.05  # a probability this near to 0 or 1
NARROWED = ("unknown", "kind", "year", "share", "share_error", "points", "points_error", "sure")
VALUED = ("unknown", "kind", "year", "value", "low", "high", "changed", "sure")
BOUGHT = ("lever", "gain", "low", "high", "paid")


@dataclass(frozen=True)
class WorthKnowingReport:
    """By how much unknowns would narrow targets, to print.

    Attributes
    ----------
    table : DataFrame
        From `Study.worth_knowing`.
    top : int
        Unknowns to show for each target, at most.
    """

    table: pd.DataFrame
    top: int = 3

    def parts(self, *, quiet: bool = False) -> Iterator[RenderableType]:
        """Yield the table and texts to print.

        Parameters
        ----------
        quiet : bool
            Without the remarks.
        """
        yield Text(f"What is worth knowing in {self.table.attrs['scenario']}, by target", "bold")
        shown = _new_table(("", "right"), ("Target", "left"), ("%", "right"), ("Unknown", "left"))
        shown.add_column("narrows by", justify="right")
        shown.add_column("moves by", justify="right")
        for target, rows in self.table.groupby("target", sort=False):
            first = rows.iloc[0]
            mark = "" if first["assessable"] else f" {UNASSESSABLE_MARK}"
            label = Text(f"{first['target_label'] or str(target)}{mark}")
            head: list[Text | str] = [
                _rank(first["rank"]),
                label,
                probability_text(first["probability"]),
            ]
            best = rows[rows["sure"]].head(self.top).to_dict("records")
            for row in best:
                share = f"{100 * row['share']:.0f} % ± {100 * row['share_error']:.0f}"
                points = f"{row['points']:.0f} ± {row['points_error']:.0f}"
                shown.add_row(*head, Text(_name(row)), share, points)
                head = ["", "", ""]
            if not best:
                shown.add_row(*head, _why_none(first.to_dict()), "-", "-")
        yield shown
        if not quiet:
            yield Text("\n".join(["", *self._remarks()]))

    def _remarks(self) -> Iterator[str]:
        error = self.table.attrs["error"]
        how = f"measured with an error of {100 * error:g} % of its spread" if error else "known"
        yield (
            "Narrows by: the share of the uncertainty about whether the target is attained (its "
            f"variance) that is expected to go if the unknown is {how}. Moves by: the percentage "
            "points by which the probability is then expected to rise or fall. Both with a "
            "standard error from the number of draws."
        )
        yield (
            "Each unknown counts alone: two that act together do not add up. Unknowns that do not "
            "narrow a target by more than three standard errors are not shown."
        )
        if not self.table["assessable"].all():
            yield f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.en}"

    def as_record(self) -> dict[str, Any]:
        """Return all of the table as values that JSON can represent."""
        targets = []
        for target, rows in self.table.groupby("target", sort=False):
            first = rows.iloc[0]
            targets.append(
                {
                    "target": target,
                    "label": first["target_label"],
                    "probability": float(first["probability"]),
                    "assessable": bool(first["assessable"]),
                    "unknowns": _records(rows, NARROWED),
                }
            )
        return {str(key): value for key, value in self.table.attrs.items()} | {"targets": targets}


@dataclass(frozen=True)
class ChoiceReport:
    """What unknowns are worth to a choice among scenarios, beside what money buys, to print.

    Attributes
    ----------
    known : DataFrame
        From `Study.value_of_information`.
    money : DataFrame, optional
        From `Study.more_money`.
    top : int
        Unknowns and spending lines to show, at most.
    target_label : str
        What the target of the tables is called; empty if the number of targets counts.
    """

    known: pd.DataFrame
    money: pd.DataFrame | None = None
    top: int = 8
    target_label: str = ""

    def parts(self, *, quiet: bool = False) -> Iterator[RenderableType]:
        """Yield the tables and texts to print.

        Parameters
        ----------
        quiet : bool
            Without the remarks.
        """
        about = self.known.attrs
        unit = "probability" if self.target_label else "targets met"
        yield Text(f"The choice{f', {self.target_label}' if self.target_label else ''}", "bold")
        shown = _new_table(("Scenario", "left"), (unit, "right"))
        for name, mean in sorted(about["scenarios"].items(), key=lambda item: -item[1]):
            shown.add_row(Text(name), f"{mean:.3f}")
        yield shown
        adds = "adds to the probability" if self.target_label else "adds targets"
        yield Text("\nKnow more, or spend more?", "bold")
        shown = _new_table(("", "left"), (adds, "right"), ("95 % interval", "right"))
        everything = [about[f"everything{end}"] for end in ("", "_low", "_high")]
        shown.add_row(f"knowing everything before choosing {about['best']}", *_figures(*everything))
        for row in self._sure().to_dict("records"):
            text = Text(f"knowing {_name(row)}")
            shown.add_row(text, *_figures(row["value"], row["low"], row["high"]))
        if self.money is not None:
            more = self.money.attrs
            amount = amount_text(more["amount"], more["unit"])
            for row in self.money.head(self.top).to_dict("records"):
                text = Text(f"{amount} more for {row['label'] or row['lever']}")
                shown.add_row(text, *_figures(row["gain"], row["low"], row["high"]))
        yield shown
        if self._sure().empty:
            yield Text("No single unknown is worth more than irrelevant numbers would seem to be.")
        if not quiet:
            yield Text("\n".join(["", *self._remarks()]))

    def _sure(self) -> pd.DataFrame:
        return self.known[self.known["sure"]].head(self.top)

    def _remarks(self) -> Iterator[str]:
        about = self.known.attrs
        what = "the probability" if self.target_label else "the number of targets met"
        error = about["measurement"]
        how = f" with an error of {100 * error:g} % of its spread" if error else ""
        yield (
            f"Knowing: by how much {what} rises on average if the scenario is chosen after the "
            f"unknown is known{how}. It is worth something only if it changes the choice. "
            "Unknowns that are not above what irrelevant numbers give are not shown."
        )
        if self.money is None:
            return
        more = self.money.attrs
        paid = f", paid by a higher {more['funded_by']}" if more["funded_by"] else ""
        yield f"More money: added to {more['scenario']} for good{paid}, one line at a time."

    def as_record(self) -> dict[str, Any]:
        """Return all of the tables as values that JSON can represent."""
        about = {str(key): value for key, value in self.known.attrs.items() if key != "labels_zh"}
        record = about | {"unknowns": _records(self.known, VALUED)}
        if self.money is not None:
            more = {str(key): value for key, value in self.money.attrs.items()}
            record["money"] = more | {"lines": _records(self.money, BOUGHT)}
        return record


def _new_table(*columns: tuple[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for name, side in columns:
        table.add_column(name, justify=side, overflow="fold")
    return table


def _rank(rank: Any) -> str:
    known = _plain(rank)
    return "" if known is None else f"{known:.0f}"


def _why_none(row: Mapping[Any, Any]) -> str:
    if row["share"] == row["share"]:
        return "no single unknown narrows it for sure"
    # Not a number: there are too few draws on one side of the aim.
    decided = min(row["probability"], 1 - row["probability"]) < DECIDED
    return "nearly decided" if decided else "too few draws"


def _name(row: Mapping[Any, Any]) -> str:
    return str(row["label"] or row["unknown"])


def _figures(value: float, low: float, high: float) -> tuple[str, str]:
    return f"{value:.3f}", f"{low:.3f} to {high:.3f}"


def _records(table: pd.DataFrame, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{key: _plain(row[key]) for key in keys} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    import pandas as pd

    value = value.item() if hasattr(value, "item") else value
    return None if pd.isna(value) else value
