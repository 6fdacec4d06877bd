"""Pictures look as they were seen to look: each idiom against a stored image.

After a change that is meant, look at the new pictures and store them:
``pytest tests/plots/test_images.py -o mpl-baseline-path= --mpl-generate-path=tests/plots/images``.
The tolerance lets letters differ a little between machines; a mark or a text that is missing is
more.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

import xhsim
from tests.analysis.studies import LINEAR
from tests.plots.examples import attainment, comparison, ensemble, history, targets, zones
from tests.plots.fronts import made_up_front
from tests.plots.looped import looped
from tests.plots.monitored import counted, lit, probabilities, revision, sealed, widened
from tests.plots.separated import separated
from tests.plots.watched import watched
from tests.plots.worth import bought, known, narrowed
from xhsim import plots
from xhsim.analysis.judging.required import required_path
from xhsim.analysis.judging.timing import crossing_table, probability_by_year
from xhsim.analysis.pathways.pathway_map import PathwayMap, pathway_map
from xhsim.analysis.policies.needed_answer import Needed
from xhsim.analysis.policies.split import Split
from xhsim.analysis.study import Study
from xhsim.study.names import canonical
from xhsim.wording.label import Label

TARGETS = {target.id: target for target in targets()}
RD = TARGETS["rd_intensity"]
TOLERANCE = 1.0  # root of the mean squared difference, of 255


def plan() -> xr.Dataset:
    return ensemble(200)


def tornado_table() -> pd.DataFrame:
    swings = np.array([0.9, 0.6, 0.4, -0.3, 0.1])
    table = pd.DataFrame(
        {
            "label": [f"Constant {letter}" for letter in "ABCDE"],
            "label_zh": [f"参数{number}" for number in "一二三四五"],
            "low": 0.1,
            "high": 0.4,
            "unit": ["1/year", "CNY100M", "firms", "", "%"],
            "at_low": 8.9 - swings,
            "at_high": 8.9 + swings,
            "swing": 2 * abs(swings),
        },
        index=list("ABCDE"),
    )
    table.attrs = {"middle": 8.9, "target": "rd_intensity", "scenario": "plan"}
    return table


def split(study: Study) -> Split:
    added = np.array([0.2, 0.1, -0.05, 0.02, 0.01])
    table = pd.DataFrame(
        {
            "label": ["Grants", "Promotion", "Housing", "Renewal", "Help"],
            "label_zh": ["补助", "招商", "住房", "更新", "扶持"],
            "alone": added,
            "last": added,
            "shapley": added,
            "error": 0.01,
        },
        index=list("abcde"),
    )
    about = (study.scenarios["plan"], RD, 16, 128, 0, 128)
    return Split(table, 0.3, 0.3 + added.sum(), 0.0, "probability", *about)


def by_base() -> pd.DataFrame:
    bases = np.array([300.0, 318.0, 330.0, 342.0, 360.0])
    chances = np.array([0.999, 0.86, 0.52, 0.18, 0.0])
    table = pd.DataFrame(
        {
            "base": bases,
            "probability": chances,
            "ci_low": np.clip(chances - 0.05, 0, 1),
            "ci_high": np.clip(chances + 0.05, 0, 1),
        },
        index=pd.Index([0.05, 0.25, 0.5, 0.75, 0.95], name="quantile"),
    )
    values = np.linspace(280, 380, 67)
    about: dict[Any, Any] = {
        "unit": "filings/year",
        "scenario": "plan",
        "draws": 256,
        "seed": 0,
        "density": list(zip(values, np.exp(-(((values - 330) / 18) ** 2) / 2), strict=True)),
    }
    base = Label("Filings in 2020", "2020年申请量")
    table.attrs = about | RD.label.columns("target_label") | base.columns()
    return table


def taken() -> pd.DataFrame:
    medians = np.array([-0.011, -0.016, -0.017, -0.019])
    points = {"q05": -0.04, "q25": -0.017, "median": 0.0, "q75": 0.015, "q95": 0.036}
    years = [("shock", year) for year in range(2022, 2026)]
    table = pd.DataFrame(
        {"variable": "product", "unit": "1/year", "outside": 0.0, "failed": 3}
        | {name: medians + point for name, point in points.items()},
        index=pd.MultiIndex.from_tuples(years, names=["instrument", "year"]),
    )
    labels = {
        "shock": {"en": "district shock", "zh": "本区增长冲击"},
        "product": {"en": "real GDP", "zh": "实际地区生产总值"},
    }
    about: dict[Any, Any] = {"scenario": "plan", "scenario_label_zh": "规划方案", "draws": 500}
    table.attrs = about | {"seed": 0, "labels": labels}
    return table


def enough() -> Needed:
    found = xhsim.open_study(LINEAR).needed("policy", "size", 0.8, draws=256)
    lever = replace(found.move.levers[0], unit="CNY100M/year")
    return replace(found, move=replace(found.move, levers=(lever,)))


def ways() -> PathwayMap:
    rng = np.random.default_rng(0)
    behind = rng.random((200, 2)) < [0.4, 0.3]
    enough = np.cumsum(rng.random((200, 2)) < 0.3, axis=1) > 0
    data = {
        name: (
            ("draw", "time", "check"),
            acts[:, np.newaxis].astype(float),
            {"rule": name, "checks": [2023.0, 2024.25], "label_en": en, "label_zh": zh},
        )
        for name, acts, en, zh in (
            ("a", behind, "More research", "加大研发"),
            ("b", enough, "Enough firms", "企业已足"),
        )
    }
    return pathway_map(xr.Dataset(data), 10 + behind.sum(axis=1).astype(float))


def lower_or_higher() -> xr.Dataset:
    return zones("baseline", np.array([1.05, 1.0, 0.97, 0.93, 1.01, 0.9]))


def shares() -> xr.Dataset:
    years = np.arange(2021, 2026)
    share = np.linspace(0.9, 0.5, len(years))
    spread: dict[str, object] = {"deviation": [1.0] * len(years)}
    values = np.stack([share, 1 - share])
    product, research = (
        spread | {"deviation_units": unit} | label.attributes()
        for unit, label in (
            ("CNY100M/year", Label("GDP", "地区生产总值")),
            ("percent", Label("R&D intensity", "研发强度")),
        )
    )
    return xr.Dataset(
        {
            "GDP": (("layer", "time"), values, product),
            "RD intensity": (("layer", "time"), values, research),
        },
        {"layer": ["parameters", "environment"], "time": years},
        {"scenario": "plan", "draws": 100, "seed": 0},
    )


def posterior() -> pd.DataFrame:
    rows = {
        "first constant": (0.0, 1.0, 0.4, 0.5, 0.6, 0.8),
        "second constant": (-1.0, 1.0, -0.8, 0.1, 0.9, 0.15),
    }
    columns = ["prior_low", "prior_high", "low", "median", "high", "narrowed"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.assign(
        label=["First constant", "Second constant"],
        label_zh=["参数一", "参数二"],
        unit=["dmnl", "CNY100M/year"],
    )


def grid() -> pd.DataFrame:
    points = [(a, b, a * b / 30) for a in range(6) for b in range(1, 6)]
    table = pd.DataFrame(points, columns=["grants", "promotion", "probability"])
    table = table.assign(target_id=RD.id, **RD.label.columns())
    table.attrs["levers"] = {
        "grants": Label("Grants to firms", "企业补助").columns() | {"unit": "CNY100M/year"},
        "promotion": Label("Promotion", "招商推介").columns() | {"unit": "dmnl"},
    }
    return table


def responses() -> pd.DataFrame:
    names = {
        "No new floor": "不建新楼",
        "More research": "研发加力",
        "New offices": "新增办公楼",
    }
    labels = {
        "output": Label("Output of the clusters", "产业集群产出"),
        "tax": Label("Tax of buildings", "楼宇税收"),
        "intensity": Label("R&D intensity", "研发强度"),
    }
    rows = [
        {
            "shock": shock,
            "shock_zh": chinese,
            "variable": variable,
            "year": year,
            "change": (-1) ** place * 0.04 * 5**number * (year - 2024),
            "unit": "points" if variable == "intensity" else "%",
            "passed": (shock, variable, year) != ("No new floor", "tax", 2030),
        }
        | label.columns()
        for place, (shock, chinese) in enumerate(names.items())
        for number, (variable, label) in enumerate(labels.items())
        for year in (2025, 2030)
        if (place, number) != (1, 1)
    ]
    return pd.DataFrame(rows)


def baseline_like() -> xr.Dataset:
    made = plan()
    lower = made * 0.97
    lower.attrs = made.attrs | {"scenario": "baseline"}
    for name in made.data_vars:
        lower[name].attrs = made[name].attrs
    return lower


Draw = Callable[[str, Study], object]
PICTURES: dict[str, Draw] = {
    "fan": lambda lang, _: plots.fan_chart(
        plan(),
        "rd intensity",
        target=RD,
        history=history(),
        attainment=attainment(),
        lang=lang,
    ),
    "fan_page": lambda lang, _: plots.fan_grid(
        plan(), targets(), history(), attainment(), lang=lang
    ),
    "spaghetti": lambda lang, _: plots.spaghetti(
        plan(), "rd intensity", target=RD, history=history(), lines=40, lang=lang
    ),
    "comparison": lambda lang, _: plots.scenario_comparison(
        plan(), baseline_like(), "rd intensity", target=RD, history=history(), lang=lang
    ),
    "heatmap": lambda lang, _: plots.attainment_heatmap(
        comparison(("baseline", "plan", "rd-push")), lang=lang
    ),
    "bars": lambda lang, _: plots.attainment_bars(attainment(), lang=lang),
    "dots": lambda lang, _: plots.attainment_bars(
        comparison(("baseline", "plan", "rd-push")), lang=lang
    ),
    "by_year": lambda lang, _: plots.probability_by_year(
        probability_by_year(plan(), TARGETS), lang=lang
    ),
    "by_base": lambda lang, _: plots.probability_by_base(by_base(), lang=lang),
    "residuals": lambda lang, _: plots.residuals_chart(taken(), lang=lang),
    "front": lambda lang, _: plots.front_chart(made_up_front(), lang=lang),
    "packages": lambda lang, _: plots.package_lines(made_up_front(), lang=lang),
    "gain": lambda lang, _: plots.marginal_gain_chart(made_up_front(), lang=lang),
    "hypervolume": lambda lang, _: plots.hypervolume_chart(made_up_front(), lang=lang),
    "watch": lambda lang, _: plots.what_to_watch_page(watched(), every_year=True, lang=lang),
    "worth_knowing": lambda lang, _: plots.worth_knowing_matrix(narrowed(), lang=lang),
    "separation": lambda lang, _: plots.separation_chart(separated(), lang=lang),
    "knowing_or_money": lambda lang, _: plots.knowing_or_money(known(), bought(), lang=lang),
    "by_date": lambda lang, _: plots.probability_by_date(probabilities(), lang=lang),
    "targets_by_date": lambda lang, _: plots.targets_by_date(
        probabilities(), ["rd_intensity", "culture_growth", "pct_filings"], lang=lang
    ),
    "revised_fan": lambda lang, _: plots.revised_fan(
        widened(),
        plan(),
        "rd intensity",
        figures=counted(),
        target=RD,
        history=history(),
        lang=lang,
    ),
    "revision": lambda lang, _: plots.revision_waterfall(revision(), RD.id, lang=lang),
    "lights": lambda lang, _: plots.lights_board(lit(rates=True), lang=lang),
    "sealed": lambda lang, _: plots.sealed_scores_page(sealed(), lang=lang),
    "required": lambda lang, _: plots.required_path_chart(
        required_path(plan(), TARGETS["ai_growth"]),
        TARGETS["ai_growth"],
        unit="CNY100M",
        lang=lang,
    ),
    "crossing": lambda lang, _: plots.crossing_chart(crossing_table(plan(), TARGETS), lang=lang),
    "tornado": lambda lang, _: plots.tornado_chart(tornado_table(), RD, lang=lang),
    "waterfall": lambda lang, study: plots.split_waterfall(split(study), top=3, lang=lang),
    "spread": lambda lang, _: plots.spread_page(shares(), lang=lang),
    "pit": lambda lang, _: plots.pit_histogram(
        np.linspace(0, 1, 200) ** 1.4, source="2012–2021", lang=lang
    ),
    "posterior": lambda lang, _: plots.posterior_chart(posterior(), lang=lang),
    "phase": lambda lang, _: plots.phase_plot(
        plan(), "rd intensity", "hundred million buildings", x_target=RD, lang=lang
    ),
    "zones": lambda lang, _: plots.zone_map(zones(), ["output", "occupancy"], 2025, lang=lang),
    "zones_change": lambda lang, _: plots.zone_map(
        zones(), ["output", "occupancy"], 2025, against=lower_or_higher(), lang=lang
    ),
    "contour": lambda lang, _: plots.lever_contour(grid(), "grants", "promotion", lang=lang),
    "pathways": lambda lang, _: plots.pathway_chart(ways(), lang=lang),
    "needed": lambda lang, _: plots.needed_curve(enough(), lang=lang),
    "sector": lambda lang, study: plots.sector_diagram(study, "energy", lang=lang),
    "loops": lambda lang, study: plots.loop_diagram(study, ["R1", "B3"], lang=lang),
    "loop_shares": lambda lang, _: plots.loop_shares(looped(), by_structure=True, lang=lang),
    "found_loops": lambda lang, _: plots.found_loop_diagram(looped(), lang=lang),
    "responses": lambda lang, _: plots.response_matrix(responses(), lang=lang),
    "tree": lambda lang, study: plots.causal_tree(study, "fiscal revenue", 2, lang=lang),
}


def _figure(picture: object) -> Figure:
    axes = picture if isinstance(picture, Axes) else next(iter(picture))  # type: ignore[call-overload]
    found = axes.figure
    assert isinstance(found, Figure)
    return found


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.mpl_image_compare(
    tolerance=TOLERANCE, savefig_kwargs={"dpi": 80, "bbox_inches": "tight"}, style="default"
)
def test_picture_is_as_it_was_seen(name: str, xuhui: Study) -> Figure:
    return _figure(PICTURES[name]("en", xuhui))


def _texts(figure: Figure) -> list[str]:
    texts = [artist for artist in figure.findobj(Text) if isinstance(artist, Text)]
    return [
        text.get_text().strip() for text in texts if text.get_visible() and text.get_text().strip()
    ]


# Pictures with names of scenarios, which these tables give in one language.
LATIN = {"dots", "heatmap", "comparison"}


@pytest.mark.usefixtures("chinese_font")
@pytest.mark.parametrize("name", PICTURES)
def test_a_chinese_picture_has_no_english_words(name: str, xuhui: Study) -> None:
    texts = _texts(_figure(PICTURES[name]("zh", xuhui)))
    assert any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text)
    if name in LATIN:
        return
    # "GDP" and "R&D" are shorter; Chinese officials write "IPCC" so, too.
    words = [
        word
        for text in texts
        for word in "".join(c if c.isascii() and c.isalpha() else " " for c in text).split()
        if len(word) > 3
    ]
    assert not set(words) - {"plan", "baseline", "IPCC"}


def _shown(figure: Figure) -> Iterator[Text]:
    """Give every text that is drawn; a tick outside the limits is not."""
    yield from figure.texts
    axes = [each for ax in figure.axes for each in (ax, *ax.child_axes)]
    for ax in axes:
        yield from ax.texts
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if low <= tick.get_loc() <= high:
                    yield from (tick.label1, tick.label2)
    for key in figure.findobj(Legend):
        yield from key.get_texts()


def _boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Give what is written with the pixels it takes; the cut part where axes cut a text."""
    figure.draw_without_rendering()
    return [
        (text.get_text(), text.get_window_extent())
        for text in _shown(figure)
        if text.get_visible() and text.get_text().strip()
    ]


