"""The annex of a bulletin: pictures, tables by date, published figures, method, past forecasts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from xhsim.analysis.monitoring.monitor import Monitoring
from xhsim.report.bulletin.findings import Findings
from xhsim.report.bulletin.released import error_text, how_it_came, release_name, release_value
from xhsim.report.bulletin.words import BulletinWords
from xhsim.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    CodeBlock,
    Column,
    Paragraph,
    TableBlock,
)
from xhsim.report.page.words import three
from xhsim.study.history.monitoring import LIGHTS
from xhsim.wording.label import Label
from xhsim.wording.likelihood import UNASSESSABLE_MARK
from xhsim.wording.line_breaks import capitalised

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Annex", "AnnexBlock", "Drawing", "Origin", "annexes_of"]

PANELS = 4  # of one picture: so their texts can be read on an upright page
REVISED, DATED = 4, 6  # targets whose projections, and whose probabilities by date, are drawn
CAUSES = 4
LEAST = 0.005
RIVAL = "ratio_last_growth_spread"
LONGEST = 40  # figures of the record that the table lists


@dataclass(frozen=True)
class Drawing:
    """A picture, and what it shows for readers who cannot see it."""

    kind: ClassVar[str] = "drawing"
    picture: Axes | Sequence[Axes]
    told: str


AnnexBlock = Block | Drawing


@dataclass(frozen=True)
class Annex:
    """One part of the annex."""

    title: str
    blocks: tuple[AnnexBlock, ...]


@dataclass(frozen=True)
class Origin:
    """What a bulletin is made from: the command, how many files, and their hash together."""

    command: str
    files: int
    digest: str

    @classmethod
    def of(cls, command: str, inputs: Mapping[str, str]) -> Origin:
        """Put the hashes of files, by their names, together."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(inputs.items()))
        return cls(command, len(inputs), hashlib.sha256(lines.encode()).hexdigest())


def annexes_of(
    monitoring: Monitoring, findings: Findings, words: BulletinWords, origin: Origin | None
) -> tuple[Annex, ...]:
    """Write the annex.

    Parameters
    ----------
    monitoring : Monitoring
    findings : Findings
    words : BulletinWords
    origin : Origin or None

    Returns
    -------
    tuple of Annex
    """
    author = _AnnexAuthor(monitoring, findings, words, origin)
    parts = {
        "fans": author.fans,
        "path": author.path,
        "figures": author.figures,
        "method": author.method,
        "record": author.record,
    }
    return tuple(
        Annex(words.say("annex", n=number, title=words.say(key)), tuple(blocks()))
        for number, (key, blocks) in enumerate(parts.items(), start=1)
    )


def history_with_releases(monitoring: Monitoring) -> pd.DataFrame:
    """Return the study's history with the levels of the releases that count.

    Parameters
    ----------
    monitoring : Monitoring

    Returns
    -------
    DataFrame
        As `xhsim.plots.fan_chart` takes it. Growth rates, bounds and sums are left out.
    """
    import pandas as pd

    rows = [
        {
            "year": str(release.year),
            "value": release.figure.value,
            "variable": str(release.terms[0]),
            "measure": release.figure.measure,
            "kind": release.figure.kind,
        }
        for release in monitoring.releases
        if len(release.terms) == 1
    ]
    return pd.concat([monitoring.study.history, pd.DataFrame(rows)], ignore_index=True)


