"""Attainment heatmap: the probability of each target under each scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextToPath

from xhsim.analysis.judging.attainment import joint_group, joint_row, joint_rows
from xhsim.analysis.judging.by_structure import FIGURES, structure_column, structures_in
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, probability_colours, text_colour_on
from xhsim.plots.canvas.frame import chosen_label, scenario_texts, write_source
from xhsim.plots.canvas.pictures import new_axes, points_a_pixel
from xhsim.study.measures import find_measure
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.likelihood import NOT_ASSESSABLE, SCALE, UNASSESSABLE_MARK, likelihood_word
from xhsim.wording.line_breaks import wrap
from xhsim.wording.numbers import number_text, percent_text, probability_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA
from xhsim.wording.structures import stale_text, structure_labels, structure_share, weights_text

__all__ = ["attainment_heatmap"]

CELL = (0.76, 0.285)  # inches
BELOW = 1.3  # room for scale, note and source, in inches
COUNTED = "#f0f0f0"  # background of a count
GROUP_GAP, JOINT_GAP = 0.14, 0.45  # in rows
LABEL_SIZE, CELL_SIZE = 8.5, 8.5
GAP, LEAST_SIZE = 6.0, 6.0  # between two headings, and of their letters, in points
SCALE_LENGTH = 5.0  # inches
# Bounds of the IPCC words, and the words between them.
SCALE_TICKS = (0.0, 0.10, 0.33, 0.66, 0.90, 1.0)
SCALE_WORDS = ("very unlikely", "unlikely", "about as likely as not", "likely", "very likely")


@dataclass(frozen=True)
class _Row:
    """One row of the heatmap; `top` is its upper edge, in rows from the top."""

    id: str
    label: str
    number: str
    aim: str
    top: float
    weight: str = "normal"
    mean: bool = False  # shows a number of targets instead of a probability


@checked
def attainment_heatmap(
    comparison: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    scenario_labels: Mapping[str, str] | None = None,
    unnumbered: bool = False,
    joint_groups: bool = False,
) -> Axes:
    """Draw the probability of attaining each target under each scenario.

    Parameters
    ----------
    comparison : DataFrame
        Index (scenario, target id), column ``probability`` (0 to 1; NaN: no data, hatched).
        Optional columns: ``label``, ``label_zh``, ``rank``, ``group``, ``ci_low``, ``ci_high``,
        ``direction``, ``target``, ``measure``, ``unit``, ``draws``, ``failed``. The table of a
        single scenario can be indexed by target id alone. A row with a number in ``targets`` is
        for that many targets together. The row of all targets, ``joint``, is at the bottom, below
        the number of targets met on average (``expected``). If its probability is below a bound
        in every scenario, a note replaces it.
    ax : Axes, optional
        By default those of a new figure that fits the table.
    lang : {"en", "zh"}
        Language.
    scenario_labels : mapping, optional
        Texts to show instead of the scenarios' names. By default in Chinese: the labels in the
        attributes of the table from ``study.compare``.
    unnumbered : bool
        Also draw targets without an indicator number (``rank``), below the others. If no target
        has a number, all are drawn.
    joint_groups : bool
        Also draw the rows ``joint:GROUP`` (all targets of a group together).

    Returns
    -------
    Axes
        Each cell is one unit wide and high.

    Raises
    ------
    InputError
        If the table is empty, a probability is outside 0 to 1, or a pair is repeated.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["baseline", "plan"], ["sales", "firms"]])
    >>> table = pd.DataFrame({"probability": [0.0, 0.25, 0.5, 0.97]}, index=index)
    >>> ax = attainment_heatmap(table)
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "probability"]
    ['<1', '50', '25', '97']
    """
    language = check_language(lang)
    table = _checked(comparison)
    scenarios = list(dict.fromkeys(table.index.get_level_values(0)))
    single, together = _order(table, unnumbered, joint_groups)
    records: dict[Any, dict[str, Any]] = table.to_dict("index")  # type: ignore[assignment]
    bound = _bound([records.get((scenario, joint_row()), {}) for scenario in scenarios])
    rows = _rows(single, together, language, with_joint=not bound)
    height = rows[-1].top + 1
    given = scenario_texts(comparison.attrs, language)
    shown = given if scenario_labels is None else scenario_labels
    names = [wrap(shown.get(name, name), 11) for name in scenarios]
    if ax is None:
        ax = _axes_for(rows, names, height, language)
    ax.set_xlim(0, len(scenarios))
    ax.set_ylim(height, 0)
    for line in rows:
        draw = _mean_cell if line.mean else _cell
        for column, scenario in enumerate(scenarios):
            draw(ax, column, line, records.get((scenario, line.id), {}), language)
    _label_rows(ax, rows, language)
    _label_columns(ax, names, language)
    down = _scale(ax, language)
    notes = [_note(together, bound, len(scenarios), language)]
    notes += _structure_notes(single, table, comparison, shown, language)
    _source(ax, table, comparison, notes, down, language)
    return ax


def _checked(comparison: pd.DataFrame) -> pd.DataFrame:
    if comparison.empty or "probability" not in comparison.columns:
        raise InputError(
            "there are no probabilities to draw",
            hint="give the table that attainment or compare returned, with column probability",
        )
    table = comparison
    if table.index.nlevels == 1:
        name = str(table.attrs.get("scenario", ""))
        table = pd.concat({name: table}, names=["scenario"])
    if table.index.nlevels != 2:
        raise InputError(
            f"the table's index has {table.index.nlevels} levels",
            hint="index it by scenario and target id",
        )
    twice = table.index[table.index.duplicated()]
    if len(twice):
        scenario, target = twice[0]
        raise InputError(
            f"target {target!r} is repeated under scenario {scenario!r}",
            hint="drop one of the rows",
        )
    chances = table["probability"].to_numpy(dtype=float)
    outside = chances[(chances < 0) | (chances > 1) | np.isinf(chances)]
    if len(outside):
        raise InputError(
            f"{outside[0]:g} is not a probability", hint="write shares of 1, not percent"
        )
    return table


def _order(
    table: pd.DataFrame, unnumbered: bool, joint_groups: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one record for each target, in the plan's order, and one for each joint row."""
    first = table.reset_index(level=0, drop=True)
    first = first[~first.index.duplicated()]
    joint = joint_rows(first)
    single, together = first[~joint], first[joint]
    if not joint_groups:
        together = together[together.index == joint_row()]
    ranks = single["rank"] if "rank" in single else pd.Series(np.nan, index=single.index)
    ranks = pd.to_numeric(ranks, errors="coerce").astype(float)
    if ranks.notna().any() and not unnumbered:
        ranks = ranks.dropna()
    ranks = ranks.sort_values(kind="stable", na_position="last")
    return single.loc[ranks.index].assign(rank=ranks), together


