"""Tiles at the places of the zones, with the medians of the draws in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.commands.running import Output
from tests.plots.examples import zones
from tests.report.page.pages import HTML, text_of
from xhsim.errors import InputError
from xhsim.plots import zone_map
from xhsim.report.page.page import write_report

MAP = """\
elements:
  North: {zh: 北片}
  South: {en: South bank, zh: 南岸}
map:
  Zone: {North: [2, 1], South: [1, 2]}
mapped: [zone size]
"""


def _texts(ax: Axes, kind: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == kind]


def _corners(ax: Axes) -> list[tuple[int, int]]:
    tiles = [box for box in ax.patches if isinstance(box, Rectangle)]
    return [(int(box.get_x()) + 1, int(box.get_y()) + 1) for box in tiles]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_linear(tmp_path_factory.mktemp("map") / "study", **{"model/labels.yaml": MAP})


def test_tiles_lie_where_the_study_says(folder: Path) -> None:
    study = xhsim.open_study(folder)
    (ax,) = zone_map(study.run(), "zone size", 2025)
    assert _corners(ax) == [(2, 1), (1, 2)]
    assert _texts(ax, "zone") == ["North", "South bank"]
    assert _texts(ax, "value") == ["15.0", "20.0"]  # 10 + 5 and 10 + 10
    assert _texts(ax, "range") == []
    (ax,) = zone_map(study.run(), "zone size", 2025, lang="zh")
    assert _texts(ax, "zone") == ["北片", "南岸"]


def test_of_draws_the_median_and_the_range_are_shown(folder: Path) -> None:
    ensemble = xhsim.open_study(folder).ensemble(draws=256, outputs=["zone size"])
    (ax,) = zone_map(ensemble, "zone size", 2025)
    low, middle, high = np.quantile(
        ensemble["zone_size"].sel(time=2025, zone="South"), [0.05, 0.5, 0.95]
    )
    assert _texts(ax, "value")[1] == f"{middle:.1f}"
    assert _texts(ax, "range")[1] == f"{low:.1f}–{high:.1f}"


def test_changes_are_taken_draw_by_draw() -> None:
    made, other = zones("plan"), zones("baseline", 0.9)
    years, against = (
        zone_map(made, ["output", "occupancy"], 2025, against=base) for base in (2020, other)
    )
    output = made["output"]
    change = 100 * (output.sel(time=2025) / output.sel(time=2020) - 1)
    expected = [f"{value:+.1f}" for value in change.median("draw").to_numpy()]
    assert [text.replace("−", "-") for text in _texts(years[0], "value")] == expected
    assert set(_texts(against[0], "value")) == {"+11.1"}  # 1 / 0.9
    difference = made["occupancy"].sel(time=2025) * 0.1  # percent: in points
    points = [f"{value:+.2f}" for value in difference.median("draw").to_numpy()]
    assert _texts(against[1], "value") == points
    units = [ax.texts[0].get_text() for ax in against]
    assert units == ["change in %", "change, percentage points"]


def test_a_further_dimension_needs_its_element() -> None:
    made = zones("plan")
    both = xr.concat([made["output"], 2 * made["output"]], "cluster").assign_coords(
        cluster=["AI", "Finance"]
    )
    made = made.assign(by_cluster=both)
    (one,) = zone_map(made, "by cluster[Finance]", 2025)
    (half,) = zone_map(made, "output", 2025)
    values = [[float(text.replace(",", "")) for text in _texts(ax, "value")] for ax in (one, half)]
    assert values[0] == pytest.approx([2 * value for value in values[1]], abs=1.01)
    with pytest.raises(InputError, match="does not say which element"):
        zone_map(made, "by cluster", 2025)


def test_draws_and_zones_without_a_number() -> None:
    made = zones("plan")
    made["output"].loc[{"draw": 0, "time": 2025, "zone": "Hill"}] = np.inf
    (ax,) = zone_map(made, "output", 2025)
    assert "inf" not in "".join(_texts(ax, "value") + _texts(ax, "range"))
    made["output"].loc[{"time": 2020, "zone": "Hill"}] = 0.0
    (ax,) = zone_map(made, "output", 2025, against=2020)
    assert "no data" in _texts(ax, "value")


@pytest.mark.parametrize(
    ("variable", "options", "words"),
    [
        ("outputs", {}, "needs \"outputs\", which the ensemble lacks"),
        ("gdp", {}, '"gdp" has no dimension with a map.*labels.yaml'),
        ("output", {"year": 2031}, "has no year 2031.*2015 to 2025"),
        ("output", {"against": 1999}, "has no year 1999"),
        ("output", {"against": zones("plan").isel(draw=slice(5))}, "different draws or zones"),
        ([], {}, "nothing to draw"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(variable: str, options: dict[str, object], words: str) -> None:
    made = zones("plan")
    made["gdp"] = made["output"].sum("zone")
    with pytest.raises(InputError, match=words):
        zone_map(made, variable, **({"year": 2025} | options))  # type: ignore[arg-type]


def test_command_and_page_show_the_map(folder: Path, tmp_path: Path, xhsim_command: Output) -> None:
    out = tmp_path / "out"
    xhsim_command("attain", "programme", "--draws", 8, "--out", out, study=folder)
    assert (out / "zones-programme.png").read_bytes().startswith(b"\x89PNG")
    study = xhsim.open_study(folder)
    file = write_report(study, ["programme"], tmp_path / "page.html", draws=16, lang="zh")
    page = HTML.fromstring(file.read_text(encoding="utf-8"))
    assert "2025年各片区情况" in text_of(page.get_element_by_id("zones"))
    assert xhsim.open_study(LINEAR).mapped == ()
