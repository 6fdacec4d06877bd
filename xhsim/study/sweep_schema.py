"""The keys and types of sweep files; see `xhsim.study.sweeps` for what they mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from xhsim.study.scenario_schema import Moment
from xhsim.study.schema import LabelRecord, Number, Record, Text, refuse

__all__ = ["AxisRecord", "SampleRecord", "SweepRecord"]

Range = Annotated[list[Number], Field(min_length=2, max_length=2)]


def _kind(value: object) -> str:
    return "<mapping>" if isinstance(value, dict) else "<list>"


class AxisRecord(Record):
    """Evenly spaced values."""

    range: Range
    steps: Annotated[int, Field(ge=2, le=10_000)]


Axis = Annotated[
    Annotated[AxisRecord, Tag("<mapping>")]
    | Annotated[list[Number], Field(min_length=1), Tag("<list>")],
    Discriminator(_kind),
]


class SampleRecord(Record):
    """Points drawn at random, evenly."""

    method: Literal["sobol", "latin hypercube"] = "sobol"
    size: Annotated[int, Field(ge=1, le=1_000_000)]
    seed: Annotated[int, Field(ge=0)] = 0


class KeepRecord(Record):
    """What is kept besides attainment."""

    quantiles: list[Text] = Field(default_factory=list)
    draws: list[Text] = Field(default_factory=list)


class SweepRecord(Record):
    """A whole sweep file."""

    label: LabelRecord
    description: Text
    scenario: Text = "baseline"
    since: Moment | None = None
    grid: Annotated[dict[Text, Axis], Field(min_length=1)] | None = None
    combine: Literal["product", "zip"] = "product"
    sample: SampleRecord | None = None
    over: Annotated[dict[Text, Range], Field(min_length=1)] | None = None
    rows: Text | None = None
    draws: Annotated[int, Field(ge=1)] = 1000
    seed: Annotated[int, Field(ge=0)] = 0
    keep: KeepRecord = Field(default_factory=KeepRecord)

    @model_validator(mode="after")
    def _one(self) -> SweepRecord:
        given = [name for name in ("grid", "over", "rows") if getattr(self, name) is not None]
        if len(given) != 1:
            raise refuse(
                "a sweep has exactly one kind of points"
                + (f", not {' and '.join(given)}" if given else ""),
                "give one of grid, over (with sample), rows",
            )
        if (self.sample is None) != (self.over is None):
            raise refuse("sample and over belong together", "say how many points, and where")
        for name, (low, high) in (self.over or {}).items():
            if not low < high:
                raise refuse(f'over "{name}": {low:g} is not below {high:g}', "swap or widen them")
        return self