def _bound(joint: list[dict[str, Any]]) -> int:
    """Return the percentage above every cell of the row of all targets; 0 if there is none.

    A row with such a bound says the same in every cell.
    """
    texts = [
        probability_text(float(r.get("probability", np.nan)), r.get("ci_low"), r.get("ci_high"))
        for r in joint
    ]
    return max(int(t[1:]) for t in texts) if all(t.startswith("<") for t in texts) else 0


def _rows(
    single: pd.DataFrame, together: pd.DataFrame, lang: Language, *, with_joint: bool
) -> list[_Row]:
    """Place the rows, with gaps where the group changes."""
    groups = [str(group) for group in single["group"]] if "group" in single else None
    rows, top = [], 0.0
    for place, (target, record) in enumerate(single.iterrows()):
        if place and groups is not None and groups[place] != groups[place - 1]:
            top += GROUP_GAP
        number = "" if pd.isna(record["rank"]) else f"{record['rank']:.0f}"
        label = chosen_label(record, target, lang)
        if record.get("word") == NOT_ASSESSABLE.en:
            label = f"{label} {UNASSESSABLE_MARK}"
        rows.append(_Row(str(target), label, number, _aim(record, lang), top))
        top += 1
    top += JOINT_GAP if rows else 0
    all_of_them = together[together.index == joint_row()]
    if "expected" in all_of_them and all_of_them["expected"].notna().any():
        label = PICTURES.say("met_on_average", lang, n=int(all_of_them["targets"].iloc[0]))
        rows.append(_Row(joint_row(), label, "", "", top, "bold", mean=True))
        top += 1 + GROUP_GAP
    for target, record in together.iterrows():
        if target == joint_row() and not with_joint:
            continue
        label = _joint_label(record, int(record["targets"]), lang)
        rows.append(_Row(str(target), label, "", "", top, "bold"))
        top += 1
    return rows


