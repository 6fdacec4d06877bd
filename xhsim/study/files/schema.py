"""The keys and types of the YAML files, and plain messages for pydantic's errors.

Only this module and the `keys` modules of scenarios, sweeps and checks define pydantic records;
pydantic is imported when the first study file is read. A record has the form of the file. The
frozen dataclasses of the other modules contain its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from xhsim.errors import did_you_mean
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.yaml_reader import Node
from xhsim.study.measures import MEASURES, Measure
from xhsim.wording.label import Label

__all__ = [
    "UNKNOWN",
    "CalibrationRecord",
    "LabelOrText",
    "LabelRecord",
    "NoteRecord",
    "Number",
    "OutlookRecord",
    "ParameterRecord",
    "Positive",
    "Record",
    "ShockRecord",
    "TargetRecord",
    "Text",
    "by_kind",
    "label_of",
    "refuse",
    "validate",
]

UNKNOWN = "?"  # stands for a text that is wrong, while the rest of its record is checked
Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]


def by_kind(value: object) -> str:
    """Distinguish a mapping from a single value, so that a mistake is reported for only one."""
    return "<mapping>" if isinstance(value, dict) else "<single>"


NumberOrElements = Annotated[
    Annotated[Number, Tag("<single>")]
    | Annotated[dict[Text, Number], Field(min_length=1), Tag("<mapping>")],
    Discriminator(by_kind),
]
TextOrElements = Annotated[
    Annotated[Text, Tag("<single>")]
    | Annotated[dict[Text, Text], Field(min_length=1), Tag("<mapping>")],
    Discriminator(by_kind),
]


def refuse(message: str, hint: str) -> PydanticCustomError:
    """Return the error for a validator to raise: what is wrong, and how to fix it."""
    return PydanticCustomError("study", "{what}", {"what": message, "hint": hint})


class Record(BaseModel):
    """Base of all records: types are not converted, and unknown keys are refused.

    `separable` names the keys that no other key hangs on, and what stands for each if it is wrong.
    A key of a mapping stands for itself: only its wrong entries are left out.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)
    separable: ClassVar[Mapping[str, Any]] = {}


class _Bilingual(Record):
    """A text in English, in Chinese or in both."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    en: Text | None = Field(
        default=None,
        description="In English; by default the Chinese text.",
        examples=["R&D push"],
    )
    zh: Text | None = Field(
        default=None,
        description="In Chinese; by default the English text.",
        examples=["研发加力"],
    )

    @model_validator(mode="after")
    def _something(self) -> _Bilingual:
        if self.en is None and self.zh is None:
            raise refuse("a label has no text", 'give "en", "zh" or both')
        return self


class LabelRecord(_Bilingual):
    """A label in one language or in both; one text stands for the other."""

    def as_label(self) -> Label:
        """Return both texts as one label."""
        return Label(self.en or self.zh or "", self.zh or self.en or "")


LabelOrText = Annotated[
    Annotated[Text, Tag("<single>")] | Annotated[LabelRecord, Tag("<mapping>")],
    Discriminator(by_kind),
]


def label_of(given: LabelRecord | str) -> Label:
    """Return a label that may be written as one text for both languages."""
    return Label(given, given) if isinstance(given, str) else given.as_label()


class ShockRecord(Record):
    """Yearly deviations from a parameter's value."""

    first_year: int = Field(
        description="The first year with a deviation; earlier years have the value itself.",
        examples=[2022],
    )
    spread: Text = Field(
        description="Prior of one year's deviation, in the parameter's unit; its interval must "
        "contain 0.",
        examples=["90% in [-0.02, 0.02]"],
    )
    persistence: Annotated[Number, Field(ge=0, lt=1)] = Field(
        description="Correlation of neighbouring years.", examples=[0.5]
    )
    over: Literal["instant", "year"] = Field(
        default="instant",
        description="`year`: the deviation of a year holds for the whole year, from the end of the "
        "year before. `instant`: it is reached at the end of the year, and the path is linear "
        "between years.",
        examples=["year"],
    )


class ParameterRecord(Record):
    """One entry of parameters.yaml."""

    separable: ClassVar[Mapping[str, Any]] = {
        "unit": UNKNOWN,
        "source": UNKNOWN,
        "label": {"en": UNKNOWN},
        "was": None,
    }

    unit: Text
    value: NumberOrElements
    role: Literal["lever", "uncertain", "fixed"]
    range: Pair | None = None
    prior: TextOrElements | None = None
    shock: ShockRecord | None = None
    source: Text
    label: LabelRecord
    was: list[Text] = Field(default_factory=list)

    @field_validator("range")
    @classmethod
    def _ordered(cls, pair: list[float] | None) -> list[float] | None:
        if pair is not None and not pair[0] < pair[1]:
            raise refuse(
                f"the range's lower end {pair[0]:g} is not below its upper end {pair[1]:g}",
                "swap or widen them",
            )
        return pair


