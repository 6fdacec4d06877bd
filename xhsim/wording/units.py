"""Units as text for readers."""

from __future__ import annotations

from xhsim.wording.label import Label, check_language
from xhsim.wording.numbers import number_text

__all__ = ["amount_text", "display_unit"]

# A unit as written in files, in lower case -> its text for readers.
UNITS: dict[str, Label] = {
    "": Label("", ""),
    "1": Label("", ""),
    "dmnl": Label("", ""),
    "dimensionless": Label("", ""),
    "%": Label("%", "%"),
    "percent": Label("%", "%"),
    "tce10k": Label("10,000 tce", "万吨标准煤"),
    "percentage point": Label("percentage points", "个百分点"),
    "cny100m": Label("100 million yuan", "亿元"),
    "100m cny": Label("100 million yuan", "亿元"),
    "cny10k": Label("10,000 yuan", "万元"),
    "10k cny": Label("10,000 yuan", "万元"),
    "cny": Label("yuan", "元"),
    "m2": Label("m²", "平方米"),
    "km2": Label("km²", "平方公里"),
    "m2 10k": Label("10,000 m²", "万平方米"),
    "10k m2": Label("10,000 m²", "万平方米"),
    "10k people": Label("10,000 people", "万人"),
    "people 10k": Label("10,000 people", "万人"),
    "person 10k": Label("10,000 people", "万人"),
    "person10k": Label("10,000 people", "万人"),
    "person": Label("people", "人"),
    "people": Label("people", "人"),
    "firm": Label("firms", "家企业"),
    "filing": Label("filings", "件"),
    "patent": Label("patents", "件"),
    "building": Label("buildings", "栋"),
    "headquarters": Label("headquarters", "家总部"),
    "centre": Label("centres", "家中心"),
    "home": Label("homes", "套"),
    "homes10k": Label("10,000 homes", "万套"),
    "institution": Label("institutions", "家机构"),
    "usd100m": Label("100 million US dollars", "亿美元"),
    "store": Label("stores", "家店"),
    "brand": Label("brands", "个品牌"),
    "scenario": Label("scenarios", "个场景"),
    "laboratory": Label("laboratories", "个实验室"),
    "month": Label("months", "月"),
    "year": Label("years", "年"),
    "index": Label("index", "指数"),
}


def display_unit(unit: str, lang: str = "en") -> str:
    """Convert a unit from a file to its text for readers.

    Parameters
    ----------
    unit : str
        Such as ``CNY100M``, ``m2_10k``, ``percent``, ``filings/year``.
    lang : {"en", "zh"}
        Language. An unknown unit is returned as written, with blanks instead of underscores.

    Returns
    -------
    str
        Empty for a dimensionless unit.

    Examples
    --------
    >>> display_unit("CNY100M"), display_unit("CNY100M", "zh"), display_unit("m2_10k")
    ('100 million yuan', '亿元', '10,000 m²')
    >>> display_unit("filings/year"), display_unit("filings/year", "zh"), display_unit("%/year")
    ('filings per year', '件/年', '% per year')
    """
    above, *below = (part.strip() for part in unit.split("/"))
    top = "·".join(filter(None, (_unit_word(factor, lang) for factor in above.split("*"))))
    if not below:
        return top
    return _QUOTIENTS[check_language(lang)](top, [_unit_word(part, lang) for part in below])


def amount_text(amount: float, unit: str, lang: str = "en") -> str:
    """Return a number with its unit, as people say it.

    Parameters
    ----------
    amount : float
    unit : str
        As in the model file.
    lang : {"en", "zh"}

    Examples
    --------
    >>> amount_text(1, "CNY100M/year"), amount_text(2.5, "CNY100M/year", "zh")
    ('100 million yuan per year', '2.5亿元/年')
    >>> amount_text(2.5, "CNY100M/year"), amount_text(3, "firms")
    ('2.5 × 100 million yuan per year', '3 firms')
    """
    shown, number = display_unit(unit, lang), number_text(amount, digits=3)
    if shown[:1].isdigit():
        return shown if amount == 1 else f"{number} × {shown}"
    return f"{number}{shown}" if lang == "zh" else f"{number} {shown}"


def _english_quotient(above: str, below: list[str]) -> str:
    # In English the divisor is singular: "per year", "per firm".
    return " per ".join([above, *map(_singular, below)]).strip()


def _chinese_quotient(above: str, below: list[str]) -> str:
    return "/".join([above or "1", *below])


_QUOTIENTS = {"en": _english_quotient, "zh": _chinese_quotient}


def _unit_word(token: str, lang: str) -> str:
    plain = " ".join(token.strip().strip("()").replace("_", " ").split())
    known = UNITS.get(plain.lower()) or UNITS.get(_singular(plain.lower()))
    return known.in_(lang) if known else plain


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    irregular = {"people": "person", "headquarters": "headquarters"}
    plural = word.endswith("s") and not word.endswith("ss")
    return irregular.get(word, word[:-1] if plural else word)