def _joint_label(record: pd.Series[Any], members: int, lang: Language) -> str:
    group = joint_group(str(record.name))
    if group:
        group = Label(group, Label.of_row(record, "group").zh).in_(lang)
        return PICTURES.say("all_of", lang, n=members, group=group)
    return PICTURES.say("all", lang, n=members)


def _aim(record: pd.Series[Any], lang: Language) -> str:
    needed = ("direction", "target", "measure", "unit")
    if any(column not in record or pd.isna(record[column]) for column in needed):
        return ""
    measure = find_measure(str(record["measure"]))
    aim = float(record["target"])
    return measure.aim_text(str(record["direction"]), aim, str(record["unit"]), lang)


def _axes_for(rows: list[_Row], names: list[str], height: float, lang: Language) -> Axes:
    """Make axes in a figure that fits the table; cells have the same size in every table."""
    lines = max(name.count("\n") + 1 for name in names)
    left = _label_space(rows, lang) / 72 + 0.15
    top = 0.55 + lines * 0.15
    cells = (len(names) * CELL[0], height * CELL[1])
    # The label of the scale's last mark reaches beyond the last column.
    margins = (left, BELOW, 0.3, top)
    return new_axes(left + cells[0] + 0.3, BELOW + cells[1] + top, margins)


def _label_space(rows: list[_Row], lang: Language) -> float:
    aim = max(style.text_width(row.aim, lang, LABEL_SIZE - 1) for row in rows)
    label = max(style.text_width(row.label, lang, LABEL_SIZE) for row in rows)
    return _number_space(rows) + label + (aim + 22 if aim else 0) + 8


def _number_space(rows: list[_Row]) -> float:
    return 20 if any(row.number for row in rows) else 0


def _cell(ax: Axes, column: int, row: _Row, record: dict[str, Any], lang: Language) -> None:
    chance = float(record.get("probability", np.nan))
    empty = np.isnan(chance)
    face = "white" if empty else to_hex(probability_colours()(chance))
    box = Rectangle(
        (column, row.top),
        1,
        1,
        facecolor=face,
        edgecolor="#bdbdbd" if empty else "white",
        linewidth=0 if empty else 1.2,
        hatch="/////" if empty else None,
        gid="cell",
    )
    ax.add_patch(box)
    if empty:
        text, size, colour = PICTURES.say("no_data", lang), CELL_SIZE - 2, GREY
    else:
        text = probability_text(chance, record.get("ci_low"), record.get("ci_high"))
        size = CELL_SIZE
        colour = text_colour_on(face)
    written = ax.text(
        column + 0.5,
        row.top + 0.5,
        text,
        ha="center",
        va="center_baseline",
        color=colour,
        fontproperties=style.font(lang, size, row.weight),
        gid="probability" if not empty else "no data",
    )
    if empty:
        written.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.2})


def _mean_cell(ax: Axes, column: int, row: _Row, record: dict[str, Any], lang: Language) -> None:
    """Write the number of targets met on average: a count, so without the colours of the scale."""
    box = Rectangle((column, row.top), 1, 1, facecolor=COUNTED, edgecolor="white", linewidth=1.2)
    box.set_gid("mean")
    ax.add_patch(box)
    count = float(record.get("expected", np.nan))
    ax.text(
        column + 0.5,
        row.top + 0.5,
        PICTURES.say("no_data", lang) if np.isnan(count) else f"{count:.1f}",
        ha="center",
        va="center_baseline",
        color=INK,
        fontproperties=style.font(lang, CELL_SIZE, row.weight),
        gid="mean",
    )


