"""The keys of evidence.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from xhsim.study.files.schema import LabelRecord, Number, Pair, Record, Text, refuse

__all__ = ["EvidenceRecord"]

PUBLICATION = ("study", "year", "setting")  # what identifies a publication
FIGURES = ("size", "range", "unit")


class EvidenceRecord(Record):
    """One entry of evidence.yaml: a card."""

    line: Text | None = Field(
        None,
        description="The policy line, a parameter with the role `lever`; or one of its elements.",
        examples=["cluster support[Finance]"],
    )
    link: LabelRecord | None = Field(
        None, description="Instead of a line: the link of the model that the card is about."
    )
    effect: Text = Field(
        description="What was measured and what was found, in one or two sentences; with the grade "
        "`none`, what is assumed instead.",
        examples=["A grant doubles the chance of venture capital."],
    )
    study: Text | None = Field(
        None,
        description="Authors, title, journal.",
        examples=["Howell: Financing innovation, American Economic Review 107(4)"],
    )
    year: int | None = Field(None, description="Year of publication.", examples=[2017])
    setting: Text | None = Field(
        None,
        description="Country, years, and the unit that was observed.",
        examples=["United States, 1983-2013, start-up firms"],
    )
    size: Number | None = Field(
        None, description="The effect as a number in `unit`.", examples=[0.1]
    )
    range: Pair | None = Field(
        None,
        description="The plausible range of the effect, `[low, high]` in `unit`.",
        examples=[[0.03, 0.17]],
    )
    unit: Text | None = Field(None, description="The unit of the effect.", examples=["elasticity"])
    grade: Literal["found", "memory", "none"] = Field(
        description="`found`: a text was seen, and `source` is its address. `memory`: a well-known "
        "study, cited from memory and not verified. `none`: none found, judgement.",
        examples=["found"],
    )
    source: Text | None = Field(
        None,
        description="The address of the text that was seen.",
        examples=["https://ssrn.com/abstract=2687457"],
    )
    used: Annotated[dict[Text, Text], Field(min_length=1)] = Field(
        description="The parameters that the card informs, each with how.",
        examples=[{"incubation time": "not changed by the programme"}],
    )

    @field_validator("range")
    @classmethod
    def _ordered(cls, pair: list[float] | None) -> list[float] | None:
        if pair is not None and not pair[0] < pair[1]:
            raise refuse(
                f"the range's lower end {pair[0]:g} is not below its upper end {pair[1]:g}",
                "swap or widen them",
            )
        return pair

    @model_validator(mode="after")
    def _complete(self) -> EvidenceRecord:
        if (self.line is None) == (self.link is None):
            raise refuse(
                "a card is about a line or a link", 'give either "line:" or "link:", not both'
            )
        if self.grade == "none":
            self._without_evidence()
        else:
            self._with_evidence()
        return self

    def _given(self, *names: str) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]

    def _without_evidence(self) -> None:
        stray = self._given(*PUBLICATION, *FIGURES, "source")
        if stray:
            raise refuse(
                f'"{stray[0]}" is given, but the grade says that no study was found',
                'remove it, or write "grade: found" or "grade: memory"',
            )

    def _with_evidence(self) -> None:
        missing = [name for name in PUBLICATION if getattr(self, name) is None]
        if missing:
            raise refuse(
                f'"{missing[0]}" is missing',
                f'add "{missing[0]}:", or write "grade: none" if no study was found',
            )
        if (self.size is not None or self.range is not None) and self.unit is None:
            raise refuse('"unit" is missing', 'say in "unit:" what the numbers are')
        if self.size is not None and self.range is not None:
            low, high = self.range
            if not low <= self.size <= high:
                raise refuse(
                    f"the size {self.size:g} is not in the range [{low:g}, {high:g}]",
                    "widen the range",
                )
        if self.grade == "memory" and self.source is not None:
            raise refuse(
                'a "source" is given, but the grade says that no text was seen',
                'write "grade: found", or remove the source',
            )
        if self.grade == "found" and not (self.source or "").startswith(("http://", "https://")):
            raise refuse(
                '"source" is not the address of a text',
                'write "source: https://...", or "grade: memory" if no text was seen',
            )
