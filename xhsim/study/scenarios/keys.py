"""The keys and types of scenario files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from xhsim.study.files.schema import (
    UNKNOWN,
    LabelOrText,
    Number,
    Record,
    ShockRecord,
    Text,
    by_kind,
    refuse,
)
from xhsim.study.scenarios.rule_keys import RuleOrOff
from xhsim.study.scenarios.setting_keys import SettingRecord

__all__ = ["ScenarioRecord"]

ShockOrOff = Annotated[
    Annotated[Literal["off"], Tag("<single>")] | Annotated[ShockRecord, Tag("<mapping>")],
    Discriminator(by_kind),
]


class MeetRecord(Record):
    """What a variable is to reach, and the parameter that makes it."""

    path: SettingRecord | None = Field(
        default=None,
        description="The level to meet, in the variable's unit: a number, or a shape over time.",
        examples=[2900, {"knots": {2022: 2500, 2025: 2900}}],
    )
    growth: SettingRecord | None = Field(
        default=None,
        description="In place of `path`: the growth on the year before to meet, in percent: a "
        "number, or a shape over time.",
        examples=["4 %", {"knots": {2022: "5 %", 2025: "4 %"}}],
    )
    by: Text = Field(
        description="The instrument: a parameter, or an element of one. In each draw and each year "
        "it takes the value that meets the target.",
        examples=["district shock"],
    )
    start: int | None = Field(
        default=None,
        alias="from",
        description="The first year in which the target is met; a shape with a date of its own "
        "needs none.",
        examples=[2022],
    )
    until: int | None = Field(
        default=None,
        description="The last year in which it is met; by default the last year of the run.",
        examples=[2025],
    )

    @model_validator(mode="after")
    def _one(self) -> MeetRecord:
        if (self.path is None) == (self.growth is None):
            raise refuse(
                'a target has a "path" or a "growth"',
                "give one of them",
            )
        if self.start is not None and self.until is not None and self.until < self.start:
            raise refuse(
                f'"until" {self.until} is before "from" {self.start}', "swap the two years"
            )
        return self


class CorrelationRecord(Record):
    """A rank correlation between two parameters."""

    between: Annotated[list[Text], Field(min_length=2, max_length=2)] = Field(
        description="The two parameters, or single elements of them. Both must be drawn from "
        "priors; parameters drawn from the posterior cannot be correlated.",
        examples=[["value share", "effort elasticity"]],
    )
    rank: Annotated[Number, Field(gt=-1, lt=1)] = Field(
        description="Spearman's rank correlation of their draws.", examples=[0.6]
    )


class DeliveryRecord(Record):
    """How much of the scenario's lever changes is delivered, and how late."""

    share: Text | None = Field(
        default=None,
        description="Prior of the share that is delivered: 0.8 means 80 % of the difference from "
        "the study's own value.",
        examples=["90% in [0.6, 1]"],
    )
    delay: Text | None = Field(
        default=None,
        description="Prior of the delay, in years; exact to a sixteenth of a year.",
        examples=["90% in [0.2, 2] lognormal"],
    )

    @model_validator(mode="after")
    def _something(self) -> DeliveryRecord:
        if self.share is None and self.delay is None:
            raise refuse("delivery is empty", 'give "share", "delay" or both')
        return self


class RunRecord(Record):
    """Default settings for runs of a scenario."""

    draws: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Number of draws in an ensemble; by default 1,000.",
        examples=[2000],
    )
    seed: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Seed of the random numbers; by default 0.", examples=[1]
    )
    method: Text | None = Field(
        default=None,
        description="How the model is solved: `euler`, `rk2`, `rk4`, or one of SciPy's adaptive "
        "methods, such as `RK45`; by default as the model file says.",
        examples=["euler"],
    )
    until: int | None = Field(
        default=None,
        description="The last year; by default the end in the model file.",
        examples=[2030],
    )
    structure: Text | None = Field(
        default=None,
        description="The structure that holds in every draw and in single runs: a name from "
        "structures.yaml. By default draws have structures by weight.",
        examples=["market-led"],
    )


