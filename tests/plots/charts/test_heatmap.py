"""The attainment heatmap says what its table says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from tests.plots.examples import SCENARIOS, attainment, comparison, targets
from xhsim.errors import InputError
from xhsim.plots import attainment_heatmap
from xhsim.plots.canvas.colours import probability_colours
from xhsim.plots.canvas.pictures import new_figure


def _cells(ax: Axes) -> list[Rectangle]:
    return [p for p in ax.patches if isinstance(p, Rectangle) and p.get_gid() == "cell"]


def _texts(ax: Axes, gid: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def _small(probabilities: list[float]) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([["baseline", "plan"], ["sales", "firms"]])
    return pd.DataFrame({"probability": probabilities}, index=index)


def test_every_cell_shows_its_probability_in_text_and_colour() -> None:
    ax = attainment_heatmap(_small([0.0, 0.25, 0.5, 1.0]))
    assert _texts(ax, "probability") == ["<1", "50", "25", ">99"]
    faces = [to_hex(cell.get_facecolor()) for cell in _cells(ax)]
    assert faces == [to_hex(probability_colours()(p)) for p in (0.0, 0.5, 0.25, 1.0)]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sales", "firms"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["baseline", "plan"]


def test_missing_values_and_missing_pairs_are_hatched() -> None:
    table = _small([np.nan, 0.25, 0.5, 0.7]).drop(("plan", "firms"))
    ax = attainment_heatmap(table)
    hatched = [cell.get_xy() for cell in _cells(ax) if cell.get_hatch()]
    assert hatched == [(0, 0.0), (1, 1.0)]
    assert _texts(ax, "no data") == ["no data", "no data"]
    assert _texts(ax, "probability") == ["50", "25"]


def test_full_table_has_the_plan_order_numbers_labels_and_joint_row() -> None:
    shuffled = comparison().sample(frac=1, random_state=1)
    order = {name: place for place, name in enumerate(SCENARIOS)}
    shuffled = shuffled.sort_index(
        level=0, key=lambda names: names.map(order), sort_remaining=False
    )
    ax = attainment_heatmap(shuffled)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == [target.label.en for target in targets()] + ["Met on average, of 18"]
    written = [text.get_text() for text in ax.texts]
    numbers = [t.get_text() for t in ax.texts if t.get_gid() is None and t.get_text().isdigit()]
    assert numbers == [str(number) for number in range(1, 19)]
    assert {tick.get_text().replace("\n", "") for tick in ax.get_xticklabels()} == set(SCENARIOS)
    assert len(_cells(ax)) == 10 * 18
    assert "≥ 8 % a year" in written
    assert "≤ −13.5 %" in written
    met = shuffled.xs("joint", level=1)["expected"]
    assert _texts(ax, "mean") == [f"{met[name]:.1f}" for name in SCENARIOS]
    assert _texts(ax, "note") == ["All 18 together: below 1 % in every scenario"]
    assert "Probability that each target is attained, %" in written


def _with_joint(chances: list[float], **columns: float) -> pd.DataFrame:
    """Give a comparison of so many scenarios with these probabilities of all targets together."""
    table = comparison(SCENARIOS[: len(chances)])
    rows = table.index.get_level_values(1) == "joint"
    table.loc[rows, "probability"] = chances
    for column, value in columns.items():
        table.loc[rows, column] = value
    return table


def test_the_row_of_all_targets_is_drawn_where_it_tells_scenarios_apart() -> None:
    ax = attainment_heatmap(_with_joint([0.0, 0.02]))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[-2:] == ["Met on average, of 18", "All 18 together"]
    assert _texts(ax, "probability")[-2:] == ["<1", "2"]
    assert _texts(ax, "note") == []


def test_a_row_that_says_the_same_everywhere_becomes_a_note() -> None:
    """The bound is that of the draws: ten draws do not show that something is below 1 %."""
    few = _with_joint([0.0, 0.0], ci_high=0.278)
    assert _texts(attainment_heatmap(few), "note") == [
        "All 18 together: below 28 % in every scenario"
    ]
    one = attainment_heatmap(_with_joint([0.004]))
    assert _texts(one, "note") == ["All 18 together: below 1 %"]
    assert len(_cells(one)) == 18


def test_a_table_without_expected_numbers_has_no_row_for_them() -> None:
    ax = attainment_heatmap(_with_joint([0.0, 0.02]).drop(columns="expected"))
    assert _texts(ax, "mean") == []
    assert ax.get_yticklabels()[-1].get_text() == "All 18 together"


def test_groups_and_joint_row_are_set_apart() -> None:
    ax = attainment_heatmap(_with_joint([0.02]))
    tops = [cell.get_y() for cell in _cells(ax)]
    gaps = np.diff(tops) - 1
    changes = [a.group != b.group for a, b in zip(targets(), targets()[1:], strict=False)]
    assert (gaps[:-1] > 0.1).tolist() == changes
    (mean,) = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_gid() == "mean"]
    assert mean.get_y() - (tops[-2] + 1) == pytest.approx(0.45)
    assert tops[-1] - (mean.get_y() + 1) == pytest.approx(0.14)


@pytest.mark.usefixtures("chinese_font")
def test_chinese_heatmap_is_chinese_throughout() -> None:
    ax = attainment_heatmap(
        comparison(("plan", "rd-push")), lang="zh", scenario_labels={"plan": "规划情景"}
    )
    assert ax.get_yticklabels()[0].get_text() == "现代服务业营业收入年均增速"
    assert ax.get_yticklabels()[-1].get_text() == "平均实现项数（共18项）"
    assert _texts(ax, "note") == ["全部18项同时实现：各情景下概率均低于1%"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["规划情景", "rd-push"]
    assert _texts(ax, "source") == ["每个情景1,000次抽样，随机种子0，可能性用语依据IPCC"]
    words = [text.get_text() for text in ax.child_axes[0].texts]
    assert words[::2] == ["很不可能", "不太可能", "或许可能", "可能", "很可能"]
    assert words[1::2] == ["0–10%", "0–33%", "33–66%", "66–100%", "90–100%"]
    family = ax.get_yticklabels()[0].get_fontfamily()
    assert family[0] != "DejaVu Sans"
    assert family[-1] == "DejaVu Sans"


def test_scale_is_marked_where_the_words_change() -> None:
    scale = attainment_heatmap(_small([0.1, 0.2, 0.3, 0.4])).child_axes[0]
    assert scale.get_xticks().tolist() == [0.0, 0.10, 0.33, 0.66, 0.90, 1.0]
    assert [t.get_text() for t in scale.get_xticklabels()][1:5] == ["10 %", "33 %", "66 %", "90 %"]
    written = [t for t in scale.texts if isinstance(t, Annotation)]
    places = {t.get_text().replace("\n", " "): t.xy[0] for t in written}
    assert places["about as likely as not"] == pytest.approx(0.495)


def test_targets_without_a_number_are_drawn_on_request() -> None:
    table = attainment()
    extra = table.loc[["commodity_sales"]].assign(rank=np.nan, label="From the text")
    extra.index = pd.Index(["text"])
    table = pd.concat([extra, table])
    assert len(_cells(attainment_heatmap(table))) == 18
    ax = attainment_heatmap(table, unnumbered=True)
    assert len(_cells(ax)) == 19
    assert ax.get_yticklabels()[-1].get_text() == "From the text"


def test_joint_probability_by_group_is_drawn_on_request() -> None:
    table = comparison(("plan", "baseline"))
    assert len(_cells(attainment_heatmap(table))) == 2 * 18
    ax = attainment_heatmap(table, joint_groups=True)
    labels = [tick.get_text() for tick in ax.get_yticklabels()]
    assert labels[18:21] == [
        "Met on average, of 18",
        "All 4 of services and trade",
        "All 2 of industry",
    ]
    assert len(labels) == 18 + 1 + 7


def test_a_target_named_like_the_joint_rows_is_a_target() -> None:
    """The columns of a row make it joint, not its name."""
    table = _with_joint([0.02, 0.03]).rename(
        index={"retail_sales": "joint_ventures", "ai_growth": "joint:ai"}, level=1
    )
    ax = attainment_heatmap(table)
    weights = {tick.get_text(): tick.get_fontweight() for tick in ax.get_yticklabels()}
    assert [label for label, weight in weights.items() if weight == "bold"] == [
        "Met on average, of 18",
        "All 18 together",
    ]
    assert len(weights) == 20
    bold = [t for t in ax.texts if t.get_gid() == "probability" and t.get_fontweight() == "bold"]
    assert len(bold) == 2


def test_table_of_one_scenario_will_do() -> None:
    ax = attainment_heatmap(attainment())
    assert [label.get_text() for label in ax.get_xticklabels()] == ["plan"]
    scale = ax.child_axes[0]
    assert scale.get_position().x1 == pytest.approx(ax.get_position().x1)


def test_draws_that_differ_are_given_as_a_range() -> None:
    table = _small([0.2, 0.4, 0.6, 0.8]).assign(draws=[1000, 1000, 990, 1000])
    assert _texts(attainment_heatmap(table), "source") == [
        "990–1,000 draws per scenario, likelihood words of the IPCC"
    ]
    table = table.assign(draws=1000, failed=[0, 0, 3, 3])
    assert _texts(attainment_heatmap(table), "source") == [
        "1,000 draws (0–3 failed) per scenario, likelihood words of the IPCC"
    ]


def test_given_axes_are_used_and_no_text_overlaps_the_cells() -> None:
    figure = new_figure(11, 7)
    given = figure.add_axes((0.4, 0.2, 0.5, 0.65))
    ax = attainment_heatmap(comparison(("baseline", "plan")), ax=given)
    assert ax is given
    figure.draw_without_rendering()
    left = ax.bbox.x0
    assert all(tick.get_window_extent().x1 < left for tick in ax.get_yticklabels())
    numbers = [text for text in ax.texts if text.get_text().isdigit() and text.get_gid() is None]
    labels = ax.get_yticklabels()
    assert all(
        number.get_window_extent().x1 < label.get_window_extent().x0
        for number, label in zip(numbers, labels, strict=False)
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame(), "there are no probabilities.*give the table"),
        (pd.DataFrame({"chance": [1.0]}), "there are no probabilities"),
        (_small([0.5, 65.0, 0.1, 0.2]), "65 is not a probability.*not percent"),
        (pd.concat([_small([0.5] * 4)] * 2), "'sales' is repeated under scenario 'baseline'"),
        (pd.concat({"a": _small([0.5] * 4)}), "3 levels.*index it by scenario"),
    ],
    ids=["empty", "no column", "percent", "twice", "levels"],
)
def test_tables_that_cannot_be_drawn_are_refused(table: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        attainment_heatmap(table)


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="is not supported"):
        attainment_heatmap(_small([0.5] * 4), lang="fr")


def test_a_target_without_its_base_is_marked() -> None:
    table = _small([0.5] * 4)
    marked = table.assign(word=["not assessable without the base", "likely"] * 2)
    ax = attainment_heatmap(marked)
    labels = [tick.get_text() for tick in ax.get_yticklabels()]
    assert labels == [f"{table.index[0][1]} †", table.index[1][1]]
    source = next(text.get_text() for text in ax.texts if text.get_gid() == "source")
    assert source.endswith("† not assessable without the base")


def _with_structures(**stale: object) -> pd.DataFrame:
    table = _small([0.3, 0.4, 0.5, 0.6])
    for name, chances in (("a", [0.2, 0.4, 0.1, 0.5]), ("b", [0.4, 0.4, 0.9, np.nan])):
        table[f"probability[{name}]"] = chances
        table[f"ci_low[{name}]"], table[f"ci_high[{name}]"] = 0.01, 0.99
        table[f"word[{name}]"], table[f"draws[{name}]"] = "likely", 50
    table.attrs["structures"] = {
        "names": ["a", "b"],
        "labels_en": ["Market", "Floor"],
        "labels_zh": ["市场", "楼宇"],
        "weights": [0.6, 0.4],
        "origin": "hindcast",
        "stale": list(stale.values()),
    }
    return table


def test_the_foot_tells_the_weights_of_structures_and_where_they_differ_most() -> None:
    weights, differ = _texts(attainment_heatmap(_with_structures()), "note")
    assert weights == "Structures: Market 60 %, Floor 40 % (weights from rolling hindcasts)"
    assert differ == "They differ most on sales (plan): Market 10 %, Floor 90 %"
    stale = _texts(attainment_heatmap(_with_structures(it="the equations")), "note")
    assert stale[-1] == "The weights are out of date: the equations changed since."
    chinese = _texts(attainment_heatmap(_with_structures(), lang="zh"), "note")
    assert chinese[0] == "模型结构：市场60%，楼宇40%（权重依据滚动回测）"


def test_the_foot_of_a_single_structure_names_it() -> None:
    table = _small([0.3, 0.4, 0.5, 0.6])
    about = _with_structures().attrs["structures"]
    table.attrs["structures"] = about | {"weights": [0, 1], "origin": "chosen"}
    assert _texts(attainment_heatmap(table), "note") == [
        "Structures: Floor 100 % (weights as asked)"
    ]
