"""Words, numbers and units as they are printed on a picture, in English and in Chinese."""

from __future__ import annotations

import math
import textwrap
import unicodedata
from typing import Literal, get_args

from xhsim.analysis.chance import probability_text
from xhsim.errors import InputError, did_you_mean

__all__ = [
    "Language",
    "check_language",
    "display_unit",
    "number_text",
    "probability_sentence",
    "say",
    "target_text",
    "word_text",
    "wrap",
]

Language = Literal["en", "zh"]

# Every fixed phrase a picture prints: key -> (English, Chinese).
PHRASES: dict[str, tuple[str, str]] = {
    "all": ("All {n} together", "全部{n}项同时实现"),
    "all_of": ("All {n} of {group}", "{group}：{n}项同时实现"),
    "attained": ("Probability of attainment: {chance}", "实现概率：{chance}"),
    "band_inner": ("25–75 % of draws", "25–75%区间"),
    "band_outer": ("5–95 % of draws", "5–95%区间"),
    "draws": ("{n} draws", "{n}次抽样"),
    "failed": ("{n} draws ({failed} failed)", "{n}次抽样（失败{failed}次）"),
    "grid_title": ("Projection and target of each indicator", "各项指标的预测与目标"),
    "grid_title_of": (
        "Projection and target of each indicator: {name}",
        "各项指标的预测与目标：{name}",
    ),
    "posterior_title": (
        "What history says of the parameters: 90 % intervals",
        "历史数据对参数的约束：90%区间",
    ),
    "prior": ("before (prior)", "先验"),
    "posterior": ("given history (posterior)", "后验"),
    "prior_low": ("5 % of the prior", "先验5%"),
    "prior_high": ("95 %", "95%"),
    "spread_title": ("Where the spread comes from: {name}", "不确定性的来源：{name}"),
    "layer_parameters": ("what nobody knows of the model's constants", "参数"),
    "layer_environment": ("shocks of single years", "年度冲击"),
    "layer_delivery": ("delivery of policies", "政策落实"),
    "hindcast_title": (
        "What the model would have forecast at the end of {year}, and what came",
        "若在{year}年末预测：预测与实际",
    ),
    "bars_title": ("Probability that each target is attained", "各项规划目标的实现概率"),
    "interval_95": (
        "%, with the 95 % interval of the number of draws",
        "%，横线为抽样次数的95%置信区间",
    ),
    "percentile_5": ("5th percentile", "第5百分位"),
    "percentile_95": ("95th percentile", "第95百分位"),
    "lines_shown": ("{n} of {all} draws", "{all}次抽样中的{n}次"),
    "difference_title": ("Difference to {name}", "与{name}之差"),
    "difference_unit": ("{unit}, draw by draw", "{unit}，逐次抽样相减"),
    "years_title": (
        "Probability that targets are met by the standards of each year",
        "按各年标准达到目标的概率",
    ),
    "years_title_of": (
        "Probability that targets are met by the standards of each year: {name}",
        "按各年标准达到目标的概率：{name}",
    ),
    "in_year": ("met in that year", "当年达到"),
    "ever": ("met in that year or before", "截至当年曾达到"),
    "required_gap": (
        "{year}: median {gap} {side} the path; from {start} on {needed} a year needed, {made} "
        "projected",
        "{year}年：中位数{side}所需路径{gap}；自{start}年起需年均{needed}，预测{made}",
    ),
    "required_gap_flat": (
        "{year}: median {gap} {side} the path",
        "{year}年：中位数{side}所需路径{gap}",
    ),
    "side_short": ("short of", "未达"),
    "side_beyond": ("beyond", "超出"),
    "crossing_title": ("When each target is first met", "各项目标首次达到的年份"),
    "crossing_unit": ("% of draws", "抽样占比（%）"),
    "never": ("never", "从未达到"),
    "lost": ("{share} met it and lost it", "{share}达到后回落"),
    "tornado_title": ("What moves {name}", "影响“{name}”的因素"),
    "tornado_line": (
        "each constant from its 5 % to its 95 % point, the others at their medians",
        "各参数由5%分位变至95%分位，其余取中位数",
    ),
    "at_low": ("constant low", "参数低值"),
    "at_high": ("constant high", "参数高值"),
    "split_title": ("What each policy adds: {name}", "各项政策的贡献：{name}"),
    "split_probability": ("probability of attainment, %", "实现概率（%）"),
    "split_median": ("median, {unit}", "中位数（{unit}）"),
    "split_line": (
        "Shapley values over {n} orders, whiskers twice their standard error",
        "夏普利值（{n}种顺序），误差线为两倍标准误",
    ),
    "split_before": ("without the policies", "政策前"),
    "split_after": ("with all of them", "全部政策"),
    "split_rest": ("{n} others", "其余{n}项"),
    "phase_title": ("{y} against {x}", "{y}与{x}"),
    "phase_cloud": ("draws in {year}", "{year}年各次抽样"),
    "contour_best": ("highest {value}", "最高{value}"),
    "came": ("What came", "实际值"),
    "known_then": ("Known then", "当时已知"),
    "heatmap_title": (
        "Probability that each target is attained, %",
        "各项规划目标的实现概率（%）",
    ),
    "history": ("history", "历史数据"),
    "ipcc": ("likelihood in the words of the IPCC", "可能性用语依据IPCC"),
    "median": ("median", "中位数"),
    "no_data": ("no data", "无数据"),
    "of": ("{name}, {unit}", "{name}，{unit}"),
    "per_scenario": ("{draws} per scenario", "每个情景{draws}"),
    "required": ("required path", "所需路径"),
    "scenario": ("scenario {name}", "情景：{name}"),
    "seed": ("seed {n}", "随机种子{n}"),
    "target": ("target", "目标"),
    "target_is": ("target {target}", "目标：{target}"),
}

