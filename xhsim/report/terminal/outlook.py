"""The outlook of a study: printed as tables, stored in the study as outlook.csv."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.atomic import write_text
from xhsim.report.terminal.tables import records_table

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.outlook.backtest import Backtest
    from xhsim.analysis.outlook.outlook import Outlook

__all__ = ["OutlookReport", "outlook_csv", "store_outlook"]

DECIMALS = 3
SPREADS = ("place_sd", "year_sd", "city_sd", "deviation_sd", "ar1")


def outlook_csv(outlook: Outlook) -> str:
    """Write the table of an outlook as CSV, with the correlations as last columns.

    Parameters
    ----------
    outlook : Outlook

    Returns
    -------
    str
        Numbers have three decimals.
    """
    correlations = outlook.correlations.add_prefix("with ")
    table = outlook.table.join(correlations).round(DECIMALS)
    return table.to_csv(lineterminator="\n")


def store_outlook(outlook: Outlook, folder: Path) -> Path:
    """Write ``outlook.csv`` into the folder of a study's model, completely or not at all.

    Parameters
    ----------
    outlook : Outlook
    folder : Path
        The study folder.

    Returns
    -------
    Path
        The file.
    """
    path = folder / "model" / "outlook.csv"
    write_text(path, outlook_csv(outlook))
    return path


@dataclass(frozen=True)
class OutlookReport:
    """An outlook to print.

    Attributes
    ----------
    outlook : Outlook
    backtest : Backtest or None
        If it was asked for.
    stored : Path or None
        The file that was written, if any.
    """

    outlook: Outlook
    backtest: Backtest | None = None
    stored: Path | None = None

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        plan = self.outlook.plan
        yield Text(
            f"{plan.place}: mean growth {plan.first_year}-{plan.last_year} in percent a year, "
            f"as seen from {plan.until}",
            "bold",
        )
        yield self._growth()
        yield Text("\nSpread between places and years (standard deviations in points)", "bold")
        yield self._spreads()
        if self.backtest is not None:
            yield Text("\nBack-test (CRPS in points; lower is better)", "bold")
            yield self._scores(self.backtest)
        if not quiet:
            yield Text("\n".join(["", *self._remarks()]))

    def _growth(self) -> RenderableType:
        columns = ["quantity", "prices", "figures", "own", "5 %", "25 %", "mean", "75 %", "95 %"]
        keys = ("p05", "p25", "mean", "p75", "p95", "freedom")
        rows = [
            [
                str(name),
                str(row["prices"]),
                str(row["figures"]),
                str(row["own"]),
                *(_number(row[key]) for key in keys),
            ]
            for name, row in self.outlook.table.to_dict("index").items()
        ]
        return records_table([*columns, "freedom"], rows)

    def _spreads(self) -> RenderableType:
        columns = ["quantity", "place", "year", "city", "deviation", "memory"]
        table = self.outlook.table[self.outlook.table["figures"] > 0]
        rows = [
            [str(name), *(_number(row[key], 2) for key in SPREADS)]
            for name, row in table.to_dict("index").items()
        ]
        return records_table(columns, rows)

    def _scores(self, backtest: Backtest) -> RenderableType:
        columns = [
            *("", "figures", "forecasts", "in 50 %", "in 90 %"),
            *("model", "last growth", "mean growth"),
        ]
        rows = []
        for by in ((), ("horizon",), ("quantity",)):
            for name, row in backtest.by(*by).to_dict("index").items():
                title = f"{name} year{'s' * (name != 1)} ahead" if "horizon" in by else str(name)
                shares = (f"{100 * row[key]:.0f} %" for key in ("inside_50", "inside_90"))
                scores = (_number(row[key], 2) for key in ("model", "last_growth", "mean_growth"))
                counts = (f"{row[key]:.0f}" for key in ("figures", "forecasts"))
                rows.append([title, *counts, *shares, *scores])
        return records_table(columns, rows)

    def _remarks(self) -> Iterator[str]:
        table = self.outlook.table
        none = [str(name) for name in table.index[table["figures"] == 0]]
        yield (
            "The mean is distributed as Student's t. A year, and a place's own year, have heavy "
            "tails; what happens in a year has to be added to what lasts, not counted twice."
        )
        if none:
            yield f"No figure in the reference class: {', '.join(none)}."
        if self.stored is not None:
            yield f"Written to {self.stored}"

    def as_record(self) -> dict[str, Any]:
        """Return the outlook as values that JSON can represent."""
        outlook, plan = self.outlook, self.outlook.plan
        record: dict[str, Any] = {
            "place": plan.place,
            "until": plan.until,
            "years": [plan.first_year, plan.last_year],
            "quantities": _records(outlook.table.reset_index()),
            "correlations": outlook.correlations.round(DECIMALS).to_dict("index"),
        }
        if self.backtest is not None:
            record["backtest"] = {
                "all": _records(self.backtest.by())[0],
                **{
                    f"by_{name}": _records(self.backtest.by(name).reset_index())
                    for name in ("horizon", "quantity", "year")
                },
                "pit": self.backtest.pit_counts(),
            }
        return record


def _number(value: float, decimals: int = 1) -> str:
    return "none" if value != value else f"{value:.{decimals}f}"  # not a number


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): None if value != value else value for key, value in row.items()}
        for row in table.astype(object).to_dict("records")
    ]