class _MeasureByName:
    """A measure, written by its name in `MEASURES`."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_measure)

    @staticmethod
    def __get_pydantic_json_schema__(source: Any, handler: Any) -> dict[str, Any]:
        return {"enum": list(MEASURES), "type": "string"}


def _measure(given: object) -> Measure:
    if isinstance(given, str) and given in MEASURES:
        return MEASURES[given]
    hint = did_you_mean(str(given), MEASURES) or f"use one of {', '.join(MEASURES)}"
    raise refuse(f'"measure" cannot be {_name(given)}', hint)


class BaseRecord(Record):
    """The published value for a target's base year."""

    value: Number
    source: Text


class ReadingRecord(Record):
    """Another reading of a target: a label, and what differs from the target."""

    label: LabelRecord
    variable: Text | None = None
    measure: Annotated[Measure, _MeasureByName] | None = None
    value: Number | None = None
    unit: Text | None = None
    period: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    base: BaseRecord | None = None

    @field_validator("period")
    @classmethod
    def _ordered(cls, period: list[int] | None) -> list[int] | None:
        return None if period is None else _in_order(period)


class TargetRecord(Record):
    """One entry of targets.yaml."""

    separable: ClassVar[Mapping[str, Any]] = {
        "rank": None,
        "label": {"en": UNKNOWN},
        "direction": ">=",
        "value": 0.0,
        "group": UNKNOWN,
        "base": None,
        "place": UNKNOWN,
        "note": None,
        "hangs_on": None,
        "period": [2020, 2025],
    }

    rank: Annotated[int, Field(ge=1)] | None = None
    label: LabelRecord
    variable: Text
    measure: Annotated[Measure, _MeasureByName]
    direction: Literal[">=", ">", "<="]
    value: Number
    unit: Text
    period: Annotated[list[int], Field(min_length=2, max_length=2)]
    group: Text
    base: BaseRecord | None = None
    place: Text
    note: Text | None = None
    hangs_on: Text | None = None
    readings: Annotated[dict[Text, ReadingRecord], Field(min_length=1)] | None = None

    @field_validator("period")
    @classmethod
    def _ordered(cls, period: list[int]) -> list[int]:
        return _in_order(period)


def _in_order(period: list[int]) -> list[int]:
    if not period[0] < period[1]:
        raise refuse(
            f"the deadline {period[1]} is not after the base year {period[0]}",
            "write the period as [base year, deadline]",
        )
    return period


class GrowthErrorsRecord(Record):
    """Standard deviations of growth rates, in percentage points."""

    by_grade: dict[Text, Positive] = Field(default_factory=dict)
    by_series: dict[Text, Positive] = Field(default_factory=dict)
    others: Positive | None = None


class ErrorsRecord(Record):
    """Standard deviations of observations: relative, and of growth rates in percentage points."""

    by_grade: dict[Text, Positive]
    by_series: dict[Text, Positive] = Field(default_factory=dict)
    estimate: Positive
    growth: (
        Annotated[
            Annotated[Positive, Tag("<single>")] | Annotated[GrowthErrorsRecord, Tag("<mapping>")],
            Discriminator(by_kind),
        ]
        | None
    ) = None


class ScaledByRecord(Record):
    """Observations that the model's constants were set by."""

    series: Text
    years: list[int] = Field(default_factory=list)


class LeftOutRecord(Record):
    """Observations that are not used."""

    series: Text
    years: list[int] = Field(default_factory=list)
    why: Text


class OffsetRecord(Record):
    """Observations of another vintage."""

    series: Text
    years: list[int] = Field(default_factory=list)
    prior: Text
    why: Text


KnotsRecord = Annotated[dict[Number, Number], Field(min_length=1)]


class LoopRecord(Record):
    """One entry of loops.yaml."""

    label: LabelRecord
    kind: Literal["reinforcing", "balancing"]
    through: Annotated[list[Text], Field(min_length=2)]


class ShownRecord(_Bilingual):
    """A label; without an English text the name itself is used."""

    def as_label(self) -> Label:
        """Return both texts as one label."""
        return Label(self.en or "", self.zh or self.en or "")