def _inside(outer: BboxBase, inner: BboxBase) -> bool:
    slack = 0.5  # pixels
    return bool(
        inner.x0 >= outer.x0 - slack
        and inner.y0 >= outer.y0 - slack
        and inner.x1 <= outer.x1 + slack
        and inner.y1 <= outer.y1 + slack
    )


def _overlap(one: Bbox, other: Bbox) -> bool:
    """Whether letters lie on letters: boxes reach beyond their letters by a bit."""
    both = Bbox.intersection(one, other)
    return (
        both is not None and both.width > 1 and both.height > 0.25 * min(one.height, other.height)
    )


@pytest.mark.usefixtures("chinese_font")
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_no_text_is_cut_or_lies_on_another(name: str, lang: str, xuhui: Study) -> None:
    figure = _figure(PICTURES[name](lang, xuhui))
    boxes = _boxes(figure)
    assert [text for text, box in boxes if not _inside(figure.bbox, box)] == []
    cut = [
        text.get_text()
        for text in _shown(figure)
        if text.get_clip_on()
        and text.get_clip_box() is not None
        and not _inside(text.get_clip_box(), text.get_window_extent())  # type: ignore[arg-type]
    ]
    assert cut == []
    pairs = combinations(boxes, 2)
    assert [(a[0], b[0]) for a, b in pairs if _overlap(a[1], b[1])] == []
    assert [text for text in _labels_of_years(figure) if not re.fullmatch(r"\d{4}", text)] == []