@dataclass(frozen=True)
class _AnnexAuthor:
    """Writes the parts of the annex."""

    monitoring: Monitoring
    findings: Findings
    words: BulletinWords
    origin: Origin | None

    def _target(self, name: str) -> str:
        target = self.findings.targets[name]
        mark = "" if target.hangs_on is None else f" {UNASSESSABLE_MARK}"
        rank = "" if target.rank is None else f"{target.rank} "
        return f"{rank}{self.words.target(target)}{mark}"

    def fans(self) -> Iterator[AnnexBlock]:
        from xhsim import plots

        words, monitoring = self.words, self.monitoring
        ensemble = monitoring.ensembles[-1]
        yield Paragraph(words.say("fans_intro"))
        targets = list(self.findings.targets.values())
        history = history_with_releases(monitoring)
        now = self.findings.probabilities.tail(len(targets)).droplevel(0)
        for start in range(0, len(targets), PANELS):
            part = targets[start : start + PANELS]
            page = plots.fan_grid(ensemble, part, history, now, lang=words.lang)
            names = words.listed(map(words.target, part))
            yield Drawing(page, words.say("fans_told", targets=names))
        yield from self._revised(history)

    def _revised(self, history: pd.DataFrame) -> Iterator[AnnexBlock]:
        """Yield what figures changed in the projections of the targets that they moved most."""
        from xhsim import plots

        moved = self.findings.moved[:REVISED]
        if not moved:
            return
        yield Paragraph(self.words.say("revised_intro"))
        first, last = self.monitoring.ensembles[0], self.monitoring.ensembles[-1]
        for name in moved:
            target = self.findings.targets[name]
            picture = plots.revised_fan(
                first,
                last,
                target.variable,
                figures=self.monitoring.counted,
                target=target,
                history=self.monitoring.study.history,
                lang=self.words.lang,
            )
            told = self.words.say("revised_told", target=self.words.target(target))
            yield Drawing(picture, told)

    def path(self) -> Iterator[AnnexBlock]:
        words, say, table = self.words, self.words.say, self.findings.probabilities
        names, dates = list(self.findings.targets), self.monitoring.dates
        yield Paragraph(say("path_intro"))
        columns = [
            Column(say("col_target"), "name"),
            *(Column(say("col_before") if d is None else d.isoformat(), "figure") for d in dates),
        ]
        rows: list[list[Cell | str]] = []
        for place, name in enumerate(names):
            own = table.iloc[place :: len(names)].to_dict("records")
            rows.append([self._target(name), *(words.percent(*three(row)) for row in own)])
        yield TableBlock(say("path_caption"), columns, rows)
        yield from self._dated()
        yield from self._split()
        yield from self._needed()

    def _dated(self) -> Iterator[AnnexBlock]:
        """Yield the probabilities of the targets that figures moved most, over dates."""
        from xhsim import plots

        moved = self.findings.moved[:DATED]
        if moved:
            picture = plots.targets_by_date(
                self.findings.probabilities, moved, lang=self.words.lang
            )
            names = self.words.listed(
                self.words.target(self.findings.targets[name]) for name in moved
            )
            yield Drawing(picture, self.words.say("dated_told", targets=names))

    def _split(self) -> Iterator[AnnexBlock]:
        words, say, revision = self.words, self.words.say, self.findings.revision
        if revision is None:
            return
        yield Paragraph(say("split_intro"))
        columns = [
            Column(say("col_target"), "name"),
            Column(say("col_causes")),
            Column(say("col_interaction"), "figure"),
        ]
        rows: list[list[Cell | str]] = []
        whole = revision.totals["interaction"].astype(float).to_dict()
        together = {str(name): words.point(value) for name, value in whole.items()}
        for name in self.findings.targets:
            own = revision.table[revision.table["target_id"] == name]
            parts = [row for row in own.to_dict("records") if abs(row["shapley"]) >= LEAST]
            parts.sort(key=lambda row: -abs(row["shapley"]))
            told = [
                say(
                    "split_policy",
                    name=release_name(self.monitoring.releases[row["cause"]], words),
                    points=words.point(row["shapley"]),
                    error=f"{100 * row['error']:.0f}",
                )
                for row in parts[:CAUSES]
            ]
            rows.append([self._target(name), words.listed(told) or say("none"), together[name]])
        yield TableBlock(say("split_caption"), columns, rows)

    def _needed(self) -> Iterator[AnnexBlock]:
        words, say = self.words, self.words.say
        year = self.monitoring.as_of.year - 1  # the last year of which figures can be known
        rows: list[list[Cell | str]] = []
        for name, path in self.findings.required.items():
            both = path.reindex([year])[["growth_needed", "growth_projected"]].to_numpy(dtype=float)
            needed, projected = map(float, both[0])
            if math.isfinite(needed):
                rows.append([self._target(name), words.figure(needed), words.figure(projected)])
        if not rows:
            return
        columns = [
            Column(say("col_target"), "name"),
            Column(say("col_needed"), "figure"),
            Column(say("col_projected"), "figure"),
        ]
        yield TableBlock(say("needed_caption", year=year), columns, rows)

    def figures(self) -> Iterator[AnnexBlock]:
        words, say, monitoring = self.words, self.words.say, self.monitoring
        came = {
            number: float(share)
            for update in monitoring.updates
            for number, share in zip(update.new, update.shares, strict=True)
        }
        counted = monitoring.counterparts
        rows: list[list[Cell | str]] = [
            [
                release_name(counted.releases[n], words),
                release_value(counted.releases[n], words),
                error_text(counted.releases[n], counted.errors[n], words),
                counted.releases[n].dated,
                how_it_came(counted.releases[n], came[n], words),
                counted.releases[n].figure.source,
            ]
            for n in monitoring.updates[-1].counted
        ]
        heads = ("figure", "value", "error", "published", "expected", "source")
        columns = [Column(say(f"col_{head}"), "text") for head in heads]
        if rows:
            yield TableBlock(say("counted_caption"), columns, rows)
        else:
            yield Paragraph(say("none_counted"))
        left: list[list[Cell | str]] = [
            [
                release_name(one.release, words),
                release_value(one.release, words),
                one.release.dated,
                one.reason.in_(words.lang),
            ]
            for one in monitoring.not_counted
        ]
        columns = [
            Column(say(f"col_{head}"), "text")
            for head in ("figure", "value", "published", "reason")
        ]
        if left:
            yield TableBlock(say("not_counted_caption"), columns, left)
        elif rows:
            yield Paragraph(say("all_counted"))

    def method(self) -> Iterator[AnnexBlock]:
        say, plan = self.words.say, self.monitoring.study.files.monitoring
        limits = {"green": f"{100 * plan.green:g}", "red": f"{100 * plan.red:g}"}
        draws = f"{self.monitoring.world.draws:,}"
        keys = ("method_model", "method_update", "method_watch", "method_words")
        yield Bullets([("", say(key, draws=draws, **limits)) for key in keys])
        yield from self._rates()
        if self.origin is None:
            return
        yield Paragraph(say("again"))
        yield CodeBlock(self.origin.command)
        yield Paragraph(say("inputs", n=self.origin.files, digest=self.origin.digest), "note")

    def _rates(self) -> Iterator[AnnexBlock]:
        """Yield how often lights were right, by the last year whose figures were known."""
        words, say, rates = self.words, self.words.say, self.findings.rates
        if rates is None:
            return
        kinds = [f"missed_after_{light}" for light in LIGHTS] + ["warned", "false_alarm"]
        columns = [
            Column(say("col_known"), "name"),
            *(Column(say(f"col_{kind}"), "figure") for kind in kinds),
        ]
        table: list[list[Cell | str]] = [
            [
                say("period_year", year=year),
                *(words.chance(row[k], row[f"{k}_low"], row[f"{k}_high"]) for k in kinds),
            ]
            for year, row in rates.astype(float).to_dict("index").items()
        ]
        twins = int(rates["twins"].iloc[0])
        yield TableBlock(say("rates_caption", twins=twins), columns, table)

    def record(self) -> Iterator[AnnexBlock]:
        words, say, scores = self.words, self.words.say, self.findings.scores
        if scores.changed:
            names = words.listed(each.name for each in scores.changed)
            yield Paragraph(say("record_changed", names=names))
        if not len(scores.seals):
            yield Paragraph(say("record_none"))
            return
        points = scores.points
        if not len(points):
            yield Paragraph(say("record_waiting", n=len(scores.seals)))
            return
        ratio = scores.summary().to_dict("index")["all"][RIVAL]
        told = [
            say(
                "record_figures",
                seals=len(scores.seals),
                figures=len(points),
                inside=words.share(float(points["inside_90"].mean())),
                ratio=words.figure(float(ratio)),
            )
        ]
        if len(scores.decided):
            brier = words.figure(float(scores.decided["brier"].mean()))
            told.append(say("record_targets", n=len(scores.decided), brier=brier))
        if points["afterwards"].any():
            told.append(say("record_afterwards", n=int(points["afterwards"].sum())))
        yield Paragraph(words.spaced(told))
        heads = ("seal", "figure", "range", "observed", "inside")
        columns = [Column(say(f"col_{head}"), "text") for head in heads]
        rows: list[list[Cell | str]] = []
        for row in points.head(LONGEST).to_dict("records"):
            name = Label.of_row(row).or_name(str(row["variable"])).in_(words.lang)
            measure = "level" if row["measure"] == "level" else "growth"
            period = say("period_year", year=row["year"])
            rows.append(
                [
                    str(row["as_of"]),
                    capitalised(say(f"of_{measure}", name=name, period=period)),
                    words.span(float(row["p05"]), float(row["p95"])),
                    words.figure(float(row["observed"])),
                    say("inside" if row["inside_90"] else "outside"),
                ]
            )
        yield TableBlock(say("record_caption"), columns, rows)
