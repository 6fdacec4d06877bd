"""The first page of a bulletin: lights, what moved and why, what to watch, how to read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xhsim.analysis.uncertainty.what_to_watch import most_telling, shortlist
from xhsim.report.bulletin.findings import Findings
from xhsim.report.bulletin.released import how_it_came, release_name, release_value, watched_name
from xhsim.report.bulletin.words import BulletinWords
from xhsim.report.page.words import three
from xhsim.study.history.monitoring import LIGHTS
from xhsim.wording.label import Label
from xhsim.wording.likelihood import UNASSESSABLE_MARK
from xhsim.wording.numbers import number_text
from xhsim.wording.punctuation import ENUMERATION

if TYPE_CHECKING:
    from datetime import date

    from xhsim.analysis.monitoring.monitor import Monitoring, Update

__all__ = ["Front", "LightChange", "LightRow", "front_of"]

# As much as one page holds with 18 targets.
MOVES, CAUSES = 4, 2
WATCHED, WATCHED_TARGETS = 4, 2
LEARNT = 3
NEW = 4
LEAST = 0.01  # a smaller part of a change is not worth a reader's time
LEAST_TARGETS = 0.15
LEAST_SHIFT = 0.5  # standard deviations
LEAST_TELLING = 1.0  # points


@dataclass(frozen=True)
class LightChange:
    """A change of a probability as text, and whether it may be chance."""

    text: str
    may_be_chance: bool


@dataclass(frozen=True)
class LightRow:
    """One target on the first page.

    Attributes
    ----------
    light : str
        A key of `xhsim.study.history.monitoring.LIGHTS`; empty for a target that cannot be
        assessed.
    light_text, rank, target, asked, chance, interval : str
    changes : tuple of LightChange
        Since the figures before, and since before any figure; only the latter if these are the
        first figures, and none if there are no figures.
    """

    light: str
    light_text: str
    rank: str
    target: str
    asked: str
    chance: str
    interval: str
    changes: tuple[LightChange, ...]


@dataclass(frozen=True)
class Front:
    """The first page.

    Attributes
    ----------
    title, state, headline : str
    lights, moved, watch, reading : str
        The headings of its parts.
    columns : tuple of str
        The headings of the table of lights.
    rows : tuple of LightRow
    note : str
        Below the table.
    new, largest, learnt : str
        Which figures are new, what is said of the movements, and what the model takes now; empty if
        there is nothing to say.
    movements, watched, conditions : tuple of str
        The points of the other parts.
    """

    title: str
    state: str
    headline: str
    lights: str
    columns: tuple[str, ...]
    rows: tuple[LightRow, ...]
    note: str
    moved: str
    new: str
    largest: str
    movements: tuple[str, ...]
    learnt: str
    watch: str
    watched: tuple[str, ...]
    reading: str
    conditions: tuple[str, ...]


def front_of(
    monitoring: Monitoring, findings: Findings, words: BulletinWords, title: str | None = None
) -> Front:
    """Write the first page.

    Parameters
    ----------
    monitoring : Monitoring
    findings : Findings
    words : BulletinWords
    title : str, optional
        By default that of ``monitoring.yaml``, or else a general one.

    Returns
    -------
    Front
    """
    return _Author(monitoring, findings, words).front(title)


@dataclass(frozen=True)
class _Author:
    """Writes the parts of the first page."""

    monitoring: Monitoring
    findings: Findings
    words: BulletinWords

    def front(self, title: str | None) -> Front:
        words, say, day = self.words, self.words.say, self.monitoring.as_of
        known, moves = bool(self.monitoring.releases), self.findings.moved
        own = self.monitoring.study.files.monitoring.title
        scenario = self.monitoring.study.scenarios[self.monitoring.world.scenario.name]
        return Front(
            title=title or (own.in_(words.lang) if own else say("title")),
            state=say("state_of", date=words.day(day), scenario=words.scenario(scenario)),
            headline=self._headline(),
            lights=say("lights"),
            columns=(
                *(say("col_light"), say("col_rank"), say("col_target"), say("col_asked")),
                *(say("col_chance"), say("col_interval")),
                # With hyphens at which a line does not break.
                *(
                    say(key, date=str(self._before).replace("-", "\N{NON-BREAKING HYPHEN}"))
                    for key, _ in self._spans
                ),
            ),
            rows=tuple(map(self._row, self.findings.targets)),
            note=self._note(),
            moved=say("moved"),
            new=self._new() if known else "",
            largest=say("largest" if moves else "none_moved") if known else "",
            movements=tuple(map(self._movement, moves[:MOVES])),
            learnt=self._learnt() if known else "",
            watch=say("watch"),
            watched=tuple(self._watched()),
            reading=say("conditions"),
            conditions=tuple(self._conditions()),
        )

    # --- lights ---------------------------------------------------------------------------------

    @property
    def _last(self) -> Update:
        return self.monitoring.updates[-1]

    @property
    def _before(self) -> date | None:
        """The date of the figures before the last ones; None if there were none."""
        dates = self.monitoring.dates
        return dates[-2] if len(dates) > 1 else None

    def _light(self, target: str) -> str:
        if self.findings.targets[target].hangs_on is not None:
            return ""
        chance = float(self.findings.row(target, -1)["probability"])
        return self.monitoring.study.files.monitoring.light(chance)

    def _row(self, name: str) -> LightRow:
        words, target = self.words, self.findings.targets[name]
        now, light = self.findings.row(name, -1), self._light(name)
        mark = "" if target.hangs_on is None else f" {UNASSESSABLE_MARK}"
        return LightRow(
            light=light,
            light_text=LIGHTS[light].in_(words.lang) if light else words.say("unassessed"),
            rank="" if target.rank is None else str(target.rank),
            target=words.target(target) + mark,
            asked=words.asked(target, unit=True),
            chance=words.percent(*three(now)),
            interval=words.interval(*three(now)[1:]),
            changes=tuple(self._change(name, before) for _, before in self._spans),
        )

    @property
    def _spans(self) -> list[tuple[str, int]]:
        """The columns of changes, each with the update that it begins at."""
        spans = [("col_since_last", -2), ("col_since_first", 0)]
        return spans[max(0, 3 - len(self.monitoring.updates)) :]

    def _change(self, target: str, before: int) -> LightChange:
        """Return the change since an update."""
        one, other = (float(self.findings.row(target, n)["probability"]) for n in (before, -1))
        shift = other - one
        return LightChange(self.words.point(shift), not self.findings.is_sure(target, before))

    def _headline(self) -> str:
        words, say = self.words, self.words.say
        lights = [self._light(name) or "none" for name in self.findings.targets]
        counts = [
            say(f"count_{kind}", n=lights.count(kind))
            for kind in (*LIGHTS, "none")
            if kind != "none" or "none" in lights
        ]
        change = ""
        mean = self._mean(-1)
        if len(self.monitoring.updates) > 1:
            shift = round(mean, 1) - round(self._mean(-2), 1)
            key = "same" if abs(shift) < LEAST_TARGETS else "more" if shift > 0 else "less"
            sign = say(f"headline_{key}", n=words.mean(abs(shift)))
            since = "first" if self._before is None else "change"
            change = say(f"headline_{since}", sign=sign, date=words.day(self._before))
        told = say(
            "headline",
            all=len(lights),
            counts=ENUMERATION.in_(words.lang).join(counts),
            mean=words.mean(mean),
            change=change,
        )
        return told if self.monitoring.releases else words.spaced([told, say("no_figures")])

    def _mean(self, update: int) -> float:
        chances = [
            float(self.findings.row(name, update)["probability"]) for name in self.findings.targets
        ]
        return sum(chances)

    def _note(self) -> str:
        say, plan = self.words.say, self.monitoring.study.files.monitoring
        text = say("thresholds", green=f"{100 * plan.green:g}", red=f"{100 * plan.red:g}")
        if self._before is not None and self.words.lang == "zh":
            text += say("previous", date=self.words.day(self._before))
        if any(target.hangs_on is not None for target in self.findings.targets.values()):
            text += say("dagger")
        return text

    # --- what moved -----------------------------------------------------------------------------

    def _movement(self, name: str) -> str:
        first, last = self.findings.row(name, 0), self.findings.row(name, -1)
        return self.words.say(
            f"movement_{'up' if last['probability'] > first['probability'] else 'down'}",
            target=self.words.target(self.findings.targets[name]),
            before=self.words.percent(*three(first)),
            after=self.words.percent(*three(last)),
            causes=self._causes(name),
        )

    def _learnt(self) -> str:
        rows = self.findings.learnt.head(LEARNT).to_dict("records")
        told = [self._taken(row) for row in rows if abs(row["shift"]) >= LEAST_SHIFT]
        return self.words.say("learnt", numbers=self.words.listed(told)) if told else ""

    def _new(self) -> str:
        words, say = self.words, self.words.say
        releases = self.monitoring.counterparts.releases
        new = list(zip(self._last.new, self._last.shares, strict=True))
        # Those that surprised most come first: the page has no room for many.
        new.sort(key=lambda pair: -abs(pair[1] - 0.5))
        told = [
            say(
                "new_figure",
                figure=release_name(releases[number], words),
                value=release_value(releases[number], words),
                word=how_it_came(releases[number], float(share), words),
            )
            for number, share in new[:NEW]
        ]
        key = "first_figures" if self._before is None else "new_figures"
        return say(key, date=words.day(self._before), figures=words.listed(told))

    def _causes(self, target: str) -> str:
        words, say = self.words, self.words.say
        revision = self.findings.revision
        assert revision is not None
        table = revision.table
        rows = table[table["target_id"] == target].to_dict("records")
        clear = [row for row in rows if abs(row["shapley"]) > max(LEAST, 2 * float(row["error"]))]
        clear.sort(key=lambda row: -abs(row["shapley"]))
        if not clear:
            return say("no_cause")
        told = [
            say(
                "cause",
                cause=release_name(self.monitoring.releases[row["cause"]], words),
                points=words.point(row["shapley"]),
            )
            for row in clear[:CAUSES]
        ]
        return words.listed(told)

    def _taken(self, row: dict[Any, Any]) -> str:
        words, say = self.words, self.words.say
        year = say("of_year", year=row["year"]) if row["year"] else ""
        key = "learnt_up" if row["shift"] > 0 else "learnt_down"
        name = Label.of_row(row).or_name(str(row["name"])).in_(words.lang)
        return say(key, name=name, year=year, shift=number_text(abs(float(row["shift"])), digits=2))

    # --- what to watch --------------------------------------------------------------------------

    def _watched(self) -> Iterator[str]:
        words, say = self.words, self.words.say
        table = shortlist(self.findings.watch, len(self.findings.watch))
        ranked = most_telling(table) if len(table) else table
        figures: list[dict[Any, Any]] = []
        for row in ranked.to_dict("records"):
            # The level and the growth of a year are one publication.
            known = {figure["series"] for figure in figures}
            if row["points"] >= LEAST_TELLING and row["series"] not in known:
                figures.append(row)
        if not figures:
            yield say("nothing_to_watch")
        for figure in figures[:WATCHED]:
            own = table
            for column in ("series", "year", "measure"):
                own = own[own[column] == figure[column]]
            rows = own.sort_values("points", ascending=False, kind="stable").to_dict("records")
            told = [
                say(
                    "watched_one",
                    target=words.target(self.findings.targets[str(row["target"])]),
                    points=f"{row['points']:.0f}",
                )
                for row in rows[:WATCHED_TARGETS]
            ]
            if len(rows) > WATCHED_TARGETS:
                told.append(say("watched_more", n=len(rows) - WATCHED_TARGETS))
            yield say(
                "watched",
                figure=watched_name(figure, words),
                targets=ENUMERATION.in_(words.lang).join(told),
            )

    # --- how to read it -------------------------------------------------------------------------

    def _conditions(self) -> Iterator[str]:
        words, world = self.words, self.monitoring.world
        scenario = self.monitoring.study.scenarios[world.scenario.name]
        yield words.say(
            "conditional",
            scenario=words.scenario(scenario),
            n=len(self.monitoring.releases),
            draws=f"{world.draws:,}",
            worth=f"{world.draws * self._last.worth:,.0f}",
        )
        yield self._rates()

    def _rates(self) -> str:
        """Say how often lights were wrong when the figures of the same years were known."""
        words, rates = self.words, self.findings.rates
        last = max((release.year for release in self.monitoring.releases), default=0)
        known = [] if rates is None else [int(year) for year in rates.index if year <= last]
        if rates is None or not known:
            return words.say("rates_unknown")
        row = {key: float(value) for key, value in rates.to_dict("index")[max(known)].items()}
        return words.say(
            "rates",
            twins=f"{row['twins']:.0f}",
            year=max(known),
            green=words.share(row["missed_after_green"]),
            red=words.share(1 - row["missed_after_red"]),
            warned=words.share(row["warned"]),
            alarm=words.share(row["false_alarm"]),
        )
