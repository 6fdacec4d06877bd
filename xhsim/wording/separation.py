"""Sentences about what separates draws, which tables, pictures and notebooks share."""

from __future__ import annotations

import math

from xhsim.wording.label import Label
from xhsim.wording.numbers import number_text, percent_text
from xhsim.wording.punctuation import in_brackets
from xhsim.wording.units import display_unit

__all__ = ["SAYINGS", "limit_text", "rate_text", "scale_of", "value_text"]

PER_YEAR = Label("% a year", "%/年")
BELOW = Label(
    "{name} is at most {high} (the lowest {share})", "{name}不高于{high}（最低的{share}）"
)
ABOVE = Label(
    "{name} is at least {low} (the highest {share})", "{name}不低于{low}（最高的{share}）"
)
BETWEEN = Label(
    "{name} is from {low} to {high} (the middle {share})",
    "{name}在{low}至{high}之间（居中的{share}）",
)
ONE_OF = Label("{name} is {values} ({share})", "{name}为{values}（{share}）")

# What `Separation.sentences` says, by what it says it about.
SAYINGS: dict[str, Label] = {
    "missed": Label(
        "{target} is missed in {share} of the draws of {scenario}.",
        "在“{scenario}”情景下，“{target}”在{share}的抽样中未实现。",
    ),
    "met": Label(
        "{target} is met in {share} of the draws of {scenario}.",
        "在“{scenario}”情景下，“{target}”在{share}的抽样中实现。",
    ),
    "box missed": Label(
        "It is missed in {density} of the draws where {limits}. These are {support} of the draws "
        "and {coverage} of the misses.",
        "当{limits}时，未实现的比例为{density}；此类情形占全部抽样的{support}，占未实现情形的{coverage}。",
    ),
    "box met": Label(
        "It is met in {density} of the draws where {limits}. These are {support} of the draws and "
        "{coverage} of the cases in which it is met.",
        "当{limits}时，实现的比例为{density}；此类情形占全部抽样的{support}，占实现情形的{coverage}。",
    ),
    "rest missed": Label(
        "Of the other draws, it is missed in {density} where {limits}. These are {support} of all "
        "draws and {coverage} of the misses.",
        "在其余抽样中，当{limits}时，未实现的比例为{density}；此类情形占全部抽样的{support}，占未实现情形的{coverage}。",
    ),
    "rest met": Label(
        "Of the other draws, it is met in {density} where {limits}. These are {support} of all "
        "draws and {coverage} of the cases in which it is met.",
        "在其余抽样中，当{limits}时，实现的比例为{density}；此类情形占全部抽样的{support}，占实现情形的{coverage}。",
    ),
    "none": Label(
        "Nothing separates these draws from the others better than chance.",
        "没有任何因素能比随机划分更好地区分这些情形。",
    ),
    "decided": Label(
        "There are too few draws on one side to say what separates them.",
        "其中一类情形的抽样过少，无法判断由何区分。",
    ),
    "judged": Label(
        "Half of the draws chose the limits; the figures, with 95 % intervals, are of the other "
        "{n} draws.",
        "界限由一半抽样确定；以上比例及其95%置信区间依据另一半（{n}次）抽样计算。",
    ),
    "and": Label(" and ", "、且"),
    "or": Label(" or ", "或"),
}


def rate_text(rate: float, low: float, high: float, lang: str = "en") -> str:
    """Write a share with its interval.

    Examples
    --------
    >>> rate_text(0.62, 0.589, 0.650), rate_text(0.62, 0.589, 0.650, "zh")
    ('62 % (58–65)', '62%（58–65）')
    """
    bounds = f"{math.floor(100 * low + 1e-9)}–{math.ceil(100 * high - 1e-9)}"
    return percent_text(100 * rate, lang) + in_brackets(bounds, lang)


def value_text(value: float, unit: str, lang: str = "en") -> str:
    """Write a value of an unknown with its unit; a rate for each year in percent.

    Parameters
    ----------
    value : float
    unit : str
        As in the model file.
    lang : {"en", "zh"}

    Examples
    --------
    >>> value_text(0.0312, "1/year"), value_text(0.0312, "1/year", "zh")
    ('3.12 % a year', '3.12%/年')
    >>> value_text(1.5, "dmnl"), value_text(2, "year"), value_text(2, "year", "zh")
    ('1.5', '2 years', '2年')
    """
    scale, shown = scale_of(unit, lang)
    number = number_text(scale * value, digits=3)
    if not shown:
        return number
    if shown[:1].isdigit():
        return f"{number} × {shown}"
    return f"{number}{'' if lang == 'zh' else ' '}{shown}"


def scale_of(unit: str, lang: str = "en") -> tuple[float, str]:
    """Return by what to multiply values of a unit for readers, and what the unit is then called.

    Examples
    --------
    >>> scale_of("1/year"), scale_of("dmnl"), scale_of("year", "zh")
    ((100.0, '% a year'), (1.0, ''), (1.0, '年'))
    """
    if unit.replace(" ", "").lower() in ("1/year", "1/years"):
        return 100.0, PER_YEAR.in_(lang)
    return 1.0, display_unit(unit, lang)


def limit_text(
    name: str,
    low: float,
    high: float,
    share: float,
    unit: str,
    lang: str = "en",
    values: tuple[str, ...] = (),
) -> str:
    """Write the limits of one unknown.

    Parameters
    ----------
    name : str
        What it is called.
    low, high : float
        Infinite where there is no limit.
    share : float
        Of the draws that are within.
    unit : str
        As in the model file.
    lang : {"en", "zh"}
    values : tuple of str
        Of a choice, what it may be.

    Examples
    --------
    >>> limit_text("Growth", float("-inf"), 0.031, 0.4, "1/year")
    'Growth is at most 3.1 % a year (the lowest 40 %)'
    >>> limit_text("税率", 0.5, 0.7, 0.4, "dmnl", "zh")
    '税率在0.5至0.7之间（居中的40%）'
    """
    form = ONE_OF if values else BETWEEN
    if not values and math.isinf(low):
        form = BELOW
    elif not values and math.isinf(high):
        form = ABOVE
    ends = [value_text(end, unit, lang) if math.isfinite(end) else "" for end in (low, high)]
    said = SAYINGS["or"].in_(lang).join(values)
    share_text = percent_text(100 * share, lang)
    return form.in_(lang).format(
        name=name, low=ends[0], high=ends[1], share=share_text, values=said
    )
