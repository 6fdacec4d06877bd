"""Parts of the explorer as HTML. Inserted text is escaped, and no part contains a script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.explorer.levers import Slider
from xhsim.plots.canvas.colours import probability_colours
from xhsim.wording.likelihood import likelihood_short
from xhsim.wording.numbers import number_text, percent_text, probability_sentence
from xhsim.wording.phrases import EXPLORER
from xhsim.wording.punctuation import COMMA
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.policies.live_ensemble import Answer
    from xhsim.study.budget import Budget
    from xhsim.study.targets import Target

__all__ = ["STYLE", "budget_html", "lever_html", "lever_told", "probabilities_html", "summary_html"]

STYLE = """<style>
.xhsim-explorer {color: #1a1a1a; font-family: system-ui, "Segoe UI", "Noto Sans",
  "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;}
.xhsim-explorer .widget-html-content {font-size: 12px; line-height: 1.25;}
.xhsim-explorer h2 {font-size: 17px; margin: 0;}
.xhsim-explorer h3 {font-size: 12px; margin: 5px 0 1px; color: #1a1a1a; font-weight: 700;}
.xhsim-explorer p {margin: 1px 0; color: #5a5a5a;}
.xhsim-explorer table {border-collapse: collapse; width: 100%;}
.xhsim-explorer td, .xhsim-explorer th {padding: 1px 4px; text-align: left; font-weight: normal;
  vertical-align: middle; line-height: 1.15;}
.xhsim-explorer th {color: #5a5a5a; border-bottom: 1px solid #9a9a9a;}
.xhsim-explorer td {border-bottom: 1px solid #f0f0f0; height: 26px;}
.xhsim-explorer td.told {white-space: nowrap;}
.xhsim-explorer td.number {text-align: right; font-variant-numeric: tabular-nums;}
.xhsim-explorer td small, .xhsim-lever small {color: #5a5a5a; font-size: 11px;
  white-space: nowrap;}
.xhsim-bar {position: relative; width: 84px; height: 12px; background: #efefef;}
.xhsim-bar i {position: absolute; left: 0; top: 0; height: 100%;}
.xhsim-bar b {position: absolute; top: -2px; width: 2px; height: 16px; background: #1a1a1a;}
.xhsim-explorer tr.chosen td {background: #eef4fa;}
.xhsim-explorer .up {color: #0a5c36;} .xhsim-explorer .down {color: #9c2a1b;}
.xhsim-lever.moved strong {color: #0072b2;}
.xhsim-lever strong {font-weight: 600;}
.xhsim-explorer textarea {width: 100%; height: 130px; font: 12px monospace;}
.xhsim-explorer a.xhsim-button, .xhsim-explorer button.xhsim-button {display: inline-block;
  padding: 3px 10px; border: 1px solid #5a5a5a; border-radius: 3px; background: white;
  color: #1a1a1a; text-decoration: none; font: inherit; cursor: pointer;}
.xhsim-explorer :focus-visible {outline: 2px solid #c44e00; outline-offset: 1px;}
.xhsim-levers {overflow-y: auto;}
.xhsim-levers, .xhsim-levers > * {flex-shrink: 0;}
</style>"""


def lever_html(slider: Slider, value: float, start: float, lang: str) -> str:
    """Write a lever's name with its values in history and plan; a tooltip contains the rest."""
    marks = [EXPLORER.say("history", lang, value=number_text(slider.history))]
    if slider.planned is not None:
        marks.append(EXPLORER.say("planned", lang, value=number_text(slider.planned)))
    moved = " moved" if value != start else ""
    return (
        f'<div class="xhsim-lever{moved}" title="{escape(lever_told(slider, lang))}">'
        f"<strong>{escape(slider.label.in_(lang))}</strong><br>"
        f"<small>{' · '.join(marks)}</small></div>"
    )


def lever_told(slider: Slider, lang: str) -> str:
    """Describe a lever in lines: name, values, unit, range, cost and source.

    Examples
    --------
    >>> from xhsim import open_study
    >>> from xhsim.explorer.levers import sliders_of
    >>> print(lever_told(sliders_of(open_study(), 2025)[1], "en").partition("Source")[0].strip())
    R&D support
    history 3, plan 5
    Unit: 100 million yuan per year
    Range: 0 to 20
    Cost: its value, at prices of 2020; the budget pays for it
    """
    values = [EXPLORER.say("history", lang, value=number_text(slider.history))]
    if slider.planned is not None:
        values.append(EXPLORER.say("planned", lang, value=number_text(slider.planned)))
    unit = display_unit(slider.unit, lang) or EXPLORER.say("share", lang)
    low, high = number_text(slider.low), number_text(slider.high)
    lines = [
        slider.label.in_(lang),
        COMMA.in_(lang).join(values),
        EXPLORER.say("unit", lang, unit=unit),
        EXPLORER.say("range", lang, low=low, high=high),
        EXPLORER.say("cost" if slider.is_money else "no_cost", lang),
        EXPLORER.say("source", lang, source=slider.source),
    ]
    return "\n".join(lines)


def probabilities_html(
    answer: Answer,
    baseline: Answer,
    targets: Mapping[str, Target],
    chosen: str,
    baseline_label: str,
    lang: str,
) -> str:
    """Write the table of probabilities, with intervals, words, and changes from the baseline.

    Parameters
    ----------
    answer, baseline : Answer
        On the same draws.
    targets : mapping of str to Target
    chosen : str
        Id of the target whose fan chart is shown.
    baseline_label : str
    lang : {"en", "zh"}
    """
    now, before = answer.table.to_dict("index"), baseline.table.to_dict("index")
    rows = [
        _row(target, now[name], before[name], name == chosen, lang)
        for name, target in targets.items()
    ]
    heads = (
        EXPLORER.say("indicator", lang),
        EXPLORER.say("probability", lang),
        "",
        escape(EXPLORER.say("against", lang, name=baseline_label)),
    )
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(
    target: Target,
    now: Mapping[Any, Any],
    before: Mapping[Any, Any],
    is_chosen: bool,
    lang: str,
) -> str:
    share, was = float(now["probability"]), float(before["probability"])
    colour = _shade(share)
    label = target.label.in_(lang)
    told = probability_sentence(share, now["ci_low"], now["ci_high"], "", lang)
    bar = (
        f'<div class="xhsim-bar"><i style="width:{100 * share:.1f}%;background:{colour}"></i>'
        f'<b style="left:{100 * was:.1f}%"></b></div>'
    )
    points = round(100 * (share - was))
    kind = "up" if points > 0 else "down" if points < 0 else ""
    wanted = target.aim_text(lang)
    return (
        f'<tr data-target="{escape(target.id)}" data-probability="{share:.6g}"'
        f"{' class=chosen' if is_chosen else ''}>"
        f"<td>{escape(label)} <small>{escape(wanted)}</small></td>"
        f'<td class="told">{escape(told)}<br>'
        f"<small>{escape(likelihood_short(str(now['word']), lang))}</small></td><td>{bar}</td>"
        f'<td class="number {kind}">{_signed(points, 0)}</td></tr>'
    )


def _shade(share: float) -> str:
    red, green, blue, _ = probability_colours()(share)
    return f"rgb({255 * red:.0f},{255 * green:.0f},{255 * blue:.0f})"


def _signed(number: float, digits: int) -> str:
    """Write a change with its sign, or ± for a change that rounds to zero.

    Examples
    --------
    >>> _signed(0.31, 1), _signed(-2, 0), _signed(-0.01, 1)
    ('+0.3', '−2', '±0.0')
    """
    text = f"{abs(number):.{digits}f}"
    if not float(text):
        return f"±{text}"
    return f"{'+' if number > 0 else '−'}{text}"


def summary_html(answer: Answer, baseline: Answer, baseline_label: str, lang: str) -> str:
    """Write how many indicators are met on average, and the probability of all together."""
    row, before = (each.joint.to_dict("index")["joint"] for each in (answer, baseline))
    change = float(row["expected"]) - float(before["expected"])
    joint = probability_sentence(row["probability"], row["ci_low"], row["ci_high"], "", lang)
    text = EXPLORER.say(
        "met",
        lang,
        count=f"{row['expected']:.1f}",
        all=f"{row['targets']:.0f}",
        change=_signed(change, 1),
        name=baseline_label,
        joint=joint,
    )
    return f'<div role="status" aria-live="polite"><strong>{escape(text)}</strong></div>'


def budget_html(answer: Answer, budget: Budget, year: int, lang: str) -> str:
    """Draw the requested spending against the available budget, in the year of the deadline."""
    run = answer.ensemble.sel(time=year)
    given, asked, paid = (float(np.nanmedian(run[name])) for name in budget.variables)
    widest = max(given, asked, 1e-9) * 1.05
    shares = [f"{100 * value / widest:.1f}" for value in (min(asked, paid), asked, given)]
    short = asked > 1.005 * paid
    colour = "#c44e00"
    text = EXPLORER.say(
        "budget_short" if short else "budget_enough",
        lang,
        asked=f"{asked:.1f}",
        given=f"{given:.1f}",
        share=percent_text(100 * paid / asked, lang),
    )
    return (
        f"<h3>{escape(EXPLORER.say('budget', lang, year=year))}</h3>"
        f'<div class="xhsim-bar xhsim-budget" style="width:100%;height:16px" role="img" '
        f'aria-label="{escape(text)}">'
        f'<i style="width:{shares[1]}%;background:{colour}"></i>'
        f'<i style="width:{shares[0]}%;background:#0072b2"></i>'
        f'<b style="left:{shares[2]}%;height:20px"></b></div>'
        f"<div>{escape(text)}</div><p>{escape(EXPLORER.say('budget_unit', lang))}</p>"
    )
