"""Sections of results in a report: tables and pictures after the summary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhsim import plots
from xhsim.analysis.judging.attainment import JOINT, joint_group
from xhsim.analysis.judging.by_structure import FIGURES, structure_column, structures_in
from xhsim.analysis.judging.probability import chance
from xhsim.plots.canvas.pictures import new_axes
from xhsim.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Gallery,
    Paragraph,
    Section,
    TableBlock,
)
from xhsim.report.page.facts import Facts, ScenarioFacts
from xhsim.report.page.summary import Summary, headed
from xhsim.report.page.svg import Pictures
from xhsim.report.page.words import Words, three
from xhsim.study.names import parse_reference
from xhsim.study.targets import MAIN
from xhsim.wording.label import Label
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.punctuation import in_brackets
from xhsim.wording.structures import stale_text, structure_labels, weights_text
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.policies.split import Split
    from xhsim.study.targets import Target

__all__ = ["Results"]

NAMED, BARS, DRIVERS = 3, 6, 3  # policies in a sentence, in a picture; parameters in a row
LEAST_SPLIT = 2  # points
LEAST_SHARE = 0.01  # of a spread
FAN = (5.0, 2.9, (0.62, 0.5, 1.5, 0.82))  # inches: two side by side, five rows on a page of A4


@dataclass(frozen=True)
class Results:
    """Makes the sections of results from facts.

    Parameters
    ----------
    facts : Facts
    words : Words
    history : DataFrame
        The study's history.
    pictures : Pictures
        Converts the pictures.
    """

    facts: Facts
    words: Words
    history: pd.DataFrame
    pictures: Pictures

    def sections(self) -> Iterator[Section]:
        """Yield the sections in their order."""
        say = self.words.say
        summary = Summary(self.facts, self.words)
        yield Section("summary", say("summary"), list(summary.blocks()))
        yield Section("attainment", say("attainment"), list(self._attainment()))
        if any(one.by_base for one in self.facts.scenarios):
            yield Section("bases", say("bases"), list(self._bases()))
        yield Section("heatmap", say("heatmap"), [self._heatmap()])
        yield Section("fans", say("fans"), list(self._fans()))
        if self.facts.mapped:
            yield Section("zones", say("zones"), list(self._zones()))
        holds = any(split.holds for one in self.facts.scenarios for split in one.splits)
        yield Section("split", say("split_changes" if holds else "split"), list(self._splits()))
        yield Section("spread", say("spread"), list(self._spread()))
        yield Section("timing", say("timing"), list(self._timing()))

    def _attainment(self) -> Iterator[Block]:
        words = self.words
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            yield self._targets_table(one)
            if len(one.judged.readings):
                yield self._readings_table(one)
            yield self._together_table(one)
        yield from self._structures()
        yield Paragraph(words.say("attainment_note"), "note")
        if any(len(one.judged.readings) for one in self.facts.scenarios):
            yield Paragraph(words.say("readings_note"), "note")
        if self.facts.others:
            name = self.facts.scenarios[0].scenario.name
            yield Paragraph(words.say("others", n=self.facts.others, scenario=name), "note")

    def _targets_table(self, one: ScenarioFacts) -> TableBlock:
        words, say = self.words, self.words.say
        columns = [
            Column(say("col_target"), "name wide"),
            Column(say("col_asked"), "figure"),
            Column(say("col_chance"), "figure"),
            Column(say("col_word"), "word"),
            Column(say("col_median"), "figure"),
            Column(say("col_gap"), "figure"),
        ]
        if one.against is not None:
            name = words.scenario(one.against)
            columns.append(Column(say("col_change", against=name), "figure"))
        rows = []
        for key, row in one.judged.table.to_dict("index").items():
            target = self.facts.targets[str(key)]
            number = "" if target.rank is None else f"{target.rank} "
            unit = display_unit(target.unit, words.lang)
            cells: list[Cell | str] = [
                Cell(number + words.target(target), unit),
                words.asked(target),
                Cell(words.percent(*three(row)), words.interval(*three(row)[1:])),
                words.word(str(row["word"])),
                Cell(words.figure(row["median"]), words.span(row["p05"], row["p95"])),
                words.gap(row["gap"], row["median"]),
            ]
            if one.difference is not None:
                moved = one.difference.loc[[key]].to_dict("records")[0]
                change = words.point_range(moved["low"], moved["high"])
                cells.append(Cell(words.point(moved["difference"]), change))
            rows.append(cells)
        caption = say("attainment_caption", scenario=words.scenario(one.scenario))
        return TableBlock(caption, columns, rows)

    def _readings_table(self, one: ScenarioFacts) -> TableBlock:
        words, say = self.words, self.words.say
        columns = [
            Column(say("col_reading"), "name wide"),
            Column(say("col_asked"), "figure"),
            Column(say("col_chance"), "figure"),
            Column(say("col_word"), "word"),
            Column(say("col_median"), "figure"),
        ]
        rows = []
        records = one.judged.readings.to_dict("records")
        for (target, reading), row in zip(one.judged.readings.index, records, strict=True):
            read = self.facts.targets[target].by_reading[reading]
            unit = display_unit(read.unit, words.lang)
            label = words.target(read)
            name = label if reading == MAIN else say("other_reading", label=label)
            cells: list[Cell | str] = [
                Cell(name, unit),
                words.asked(read),
                Cell(words.percent(*three(row)), words.interval(*three(row)[1:])),
                words.word(str(row["word"])),
                Cell(words.figure(row["median"]), words.span(row["p05"], row["p95"])),
            ]
            rows.append(cells)
        caption = say("readings_caption", scenario=words.scenario(one.scenario))
        return TableBlock(caption, columns, rows)

    def _bases(self) -> Iterator[Block]:
        words = self.words
        every = [table for one in self.facts.scenarios for table in one.by_base]
        yield Paragraph(words.say("bases_intro", draws=f"{every[0].attrs['draws']:,}"))
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            figures = []
            for table in one.by_base:
                picture = plots.probability_by_base(table, lang=words.lang)
                told = self._base_told(table)
                figures.append(Figure(self.pictures.take(picture, told), told))
            yield Gallery(figures)

    def _base_told(self, table: pd.DataFrame) -> str:
        words, about = self.words, table.attrs
        unit = display_unit(str(about["unit"]), words.lang)
        cases = [
            words.say(
                "bases_case",
                value=words.figure(row["base"]),
                chance=words.chance_of(row, word=False),
            )
            for row in table.to_dict("records")
        ]
        return words.say(
            "bases_told",
            target=Label.of_row(about, "target_label").in_(words.lang),
            base=Label.of_row(about).in_(words.lang),
            unit=in_brackets(unit, words.lang) if unit else "",
            cases=words.listed(cases),
        )

    def _together_table(self, one: ScenarioFacts) -> TableBlock:
        words, say = self.words, self.words.say
        columns = [
            Column(say("col_group"), "name"),
            Column(say("col_count"), "figure"),
            Column(say("col_expected"), "figure"),
            Column(say("col_chance"), "figure"),
            Column(say("col_interval"), "figure"),
            Column(say("col_word"), "word"),
        ]
        rows = []
        for key, row in one.judged.joint.to_dict("index").items():
            group = joint_group(str(key))
            name = words.labels.group(group).in_(words.lang) if group else say("all_targets")
            rows.append(
                [
                    capitalised(name),
                    words.figure(row["targets"]),
                    words.mean(row["expected"]),
                    words.percent(*three(row)),
                    words.interval(*three(row)[1:]),
                    words.word(str(row["word"])),
                ]
            )
        caption = say("together_caption", scenario=words.scenario(one.scenario))
        return TableBlock(caption, columns, rows)

    def _structures(self) -> Iterator[Block]:
        """Yield the weights of structures, what they say, and a table for each scenario."""
        words, known = self.words, self.facts.structures
        drawn = [one for one in self.facts.scenarios if structures_in(one.judged.table)]
        if known is None or not drawn:
            return
        about = drawn[0].judged.table.attrs["structures"]
        told = words.say("structures_told", weights=weights_text(about, words.lang))
        yield Paragraph(words.spaced([told, stale_text(about, words.lang)]))
        yield Bullets(
            [
                (reading.label.in_(words.lang), reading.description.in_(words.lang))
                for reading in known.readings
                if reading.description.has(words.lang)
            ]
        )
        for one in drawn:
            yield self._structures_table(one)

    def _structures_table(self, one: ScenarioFacts) -> TableBlock:
        words, about = self.words, one.judged.table.attrs["structures"]
        names = structures_in(one.judged.table)
        labels = structure_labels(about, words.lang)
        weights = dict(zip(about["names"], about["weights"], strict=True))
        columns = [
            Column(words.say("col_target"), "name"),
            Column(words.say("col_all_structures"), "figure"),
            *(
                Column(
                    words.say(
                        "col_one_structure", name=labels[name], share=words.share(weights[name])
                    ),
                    "figure",
                )
                for name in names
            ),
        ]
        labelled = [
            (words.target(self.facts.targets[str(key)]), row)
            for key, row in one.judged.table.to_dict("index").items()
        ]
        labelled.append((words.say("all_targets"), one.judged.joint.loc[JOINT].to_dict()))
        rows: list[list[Cell | str]] = [
            [capitalised(label), *(self._chance_cell(row, name) for name in ("", *names))]
            for label, row in labelled
        ]
        caption = words.say("structures_caption", scenario=words.scenario(one.scenario))
        return TableBlock(caption, columns, rows)

    def _chance_cell(self, row: Mapping[Any, Any], structure: str) -> Cell:
        """Write a probability and its interval, of one structure or, without a name, of all."""
        if structure:
            row = {key: row[structure_column(key, structure)] for key in FIGURES}
        return Cell(self.words.percent(*three(row)), self.words.interval(*three(row)[1:]))

    def _heatmap(self) -> Figure:
        words, table = self.words, self.facts.comparison
        scenarios = [each for one in self.facts.scenarios for each in (one.against, one.scenario)]
        labels = {each.name: words.scenario(each) for each in scenarios if each is not None}
        picture = plots.attainment_heatmap(table, lang=words.lang, scenario_labels=labels)
        # Half the width of the interval of a probability of one half, which is the widest.
        reach = math.ceil(100 * 0.98 / math.sqrt(self.facts.wish.draws))
        caption = words.say("heatmap_caption", draws=f"{self.facts.wish.draws:,}", reach=reach)
        return Figure(self.pictures.take(picture, words.say("heatmap_told")), caption)

    def _fans(self) -> Iterator[Block]:
        words = self.words
        yield Paragraph(words.say("fans_intro"))
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            figures = []
            for target in self.facts.targets.values():
                picture = plots.fan_chart(
                    one.judged.ensemble,
                    target.variable,
                    target=target,
                    history=self.history,
                    attainment=one.judged.table,
                    lang=words.lang,
                    ax=new_axes(*FAN),
                )
                told = self._fan_told(target, one.judged.table.loc[target.id].to_dict())
                # All have one size, unless a title is wider.
                figures.append(Figure(self.pictures.take(plots.Page([picture]), told)))
            yield Gallery(figures)

    def _zones(self) -> Iterator[Block]:
        words = self.words
        year = max(target.deadline for target in self.facts.targets.values())
        yield Paragraph(words.say("zones_intro", year=year))
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            picture = plots.zone_map(one.judged.ensemble, self.facts.mapped, year, lang=words.lang)
            told = words.say("zones_told", scenario=words.scenario(one.scenario), year=year)
            yield Figure(self.pictures.take(picture, told), told)

    def _fan_told(self, target: Target, row: dict[Any, Any]) -> str:
        words = self.words
        return words.say(
            "fan_told",
            target=words.target(target),
            measure=target.measure.noun.in_(words.lang),
            median=words.amount(row["median"], target.unit),
            year=target.deadline,
            low=words.figure(row["p05"]),
            high=words.figure(row["p95"]),
            asked=words.asked(target, unit=True),
            chance=words.chance_of(row),
        )

    def _splits(self) -> Iterator[Block]:
        words = self.words
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            name = words.scenario(one.scenario)
            if not one.splits:
                yield Paragraph(words.say("split_none", scenario=name, least=LEAST_SPLIT))
                continue
            first = one.splits[0]
            key = "split_some_draws" if first.used < first.draws else "split_all_draws"
            draws, used = f"{first.draws:,}", f"{first.used:,}"
            yield Paragraph(
                words.say(
                    "split_intro",
                    n=len(one.splits),
                    scenario=name,
                    parent=self._parent_name(one),
                    sample=words.say(key, draws=draws, used=used),
                )
            )
            for split in one.splits:
                picture = plots.split_waterfall(split, top=BARS, lang=words.lang)
                told = self._split_told(split)
                yield Figure(self.pictures.take(picture, told), told)

    def _parent_name(self, one: ScenarioFacts) -> str:
        return self.words.scenario(one.parent) if one.parent is not None else ""

    def _split_told(self, split: Split) -> str:
        words, table = self.words, split.table.head(NAMED)
        rows = table.to_dict("records")
        names = [Label.of_row(row).in_(words.lang) for row in rows]
        policies = [
            words.say(
                "split_policy",
                name=capitalised(name),
                points=words.point(row["shapley"]),
                error=words.figure(max(1.0, round(200 * row["error"]))),
            )
            for name, row in zip(names, rows, strict=True)
            if abs(row["shapley"]) >= 0.005
        ]
        return words.say(
            "split_told",
            target=words.target(split.target),
            before=words.chance(*chance(round(split.before * split.draws), split.draws)[:3]),
            after=words.chance(*chance(round(split.after * split.draws), split.draws)[:3]),
            policies=words.listed(policies),
            interaction=words.point(split.interaction),
        )

    def _spread(self) -> Iterator[Block]:
        words = self.words
        least = words.share(LEAST_SHARE)
        told = [words.say("spread_intro", least=least)]
        if any("structure" in one.layers.columns for one in self.facts.scenarios):
            told.append(words.say("spread_structure"))
        yield Paragraph(words.spaced(told))
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            layers = [str(layer) for layer in one.layers.columns]
            columns = [
                Column(words.say("col_target"), "name"),
                *(Column(words.say(f"col_{layer}"), "figure") for layer in layers),
                Column(words.say("col_drivers")),
            ]
            rows = [
                [
                    words.target(target),
                    # An estimate of a share near zero may be negative.
                    *(words.share(max(one.layers[layer][key], 0.0)) for layer in layers),
                    self._drivers(one.drivers, key),
                ]
                for key, target in self.facts.targets.items()
            ]
            caption = words.say("spread_caption", scenario=words.scenario(one.scenario))
            yield TableBlock(caption, columns, rows)

    def _drivers(self, table: pd.DataFrame, target: str) -> str:
        correlations = table.loc[table.attrs["above_chance"][target], target]
        shares = (correlations * correlations.abs()).dropna()
        shares = shares[shares.abs() >= LEAST_SHARE]
        order = shares.abs().sort_values(ascending=False, kind="stable").index[:DRIVERS]
        told = [
            self.words.moved(self.words.number_of(parse_reference(str(name))), float(shares[name]))
            for name in order
        ]
        return self.words.listed(told) or self.words.say("none")

    def _timing(self) -> Iterator[Block]:
        words = self.words
        yield Paragraph(words.say("timing_intro"))
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            picture = plots.crossing_chart(one.judged.crossing, lang=words.lang)
            figures = [
                words.say(
                    "timing_one",
                    target=words.target(self.facts.targets[str(key)]),
                    never=words.chance(row["never"], row["never_low"], row["never_high"]),
                )
                for key, row in one.judged.crossing.to_dict("index").items()
            ]
            told = words.say("timing_told", figures=words.listed(figures))
            caption = words.say("timing_caption", scenario=words.scenario(one.scenario))
            yield Figure(self.pictures.take(picture, told), caption)
