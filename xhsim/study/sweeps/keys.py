"""The keys and types of sweep files; `xhsim.study.sweeps.sweep` explains them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from xhsim.study.files.schema import UNKNOWN, LabelRecord, Number, Record, Text, refuse
from xhsim.study.scenarios.setting_keys import Moment

__all__ = ["AxisRecord", "SampleRecord", "SweepRecord"]

Range = Annotated[list[Number], Field(min_length=2, max_length=2)]


def _kind(value: object) -> str:
    return "<mapping>" if isinstance(value, dict) else "<list>"


class AxisRecord(Record):
    """Evenly spaced values."""

    range: Range = Field(description="Lowest and highest value.", examples=[[3, 8]])
    steps: Annotated[int, Field(ge=2, le=10_000)] = Field(
        description="Number of values, including both ends.", examples=[6]
    )


Axis = Annotated[
    Annotated[AxisRecord, Tag("<mapping>")]
    | Annotated[list[Number], Field(min_length=1), Tag("<list>")],
    Discriminator(_kind),
]


class SampleRecord(Record):
    """Points spread evenly over ranges by a random sampling method."""

    method: Literal["sobol", "latin hypercube"] = Field(
        default="sobol", description="Sampling method.", examples=["latin hypercube"]
    )
    size: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        description="Number of points; a power of two is best for Sobol's sequence.", examples=[256]
    )
    seed: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Seed of the random numbers.", examples=[1]
    )


class KeepRecord(Record):
    """Results to keep besides attainment."""

    quantiles: list[Text] = Field(
        default_factory=list,
        description="Variables whose 5, 25, 50, 75 and 95 % quantiles over draws are kept for "
        "each year.",
        examples=[["RD intensity"]],
    )
    draws: list[Text] = Field(
        default_factory=list,
        description="Variables for which every draw is kept.",
        examples=[["GDP"]],
    )


class SweepRecord(Record):
    """A whole sweep file."""

    separable: ClassVar[Mapping[str, Any]] = {
        "label": {"en": UNKNOWN},
        "description": UNKNOWN,
        "scenario": None,
        "since": None,
        "draws": None,
        "seed": None,
        "keep": None,
    }

    label: LabelRecord = Field(
        description="Name of the sweep in tables and pictures.",
        examples=[{"en": "Research against promotion", "zh": "研发与推介"}],
    )
    description: Text = Field(
        description="What the sweep is, in one or two sentences.",
        examples=["How the two together move the plan's indicators."],
    )
    scenario: Text = Field(
        default="baseline", description="The scenario to vary.", examples=["plan"]
    )
    since: Moment | None = Field(
        default=None,
        description="The date from which the values apply; without it they apply to the whole run.",
        examples=[2022],
    )
    grid: Annotated[dict[Text, Axis], Field(min_length=1)] | None = Field(
        default=None,
        description="Parameters, or elements of them, and their values. A sweep has exactly one "
        "of `grid`, `over` and `rows`.",
        examples=[
            {"RD support": {"range": [3, 8], "steps": 6}, "investment promotion": [0.6, 1.2, 2.4]}
        ],
    )
    combine: Literal["product", "zip"] = Field(
        default="product",
        description="`product`: every combination of the grid's values. `zip`: the first values "
        "together, the second values together, and so on.",
        examples=["zip"],
    )
    sample: SampleRecord | None = Field(
        default=None,
        description="Instead of a grid: points spread over the ranges in `over`.",
        examples=[{"method": "sobol", "size": 256}],
    )
    over: Annotated[dict[Text, Range], Field(min_length=1)] | None = Field(
        default=None,
        description="Parameters, or elements of them, and their ranges for a sample.",
        examples=[{"RD support": [3, 8]}],
    )
    rows: Text | None = Field(
        default=None,
        description="Instead of a grid: a CSV file in the same folder, with a column for each "
        "parameter.",
        examples=["points.csv"],
    )
    draws: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Number of draws for each point; all points use the same draws. By default "
        "the scenario's number, or 1,000.",
        examples=[500],
    )
    seed: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Seed of the draws; by default the scenario's seed, or 0.",
        examples=[1],
    )
    keep: KeepRecord = Field(
        default_factory=KeepRecord,
        description="Results to keep for each point besides attainment.",
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
            raise refuse(
                "sample and over belong together",
                "give the number of points in sample and their ranges in over",
            )
        for name, (low, high) in (self.over or {}).items():
            if not low < high:
                raise refuse(f'over "{name}": {low:g} is not below {high:g}', "swap or widen them")
        return self
