"""The first section of a report: a summary in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xhsim.analysis.judging.attainment import JOINT
from xhsim.report.page.blocks import Block, Bullets, Heading, Paragraph
from xhsim.report.page.facts import Facts, MissingMoney, ScenarioFacts
from xhsim.report.page.words import Words
from xhsim.study.names import parse_reference
from xhsim.wording.likelihood import NO_DATA, NOT_ASSESSABLE, SCALE
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.punctuation import COMMA

__all__ = ["Summary", "headed"]

WORDS = (*(entry.word.en for entry in SCALE), NOT_ASSESSABLE.en, NO_DATA.en)
NAMED = 3  # changes and parameters in a sentence


def headed(facts: Facts, words: Words, one: ScenarioFacts) -> list[Heading]:
    """Return the heading of a scenario's part; nothing if the report has only one scenario."""
    return [Heading(words.scenario(one.scenario))] if len(facts.scenarios) > 1 else []


@dataclass(frozen=True)
class Summary:
    """Makes the summary from facts.

    Parameters
    ----------
    facts : Facts
    words : Words
    """

    facts: Facts
    words: Words

    def blocks(self) -> Iterator[Block]:
        """Yield the section's parts."""
        words = self.words
        for one in self.facts.scenarios:
            yield from headed(self.facts, self.words, one)
            count = one.count
            yield Paragraph(
                words.spaced(
                    [
                        words.say(
                            "mean_met",
                            scenario=words.scenario(one.scenario),
                            n=len(self.facts.targets),
                            mean=words.mean(count.mean),
                            low=words.mean(count.low),
                            high=words.mean(count.high),
                            p05=words.figure(count.p05),
                            p95=words.figure(count.p95),
                        ),
                        words.say(
                            "all_met",
                            n=len(self.facts.targets),
                            chance=words.chance_of(one.judged.joint.loc[JOINT].to_dict()),
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
            failed = int(one.judged.failed.sum())
            if failed:
                yield Paragraph(
                    words.say("failed", failed=failed, draws=f"{self.facts.wish.draws:,}"),
                    "note",
                )
        yield Paragraph(
            words.spaced([self._conditions(), self._one_structure(), words.say("words_ipcc")]),
            "note",
        )

    def _by_word(self, one: ScenarioFacts) -> Iterator[tuple[str, str]]:
        """Group targets by their likelihood word, the most probable first."""
        for word in WORDS:
            rows = one.judged.table[one.judged.table["word"] == word]
            rows = rows.sort_values("probability", ascending=False, kind="stable")
            if len(rows):
                lead = capitalised(self.words.word(word))
                told = [
                    f"{self._name(str(key))} {self.words.chance_of(row, word=False)}"
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
                gain=words.mean(abs(gain.mean)),
                low=words.mean(low),
                high=words.mean(high),
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
                    before=self._chance(one.against.name, str(key)),
                    after=self._chance(one.scenario.name, str(key)),
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
            words.say(f"layer_{name}", share=words.share(max(float(share), 0.0)))
            for name, share in one.layers.mean().items()
            if math.isfinite(share)
        ]
        comma = COMMA.in_(words.lang)
        return words.spaced(
            [
                words.say("matters", drivers=words.listed(told)) if told else "",
                words.say("layers_mean", layers=comma.join(layers)) if layers else "",
            ]
        )

    def _budget(self, budget: MissingMoney) -> str:
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
            return self.words.say("conditions_prior", draws=f"{self.facts.wish.draws:,}")
        return self.words.say(
            "conditions_posterior",
            draws=f"{self.facts.wish.draws:,}",
            numbers=grounds.from_history,
            until=grounds.until,
        )

    def _one_structure(self) -> str:
        """Name the structure if the reader of the page has chosen one; else nothing."""
        readings = () if self.facts.structures is None else self.facts.structures.readings
        for reading in readings:
            if reading.name == self.facts.wish.structure:
                return self.words.say("one_structure", name=reading.label.in_(self.words.lang))
        return ""

    def _name(self, target: str) -> str:
        return self.words.target(self.facts.targets[target])

    def _chance(self, scenario: str, target: str) -> str:
        row = self.facts.comparison.xs(scenario, level=0).loc[target].to_dict()
        return self.words.chance_of(row, word=False)