# The likelihood scale of the IPCC in its two official wordings.
WORDS_ZH: dict[str, str] = {
    "virtually certain": "几乎确定",
    "extremely likely": "极有可能",
    "very likely": "很可能",
    "likely": "可能",
    "more likely than not": "多半可能",
    "about as likely as not": "或许可能",
    "unlikely": "不可能",
    "very unlikely": "很不可能",
    "extremely unlikely": "极不可能",
    "exceptionally unlikely": "几乎不可能",
}

# A unit as files write it -> (English, Chinese) as pictures print it.
UNITS: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "1": ("", ""),
    "dmnl": ("", ""),
    "dimensionless": ("", ""),
    "%": ("%", "%"),
    "percent": ("%", "%"),
    "tce10k": ("10,000 tce", "万吨标准煤"),
    "percentage point": ("percentage points", "个百分点"),
    "cny100m": ("100 million yuan", "亿元"),
    "100m cny": ("100 million yuan", "亿元"),
    "cny10k": ("10,000 yuan", "万元"),
    "10k cny": ("10,000 yuan", "万元"),
    "cny": ("yuan", "元"),
    "m2": ("m²", "平方米"),
    "km2": ("km²", "平方公里"),
    "m2 10k": ("10,000 m²", "万平方米"),
    "10k m2": ("10,000 m²", "万平方米"),
    "10k people": ("10,000 people", "万人"),
    "people 10k": ("10,000 people", "万人"),
    "person 10k": ("10,000 people", "万人"),
    "person": ("people", "人"),
    "people": ("people", "人"),
    "firm": ("firms", "家企业"),
    "filing": ("filings", "件"),
    "patent": ("patents", "件"),
    "building": ("buildings", "栋"),
    "headquarters": ("headquarters", "家总部"),
    "home": ("homes", "套"),
    "store": ("stores", "家店"),
    "brand": ("brands", "个品牌"),
    "scenario": ("scenarios", "个场景"),
    "laboratory": ("laboratories", "个实验室"),
    "month": ("months", "月"),
    "year": ("years", "年"),
    "index": ("index", "指数"),
}
SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
TARGET_FORMS: dict[str, tuple[str, str]] = {
    "level": ("{sign} {value}", "{sign} {value}"),
    "average_growth": ("{sign} {value} a year", "年均 {sign} {value}"),
    "average_flow": ("{sign} {value} a year", "年均 {sign} {value}"),
    "cumulative_increase": ("{sign} {value}", "累计 {sign} {value}"),
    "cumulative_change": ("{sign} {value}", "累计 {sign} {value}"),
}


def check_language(lang: str) -> Language:
    """Return the language if pictures can be written in it.

    Raises
    ------
    InputError
        For anything but ``en`` and ``zh``.

    Examples
    --------
    >>> check_language("zh")
    'zh'
    """
    for known in get_args(Language):
        if lang == known:
            return known  # type: ignore[no-any-return]
    raise InputError(f"no pictures in language {lang!r}", hint='write lang="en" or lang="zh"')


