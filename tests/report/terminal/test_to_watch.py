"""What to watch next, as printed and as JSON."""

from __future__ import annotations

import io
import json

from rich.console import Console

from tests.plots.watched import watched
from xhsim.report.terminal.to_watch import ToWatchReport


def printed(report: ToWatchReport, *, quiet: bool = False) -> str:
    console = Console(width=120, file=io.StringIO())
    for part in report.parts(quiet=quiet):
        console.print(part)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_it_prints_the_next_figures_of_each_target() -> None:
    shown = printed(ToWatchReport(watched()))
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "7 R&D intensity 69 research spending, 2022 34 % ± 3 22 ± 2" in lines
    assert "GDP, growth 2022 7 % ± 3 9 ± 2" in lines
    assert "12 Patent filings † 62 filings, 2022 40 % ± 3 31 ± 2" in lines
    assert "5 Industrial output >99 nearly decided - -" in lines
    assert "Listed firms 20 no single figure narrows it for sure - -" in lines
    together = lines[lines.index("For all targets together") :]
    assert together[2:4] == ["filings, 2022 1 31", "research spending, 2022 1 22"]
    assert "2023" not in shown
    assert "† not assessable without the base" in lines


def test_without_draws_on_one_side_nothing_is_decided() -> None:
    table = watched()
    table.loc[table["target"] == "industrial_output", "probability"] = 0.6
    assert "60  too few draws" in printed(ToWatchReport(table))


def test_later_figures_fewer_and_no_remarks() -> None:
    shown = printed(ToWatchReport(watched(), top=1, every_year=True), quiet=True)
    assert "research spending, 2023" in shown
    assert "standard error" not in shown


def test_the_record_has_everything() -> None:
    record = json.loads(json.dumps(ToWatchReport(watched()).as_record(), allow_nan=False))
    assert record["draws"] == 1000
    first, _, decided, _ = record["targets"]
    assert (first["target"], first["probability"], len(first["figures"])) == (
        "rd_intensity",
        0.692,
        3,
    )
    assert first["figures"][0]["points"] == 34.0
    assert decided["figures"][0]["share"] is None