def _labels_of_years(figure: Figure) -> list[str]:
    """Return the labels of axes that show calendar years."""
    axes = [each for ax in figure.axes for each in (ax, *ax.child_axes)]
    return [
        label.get_text()
        for ax in axes
        if 1990 < ax.get_xlim()[0] < ax.get_xlim()[1] < 2100
        for label in ax.get_xticklabels()
        if label.get_text()
    ]


DIAGRAMS = {"sector", "loops", "tree"}  # they show the model's own names


@pytest.mark.parametrize("name", [name for name in PICTURES if name not in DIAGRAMS])
def test_no_text_is_the_id_of_something(name: str, xuhui: Study) -> None:
    ids = {canonical(str(variable)) for variable in plan().data_vars}
    ids |= {"first constant", "second constant", "grants", "promotion", "RD intensity", *"abcde"}
    ids |= set(TARGETS)
    assert not ids & set(_texts(_figure(PICTURES[name]("en", xuhui))))


def test_every_exported_picture_is_looked_at() -> None:
    functions = {
        name
        for name in plots.__all__
        if isinstance(getattr(plots, name), types.FunctionType)
        and not name.startswith(("scenario_colour", "save"))
    }
    source = "".join(str(draw.__code__.co_names) for draw in PICTURES.values())
    unseen = {name for name in functions if f"'{name}'" not in source}
    assert unseen == {"hindcast_page", "hindcast_scores_page"}, "their tests draw hindcasts"