def _label_rows(ax: Axes, rows: list[_Row], lang: Language) -> None:
    space, numbers = _label_space(rows, lang), _number_space(rows)
    ax.set_yticks([row.top + 0.5 for row in rows], [row.label for row in rows])
    ax.tick_params(axis="y", length=0, pad=space - numbers)
    for tick, row in zip(ax.get_yticklabels(), rows, strict=True):
        tick.set(fontproperties=style.font(lang, LABEL_SIZE, row.weight), color=INK, ha="left")
        tick.set_verticalalignment("center_baseline")
    for row in rows:
        if row.number:
            style.write(
                ax,
                row.number,
                (0, row.top + 0.5),
                coordinates=("axes fraction", "data"),
                offset=(numbers - space - 7, 0),
                lang=lang,
                size=LABEL_SIZE,
                colour=GREY,
                ha="right",
                va="center_baseline",
            )
        if row.aim:
            style.write(
                ax,
                row.aim,
                (0, row.top + 0.5),
                coordinates=("axes fraction", "data"),
                offset=(-8, 0),
                lang=lang,
                size=LABEL_SIZE - 1,
                colour=GREY,
                ha="right",
                va="center_baseline",
            )


def _label_columns(ax: Axes, names: list[str], lang: Language) -> None:
    ax.set_xticks([column + 0.5 for column in range(len(names))], names)
    ax.tick_params(
        axis="x", length=0, pad=4, top=False, labeltop=True, bottom=False, labelbottom=False
    )
    size = _fitting_size(ax, names, lang)
    for tick in ax.get_xticklabels():
        tick.set(fontproperties=style.font(lang, size), color=INK)
        tick.set_linespacing(1.3)
    for side in ax.spines.values():
        side.set_visible(False)
    lines = max(name.count("\n") + 1 for name in names)
    left = style.left_edge(ax)
    style.write(
        ax,
        PICTURES.say("heatmap_title", lang),
        (0, 1),
        offset=(left, 16 + 10.5 * lines),
        lang=lang,
        size=12,
        weight="bold",
    )


def _fitting_size(ax: Axes, names: list[str], lang: Language) -> float:
    """Return the font size at which the widest line leaves a gap to the next column."""
    measure, size = TextToPath(), LABEL_SIZE - 0.5
    lines = [line for name in names for line in name.split("\n") if line]
    font = style.font(lang, size)
    widest = max(
        (measure.get_text_width_height_descent(line, font, False)[0] for line in lines), default=0.0
    )
    room = ax.bbox.width * points_a_pixel(ax) / len(names) - GAP
    return max(LEAST_SIZE, size * min(1.0, room / widest)) if widest else size


def _scale(ax: Axes, lang: Language) -> float:
    """Draw the colour scale under the cells; return its lower end, in points below the axes.

    The IPCC words are between its marks, each with its range. The ranges overlap, although the
    colours do not.
    """
    inch = points_a_pixel(ax) / 72
    wide, high = ax.bbox.width * inch, ax.bbox.height * inch
    # At most as long as cells and labels together. With few cells it ends at their right edge.
    length = min(SCALE_LENGTH / wide, 1 - style.left_edge(ax) / 72 / wide)
    bar = ax.inset_axes((min(0.0, 1 - length), -0.3 / high, length, 0.13 / high))
    bar.imshow(
        np.linspace(0, 1, 256)[np.newaxis, :],
        cmap=probability_colours(),
        extent=(0, 1, 0, 1),
        aspect="auto",
        interpolation="nearest",
    )
    bar.set_gid("scale")
    bar.set_xticks(SCALE_TICKS, [percent_text(100 * tick, lang) for tick in SCALE_TICKS])
    bar.set_yticks([])
    bar.tick_params(axis="x", length=9.5, width=0.8, direction="in", color="white", pad=2)
    for tick in bar.get_xticklabels():
        tick.set(fontproperties=style.font(lang, 7), color=GREY)
    for side in bar.spines.values():
        side.set_visible(False)
    middles = [(low + end) / 2 for low, end in pairwise(SCALE_TICKS)]
    words = _fitting_words(middles, 72 * length * wide, lang)
    lines = max(word.count("\n") + 1 for word in words)
    ranges = [
        entry.range_in(lang) for word in SCALE_WORDS for entry in SCALE if entry.word.en == word
    ]
    for place, word, span in zip(middles, words, ranges, strict=True):
        for text, down, colour in ((word, 13.0, INK), (span, 14.5 + 9.5 * lines, GREY)):
            style.write(
                bar,
                text,
                (place, 0),
                coordinates="data",
                offset=(0, -down),
                lang=lang,
                size=7,
                colour=colour,
                ha="center",
                va="top",
            )
    return 52 + 9.5 * lines