class ScenarioRecord(Record):
    """A whole scenario file."""

    separable: ClassVar[Mapping[str, Any]] = {
        "label": {"en": UNKNOWN},
        "description": None,
        "extends": None,
        "reference": None,
        **{key: {} for key in ("set", "paths", "meet", "uncertain", "shocks", "rules")},
        **dict.fromkeys(("correlations", "delivery", "run")),
    }

    label: LabelOrText = Field(
        description="Name of the scenario in tables and pictures: a text in each language, or one "
        "for both.",
        examples=[{"en": "My push", "zh": "试验方案"}, "My push"],
    )
    description: Text | None = Field(
        default=None,
        description="What the scenario is, in one or two sentences; by default its label.",
        examples=["Grants for research up by two thirds from 2022 on."],
    )
    extends: Text | None = Field(
        default=None,
        description="The parent: the name of another file in the folder, without its ending. "
        "Without a parent the scenario changes the values in parameters.yaml.",
        examples=["baseline"],
    )
    set: dict[Text, SettingRecord] = Field(
        default_factory=dict,
        description="Parameters, or elements of them, and their new values: a number for the "
        "whole run, or a shape over time. Before the first date of a shape the value equals the "
        "parent's value exactly.",
        examples=[
            {"RD support": {"step": {"year": 2022, "to": 5.0}}, "cluster support[Digital]": 1.5}
        ],
    )
    paths: dict[Text, SettingRecord] = Field(
        default_factory=dict,
        description="Variables that the model computes, or elements of them, and the values that "
        "replace their equations: a number for the whole run, or a shape over time. Before the "
        "first date of a shape, and after the end of a pulse, the equation applies. What the "
        "equation uses no longer acts on the variable; `xhsim show` lists it.",
        examples=[{"pandemic index": {"pulse": {"from": 2022, "until": 2023, "to": 0.5}}}],
    )
    meet: dict[Text, MeetRecord] = Field(
        default_factory=dict,
        description="Variables, or single elements of them, and the values that they have in every "
        "draw on the date of each year (2022.0 for the year 2022), because another parameter takes "
        "the value that leads there.",
        examples=[{"real GDP": {"growth": "4 %", "by": "district shock", "from": 2022}}],
    )
    uncertain: dict[Text, Text] = Field(
        default_factory=dict,
        description="Parameters, or elements of them, and the priors that replace their own; "
        "truncated to the parameter's range.",
        examples=[{"PCT elasticity": "90% in [0.7, 1]"}],
    )
    correlations: list[CorrelationRecord] = Field(
        default_factory=list,
        description="Pairs of parameters that are drawn together.",
        examples=[
            [
                {
                    "between": ["value share", "effort elasticity"],
                    "rank": 0.6,
                }
            ]
        ],
    )
    delivery: DeliveryRecord | None = Field(
        default=None,
        description="How much of the lever changes is delivered, and how late. A single run "
        "without draws shows the policy as intended.",
        examples=[{"share": "90% in [0.6, 1]", "delay": "90% in [0.2, 2] lognormal"}],
    )
    shocks: dict[Text, ShockOrOff] = Field(
        default_factory=dict,
        description="Parameters with yearly shocks, and for each `off` or the new shock.",
        examples=[{"city growth shock": "off"}],
    )
    rules: dict[Text, RuleOrOff] = Field(
        default_factory=dict,
        description="When policy reacts to published figures, and how. A rule of an ancestor is "
        "replaced by one of the same name, or switched off: `off`.",
        examples=[
            {
                "more research if behind": {
                    "check": {"from": 2023, "until": 2025},
                    "if": {"variable": "RD intensity", "below": 8.2, "rounded": 0.1},
                    "then": {"set": {"RD support": 6}},
                    "at most": 1,
                }
            }
        ],
    )
    run: RunRecord | None = Field(
        default=None,
        description="Default settings for runs of the scenario.",
        examples=[{"draws": 2000, "until": 2030}],
    )
    reference: Text | None = Field(
        default=None,
        description="Source of the scenario.",
        examples=["plan, chapter 3 (1) 1"],
    )