def say(key: str, lang: str, **parts: object) -> str:
    """Return a fixed phrase in a language, its gaps filled.

    Examples
    --------
    >>> say("seed", "en", n=0), say("seed", "zh", n=0)
    ('seed 0', '随机种子0')
    """
    return PHRASES[key][check_language(lang) == "zh"].format(**parts)


def number_text(value: float, *, signed: bool = False, digits: int = 4) -> str:
    """Write a number for reading: thousands separated, few digits, a true minus sign.

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


def display_unit(unit: str, lang: str = "en") -> str:
    """Turn a unit as files write it into one fit for a report.

    Parameters
    ----------
    unit : str
        Such as ``CNY100M``, ``m2_10k``, ``percent``, ``filings/year``.
    lang : {"en", "zh"}
        Language. A unit not known stays as written, underscores turned to blanks.

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
    chinese = check_language(lang) == "zh"
    above, *below = (part.strip() for part in unit.split("/"))
    top = "·".join(filter(None, (_unit_word(factor, chinese) for factor in above.split("*"))))
    if not below:
        return top
    if chinese:
        return "/".join([top or "1", *(_unit_word(part, chinese) for part in below)])
    # In English the divisor is singular: "per year", "per firm".
    return " per ".join([top, *(_singular(_unit_word(part, chinese)) for part in below)]).strip()


def _unit_word(token: str, chinese: bool) -> str:
    plain = " ".join(token.strip().strip("()").replace("_", " ").split())
    known = UNITS.get(plain.lower()) or UNITS.get(_singular(plain.lower()))
    return known[chinese] if known else plain


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    irregular = {"people": "person", "headquarters": "headquarters"}
    plural = word.endswith("s") and not word.endswith("ss")
    return irregular.get(word, word[:-1] if plural else word)


def word_text(word: str, lang: str = "en") -> str:
    """Return a word of the IPCC likelihood scale in a language.

    Examples
    --------
    >>> word_text("very likely", "zh")
    '很可能'
    """
    return WORDS_ZH.get(word, word) if check_language(lang) == "zh" else word


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
    '62%（58–65），或许可能'
    >>> probability_sentence(float("nan"))
    'no data'
    """
    chinese = check_language(lang) == "zh"
    if math.isnan(probability):
        return say("no_data", lang)
    text = probability_text(probability, ci_low, ci_high) + ("%" if chinese else " %")
    bounds = [b for b in (ci_low, ci_high) if b is not None and math.isfinite(b)]
    if len(bounds) == 2 and text[0] not in "<>":
        # Outward rounding: the interval printed covers the interval computed.
        low, high = math.floor(100 * bounds[0] + 1e-9), math.ceil(100 * bounds[1] - 1e-9)
        text += f"（{low}–{high}）" if chinese else f" ({low}–{high})"
    if word:
        text += ("，" if chinese else ", ") + word_text(word, lang)
    return text


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
    chinese = check_language(lang) == "zh"
    # Chinese says in a word that an increase is meant, English with the sign.
    shown = number_text(value, signed=measure.startswith("cumulative") and not chinese)
    if unit.startswith(("%", "percent")):
        shown += "%" if chinese else " %"
    return TARGET_FORMS[measure][chinese].format(sign=SIGNS[direction], value=shown)


def wrap(text: str, width: int) -> str:
    """Break a label into lines of at most about `width` letters; a Chinese one counts twice.

    Examples
    --------
    >>> wrap("building-renewal", 10).splitlines()
    ['building-', 'renewal']
    >>> wrap("现代服务业营业收入", 10).splitlines()
    ['现代服务业', '营业收入']
    >>> wrap("规划情景（资金到位）", 11).splitlines()
    ['规划情景', '（资金到位）']
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    if not wide:
        return "\n".join(textwrap.wrap(text, width, break_long_words=False))
    columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    lines = math.ceil(columns / width)
    # Even lines: no line of one lonely character at the end.
    per_line = math.ceil(columns / lines)
    broken, filled = [""], 0
    for letter in text:
        step = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        # Closing marks stay with what they close; opening ones go with what they open.
        full = filled + step > per_line + 1 and letter not in "）)，、。：；%"
        if full and broken[-1]:
            opening = broken[-1][-1] if broken[-1][-1] in "（(" else ""
            broken[-1] = broken[-1].removesuffix(opening) if opening else broken[-1]
            broken.append(opening)
            filled = 2 * len(opening)
        broken[-1] += letter
        filled += step
    return "\n".join(line.strip() for line in broken)
