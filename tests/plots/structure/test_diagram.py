"""The diagram of a sector draws its stocks, flows, levers and arrows."""

from __future__ import annotations

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.plots.structure.diagram import LEVER_FACE, name_in, sector_diagram


@pytest.fixture(scope="module")
def energy(xuhui: Study) -> Axes:
    return sector_diagram(xuhui, "energy")


def _patches(ax: Axes, kind: str) -> set[str]:
    gids = [str(patch.get_gid()) for patch in ax.patches]
    return {gid.removeprefix(f"{kind} ") for gid in gids if gid.startswith(f"{kind} ")}


def test_every_stock_is_a_box_and_every_lever_a_yellow_one(energy: Axes, xuhui: Study) -> None:
    own = [v for v in xuhui.model.equations.variables.values() if v.group == "energy"]
    stocks = {v.canonical for v in own if v.kind == "stock" and not v.hidden}
    assert _patches(energy, "stock") == stocks
    names = {v.canonical: v.name for v in own}
    levers = {p.name for p in xuhui.parameters.values() if p.role == "lever"}
    assert {names[key] for key in _patches(energy, "lever")} == levers & set(names.values())
    faces = {
        to_hex(patch.get_facecolor())
        for patch in energy.patches
        if str(patch.get_gid()).startswith("lever")
    }
    assert faces <= {LEVER_FACE}


def test_every_text_lies_in_the_axes(energy: Axes) -> None:
    energy.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
    for text in energy.texts:
        box = text.get_window_extent()
        assert energy.bbox.x0 <= box.x0 < box.x1 <= energy.bbox.x1, text.get_text()


def test_names_are_those_of_the_model_file_or_chinese_labels(xuhui: Study) -> None:
    assert name_in(xuhui, "en")("GDP") == "GDP"
    assert name_in(xuhui, "zh")("GDP") == xuhui.labels.variable("GDP").in_("zh")
    assert name_in(xuhui, "zh")("no such name") == "no such name"


def test_an_unknown_sector_is_refused(xuhui: Study) -> None:
    with pytest.raises(InputError, match='the model has no sector "energie"'):
        sector_diagram(xuhui, "energie")