class ToldRecord(_Bilingual):
    """A longer text in one language or in both."""


class StructureRecord(Record):
    """One entry of structures.yaml."""

    label: LabelRecord = Field(
        description="Name of the structure in tables and pictures.",
        examples=[{"en": "Market-led", "zh": "市场主导"}],
    )
    description: Annotated[
        Annotated[Text, Tag("<single>")] | Annotated[ToldRecord, Tag("<mapping>")],
        Discriminator(by_kind),
    ] = Field(
        description="What causes what in this reading: an English text, or one in each language.",
        examples=[{"en": "Floor never limits firms.", "zh": "楼宇面积从不构成约束。"}],
    )
    set: dict[Text, Number] = Field(
        description="The switches: parameters that are not levers, or elements of them, and their "
        "numbers. Empty if the reading is the model as it stands.",
        examples=[{"floor limit switch": 0}],
    )
    weight: Annotated[Number, Field(ge=0)] | None = Field(
        default=None,
        description="Its weight; divided by the sum of all. Without weights all are equal.",
        examples=[0.4],
    )


Tile = Annotated[list[Annotated[int, Field(ge=1, le=50)]], Field(min_length=2, max_length=2)]


class LabelsRecord(Record):
    """The whole of labels.yaml."""

    separable: ClassVar[Mapping[str, Any]] = {
        **{key: {} for key in ("variables", "sectors", "elements", "groups", "map")},
        "mapped": None,
    }

    variables: dict[Text, ShownRecord] = Field(default_factory=dict)
    sectors: dict[Text, ShownRecord] = Field(default_factory=dict)
    elements: dict[Text, ShownRecord] = Field(default_factory=dict)
    groups: dict[Text, ShownRecord] = Field(default_factory=dict)
    map: dict[Text, Annotated[dict[Text, Tile], Field(min_length=1)]] = Field(default_factory=dict)
    mapped: list[Text] = Field(default_factory=list)


class BudgetRecord(Record):
    """The whole of budget.yaml."""

    separable: ClassVar[Mapping[str, Any]] = dict.fromkeys(("given", "asked", "paid"), UNKNOWN)

    given: Text
    asked: Text
    paid: Text


class HindcastRecord(Record):
    """Settings of the hindcasts."""

    until: Annotated[
        Annotated[int, Tag("<single>")] | Annotated[list[int], Field(min_length=1), Tag("<list>")],
        Discriminator(lambda value: "<list>" if isinstance(value, list) else "<single>"),
    ]
    parameters: Annotated[list[Text], Field(min_length=1)]
    uncertain: dict[Text, Text] = Field(default_factory=dict)
    unknown: dict[Text, KnotsRecord] = Field(default_factory=dict)
    lasting: list[Text] = Field(default_factory=list)
    apart: list[Text] = Field(default_factory=list)


class CalibrationRecord(Record):
    """The whole of calibration.yaml."""

    separable: ClassVar[Mapping[str, Any]] = {
        "held": {},
        "uncertain": {},
        **dict.fromkeys(("left_out", "scaled_by", "offsets", "hindcast")),
    }

    until: int
    parameters: Annotated[list[Text], Field(min_length=1)]
    held: dict[Text, Number] = Field(default_factory=dict)
    uncertain: dict[Text, Text] = Field(default_factory=dict)
    errors: ErrorsRecord
    left_out: list[LeftOutRecord] = Field(default_factory=list)
    scaled_by: list[ScaledByRecord] = Field(default_factory=list)
    offsets: list[OffsetRecord] = Field(default_factory=list)
    hindcast: HindcastRecord | None = None


Weight = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1)]


class RelevanceRecord(Record):
    """Relevance of each kind of place in outlook.yaml."""

    peer: Weight = 1.0
    district: Weight = 1.0
    city: Weight = 0.5
    nation: Weight = 0.25


class QuantityRecord(Record):
    """One quantity of outlook.yaml."""

    label: LabelRecord
    series: list[Text]
    prices: Literal["constant", "current"] = "current"
    definitions: Literal["one", "several"] = "one"


class OutlookRecord(Record):
    """The whole of outlook.yaml."""

    separable: ClassVar[Mapping[str, Any]] = {
        "weights": None,
        "peers": None,
        "nations": None,
        "cities": {},
    }

    place: Text
    until: int
    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    figures: Annotated[list[Text], Field(min_length=1)]
    weights: RelevanceRecord = RelevanceRecord()
    peers: list[Text] = Field(default_factory=list)
    cities: dict[Text, list[Text]] = Field(default_factory=dict)
    nations: list[Text] = Field(default_factory=list)
    quantities: Annotated[dict[Text, QuantityRecord], Field(min_length=1)]


