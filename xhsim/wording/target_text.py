"""What a target asks for, in words and signs."""

from __future__ import annotations

from xhsim.errors import InputError, did_you_mean
from xhsim.wording.label import Label, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.punctuation import PERCENT

__all__ = ["target_text"]

SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
TARGET_FORMS: dict[str, Label] = {
    "level": Label("{sign} {value}", "{sign} {value}"),
    "average_growth": Label("{sign} {value} a year", "年均 {sign} {value}"),
    "average_flow": Label("{sign} {value} a year", "年均 {sign} {value}"),
    "cumulative_increase": Label("{sign} {value}", "累计 {sign} {value}"),
    "cumulative_change": Label("{sign} {value}", "累计 {sign} {value}"),
}


def target_text(direction: str, value: float, measure: str, unit: str, lang: str = "en") -> str:
    """Write what a target asks for, without the unit unless it is a percentage.

    Examples
    --------
    >>> target_text(">=", 8, "average_growth", "%/year")
    '≥ 8 % a year'
    >>> (
    ...     target_text("<=", -13.5, "cumulative_change", "%"),
    ...     target_text(">", 1e4, "level", "CNY100M"),
    ... )
    ('≤ −13.5 %', '> 10,000')
    >>> target_text(">=", 30, "cumulative_increase", "firms")
    '≥ +30'
    """
    if direction not in SIGNS:
        raise InputError(
            f"a target cannot have direction {direction!r}", hint="known are " + ", ".join(SIGNS)
        )
    if measure not in TARGET_FORMS:
        hint = did_you_mean(measure, TARGET_FORMS) or "known are " + ", ".join(TARGET_FORMS)
        raise InputError(f"a target cannot have measure {measure!r}", hint=hint)
    # Chinese says in a word that an increase is meant, English with the sign.
    signed = measure.startswith("cumulative") and check_language(lang) == "en"
    shown = number_text(value, signed=signed)
    if unit.startswith(("%", "percent")):
        shown += PERCENT.in_(lang)
    return TARGET_FORMS[measure].in_(lang).format(sign=SIGNS[direction], value=shown)
