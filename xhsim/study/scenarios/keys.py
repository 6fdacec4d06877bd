"""The keys and types of scenario files, and the shapes that other files also use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from xhsim.study.files.schema import LabelRecord, Number, Record, ShockRecord, Text, by_kind, refuse
from xhsim.study.scenarios.levels import Level, parse_level, parse_moment

__all__ = ["ScenarioRecord", "SettingRecord", "ShapeRecord"]


def _moment(value: object) -> object:
    """Convert a date to a year with a fraction; other values are left to the next check."""
    return parse_moment(value) if isinstance(value, str) else value


def _level(value: object, check: Callable[[object], float]) -> float:
    """Accept a number with a unit after it."""
    level = parse_level(value) if isinstance(value, str) else None
    return Level(check(value)) if level is None else level


DATE = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^\\d{4}-\\d{1,2}(-\\d{1,2})?$"}]
}
LEVEL = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[-+.\\d]"}]}
Moment = Annotated[Number, BeforeValidator(_moment), WithJsonSchema(DATE)]
Amount = Annotated[Number, WrapValidator(_level), WithJsonSchema(LEVEL)]


class StepRecord(Record):
    """A new value from a date on."""

    year: Moment = Field(
        description="When the new value begins: a year, possibly with a fraction, or a date.",
        examples=[2022, "2022-07"],
    )
    to: Amount = Field(
        description="The new value, in the parameter's unit and inside its range.",
        examples=[5.0, "5 CNY100M/year"],
    )


class RampRecord(Record):
    """A linear change to a new value."""

    start: Moment = Field(
        alias="from",
        description="When the change begins: a year, possibly with a fraction, or a date.",
        examples=[2021, "2021-07-01"],
    )
    until: Moment = Field(
        description="When the change ends; after `from`.", examples=[2023, "2023-01"]
    )
    to: Amount = Field(
        description="The value it reaches, in the parameter's unit and inside its range.",
        examples=[6.0, "6 CNY100M/year"],
    )

    @model_validator(mode="after")
    def _lasts(self) -> RampRecord:
        if not self.start < self.until:
            raise refuse(
                f'"until" {self.until:g} is not after "from" {self.start:g}',
                "a change needs a positive duration",
            )
        return self


class PulseRecord(RampRecord):
    """Another value between two dates."""


class SCurveRecord(RampRecord):
    """A change to a new value that is slow at the beginning and at the end."""


DatedKnots = Annotated[dict[Moment, Amount], Field(min_length=1)]
SHAPE = {"from": 2021, "until": 2023, "to": 6}  # for the examples


class ShapeRecord(Record):
    """A change over time: exactly one of the shapes."""

    step: StepRecord | None = Field(
        default=None,
        description="The parent's value before a date, and a new value from that date on.",
        examples=[{"year": 2022, "to": 6}],
    )
    ramp: RampRecord | None = Field(
        default=None,
        description="The parent's value before the first date, a linear change to the new value "
        "between the dates, and the new value from the second date on.",
        examples=[SHAPE],
    )
    pulse: PulseRecord | None = Field(
        default=None,
        description="The new value between two dates; the parent's value before and after.",
        examples=[SHAPE],
    )
    s_curve: SCurveRecord | None = Field(
        default=None,
        alias="s-curve",
        description="Like a ramp, but slow at both ends.",
        examples=[SHAPE],
    )
    knots: DatedKnots | None = Field(
        default=None,
        description="Values by date: linear between the dates, constant before the first and "
        "after the last. The parent's value is ignored.",
        examples=[{2021: 3, 2022: 6, 2024: 3}],
    )

    @model_validator(mode="after")
    def _one(self) -> ShapeRecord:
        fields = type(self).model_fields
        given = [field.alias or name for name, field in fields.items() if getattr(self, name)]
        if len(given) != 1:
            raise refuse(
                "a change has exactly one shape"
                + (f", not {' and '.join(given)}" if given else ""),
                "give one of step, ramp, pulse, s-curve, knots, or a plain number",
            )
        return self


SettingRecord = Annotated[
    Annotated[Amount, Tag("<single>")] | Annotated[ShapeRecord, Tag("<mapping>")],
    Discriminator(by_kind),
]
ShockOrOff = Annotated[
    Annotated[Literal["off"], Tag("<single>")] | Annotated[ShockRecord, Tag("<mapping>")],
    Discriminator(by_kind),
]


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
        description="How the model is solved: `rk4` (the default), `euler`, `rk2`, or one of "
        "SciPy's adaptive methods, such as `RK45`.",
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

    label: LabelRecord = Field(
        description="Name of the scenario in tables and pictures.",
        examples=[{"en": "My push", "zh": "试验方案"}],
    )
    description: Text = Field(
        description="What the scenario is, in one or two sentences.",
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
