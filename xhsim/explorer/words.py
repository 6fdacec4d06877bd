"""What the explorer says, in two languages."""

from __future__ import annotations

from types import MappingProxyType

from xhsim.plots.wording import check_language

__all__ = ["word"]

_WORDS = MappingProxyType(
    {
        "title": ("What would change the answer?", "什么会改变结果？"),
        "start": ("Start from", "起始情景"),
        "reset": ("Back to the start", "恢复起始值"),
        "levers": ("Policy levers", "政策杠杆"),
        "levers_told": (
            "Values hold from {until}; until {since} the path is that of the scenario above.",
            "数值自{until}年起生效；{since}年以前沿用上面的情景。",
        ),
        "history": ("history {value}", "历史 {value}"),
        "planned": ("plan {value}", "规划 {value}"),
        "unit": ("Unit: {unit}", "单位：{unit}"),
        "share": ("share", "比例"),
        "range": ("Range: {low} to {high}", "范围：{low} 至 {high}"),
        "cost": (
            "Cost: its value, in money of 2020; the budget has to pay it",
            "成本：即其数值（2020年价格），须由预算支付",
        ),
        "no_cost": (
            "Cost: none of its own; it decides how much the budget gives",
            "成本：本身不花钱，决定预算规模",
        ),
        "source": ("Source: {source}", "来源：{source}"),
        "against": ("against {name}", "较{name}"),
        "met": (
            "{count} of {all} met on average ({change} against {name}); all together {joint}",
            "平均实现{count}项，共{all}项（较{name}{change}）；全部实现：{joint}",
        ),
        "probability": ("probability", "概率"),
        "baseline": ("baseline", "基准"),
        "indicator": ("Indicator", "指标"),
        "budget": ("Programme budget in {year}", "{year}年产业资金预算"),
        "budget_short": (
            "{asked} asked for, {given} given: each line gets {share}",
            "需求{asked}，安排{given}：各项按{share}拨付",
        ),
        "budget_enough": (
            "{asked} asked for, {given} given: all of it is paid",
            "需求{asked}，安排{given}：全额拨付",
        ),
        "budget_unit": (
            "100 million yuan a year at current prices, medians of the draws",
            "亿元/年，当年价格，各次抽样的中位数",
        ),
        "median": ("median", "中位数"),
        "target": ("target", "目标"),
        "outer": ("5-95 % of draws", "5–95%区间"),
        "save": ("Save as scenario file", "另存为情景文件"),
        "code": ("Copy as code", "复制为代码"),
        "copy": ("Copy", "复制"),
        "name": ("Name", "名称"),
        "saved": (
            "Put the file into the study's folder scenarios/.",
            "请把文件放入研究的 scenarios/ 文件夹。",
        ),
        "conditions": (
            "{draws} draws, seed {seed}; intervals are for the number of draws alone. The "
            "probabilities hold if the model does and {beliefs}.",
            "{draws}次抽样，随机种子{seed}；区间仅反映抽样次数。概率成立的前提是模型成立，且{beliefs}。",
        ),
        "posterior": (
            "the posterior of what history speaks of and the priors of the rest are fair",
            "历史所能说明的参数的后验分布与其余参数的先验分布恰当",
        ),
        "prior": ("the priors are fair", "先验分布恰当"),
        "failed": ("This could not be run: {why}", "无法运行：{why}"),
    }
)


def word(key: str, lang: str, **parts: object) -> str:
    """Return a text of the explorer.

    Parameters
    ----------
    key : str
    lang : {"en", "zh"}
    **parts
        What is put into it.

    Raises
    ------
    InputError
        If there is no such language.

    Examples
    --------
    >>> word("history", "en", value="3"), word("history", "zh", value="3")
    ('history 3', '历史 3')
    """
    return _WORDS[key][check_language(lang) == "zh"].format(**parts)
