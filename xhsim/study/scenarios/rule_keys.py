"""The keys and types of ``rules`` in scenario files: when policy reacts, and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from xhsim.study.files.schema import LabelRecord, Number, Record, Text, by_kind, refuse
from xhsim.study.scenarios.setting_keys import Amount, Moment, SettingRecord

__all__ = ["RuleOrOff", "RuleRecord"]

EXAMPLE = {"variable": "RD intensity", "below": 8.2, "until above": 8.5, "rounded": 0.1}
SLOW = {"variable": "GDP", "below": 5, "measure": "growth"}
RAMP = {"ramp": {"from": 0, "until": 1, "to": 2}}
MOST_CHECKS = 60


class RepeatedRecord(Record):
    """Checks at regular dates."""

    start: Moment = Field(alias="from", description="The first check.", examples=[2023, "2023-03"])
    until: Moment = Field(
        description="No check is later than this date.", examples=[2025, "2025-03"]
    )
    every: Annotated[Number, Field(gt=0)] = Field(
        default=1.0, description="Years between two checks; by default 1.", examples=[1, 0.5]
    )

    @model_validator(mode="after")
    def _in_order(self) -> RepeatedRecord:
        if self.until < self.start:
            raise refuse(
                f'"until" {self.until:g} is before "from" {self.start:g}', "exchange the two dates"
            )
        if (self.until - self.start) / self.every > MOST_CHECKS:
            raise refuse("there are too many checks", f"at most {MOST_CHECKS}: raise every")
        return self


def _kind(value: object) -> str:
    return "<list>" if isinstance(value, list) else by_kind(value)


Checks = Annotated[
    Annotated[Moment, Tag("<single>")]
    | Annotated[list[Moment], Field(min_length=1, max_length=MOST_CHECKS), Tag("<list>")]
    | Annotated[RepeatedRecord, Tag("<mapping>")],
    Discriminator(_kind),
]


class ConditionRecord(Record):
    """A comparison of a published figure with a threshold."""

    variable: Text = Field(
        description="A variable of the model that is published, or an element of one: it has "
        "history or a target, or `published` names the publication.",
        examples=["RD intensity", "cluster output[Digital]"],
    )
    below: Amount | None = Field(
        default=None,
        description="The rule begins to act if the figure is below this number.",
        examples=[8.2],
    )
    above: Amount | None = Field(
        default=None,
        description="The rule begins to act if the figure is above this number.",
        examples=[9],
    )
    until_above: Amount | None = Field(
        default=None,
        alias="until above",
        description="With `below`: once the rule acts, the condition holds until the figure is "
        "above this number. By default it holds as long as the figure is below.",
        examples=[8.5],
    )
    until_below: Amount | None = Field(
        default=None,
        alias="until below",
        description="With `above`: once the rule acts, the condition holds until the figure is "
        "below this number.",
        examples=[8.7],
    )
    lag: Annotated[Number, Field(ge=0, le=20)] = Field(
        default=1.0,
        description="Years after which a figure is published; by default 1. A check uses the "
        "newest figure of a whole year that is at least this old: with a lag of 1, a check in "
        "March 2023 uses the figure of 2022.",
        examples=[1, 0.25],
    )
    rounded: Annotated[Number, Field(ge=1e-6)] | None = Field(
        default=None,
        description="The figure is published as a multiple of this number.",
        examples=[0.1],
    )
    measure: Literal["level", "growth"] = Field(
        default="level",
        description="`level`: the value of the year. `growth`: its growth from the year before, "
        "in per cent.",
        examples=["growth"],
    )
    published: Text | None = Field(
        default=None,
        description="Where a variable without history and target is published.",
        examples=["statistical bulletin, table 3"],
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> ConditionRecord:
        if (self.below is None) == (self.above is None):
            raise refuse("a condition has one threshold", 'give either "below" or "above"')
        if self.below is not None and self.until_below is not None:
            raise refuse(
                '"until below" goes with "above"', 'write "until above", higher than "below"'
            )
        if self.above is not None and self.until_above is not None:
            raise refuse(
                '"until above" goes with "below"', 'write "until below", lower than "above"'
            )
        if (
            self.below is not None
            and self.until_above is not None
            and self.until_above < self.below
        ):
            raise refuse(
                f'"until above" {self.until_above:g} is lower than "below" {self.below:g}',
                "the rule would be released by figures that make it act: raise it",
            )
        if (
            self.above is not None
            and self.until_below is not None
            and self.until_below > self.above
        ):
            raise refuse(
                f'"until below" {self.until_below:g} is higher than "above" {self.above:g}',
                "the rule would be released by figures that make it act: lower it",
            )
        return self


class SeveralRecord(Record):
    """Several conditions, of which all or any must hold."""

    every: Annotated[list[ConditionRecord], Field(min_length=1)] | None = Field(
        default=None, alias="all", description="All of these must hold.", examples=[[EXAMPLE]]
    )
    some: Annotated[list[ConditionRecord], Field(min_length=1)] | None = Field(
        default=None,
        alias="any",
        description="At least one of these must hold.",
        examples=[[EXAMPLE]],
    )

    @model_validator(mode="after")
    def _one_list(self) -> SeveralRecord:
        if (self.every is None) == (self.some is None):
            raise refuse("conditions are joined in one way", 'give either "all" or "any"')
        return self


def _number_of_conditions(value: object) -> str:
    is_joined = isinstance(value, dict) and ("all" in value or "any" in value)
    return "<several>" if is_joined else "<one>"


Conditions = Annotated[
    Annotated[ConditionRecord, Tag("<one>")] | Annotated[SeveralRecord, Tag("<several>")],
    Discriminator(_number_of_conditions),
]


class ActionRecord(Record):
    """What a rule sets."""

    set: Annotated[dict[Text, SettingRecord], Field(min_length=1)] = Field(
        description="Levers, or elements of them, and their new values: a number, or a shape. "
        "The dates of a shape are years after the check: `{ramp: {from: 0, until: 1, to: 6}}` "
        "takes one year.",
        examples=[
            {"RD support": 6, "talent programme": {"ramp": {"from": 0, "until": 1, "to": 2}}}
        ],
    )


class RuleRecord(Record):
    """A rule of policy."""

    label: LabelRecord | None = Field(
        default=None,
        description="Name of the rule in tables and pictures; by default its key.",
        examples=[{"en": "More research if behind", "zh": "落后则加大研发投入"}],
    )
    check: Checks = Field(
        description="When the rule is checked: dates, or regular dates.",
        examples=[{"from": 2023, "until": 2025}, ["2023-03", "2024-03"], 2023],
    )
    conditions: Conditions = Field(
        alias="if",
        description="A condition, or several under `all` or `any`.",
        examples=[
            EXAMPLE,
            {"any": [EXAMPLE, {"variable": "GDP", "below": 5, "measure": "growth"}]},
        ],
    )
    then: ActionRecord = Field(
        description="What holds while the rule acts: from the check at which its conditions hold "
        "to the check at which they no longer do. It replaces the value that the scenario sets, "
        "which holds again afterwards.",
        examples=[{"set": {"RD support": 6}}],
    )
    otherwise: ActionRecord | None = Field(
        default=None,
        alias="else",
        description="What holds after the first check while the rule does not act; by default "
        "what the scenario sets.",
        examples=[{"set": {"RD support": 2.5}}],
    )
    at_most: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        alias="at most",
        description="How often the rule may begin to act; by default as often as its conditions "
        "hold.",
        examples=[1],
    )
    release: Literal["never"] | None = Field(
        default=None,
        description="`never`: once the rule acts, it acts until the end of the run. By default it "
        "is released when its conditions no longer hold.",
        examples=["never"],
    )


RuleOrOff = Annotated[
    Annotated[Literal["off"], Tag("<single>")] | Annotated[RuleRecord, Tag("<mapping>")],
    Discriminator(by_kind),
]
