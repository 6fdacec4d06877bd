"""The keys and types of sweep files; see `xhsim.study.sweeps.sweep` for what they mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from xhsim.study.files.schema import LabelRecord, Number, Record, Text, refuse
from xhsim.study.scenarios.keys import Moment

__all__ = ["AxisRecord", "SampleRecord", "SweepRecord"]

Range = Annotated[list[Number], Field(min_length=2, max_length=2)]


def _kind(value: object) -> str:
    return "<mapping>" if isinstance(value, dict) else "<list>"


class AxisRecord(Record):
    """Evenly spaced values."""

    range: Range = Field(description="Lowest and highest value.", examples=[[3, 8]])
    steps: Annotated[int, Field(ge=2, le=10_000)] = Field(
        description="How many values, both ends included.", examples=[6]
    )


Axis = Annotated[
    Annotated[AxisRecord, Tag("<mapping>")]
    | Annotated[list[Number], Field(min_length=1), Tag("<list>")],
    Discriminator(_kind),
]


class SampleRecord(Record):
    """Points drawn at random, evenly."""

    method: Literal["sobol", "latin hypercube"] = Field(
        default="sobol", description="How points are spread.", examples=["latin hypercube"]
    )
    size: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        description="How many points; a power of two is best for Sobol's sequence.", examples=[256]
    )
    seed: Annotated[int, Field(ge=0)] = Field(default=0, description="Which points.", examples=[1])


class KeepRecord(Record):
    """What is kept besides attainment."""

    quantiles: list[Text] = Field(
        default_factory=list,
        description="Variables of which the 5, 25, 50, 75 and 95 % over draws are kept by year.",
        examples=[["RD intensity"]],
    )
    draws: list[Text] = Field(
        default_factory=list,
        description="Variables of which every draw is kept.",
        examples=[["GDP"]],
    )


class SweepRecord(Record):
    """A whole sweep file."""

    label: LabelRecord = Field(
        description="What tables and pictures call the sweep.",
        examples=[{"en": "Research against promotion", "zh": "研发与推介"}],
    )
    description: Text = Field(
        description="What it is, in a sentence or two.",
        examples=["How the two together move the plan's indicators."],
    )
    scenario: Text = Field(
        default="baseline", description="The scenario that is varied.", examples=["plan"]
    )
    since: Moment | None = Field(
        default=None,
        description="The date from which the values hold; without it, for the whole run.",
        examples=[2022],
    )
    grid: Annotated[dict[Text, Axis], Field(min_length=1)] | None = Field(
        default=None,
        description="Parameters, or elements of them, and their values. One of `grid`, `over` and "
        "`rows` says what is varied.",
        examples=[
            {"RD support": {"range": [3, 8], "steps": 6}, "investment promotion": [0.6, 1.2, 2.4]}
        ],
    )
    combine: Literal["product", "zip"] = Field(
        default="product",
        description="Every combination of the grid's values, or the first with the first, the "
        "second with the second, and so on.",
        examples=["zip"],
    )
    sample: SampleRecord | None = Field(
        default=None,
        description="In place of a grid: points spread over the ranges in `over`.",
        examples=[{"method": "sobol", "size": 256}],
    )
    over: Annotated[dict[Text, Range], Field(min_length=1)] | None = Field(
        default=None,
        description="Parameters, or elements of them, and the ranges of a sample.",
        examples=[{"RD support": [3, 8]}],
    )
    rows: Text | None = Field(
        default=None,
        description="In place of a grid: a CSV table beside the file, a column for each parameter.",
        examples=["points.csv"],
    )
    draws: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Worlds in which each point is run, the same everywhere; without it what the "
        "scenario says, or 1,000.",
        examples=[500],
    )
    seed: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Which worlds; without it what the scenario says, or 0.",
        examples=[1],
    )
    keep: KeepRecord = Field(
        default_factory=KeepRecord,
        description="What is kept of each point besides attainment.",
        examples=[{"quantiles": ["RD intensity"], "draws": ["GDP"]}],
    )

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
