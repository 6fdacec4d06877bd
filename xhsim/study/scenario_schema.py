"""The keys and types of scenario files, and of the shapes that other files share with them."""

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

from xhsim.study.levels import Level, parse_level, parse_moment
from xhsim.study.schema import LabelRecord, Number, Record, ShockRecord, Text, by_kind, refuse

__all__ = ["ScenarioRecord", "SettingRecord", "ShapeRecord"]


def _moment(value: object) -> object:
    """Turn a date into a year with a fraction; anything else is left to the next check."""
    return parse_moment(value) if isinstance(value, str) else value


def _level(value: object, check: Callable[[object], float]) -> float:
    """Let a number have a unit behind it."""
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

    year: Moment
    to: Amount


class RampRecord(Record):
    """A straight move to a new value."""

    start: Moment = Field(alias="from")
    until: Moment
    to: Amount

    @model_validator(mode="after")
    def _lasts(self) -> RampRecord:
        if not self.start < self.until:
            raise refuse(
                f'"until" {self.until:g} is not after "from" {self.start:g}',
                "a change needs a positive duration",
            )
        return self


class PulseRecord(RampRecord):
    """Another value for a while."""


class SCurveRecord(RampRecord):
    """A move to a new value that begins and ends gently."""


DatedKnots = Annotated[dict[Moment, Amount], Field(min_length=1)]


class ShapeRecord(Record):
    """A change over time: exactly one of the shapes."""

    step: StepRecord | None = None
    ramp: RampRecord | None = None
    pulse: PulseRecord | None = None
    s_curve: SCurveRecord | None = Field(default=None, alias="s-curve")
    knots: DatedKnots | None = None

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
    """Two parameters that are high together, or one when the other is low."""

    between: Annotated[list[Text], Field(min_length=2, max_length=2)]
    rank: Annotated[Number, Field(gt=-1, lt=1)]


class DeliveryRecord(Record):
    """How much of the scenario's changes of levers comes about, and how late."""

    share: Text | None = None
    delay: Text | None = None

    @model_validator(mode="after")
    def _something(self) -> DeliveryRecord:
        if self.share is None and self.delay is None:
            raise refuse("delivery says nothing", 'give "share", "delay" or both')
        return self


class RunRecord(Record):
    """How a scenario is run where nobody says otherwise."""

    draws: Annotated[int, Field(ge=1)] | None = None
    seed: Annotated[int, Field(ge=0)] | None = None
    method: Text | None = None
    until: int | None = None


class ScenarioRecord(Record):
    """A whole scenario file."""

    label: LabelRecord
    description: Text
    extends: Text | None = None
    set: dict[Text, SettingRecord] = Field(default_factory=dict)
    uncertain: dict[Text, Text] = Field(default_factory=dict)
    correlations: list[CorrelationRecord] = Field(default_factory=list)
    delivery: DeliveryRecord | None = None
    shocks: dict[Text, ShockOrOff] = Field(default_factory=dict)
    run: RunRecord | None = None
    reference: Text | None = None
