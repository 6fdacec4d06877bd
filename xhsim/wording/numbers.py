"""Numbers, percentages and probabilities as text for readers."""

from __future__ import annotations

import math

from xhsim.wording.likelihood import NO_DATA, likelihood_short
from xhsim.wording.punctuation import COMMA, PERCENT, in_brackets

__all__ = ["number_text", "percent_text", "probability_sentence", "probability_text"]


def number_text(value: float, *, signed: bool = False, digits: int = 4) -> str:
    """Write a number for readers: with thousands separators, few digits and a true minus sign.

    Examples
    --------
    >>> number_text(10000), number_text(911.53), number_text(-13.5), number_text(30, signed=True)
    ('10,000', '911.5', '−13.5', '+30')
    >>> number_text(856.71, digits=3), number_text(4623, digits=3), number_text(0.08494, digits=3)
    ('857', '4,620', '0.0849')
    """
    plus = "+" if signed else ""
    if digits < 4 and value:
        value = round(value, digits - 1 - math.floor(math.log10(abs(value))))
    large = abs(value) >= 1000
    return (f"{value:{plus},.0f}" if large else f"{value:{plus}.4g}").replace("-", "−")


def percent_text(percent: float, lang: str = "en") -> str:
    """Write a percentage rounded to a whole number, with the percent sign.

    Examples
    --------
    >>> percent_text(12.4), percent_text(12.4, "zh")
    ('12 %', '12%')
    """
    return f"{percent:.0f}{PERCENT.in_(lang)}"


def probability_text(
    probability: float, ci_low: float | None = None, ci_high: float | None = None
) -> str:
    """Write a probability in whole percent, with no more certainty than the draws support.

    Parameters
    ----------
    probability : float
        Between 0 and 1, or NaN.
    ci_low, ci_high : float, optional
        Its Monte Carlo interval. If no draw or every draw met the target, the text is the bound of
        the interval, so ten draws do not look like a thousand.

    Returns
    -------
    str
        Without the percent sign; below 1 % ``<1`` and above 99 % ``>99``; empty for NaN.

    Examples
    --------
    >>> [probability_text(p) for p in (0.0, 0.004, 0.01, 0.625, 0.99, 0.9951, 1.0)]
    ['<1', '<1', '1', '63', '99', '>99', '>99']
    >>> probability_text(0.0, 0.0, 0.278), probability_text(1.0, 0.722, 1.0)
    ('<28', '>72')
    """
    if math.isnan(probability):
        return ""
    if probability <= 0 and ci_high is not None and math.isfinite(ci_high):
        return f"<{max(1, math.ceil(100 * ci_high))}"
    if probability >= 1 and ci_low is not None and math.isfinite(ci_low):
        return f">{min(99, math.floor(100 * ci_low))}"
    if probability < 0.01:
        return "<1"
    if probability > 0.99:
        return ">99"
    # Halves are rounded up; the tiny addition corrects for binary fractions (0.565 * 100).
    return str(math.floor(100 * probability + 0.5 + 1e-9))


def probability_sentence(
    probability: float,
    ci_low: float | None = None,
    ci_high: float | None = None,
    word: str = "",
    lang: str = "en",
) -> str:
    """Write a probability with its interval and its word.

    Examples
    --------
    >>> probability_sentence(0.62, 0.589, 0.650, "about as likely as not")
    '62 % (58–65), about as likely as not'
    >>> probability_sentence(0.62, 0.589, 0.650, "about as likely as not", "zh")
    '62%（58–65），或许可能（33–66%）'
    >>> probability_sentence(float("nan"))
    'no data'
    """
    if math.isnan(probability):
        return NO_DATA.in_(lang)
    text = probability_text(probability, ci_low, ci_high) + PERCENT.in_(lang)
    bounds = [b for b in (ci_low, ci_high) if b is not None and math.isfinite(b)]
    if len(bounds) == 2 and text[0] not in "<>":
        # Outward rounding, so the printed interval contains the computed interval.
        low, high = math.floor(100 * bounds[0] + 1e-9), math.ceil(100 * bounds[1] - 1e-9)
        text += in_brackets(f"{low}–{high}", lang)
    return text + (COMMA.in_(lang) + likelihood_short(word, lang) if word else "")