class NoteRecord(Record):
    """One entry of inconsistencies.yaml."""

    title: LabelRecord
    explanation: Text
    figures: dict[Text, Number] = Field(default_factory=dict)
    source: Text


AnyRecord = TypeVar("AnyRecord", bound=Record)


def validate(
    kind: type[AnyRecord], node: Node, file: str | Path, mistakes: Mistakes, what: str
) -> AnyRecord | None:
    """Check one record, and add every mistake in it with its line.

    Parameters
    ----------
    kind : type
        The record's class.
    node : Node
        The content.
    file : str or Path
        The file, for messages.
    mistakes : Mistakes
        Receives the mistakes.
    what : str
        Name of the record in messages: ``parameter "RD support"``.

    Returns
    -------
    Record or None
        If there were mistakes, what remains of it without them, so that the other parts can be
        checked, too; None if they cannot be told apart (see `Record.separable`).
    """
    content = node.plain()
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        findings = error.errors(include_url=False)
    misspelt = {_meant(kind, each) for each in findings if each["type"] == "extra_forbidden"}
    for finding in findings:
        if finding["type"] == "missing" and finding["loc"] in misspelt:
            continue  # the misspelt key is the mistake
        line, column = node.find(finding["loc"])
        message, hint = _in_words(kind, finding, what)
        mistakes.add(message, file=file, line=line, column=column, hint=hint)
    if not isinstance(content, dict) or not all(finding["loc"] for finding in findings):
        return None
    return _remainder(kind, content, [finding["loc"] for finding in findings])


def _meant(kind: type[Record], finding: Any) -> tuple[Any, ...]:
    """Return the place of the key that an unknown key probably means; () if none is similar."""
    *outer, name = finding["loc"]
    known = _known_keys(kind, [step for step in outer if not str(step).startswith("<")])
    near = did_you_mean(str(name), known)
    return (*outer, near.split('"')[1]) if near else ()


def _remainder(
    kind: type[AnyRecord], content: dict[Any, Any], wrong: Sequence[tuple[Any, ...]]
) -> AnyRecord | None:
    """Return a record without its wrong parts; None if other parts hang on them."""
    rest = dict(content)
    for key, *further in wrong:
        entries = content.get(key)
        if further and isinstance(entries, dict) and kind.separable.get(key) == {}:
            rest[key] = {
                name: entry for name, entry in rest[key].items() if str(name) != str(further[0])
            }
        elif key in kind.separable:
            rest[key] = kind.separable[key]
        elif key not in kind.model_fields and len(kind.separable) == len(kind.model_fields):
            rest.pop(key, None)
        else:
            return None
    try:
        return kind.model_validate({key: part for key, part in rest.items() if part is not None})
    except ValidationError:
        return None


def _in_words(kind: type[Record], finding: Any, what: str) -> tuple[str, str | None]:
    """Return message and hint for one of pydantic's errors."""
    steps = [step for step in finding["loc"] if not str(step).startswith("<")]
    code, given, context = finding["type"], finding["input"], finding.get("ctx", {})
    if code == "study":
        return f"{what}: {context['what']}", context["hint"]
    if code == "missing":
        return f'{what}: "{".".join(map(str, steps))}" is missing', f'add "{steps[-1]}:"'
    if code == "extra_forbidden":
        known = _known_keys(kind, steps[:-1])
        hint = did_you_mean(str(steps[-1]), known) or f"known keys: {', '.join(known)}"
        return f'{what}: unknown key "{steps[-1]}"', hint
    subject = _subject(steps, what)
    if code == "invalid_key":
        outer = ".".join(map(str, steps[:-1]))
        comma = "inside { } a comma separates entries: write 1,000 as 1000"
        return f'{what}: a key of "{outer}" must be text, not {_name(given)}', comma
    if code == "literal_error":
        known, keys = _choices(_field_type(kind, steps))
        # "=>" is closer to ">" than to ">=" in edit distance, so anagrams are tried first.
        turned = [choice for choice in known if sorted(choice) == sorted(str(given))]
        near = f'did you mean "{turned[0]}"?' if turned else did_you_mean(str(given), known)
        use = f"use one of {', '.join(known)}"
        if keys:
            words = " or ".join(f'"{word}"' for word in known)
            use = f"write {words}, or a mapping with {', '.join(keys)}"
        return f"{subject} cannot be {_name(given)}", near or use
    expectation = _EXPECTATIONS.get(code)
    if expectation is None:  # no current record can cause such an error
        return f"{subject}: {finding['msg']}", None
    wanted, remedy = expectation(context, given)
    return f"{subject} must be {wanted}, not {_name(given)}", remedy


