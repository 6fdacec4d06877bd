"""Fan charts draw the ensemble's own quantiles, and targets where they are judged."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D

from tests.places import ROOT
from tests.plots.examples import YEARS, attainment, ensemble, history, targets
from xhsim.errors import InputError
from xhsim.plots import fan_chart, fan_grid
from xhsim.plots.canvas.colours import TARGET_COLOUR, scenario_colour
from xhsim.study.targets import Target

TARGETS = {target.id: target for target in targets()}


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return ensemble(200)


def _line(ax: Axes, gid: str) -> Line2D:
    return next(line for line in ax.lines if line.get_gid() == gid)


def _band(ax: Axes, gid: str) -> PolyCollection:
    found = next(c for c in ax.collections if c.get_gid() == gid)
    assert isinstance(found, PolyCollection)
    return found


def _written(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(
    ("gid", "low", "high"), [("band 5-95", 0.05, 0.95), ("band 25-75", 0.25, 0.75)]
)
def test_bands_are_the_quantiles_of_the_draws(
    runs: xr.Dataset, gid: str, low: float, high: float
) -> None:
    ax = fan_chart(runs, "pct filings")
    corners = _band(ax, gid).get_paths()[0].vertices
    for year in YEARS:
        heights = np.asarray(corners)[np.asarray(corners)[:, 0] == year, 1]
        expected = np.nanquantile(runs["pct_filings"].sel(time=year), (low, high))
        assert [heights.min(), heights.max()] == pytest.approx(expected.tolist())


def test_median_history_and_colour(runs: xr.Dataset) -> None:
    ax = fan_chart(runs, "commodity sales", history=history())
    median = _line(ax, "median")
    expected = runs["commodity_sales"].median("draw").to_numpy()
    np.testing.assert_allclose(np.asarray(median.get_ydata()), expected)
    assert median.get_color() == scenario_colour("plan")
    assert list(np.asarray(_line(ax, "history").get_xdata())) == list(range(2015, 2022))
    assert np.asarray(_line(ax, "other vintages").get_xydata()).tolist() == [[2019.0, 7600.0]]
    assert "history" in _written(ax)


def test_failed_draws_are_left_out_and_said(runs: xr.Dataset) -> None:
    broken = runs.copy(deep=True)
    broken["pct_filings"][3, 4:] = np.nan
    broken["pct_filings"][5, 10] = np.inf
    del broken.attrs["failed"]
    ax = fan_chart(broken, "pct filings")
    good = np.delete(runs["pct_filings"].to_numpy(), [3, 5], axis=0)
    np.testing.assert_allclose(np.asarray(_line(ax, "median").get_ydata()), np.median(good, axis=0))
    assert "scenario plan, 200 draws (2 failed), seed 0" in _written(ax)


def test_level_target_is_marked_at_the_deadline(runs: xr.Dataset) -> None:
    target = TARGETS["industrial_output"]
    ax = fan_chart(runs, "industrial output", target=target, attainment=attainment())
    mark = _line(ax, "target")
    assert np.asarray(mark.get_xydata()).tolist() == [[2025.0, 500.0]]
    assert mark.get_color() == TARGET_COLOUR
    assert mark.get_marker() == 10  # a caret upwards: more is better
    segment = _line(ax, "target line")
    assert np.asarray(segment.get_xydata()).tolist() == [[2024.55, 500.0], [2025.45, 500.0]]
    written = _written(ax)
    assert "target ≥ 500" in written
    assert "Probability of attainment: >99 %, virtually certain" in written
    assert "100 million yuan" in written
    assert "Above-scale industrial output" in written


def test_growth_target_is_the_path_from_the_base_year(runs: xr.Dataset) -> None:
    target = TARGETS["ai_growth"]
    ax = fan_chart(runs, target.variable, target=target)
    path = np.asarray(_line(ax, "required path").get_xydata())
    base = float(runs["cluster_output"].sel(cluster="AI", time=2020).median())
    assert path[0].tolist() == pytest.approx([2020, base])
    assert path[-1].tolist() == pytest.approx([2025, base * 1.15**5])
    assert np.asarray(_line(ax, "target").get_ydata()) == pytest.approx([base * 1.15**5])
    assert "target ≥ 15 % a year" in _written(ax)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("new_foreign_hq", 90 + 30), ("energy_intensity_cut", 0.1 * (1 - 0.135))],
)
def test_cumulative_targets_are_marked_at_the_level_they_lead_to(
    runs: xr.Dataset, name: str, expected: float
) -> None:
    target = TARGETS[name]
    ax = fan_chart(runs, target.variable, target=target)
    assert np.asarray(_line(ax, "target").get_ydata()) == pytest.approx([expected])
    downwards = target.direction == "<="
    assert _line(ax, "target").get_marker() == (11 if downwards else 10)


def test_one_trajectory_is_a_line_without_band_labels(runs: xr.Dataset) -> None:
    single = runs.isel(draw=0, drop=True)
    single.attrs = {}
    ax = fan_chart(single, "retail sales")
    written = _written(ax)
    assert "5–95 % of draws" not in written
    assert not any("draws" in text for text in written)
    assert any(text.startswith("median 1,") for text in written)


@pytest.mark.usefixtures("chinese_font")
def test_chinese_chart_is_chinese_throughout(runs: xr.Dataset) -> None:
    target = TARGETS["commodity_sales"]
    ax = fan_chart(
        runs,
        "commodity sales",
        target=target,
        history=history(),
        attainment=attainment(),
        lang="zh",
    )
    written = _written(ax)
    assert "商品销售总额" in written
    assert "亿元" in written
    assert "目标：> 10,000" in written
    assert "历史数据" in written
    assert any(text.startswith("实现概率：72%") for text in written)
    assert "情景：plan，200次抽样，随机种子0" in written
    assert all(text.get_fontfamily()[-1] == "DejaVu Sans" for text in ax.texts)
    assert all(len(text.get_fontfamily()) == 2 for text in ax.texts)


@pytest.mark.usefixtures("chinese_font")
def test_variable_without_a_chinese_label_is_left_to_the_target(runs: xr.Dataset) -> None:
    target = TARGETS["ai_growth"]
    bare = runs.copy()
    bare["cluster_output"].attrs = {"units": "CNY100M", "long_name": "cluster output"}
    assert "亿元" in _written(fan_chart(bare, target.variable, target=target, lang="zh"))
    assert "Cluster output (AI)" in _written(fan_chart(bare, target.variable, lang="zh"))
    named = _written(fan_chart(runs, target.variable, target=target, lang="zh"))
    assert "集群总产出（AI），亿元" in named


def _with(target: Target, **changes: object) -> Target:
    return dataclasses.replace(target, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variable", "element", "words"),
    [
        ("commodity sale", None, 'ensemble lacks.*did you mean "commodity_sales"'),
        ("cluster output", None, "does not say which element.*elements: AI, Life health"),
        ("cluster output[Aii]", None, 'unknown element.*did you mean "AI"'),
        ("cluster output", "zzz", "known: AI"),
        ("retail sales[AI]", None, "has no elements"),
        ("retail sales[", None, "is not a name"),
    ],
)
def test_unknown_names_are_refused(
    runs: xr.Dataset, variable: str, element: str | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        fan_chart(runs, variable, element=element)


def test_what_cannot_be_drawn_is_refused(runs: xr.Dataset) -> None:
    target = TARGETS["ai_growth"]
    dead = runs.copy(deep=True)
    dead["retail_sales"][:] = np.nan
    with pytest.raises(InputError, match="no draw of 'retail_sales' is finite"):
        fan_chart(dead, "retail sales")
    with pytest.raises(InputError, match="does not change over time"):
        fan_chart(runs.isel(time=0, drop=True), "retail sales")
    with pytest.raises(InputError, match=r"judged from 2010.*covers 2015 to 2025"):
        fan_chart(runs, target.variable, target=_with(target, base_year=2010))
    with pytest.raises(InputError, match=r"no target 'ai_growt'.*did you mean .ai_growth."):
        fan_chart(
            runs, target.variable, target=_with(target, id="ai_growt"), attainment=attainment()
        )
    with pytest.raises(InputError, match="no targets to draw"):
        fan_grid(runs, [])
    with pytest.raises(InputError, match="no column 'value'"):
        fan_chart(runs, "retail sales", history=pd.DataFrame({"year": [2015]}))


def test_the_word_history_lies_on_no_line() -> None:
    """A peak of the median before the year at which the word ends is below it, too."""
    years = [2015.0, 2018.0, 2019.0, 2020.0, 2021.0]
    values = np.array([[9.0, 11.0, 14.0, 10.0, 12.0]])
    runs = xr.Dataset({"sales": (("draw", "time"), values)}, coords={"time": years})
    seen = pd.DataFrame({"year": ["2015", "2020", "2021"], "value": [9.0, 10.0, 12.0]})
    ax = fan_chart(runs, "sales", history=seen)
    (word,) = [text for text in ax.texts if text.get_text() == "history"]
    box = word.get_window_extent().transformed(ax.transData.inverted())
    median = np.interp(np.linspace(box.x0, box.x1, 50), years, values[0])
    assert (median < box.y0).all()


def test_pyplot_is_neither_imported_nor_needed() -> None:
    code = (
        "import sys\nfrom tests.plots.examples import *\nfrom xhsim.plots import *\n"
        "fan_chart(ensemble(5), 'retail sales'); attainment_heatmap(attainment())\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    root = ROOT
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
