"""The last sections of a report: assumptions, limits of the data, how the page was made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xhsim.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    CodeBlock,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
)
from xhsim.report.page.facts import Facts, ScenarioFacts
from xhsim.report.page.words import Words
from xhsim.report.policies.rules import rule_sentences
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.report.page.grounds import ReportedBelief, ReportedChange
    from xhsim.study.scenarios.scenario import Scenario

__all__ = ["Basis"]

LIMITS = ("limit_model", "limit_priors", "limit_independence", "limit_scenario")
MORE_LIMITS = ("limit_delivery", "limit_regimes")
HINDCAST_SCORES = ("model", "last_growth_spread", "mean_growth")


@dataclass(frozen=True)
class Basis:
    """Makes the sections of assumptions, limits and origin.

    Parameters
    ----------
    facts : Facts
    words : Words
    scenarios : mapping of str to Scenario
        All scenarios of the study.
    record : mapping
        The manifest.
    again : str
        The command that makes the page again.
    model : str
        Name of the model file.
    """

    facts: Facts
    words: Words
    scenarios: Mapping[str, Scenario]
    record: Mapping[str, Any]
    again: str
    model: str

    def sections(self) -> Iterator[Section]:
        """Yield the sections in their order."""
        say = self.words.say
        assumed = [*self._changes(), *self._beliefs(), *self._contradictions(), *self._hindcast()]
        yield Section("assumptions", say("assumptions"), assumed)
        yield Section("limits", say("limits"), [Bullets(list(self._limits()))])
        yield Section("manifest", say("manifest"), list(self._manifest()))

    def _changes(self) -> Iterator[Block]:
        words, say = self.words, self.words.say
        for one in self.facts.scenarios:
            scenario, name = one.scenario, words.scenario(one.scenario)
            yield Heading(say("changes", scenario=name))
            chain = self._ancestors(scenario)
            key = "chain" if chain else "chain_root"
            told = [say(key, name=scenario.name, chain=words.listed(chain))]
            if words.shows_english:
                told.insert(0, scenario.description)
                if scenario.reference:
                    told.append(say("scenario_source", reference=scenario.reference.rstrip(". ")))
            yield Paragraph(words.spaced(told))
            changes = self.facts.grounds.changes[scenario.name]
            if changes:
                yield self._changes_table(one, changes)
            else:
                yield Paragraph(say("changes_none"))

    def _ancestors(self, scenario: Scenario) -> list[str]:
        """List the scenarios that a scenario extends, the nearest first."""
        found, parent = [], scenario.extends
        while parent is not None:
            found.append(f"“{self.words.scenario(self.scenarios[parent])}”")
            parent = self.scenarios[parent].extends
        return found

    def _changes_table(self, one: ScenarioFacts, changes: tuple[ReportedChange, ...]) -> TableBlock:
        words, say = self.words, self.words.say
        before = (
            say("col_before_none")
            if one.against is None
            else say("col_before", against=words.scenario(one.against))
        )
        columns = [
            Column(say("col_what"), "name wider"),
            Column(before),
            Column(say("col_after")),
            Column(say("col_file")),
        ]
        rows: list[list[Cell | str]] = [
            [
                Cell(self._what(change), display_unit(change.unit, words.lang)),
                words.levels(change.before),
                self._after(change),
                change.place,
            ]
            for change in changes
        ]
        return TableBlock(
            say("changes_caption", scenario=words.scenario(one.scenario)), columns, rows
        )

    def _after(self, change: ReportedChange) -> str:
        if change.rule is not None:
            return rule_sentences(change.rule, self.words.labels, self.words.lang)
        return self.words.levels(change.after)

    def _what(self, change: ReportedChange) -> str:
        if change.rule is not None:
            return self.words.say("change_rule", name=change.rule.label.in_(self.words.lang))
        names = [self.words.number_of(reference) for reference in change.names]
        if change.kind == "value":
            return names[0]
        first, second, *_ = [*names, "", ""]
        return self.words.say(f"change_{change.kind}", name=first, other=second)

    def _beliefs(self) -> Iterator[Block]:
        say, grounds = self.words.say, self.facts.grounds
        if not grounds.beliefs:
            return
        yield Heading(say("beliefs"))
        about: dict[str, Any] = {"uncertain": grounds.uncertain, "n": len(grounds.beliefs)}
        if grounds.until is None:
            yield Paragraph(say("beliefs_intro_prior", **about))
        else:
            about |= {"from_history": grounds.from_history, "until": grounds.until}
            yield Paragraph(say("beliefs_intro", **about))
        columns = [
            Column(say("col_what"), "name"),
            Column(say("col_value"), "figure"),
            Column(say("col_range"), "figure"),
            Column(say("col_from")),
            Column(say("col_moves")),
            *([Column(say("col_source"))] if self.words.shows_english else []),
        ]
        rows = [self._belief(belief) for belief in grounds.beliefs]
        yield TableBlock(say("beliefs_caption"), columns, rows)

    def _belief(self, belief: ReportedBelief) -> list[Cell | str]:
        words = self.words
        target = words.target(self.facts.targets[belief.target])
        cells: list[Cell | str] = [
            Cell(words.number_of(belief.name), display_unit(belief.unit, words.lang)),
            words.figure(belief.value),
            words.span(belief.interval.low, belief.interval.high),
            words.say(f"kind_{belief.kind}"),
            words.moved(target, belief.share),
        ]
        return [*cells, belief.source] if words.shows_english else cells

    def _contradictions(self) -> Iterator[Block]:
        say, found = self.words.say, self.facts.grounds.contradictions
        yield Heading(say("contradictions"))
        if not found:
            yield Paragraph(say("contradictions_none"))
            return
        yield Paragraph(say("contradictions_intro"))
        if self.words.shows_english:
            points = [
                (
                    each.title.en + ".",
                    say("contradiction", explanation=each.explanation, source=each.source),
                )
                for each in found
            ]
        else:
            points = [("", each.title.in_(self.words.lang)) for each in found]
        yield Bullets(points)

    def _hindcast(self) -> Iterator[Block]:
        say, grounds = self.words.say, self.facts.grounds
        yield Heading(say("hindcast"))
        if not grounds.origins:
            yield Paragraph(say("hindcast_cannot"))
            return
        first, last = grounds.origins[0], grounds.origins[-1]
        key = "hindcast_year" if first == last else "hindcast_years"
        until = say(key, first=first, last=last)
        found = grounds.hindcast
        if found is None:
            yield Paragraph(say("hindcast_can", until=until))
            return
        total = found.by_series().astype(float).to_dict("index")["all"]
        yield Paragraph(
            say(
                "hindcast_found",
                until=until,
                figures=f"{total['observations']:.0f}",
                inside_90=f"{100 * total['inside_90']:.0f}",
                inside_50=f"{100 * total['inside_50']:.0f}",
            )
        )
        if total["compared"] > 0:
            scores = {name: self.words.figure(total[name]) for name in HINDCAST_SCORES}
            compared = f"{total['compared']:.0f}"
            yield Paragraph(say("hindcast_scores", compared=compared, **scores))

    def _limits(self) -> Iterator[tuple[str, str]]:
        words, grounds, structures = self.words, self.facts.grounds, self.facts.structures
        for key in (*LIMITS, *MORE_LIMITS):
            if key == "limit_priors" and not math.isfinite(grounds.untold):
                continue
            text = words.say(
                "limit_structures" if key == "limit_model" and structures else key,
                share=words.share(grounds.untold),
                n=len(structures.readings) if structures else 1,
                observations=grounds.observations,
                series=grounds.series,
            )
            yield "", text

    def _manifest(self) -> Iterator[Block]:
        say, record = self.words.say, self.record
        yield Paragraph(say("again"))
        yield CodeBlock(self.again)
        wish = self.facts.wish
        versions = [f"{name} {version}" for name, version in record["versions"].items()]
        posterior = self.facts.grounds.until is not None
        rows = [
            [say("item_created"), str(record["created"])],
            [say("item_model"), self.model],
            [say("item_draws"), f"{wish.draws:,}"],
            [say("item_seed"), str(wish.seed)],
            [say("item_beliefs"), say("beliefs_posterior" if posterior else "beliefs_prior")],
            [say("item_git"), self._git()],
            [say("item_versions"), ", ".join(versions)],
        ]
        columns = [Column(say("col_item"), "name"), Column(say("col_value_of"))]
        yield TableBlock(say("manifest_caption"), columns, rows)
        files = [[name, digest] for name, digest in record["inputs"].items()]
        columns = [Column(say("col_file_name"), "name"), Column(say("col_digest"), "digest")]
        yield TableBlock(say("inputs_caption"), columns, files)

    def _git(self) -> str:
        state = self.record["git"]
        if state is None:
            return self.words.say("git_none")
        key = "git_changed" if state["changed"] else "git_clean"
        return self.words.say(key, commit=state["commit"])