def _subject(steps: list[Any], what: str) -> str:
    if steps and steps[-1] == "[key]":
        return f'{what}: a key of "{".".join(map(str, steps[:-2]))}"'
    return f'{what}: "{".".join(map(str, steps))}"' if steps else what


def _number(context: Mapping[str, Any], given: object) -> tuple[str, str | None]:
    if isinstance(given, str):
        if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", given):
            return "a number", f"write {given.replace(',', '')}"
        return "a number", "remove the quotes or units" if given[:1].isdigit() else None
    if isinstance(given, list):
        return "a number", "write values over time as {knots: {2021: 3, 2022: 4}}"
    return "a number", None


def _pair(context: Mapping[str, Any], given: object) -> tuple[str, str | None]:
    if context.get("min_length") == 1:
        return "a list of one or more", "write [first, ...]"
    return "a list of two", "write [first, second]"


def _some(words: str, hint: str | None) -> Callable[[Mapping[str, Any], object], Any]:
    return lambda context, given: (words, hint)


_MAPPING = _some("a mapping of keys to values", 'put "key: value" lines below it')
_EXPECTATIONS: dict[str, Callable[[Mapping[str, Any], object], tuple[str, str | None]]] = {
    "float_type": _number,
    "finite_number": _some("a finite number", "give a plain number"),
    "int_type": _some("a whole number", None),
    "int_from_float": _some("a whole number", None),
    "string_type": _some("text", "put it in quotes"),
    "string_too_short": _some("text", "write a text"),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "list_type": _pair,
    "too_long": _pair,
    "too_short": lambda context, given: (
        _pair(context, given) if isinstance(given, list) else ("filled in", None)
    ),
    "greater_than_equal": lambda context, given: (f"{context['ge']:g} or more", None),
    "greater_than": lambda context, given: (f"more than {context['gt']:g}", None),
    "less_than": lambda context, given: (f"less than {context['lt']:g}", None),
    "less_than_equal": lambda context, given: (f"{context['le']:g} or less", None),
}


def _name(given: object) -> str:
    """Describe a value in the words of the file's author."""
    if given is None:
        return "empty"
    if isinstance(given, bool):
        return f"the word {str(given).lower()}"
    if isinstance(given, str):
        short = given if len(given) <= 40 else given[:37] + "..."
        return f'the text "{short}"' if short else "empty text"
    if isinstance(given, int | float):
        return f"the number {given:g}" if isinstance(given, float) else f"the number {given}"
    if isinstance(given, list):
        return f"a list of {len(given)}"
    return "a mapping" if given else "an empty mapping"


def _field_type(kind: type[Record], steps: list[Any]) -> Any:
    """Return the annotation of the field that keys lead to, through optional records."""
    current: Any = kind
    for step in steps:
        record = _record_in(current)
        if record is None:
            current = _inside(current)
            continue
        names = {field.alias or name: field for name, field in record.model_fields.items()}
        if step not in names:
            return None
        current = names[step].annotation
    return current


def _record_in(annotation: Any) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    if getattr(annotation, "__origin__", None) is dict:
        return None  # its keys are names, not fields; `_inside` handles them
    found = (_record_in(part) for part in getattr(annotation, "__args__", ()))
    return next((record for record in found if record is not None), None)


def _inside(annotation: Any) -> Any:
    """Return the value type of a mapping annotation."""
    for part in (annotation, *getattr(annotation, "__args__", ())):
        if getattr(part, "__origin__", None) is dict:
            return part.__args__[1]
    return annotation


def _known_keys(kind: type[Record], steps: list[Any]) -> list[str]:
    record = _record_in(_field_type(kind, steps)) or kind
    return [field.alias or name for name, field in record.model_fields.items()]


def _choices(annotation: Any) -> tuple[list[str], list[str]]:
    """Return the words that a field may have, and the keys that its mapping must have, if any."""
    if getattr(annotation, "__origin__", None) is Literal:
        return [str(choice) for choice in annotation.__args__], []
    if isinstance(annotation, type) and issubclass(annotation, Record):
        fields = annotation.model_fields.items()
        return [], [field.alias or name for name, field in fields if field.is_required()]
    found = [_choices(part) for part in getattr(annotation, "__args__", ())]
    return [word for words, _ in found for word in words], [
        key for _, keys in found for key in keys
    ]
