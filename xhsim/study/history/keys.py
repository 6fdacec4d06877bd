"""The keys and types of monitoring.yaml. Every number has its reason beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from xhsim.study.files.schema import LabelRecord, Record, Text, refuse

__all__ = ["MonitoringRecord"]

Share = Annotated[float, Field(allow_inf_nan=False, gt=0, lt=1)]
Points = Annotated[float, Field(allow_inf_nan=False, gt=0, lt=100)]


class ShareRecord(Record):
    """A relative error with its reason."""

    error: Share = Field(
        description="Standard deviation as a share of the level: 0.02 is 2 %.", examples=[0.02]
    )
    why: Text = Field(description="The reason for the number.", examples=["judgement"])


class PointsRecord(Record):
    """An error of a growth rate with its reason."""

    error: Points = Field(description="Standard deviation in percentage points.", examples=[1.0])
    why: Text = Field(description="The reason for the number.", examples=["judgement"])


class LevelErrorsRecord(Record):
    """Errors of levels and changes, relative."""

    by_grade: dict[Text, ShareRecord] = Field(
        default_factory=dict,
        description="By the grade of a release. Grades that are missing have the error of "
        "calibration.yaml.",
    )
    by_series: dict[Text, ShareRecord] = Field(
        default_factory=dict, description="By series; replaces the error of the grade."
    )
    others: ShareRecord = Field(
        default=ShareRecord(error=0.03, why="default"),
        description="For releases without a grade.",
    )
    provisional: ShareRecord = Field(
        default=ShareRecord(error=0.03, why="default"),
        description="The least error of a release whose status is provisional or estimate.",
    )


class GrowthPointsRecord(Record):
    """Errors of growth rates, in percentage points."""

    by_grade: dict[Text, PointsRecord] = Field(
        default_factory=dict,
        description="By the grade of a release. Grades that are missing have the error of "
        "calibration.yaml.",
    )
    by_series: dict[Text, PointsRecord] = Field(
        default_factory=dict, description="By series; replaces the error of the grade."
    )
    others: PointsRecord = Field(
        default=PointsRecord(error=1.5, why="default"),
        description="For releases without a grade.",
    )
    provisional: PointsRecord = Field(
        default=PointsRecord(error=1.5, why="default"),
        description="The least error of a release whose status is provisional or estimate.",
    )


class ReleaseErrorsRecord(Record):
    """How exact releases are."""

    levels: LevelErrorsRecord = LevelErrorsRecord()
    growth: GrowthPointsRecord = GrowthPointsRecord()


class PartYearRecord(Record):
    """How much growth to date may differ from that of the whole year, in percentage points."""

    Q1: PointsRecord = Field(
        default=PointsRecord(error=4.0, why="default"), description="The first quarter."
    )
    H1: PointsRecord = Field(
        default=PointsRecord(error=2.0, why="default"), description="The first half."
    )
    Q3: PointsRecord = Field(
        default=PointsRecord(error=1.0, why="default"), description="The first three quarters."
    )


class GreenRecord(Record):
    """When a light is green."""

    at_least: Share = Field(description="The least probability.", examples=[0.66])
    why: Text = Field(description="The reason for the number.")


class RedRecord(Record):
    """When a light is red."""

    below: Share = Field(description="A lower probability is red.", examples=[0.33])
    why: Text = Field(description="The reason for the number.")


class LightsRecord(Record):
    """The probabilities at which a target's light changes; between the two it is amber."""

    green: GreenRecord = GreenRecord(at_least=0.66, why="default")
    red: RedRecord = RedRecord(below=0.33, why="default")

    @model_validator(mode="after")
    def _ordered(self) -> LightsRecord:
        if self.red.below > self.green.at_least:
            raise refuse(
                f"red below {self.red.below:g} reaches above green at {self.green.at_least:g}",
                "swap the two numbers",
            )
        return self


class AsOfRecord(Record):
    """The date of a monitor that is asked for without one."""

    date: Text = Field(
        description="A date, or a month, which counts as its last day.", examples=["2023-06"]
    )
    why: Text = Field(description="The reason for the date.")


class MonitoringRecord(Record):
    """The whole of monitoring.yaml."""

    separable: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        ("errors", "part_year", "lights", "as_of", "title")
    )

    errors: ReleaseErrorsRecord = ReleaseErrorsRecord()
    part_year: PartYearRecord = PartYearRecord()
    lights: LightsRecord = LightsRecord()
    as_of: AsOfRecord | None = Field(
        default=None,
        description="The default date. Without it, that of the last release.",
    )
    title: LabelRecord | None = Field(default=None, description="The title of bulletins.")
