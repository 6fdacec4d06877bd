"""The keys and types of settings in YAML files: numbers with units, dates, and shapes over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from xhsim.study.files.schema import Number, Record, by_kind, refuse
from xhsim.study.scenarios.levels import Level, parse_level, parse_moment

__all__ = ["Amount", "Moment", "SettingRecord", "ShapeRecord"]


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
