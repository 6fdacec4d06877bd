"""The keys and types of checks.yaml; `xhsim.study.checks.checks` explains them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from xhsim.study.files.schema import Number, Record, Text, by_kind, refuse
from xhsim.study.scenarios.setting_keys import SettingRecord

__all__ = ["ChecksRecord"]

Positive = Annotated[Number, Field(gt=0)]
Names = list[Text]
Settings = dict[Text, SettingRecord]
Period = Annotated[list[int], Field(min_length=2, max_length=2)]


class StepsRecord(Record):
    """How much results may depend on the solver, in per cent."""

    halved: Positive = 0.5
    methods: Positive = 0.5
    euler: Positive = 0.5
    fine_step: Positive = 1 / 256


class NonNegativeRecord(Record):
    """Variables that must not be negative."""

    draws: Annotated[int, Field(ge=1)] = 200
    exceptions: dict[Text, Text] = Field(default_factory=dict, alias="except")
    also: Names = Field(default_factory=list)


class ExtremeRecord(Record):
    """One extreme condition."""

    says: Text
    set: Annotated[Settings, Field(min_length=1)]
    expect: Annotated[dict[Text, Literal["up", "down", "same"]], Field(min_length=1)]
    differs: dict[Text, Text] = Field(default_factory=dict)


class ExtremesRecord(Record):
    """Extreme conditions, and limits that apply to all of them."""

    horizon: int | None = None
    growth: Positive = 50
    threshold: Positive = 0.1
    conditions: Annotated[dict[Text, ExtremeRecord], Field(min_length=1)]


class ChainRecord(Record):
    """Stocks between which a quantity moves, and its inflows and outflows."""

    says: Text
    stocks: Names = Field(default_factory=list)
    inflows: Names = Field(default_factory=list, alias="in")
    outflows: Names = Field(default_factory=list, alias="out")


class ChainsRecord(Record):
    """Every stock: in a chain, or outside with the reason."""

    chains: Annotated[dict[Text, ChainRecord], Field(min_length=1)]
    outside: dict[Text, Text] = Field(default_factory=dict)


class LeverRecord(Record):
    """The expected effects of one lever."""

    aim: Text
    raises: Names = Field(default_factory=list)
    lowers: Names = Field(default_factory=list)
    leaves: Names = Field(default_factory=list)
    differs: dict[Text, Text] = Field(default_factory=dict)


class LeversRecord(Record):
    """The matrix of levers and targets."""

    year: Number
    times: Positive = 2
    threshold: Positive = 0.05
    funded: Settings = Field(default_factory=dict)
    tight: Settings = Field(default_factory=dict)
    levers: Annotated[dict[Text, LeverRecord], Field(min_length=1)]


class LoopCheckRecord(Record):
    """A feedback loop, how to cut it, and the expected effect."""

    says: Text
    push: Annotated[Settings, Field(min_length=1)]
    base: Settings = Field(default_factory=dict)
    hold: Names = Field(default_factory=list)
    cut: Settings = Field(default_factory=dict)
    watch: Text
    does: Literal["amplifies", "dampens"]
    at: int | None = None


class LoopsRecord(Record):
    """The feedback loops."""

    horizon: int | None = None
    threshold: Positive = 1
    years: Annotated[list[int], Field(min_length=1)] | None = None
    loops: Annotated[dict[Text, LoopCheckRecord], Field(min_length=1)]


class FitRecord(Record):
    """How closely the central run must follow the observations, in per cent."""

    years: Period
    limit: Positive = 10
    limits: dict[Text, Positive] = Field(default_factory=dict)
    plan_year: int
    plan_limit: Positive = 2
    plan_status: Text = "plan"


class RealGrowthRecord(Record):
    """Real growth: the published series, and the growth implied by a use and its intensity."""

    variable: Text
    period: Period
    published: Text
    use: Text | None = None
    intensity: Text | None = None
    limit: Positive = 1


class ScaleRecord(Record):
    """Levers that are multiplied by a factor from a date on."""

    start: Number = Field(alias="from")
    by: Annotated[Number, Field(ge=0)]
    levers: Annotated[Names, Field(min_length=1)] | None = None


Range = Annotated[list[Number], Field(min_length=2, max_length=2)]
RangeOrYears = Annotated[
    Annotated[Range, Tag("<single>")]
    | Annotated[dict[int, Range], Field(min_length=1), Tag("<mapping>")],
    Discriminator(by_kind),
]
TextOrYears = Annotated[
    Annotated[Text, Tag("<single>")] | Annotated[dict[int, Text], Tag("<mapping>")],
    Discriminator(by_kind),
]


class ResponseRecord(Record):
    """The ranges in which a variable must respond: of one year, or by year."""

    variable: Text
    year: int | None = None
    percent: RangeOrYears | None = None
    points: RangeOrYears | None = None
    evidence: Text
    differs: TextOrYears | None = None

    @model_validator(mode="after")
    def _complete(self) -> ResponseRecord:
        if (self.percent is None) == (self.points is None):
            raise refuse(
                f'the response of "{self.variable}" needs one of percent and points',
                'write "percent: [low, high]"; for a variable in percent "points: [low, high]"',
            )
        if (self.year is None) == isinstance(self.percent or self.points, list):
            raise refuse(
                f'the response of "{self.variable}" needs a year for each range',
                'write "year: 2030" and one range, or "percent: {2030: [low, high]}"',
            )
        for low, high in self.ranges.values():
            if low > high:
                raise refuse(
                    f'"{self.variable}": the lower end {low:g} is above the upper end {high:g}',
                    "swap them",
                )
        if not set(self.exceptions) <= set(self.ranges):
            raise refuse(
                f'"{self.variable}" differs in a year without a range', "give the years of ranges"
            )
        return self

    @property
    def ranges(self) -> dict[int, list[float]]:
        """The ranges by year."""
        given = self.percent or self.points or {}
        return given if isinstance(given, dict) else {self.year or 0: given}

    @property
    def exceptions(self) -> dict[int, str]:
        """Why the model differs, by year; a single reason is that of all years."""
        if isinstance(self.differs, dict):
            return self.differs
        return dict.fromkeys(self.ranges, self.differs) if self.differs else {}


class ShockCheckRecord(Record):
    """A shock and the expected responses."""

    name: Text
    zh: Text = ""
    says: Text
    base: Text | None = None
    set: Settings = Field(default_factory=dict)
    scale: ScaleRecord | None = None
    expect: Annotated[list[ResponseRecord], Field(min_length=1)]


class YearlyRecord(Record):
    """The share of yearly shocks in the variance of variables, in per cent."""

    variables: Annotated[Names, Field(min_length=1)]
    share: Range
    year: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> YearlyRecord:
        low, high = self.share
        if low > high:
            raise refuse(f"the lower end {low:g} is above the upper end {high:g}", "swap them")
        return self


class VarianceRecord(Record):
    """How much of the variance of a target a single drawn number may explain, in per cent."""

    limit: Positive = 60
    draws: Annotated[int, Field(ge=16)] = 2048
    exceptions: dict[Text, Text] = Field(default_factory=dict, alias="except")
    yearly: YearlyRecord | None = None


class ChecksRecord(Record):
    """The whole of checks.yaml."""

    separable: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (
            *("steps", "non_negative", "extremes", "conservation", "levers", "loops", "fit"),
            *("real_growth", "responses", "variance", "budget"),
        )
    )

    steps: StepsRecord = Field(default_factory=StepsRecord)
    non_negative: NonNegativeRecord = Field(default_factory=NonNegativeRecord)
    extremes: ExtremesRecord | None = None
    conservation: ChainsRecord | None = None
    levers: LeversRecord | None = None
    loops: LoopsRecord | None = None
    fit: FitRecord | None = None
    real_growth: RealGrowthRecord | None = None
    responses: list[ShockCheckRecord] = Field(default_factory=list)
    variance: VarianceRecord | None = None
    budget: Text | None = None
