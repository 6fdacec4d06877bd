"""A front as tables, files and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.fronts.archive import FRONT
from xhsim.analysis.fronts.find import find_front
from xhsim.analysis.fronts.front import MONEY, FrontMember, PolicyFront
from xhsim.analysis.fronts.judged import FrontValue
from xhsim.analysis.fronts.question import FrontQuestion
from xhsim.analysis.fronts.seeds import Effort
from xhsim.atomic import write_text, writing
from xhsim.errors import InputError
from xhsim.report.files.manifest import MANIFEST, manifest, without_places, write_manifest
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import plain_number, records_table
from xhsim.study.scenarios.writer import check_new_file, check_new_name, scenario_text
from xhsim.wording.label import LANGUAGES
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["FrontReport", "front_report"]

VALUES, MOVES = "values.csv", "levels.csv"
NAMED = 4  # levers that a row of the table names
BEATEN = "beaten"  # on fresh draws, by another package


@dataclass(frozen=True)
class FrontReport:
    """A front to print.

    Attributes
    ----------
    front : PolicyFront
    out : Path
    written : tuple of Path
        Scenario files.
    """

    front: PolicyFront
    out: Path
    written: tuple[Path, ...] = ()

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        front = self.front
        headings = ["package", *self._headings(), "", "moves most"]
        yield records_table(headings, self._packages(), write=_figures)
        if front.scenarios:
            yield Text("\nScenarios of the study, on the same draws", "bold")
            rows = [
                [each.name, *self._cells(each.judged), "beaten" if each.beaten else ""]
                for each in front.scenarios
            ]
            yield records_table(["scenario", *self._headings(), ""], rows, write=_figures)
        for text, gains in front.gains.items():
            objective = front.objectives[front.column(text)]
            yield Text(f"\n{objective.label.en}: what one more {self._money} buys", "bold")
            scale = 100.0 if objective.is_probability else 1.0
            rows = [
                [
                    f"{plain_number(gain.money_from)} to {plain_number(gain.money_to)}",
                    *(scale * number for number in (gain.value, gain.low, gain.high)),
                ]
                for gain in gains
            ]
            what = "points" if objective.is_probability else "gain"
            headings = ["money a year", what, "95 % from", "to"]
            yield records_table(headings, rows, write=_signed)
        if not quiet:
            yield Text("\n" + "\n".join(self._remarks()))
        for path in self.written:
            yield Text(f"Written to {path}")
        if not quiet:
            yield Text(
                f"Written to {self.out}: {FRONT}, {VALUES}, {MOVES}, pictures and {MANIFEST}"
            )

    @property
    def _money(self) -> str:
        unit = display_unit(str(self.front.made["money_unit"])) or "unit of money"
        return f"{unit}".replace(" per year", " a year")

    def _headings(self) -> list[str]:
        return [
            heading
            for each in self.front.objectives
            for heading in (
                [each.label.en]
                if each.text == MONEY
                else [f"{each.label.en}{', %' if each.is_probability else ''}", "95 % from", "to"]
            )
        ]

    def _cells(self, values: Sequence[FrontValue]) -> list[float]:
        return [
            100 * number if objective.is_probability else number
            for objective, value in zip(self.front.objectives, values, strict=True)
            for number in ([value.value] if objective.text == MONEY else value)
        ]

    def _packages(self) -> list[list[Any]]:
        return [
            [
                number,
                *self._cells(member.judged),
                "" if member.holds else BEATEN,
                self._most(member),
            ]
            for number, member in enumerate(self.front.members, start=1)
        ]

    def _most(self, member: FrontMember) -> str:
        """Name the levers that a package moves furthest, as shares of their ranges."""
        starts, levers = self.front.starts, self.front.levers

        def share(lever: str) -> float:
            low, high = levers[lever]
            return abs(member.levels[lever] - starts[lever]) / ((high - low) or 1.0)

        most = sorted(member.levels, key=share, reverse=True)[:NAMED]
        return ", ".join(f"{lever} {plain_number(member.levels[lever])}" for lever in most)

    def _remarks(self) -> list[str]:
        front, made = self.front, self.front.made
        ends = front.shares[:, -1]
        beaten = sum(not member.holds for member in front.members)
        lines = [
            f"{made['tried']:,} packages tried on {made['draws']:,} draws; judged on "
            f"{made['fresh_draws']:,} draws that the search has not used.",
            f"Hypervolume of each of {len(ends)} seeds, as a share of all together: "
            f"{', '.join(f'{100 * share:.1f} %' for share in ends)}.",
        ]
        late = front.shares[:, max(0, front.shares.shape[1] - 1 - front.shares.shape[1] // 5)]
        if (ends - late).max() > 0.01:
            lines.append("It still grew at the end: more --generations may find better packages.")
        if beaten:
            lines.append(
                f"{beaten} of {len(front.members)} packages are beaten by another on these draws."
            )
        limits = [f"{text} {plain_number(value)}" for text, value in made["limits"].items()]
        limits += made.get("lever_limits", [])
        if limits:
            lines.append(f"Limits: {'; '.join(limits)}.")
        lines.append(
            "Money is what the lines ask for in a year, once levers have reached their levels."
        )
        if made["under"]:
            lines.append(f"Values are those of the worst of {', '.join(made['under'])}.")
        return lines

    def as_record(self) -> dict[str, Any]:
        """Return the front as values that JSON can represent."""
        files = {path.stem: str(path) for path in self.written}
        return self.front.as_record() | {"folder": str(self.out), "scenario_files": files}


def _figures(value: float | None) -> str:
    """Write a number with the digits in which neighbours on a front differ."""
    return f"{value or 0.0:,.4g}"


def _signed(value: float | None) -> str:
    return f"{value or 0.0:+.3g}"


def front_report(
    study: Study,
    asked: FrontQuestion,
    effort: Effort,
    *,
    members: int,
    fresh_draws: int,
    out: Path,
    scenarios: Mapping[str, int],
    command: list[str],
    quiet: bool,
) -> FrontReport:
    """Search for a front or continue a search, and write tables, pictures and scenarios.

    Parameters
    ----------
    study : Study
    asked : FrontQuestion
    effort : Effort
    members : int
        Packages that are judged and shown.
    fresh_draws : int
        The draws on which they are judged.
    out : Path
        Receives ``front.json``, ``values.csv``, ``levels.csv``, pictures in both languages where
        the system has a Chinese font, ``manifest.json``, and the states of the search.
    scenarios : mapping of str to int
        Packages that become scenario files in `out`, by name.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    FrontReport

    Raises
    ------
    InputError
        As `find_front`. Also, before the search, if a scenario cannot have its name.
    """
    files = {}
    for name, package in scenarios.items():
        files[check_new_name(name, study.scenarios)] = package
        check_new_file(out / f"{name.strip()}.yaml")
    record = manifest(study.files, command=without_places(command))
    total = asked_packages(asked, effort)
    with progress_bar(quiet) as bar:
        task = bar.add_task("packages tried", total=total)
        front = find_front(
            asked,
            effort,
            members=members,
            fresh_draws=fresh_draws,
            out=out,
            progress=lambda count: bar.advance(task, count),
        )
    made = {name: scenario_text(front.scenario(package, name)) for name, package in files.items()}
    with writing(out) as draft:
        front.values().to_csv(draft / VALUES, index=False)
        front.moves().to_csv(draft / MOVES, index=False)
        _draw(front, draft)
        for name, text in made.items():
            write_text(draft / f"{name}.yaml", text)
        record |= {"made": dict(front.made)}
        write_manifest(draft, record, study.files.folder, out, also=[out / FRONT])
    return FrontReport(front, out, tuple(out / f"{name}.yaml" for name in made))


def asked_packages(asked: FrontQuestion, effort: Effort) -> int:
    """Return about how many packages a search tries."""
    free = sum(lever.is_free for lever in asked.levers)
    return 3 * free + effort.seeds * (effort.generations + 1) * effort.population


def _draw(front: PolicyFront, folder: Path) -> None:
    """Draw the pictures of a front, in Chinese too where the system has a font for it."""
    from xhsim.plots import save
    from xhsim.plots.canvas import style
    from xhsim.plots.policies.front_chart import front_chart
    from xhsim.plots.policies.hypervolume import hypervolume_chart
    from xhsim.plots.policies.marginal_gain import marginal_gain_chart
    from xhsim.plots.policies.package_lines import package_lines

    for lang in LANGUAGES:
        try:
            style.font(lang)
        except InputError:
            continue
        end = "" if lang == "en" else f"-{lang}"
        save(front_chart(front, lang=lang), folder / f"front{end}.png")
        save(package_lines(front, lang=lang), folder / f"packages{end}.png")
        save(hypervolume_chart(front, lang=lang), folder / f"hypervolume{end}.png")
        for text, gains in front.gains.items():
            if gains:
                name = f"gain-{front.column(text) + 1}{end}.png"
                save(marginal_gain_chart(front, text, lang=lang), folder / name)