def _fitting_words(middles: list[float], length: float, lang: Language) -> list[str]:
    """Return the words of the scale, `length` points long, broken into lines if they collide."""
    words = [likelihood_word(word, lang) for word in SCALE_WORDS]
    widths = [style.text_width(word, lang, 7) for word in words]
    crowded = any(
        (here + there) / 2 + GAP > (right - left) * length
        for (here, there), (left, right) in zip(pairwise(widths), pairwise(middles), strict=True)
    )
    return [wrap(word, 12) for word in words] if crowded else words


def _span(table: pd.DataFrame, column: str) -> str:
    """Return the range of counts in a column as a text; a single number if all are equal."""
    if column not in table:
        return ""
    counts = pd.to_numeric(table[column], errors="coerce").dropna()
    return "–".join(dict.fromkeys(number_text(n) for n in (counts.min(), counts.max()) if n == n))


def _note(together: pd.DataFrame, bound: int, scenarios: int, lang: Language) -> str:
    """Return the note that replaces the row of all targets; empty if the row is drawn."""
    row = together[together.index == joint_row()]
    if not bound or row.empty:
        return ""
    label = _joint_label(row.iloc[0], int(row["targets"].iloc[0]), lang)
    key = "joint_below" if scenarios > 1 else "joint_below_one"
    return PICTURES.say(key, lang, label=label, bound=percent_text(bound, lang))


def _structure_notes(
    single: pd.DataFrame,
    table: pd.DataFrame,
    given: pd.DataFrame,
    shown: Mapping[str, str],
    lang: Language,
) -> list[str]:
    """Return notes on the structures of the draws; none in a study without structures."""
    about = given.attrs.get("structures")
    if not about:
        return []
    notes = [PICTURES.say("by_structures", lang, weights=weights_text(about, lang))]
    names = structures_in(table)
    if names:
        chances = table[[structure_column("probability", name) for name in names]].astype(float)
        drawn = chances[chances.index.get_level_values(1).isin(single.index)]
        gaps = drawn.max(axis=1) - drawn.min(axis=1)
        if gaps.notna().any():
            notes.append(_most_apart(table, gaps.idxmax(), names, about, shown, lang))
    return [*notes, stale_text(about, lang)]


def _most_apart(
    table: pd.DataFrame,
    cell: Any,
    names: Sequence[str],
    about: Mapping[str, Any],
    shown: Mapping[str, str],
    lang: Language,
) -> str:
    """Tell the probabilities of the target and scenario on which the structures differ most."""
    scenario, target = cell
    row = table.loc[cell]
    labels = structure_labels(about, lang)
    figures = [
        structure_share(labels[name], probability_text(*chance), lang)
        for name in names
        for chance in [[row[structure_column(key, name)] for key in FIGURES[:3]]]
        if not pd.isna(chance[0])
    ]
    several = table.index.get_level_values(0).nunique() > 1
    return PICTURES.say(
        "structures_differ_in" if several else "structures_differ",
        lang,
        target=chosen_label(row, str(target), lang),
        scenario=shown.get(scenario, scenario),
        figures=COMMA.in_(lang).join(figures),
    )


def _source(
    ax: Axes,
    table: pd.DataFrame,
    given: pd.DataFrame,
    notes: Sequence[str],
    down: float,
    lang: Language,
) -> None:
    parts = []
    draws, failed = _span(table, "draws"), _span(table, "failed")
    if draws:
        key = "draws" if failed in ("", "0") else "failed"
        parts.append(
            PICTURES.say(
                "per_scenario", lang, draws=PICTURES.say(key, lang, n=draws, failed=failed)
            )
        )
    if "seed" in given.attrs:
        parts.append(PICTURES.say("seed", lang, n=given.attrs["seed"]))
    parts.append(PICTURES.say("ipcc", lang))
    if "word" in table and (table["word"] == NOT_ASSESSABLE.en).any():
        parts.append(f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.in_(lang)}")
    for note in filter(None, notes):
        left = style.left_edge(ax)
        style.write(
            ax, note, (0, 0), offset=(left, -down), lang=lang, size=LABEL_SIZE - 0.5, va="top"
        ).set_gid("note")
        down += 14
    write_source(ax, COMMA.in_(lang).join(parts), lang, down=down)
