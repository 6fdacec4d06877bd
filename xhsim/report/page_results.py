"""The first half of a report: what comes out, in words, tables and pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhsim import plots
from xhsim.analysis.attainment import JOINT
from xhsim.plots.pictures import new_axes
from xhsim.plots.wording import display_unit
from xhsim.report.page_blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Gallery,
    Heading,
    Paragraph,
    Section,
    Table,
)
from xhsim.report.page_facts import Budget, Facts, ScenarioFacts
from xhsim.report.page_svg import Pictures
from xhsim.report.page_words import Words
from xhsim.study.names import parse_reference

if TYPE_CHECKING:
    from xhsim.analysis.split import Split
    from xhsim.study.targets import Target

__all__ = ["Results", "least_share"]

WORDS = (
    *("virtually certain", "very likely", "likely", "about as likely as not"),
    *("unlikely", "very unlikely", "exceptionally unlikely", "no data"),
)
NAMED, DRIVERS = 3, 3  # changes and unknowns in a sentence; unknowns in a row
LEAST_SPLIT = 2  # points
FAN = (4.9, 3.1, (0.62, 0.5, 1.3, 0.85))  # inches: two side by side fill a page of A4


@dataclass(frozen=True)
class Results:
    """Puts facts into sections.

    Parameters
    ----------
    facts : Facts
    words : Words
    history : DataFrame
        Of the study.
    pictures : Pictures
        Takes the pictures in.
    """

    facts: Facts
    words: Words
    history: pd.DataFrame
    pictures: Pictures

    def sections(self) -> Iterator[Section]:
        """Yield the sections in their order."""
        say = self.words.say
        yield Section("summary", say("summary"), list(self._summary()))
        yield Section("attainment", say("attainment"), list(self._attainment()))
        yield Section("heatmap", say("heatmap"), [self._heatmap()])
        yield Section("fans", say("fans"), list(self._fans()))
        yield Section("split", say("split"), list(self._splits()))
        yield Section("spread", say("spread"), list(self._spread()))
        yield Section("timing", say("timing"), list(self._timing()))

    def _headed(self, one: ScenarioFacts) -> list[Heading]:
        """Head the part of a scenario where there are several."""
        several = len(self.facts.scenarios) > 1
        return [Heading(self.words.scenario(one.scenario))] if several else []

    def _summary(self) -> Iterator[Block]:
        words = self.words
        for one in self.facts.scenarios:
            yield from self._headed(one)
            count = one.count
            yield Paragraph(
                words.spaced(
                    [
                        words.say(
                            "mean_met",
                            scenario=words.scenario(one.scenario),
                            n=len(self.facts.targets),
                            mean=_mean(count.mean),
                            low=_mean(count.low),
                            high=_mean(count.high),
                            p05=words.figure(count.p05),
                            p95=words.figure(count.p95),
                        ),
                        words.say(
                            "all_met",
                            n=len(self.facts.targets),
                            chance=self._chance(one.joint.loc[JOINT].to_dict()),
                        ),
                    ]
                ),
                "lead",
            )
            yield Bullets(list(self._by_word(one)))
            yield Paragraph(self._compared(one))
            yield Paragraph(self._matters(one))
            if one.budget is not None:
                yield Paragraph(self._budget(one.budget))
            if one.failed:
                yield Paragraph(words.say("failed", failed=one.failed, draws=self._draws()), "note")
        yield Paragraph(words.spaced([self._conditions(), words.say("words_ipcc")]), "note")

    def _by_word(self, one: ScenarioFacts) -> Iterator[tuple[str, str]]:
        """Group targets by the word for their probability, the most probable first."""
        for word in WORDS:
            rows = one.table[one.table["word"] == word]
            rows = rows.sort_values("probability", ascending=False, kind="stable")
            if len(rows):
                lead = self.words.say("word_" + word.replace(" ", "_"))
                told = [
                    f"{self._name(str(key))} {self._chance(row, word=False)}"
                    for key, row in rows.to_dict("index").items()
                ]
                yield lead, self.words.listed(told)

    def _compared(self, one: ScenarioFacts) -> str:
        words, moved, gain = self.words, one.difference, one.gain
        if one.against is None or moved is None or gain is None:
            return words.say("not_compared")
        key = "gain_more" if gain.low > 0 else "gain_fewer" if gain.high < 0 else "gain_same"
        ends = sorted([abs(gain.low), abs(gain.high)]) if key != "gain_same" else None
        low, high = ends or (gain.low, gain.high)
        sentences = [
            words.say(
                key,
                against=words.scenario(one.against),
                gain=_mean(abs(gain.mean)),
                low=_mean(low),
                high=_mean(high),
            ),
            words.say(
                "moved",
                up=int((moved["low"] > 0).sum()),
                down=int((moved["high"] < 0).sum()),
                n=len(moved),
            ),
        ]
        surely = moved[(moved["low"] > 0) | (moved["high"] < 0)]
        order = surely["difference"].abs().sort_values(ascending=False, kind="stable").index
        if len(order):
            changes = [
                words.say(
                    "moved_one",
                    target=self._name(str(key)),
                    before=self._chance(self._row(one.against.name, str(key)), word=False),
                    after=self._chance(self._row(one.scenario.name, str(key)), word=False),
                    points=words.points(*moved.loc[key, ["difference", "low", "high"]]),
                )
                for key in order[:NAMED]
            ]
            sentences.append(words.say("moved_most", changes=words.listed(changes)))
        return words.spaced(sentences)

    def _matters(self, one: ScenarioFacts) -> str:
        words = self.words
        squares = one.drivers.fillna(0.0) ** 2
        told = []
        order = squares.mean(axis=1).sort_values(ascending=False, kind="stable").index
        for name in order[:NAMED]:
            target = squares.loc[name].idxmax()
            told.append(
                words.say(
                    "matters_one",
                    name=words.number_of(parse_reference(str(name))),
                    share=words.share(float(squares.loc[name, target])),
                    target=self._name(str(target)),
                )
            )
        layers = [
            words.say(f"layer_{name}", share=words.share(float(share)))
            for name, share in one.layers.mean().items()
            if math.isfinite(share)
        ]
        comma = "，" if words.lang == "zh" else ", "
        return words.spaced(
            [
                words.say("matters", drivers=words.listed(told)) if told else "",
                words.say("layers_mean", layers=comma.join(layers)) if layers else "",
            ]
        )

    def _budget(self, budget: Budget) -> str:
        words = self.words
        about: dict[str, Any] = {
            "first": budget.first,
            "last": budget.last,
            "ever": words.estimate(budget.ever),
        }
        if not budget.ever.probability > 0:
            return words.say("budget_holds", **about)
        missing = words.amount(budget.missing, budget.unit)
        in_year = words.chance(*budget.in_worst[:3])
        return words.say(
            "budget_binds", **about, year=budget.worst, in_year=in_year, missing=missing
        )

    def _conditions(self) -> str:
        grounds = self.facts.grounds
        if grounds.until is None:
            return self.words.say("conditions_prior", draws=self._draws())
        return self.words.say(
            "conditions_posterior",
            draws=self._draws(),
            numbers=grounds.from_history,
            until=grounds.until,
        )

    def _attainment(self) -> Iterator[Block]:
        words = self.words
        for one in self.facts.scenarios:
            yield from self._headed(one)
            yield self._targets_table(one)
            yield self._together_table(one)
        yield Paragraph(words.say("attainment_note"), "note")
        if self.facts.others:
            name = self.facts.scenarios[0].scenario.name
            yield Paragraph(words.say("others", n=self.facts.others, scenario=name), "note")

    def _targets_table(self, one: ScenarioFacts) -> Table:
        words, say = self.words, self.words.say
        columns = [
            Column(say("col_target"), "name"),
            Column(say("col_asked"), "figure"),
            Column(say("col_chance"), "figure"),
            Column(say("col_word")),
            Column(say("col_median"), "figure"),
            Column(say("col_gap"), "figure"),
        ]
        if one.against is not None:
            name = words.scenario(one.against)
            columns.append(Column(say("col_change", against=name), "figure"))
        rows = []
        for key, row in one.table.to_dict("index").items():
            target = self.facts.targets[str(key)]
            number = "" if target.rank is None else f"{target.rank} "
            unit = display_unit(target.unit, words.lang)
            cells: list[Cell | str] = [
                Cell(number + words.target(target), unit),
                words.asked(target),
                Cell(words.percent(*_three(row)), words.interval(*_three(row)[1:])),
                words.word(str(row["word"])),
                Cell(words.figure(row["median"]), words.span(row["p05"], row["p95"])),
                words.figure(row["gap"], signed=True, digits=2),
            ]
            if one.difference is not None:
                moved = one.difference.loc[key]
                cells.append(
                    Cell(
                        words.point(moved["difference"])
                        if math.isfinite(moved["difference"])
                        else say("no_data"),
                        words.point_range(moved["low"], moved["high"]),
                    )
                )
            rows.append(cells)
        caption = say("attainment_caption", scenario=words.scenario(one.scenario))
        return Table(caption, columns, rows)

    def _together_table(self, one: ScenarioFacts) -> Table:
        words, say = self.words, self.words.say
        columns = [
            Column(say("col_group"), "name"),
            Column(say("col_count"), "figure"),
            Column(say("col_expected"), "figure"),
            Column(say("col_chance"), "figure"),
            Column(say("col_interval"), "figure"),
            Column(say("col_word")),
        ]
        rows = []
        for key, row in one.joint.to_dict("index").items():
            group = str(key).partition(":")[2]
            name = words.labels.group(group, words.lang) if group else say("all_targets")
            rows.append(
                [
                    name[:1].upper() + name[1:],
                    words.figure(row["targets"]),
                    _mean(row["expected"]),
                    words.percent(*_three(row)),
                    words.interval(*_three(row)[1:]),
                    words.word(str(row["word"])),
                ]
            )
        caption = say("together_caption", scenario=words.scenario(one.scenario))
        return Table(caption, columns, rows)

    def _heatmap(self) -> Figure:
        words, table = self.words, self.facts.comparison
        scenarios = [each for one in self.facts.scenarios for each in (one.against, one.scenario)]
        labels = {each.name: words.scenario(each) for each in scenarios if each is not None}
        picture = plots.attainment_heatmap(table, lang=words.lang, scenario_labels=labels)
        # Half the width of an interval about one half, where it is widest.
        reach = math.ceil(100 * 0.98 / math.sqrt(self.facts.wish.draws))
        caption = words.say("heatmap_caption", draws=self._draws(), reach=reach)
        return Figure(self.pictures.take(picture, words.say("heatmap_told")), caption)

    def _fans(self) -> Iterator[Block]:
        words = self.words
        yield Paragraph(words.say("fans_intro"))
        for one in self.facts.scenarios:
            yield from self._headed(one)
            figures = []
            for target in self.facts.targets.values():
                picture = plots.fan_chart(
                    one.ensemble,
                    target.variable,
                    target=target,
                    history=self.history,
                    attainment=one.table,
                    lang=words.lang,
                    ax=new_axes(*FAN),
                )
                told = self._fan_told(target, one.table.loc[target.id].to_dict())
                figures.append(Figure(self.pictures.take(picture, told)))
            yield Gallery(figures)

    def _fan_told(self, target: Target, row: dict[Any, Any]) -> str:
        words = self.words
        return words.say(
            "fan_told",
            target=words.target(target),
            measure=words.say(f"measure_{target.measure}"),
            median=words.amount(row["median"], target.unit),
            year=target.deadline,
            low=words.figure(row["p05"]),
            high=words.figure(row["p95"]),
            asked=words.asked(target, unit=True),
            chance=self._chance(row),
        )

    def _splits(self) -> Iterator[Block]:
        words = self.words
        for one in self.facts.scenarios:
            yield from self._headed(one)
            name = words.scenario(one.scenario)
            if not one.splits:
                yield Paragraph(words.say("split_none", scenario=name, least=LEAST_SPLIT))
                continue
            first = one.splits[0]
            yield Paragraph(
                words.say(
                    "split_intro",
                    n=len(one.splits),
                    scenario=name,
                    parent=self._parent_name(one),
                    draws=words.figure(first.draws, digits=4),
                    orders=2 * first.orders,
                )
            )
            for split in one.splits:
                picture = plots.split_waterfall(split, top=8, lang=words.lang)
                told = self._split_told(split)
                yield Figure(self.pictures.take(picture, told), told)

    def _parent_name(self, one: ScenarioFacts) -> str:
        return self.words.scenario(one.parent) if one.parent is not None else ""

    def _split_told(self, split: Split) -> str:
        words, table = self.words, split.table.head(NAMED)
        label = "label_zh" if words.lang == "zh" else "label"
        policies = [
            words.say(
                "split_policy",
                name=str(row[label])[:1].upper() + str(row[label])[1:],
                points=words.point(row["shapley"]),
            )
            for row in table.to_dict("records")
        ]
        return words.say(
            "split_told",
            target=words.target(split.target),
            before=words.share(split.before),
            after=words.share(split.after),
            policies=words.listed(policies),
            interaction=words.point(split.interaction),
        )

    def _spread(self) -> Iterator[Block]:
        words = self.words
        least = words.share(least_share(self.facts.wish.draws))
        yield Paragraph(words.say("spread_intro", least=least))
        for one in self.facts.scenarios:
            yield from self._headed(one)
            layers = [str(layer) for layer in one.layers.columns]
            columns = [
                Column(words.say("col_target"), "name"),
                *(Column(words.say(f"col_{layer}"), "figure") for layer in layers),
                Column(words.say("col_drivers")),
            ]
            rows = [
                [
                    words.target(target),
                    *(words.share(float(one.layers.loc[key, layer])) for layer in layers),
                    self._drivers(one.drivers[key]),
                ]
                for key, target in self.facts.targets.items()
            ]
            caption = words.say("spread_caption", scenario=words.scenario(one.scenario))
            yield Table(caption, columns, rows)

    def _drivers(self, correlations: pd.Series[float]) -> str:
        shares = (correlations * correlations.abs()).dropna()
        shares = shares[shares.abs() >= least_share(self.facts.wish.draws)]
        order = shares.abs().sort_values(ascending=False, kind="stable").index[:DRIVERS]
        told = [
            f"{self.words.number_of(parse_reference(str(name)))} "
            f"{'↑' if shares[name] > 0 else '↓'} {self.words.share(abs(float(shares[name])))}"
            for name in order
        ]
        return self.words.listed(told) or self.words.say("none")

    def _timing(self) -> Iterator[Block]:
        words = self.words
        yield Paragraph(words.say("timing_intro"))
        for one in self.facts.scenarios:
            yield from self._headed(one)
            picture = plots.crossing_chart(one.crossing, lang=words.lang)
            figures = [
                words.say(
                    "timing_one",
                    target=self._name(str(key)),
                    never=self._chance(
                        {
                            "probability": row["never"],
                            "ci_low": row["never_low"],
                            "ci_high": row["never_high"],
                        },
                        word=False,
                    ),
                )
                for key, row in one.crossing.to_dict("index").items()
            ]
            told = words.say("timing_told", figures=words.listed(figures))
            caption = words.say("timing_caption", scenario=words.scenario(one.scenario))
            yield Figure(self.pictures.take(picture, told), caption)

    def _name(self, target: str) -> str:
        return self.words.target(self.facts.targets[target])

    def _draws(self) -> str:
        return f"{self.facts.wish.draws:,}"

    def _row(self, scenario: str, target: str) -> dict[Any, Any]:
        return dict(self.facts.comparison.loc[(scenario, target)])

    def _chance(self, row: dict[Any, Any], *, word: bool = True) -> str:
        return self.words.chance(*_three(row), str(row["word"]) if word else "")


def least_share(draws: int) -> float:
    """Return the share of the spread below which a rank correlation may be chance.

    Examples
    --------
    >>> least_share(1000), round(least_share(100), 3)
    (0.01, 0.038)
    """
    return max(0.01, 1.96**2 / draws)


def _three(row: dict[Any, Any]) -> Sequence[float]:
    return [float(row[name]) for name in ("probability", "ci_low", "ci_high")]


def _mean(value: float) -> str:
    return "–" if not math.isfinite(value) else f"{value + 0.0:.1f}".replace("-", "−")
