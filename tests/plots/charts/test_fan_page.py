"""A page of small fan charts shows every target."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tests.plots.examples import attainment, ensemble, history, targets
from xhsim.errors import InputError
from xhsim.plots import fan_grid
from xhsim.wording.label import Label


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return ensemble(200)


def _line(ax: Axes, gid: str) -> Line2D:
    return next(line for line in ax.lines if line.get_gid() == gid)


def _written(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_grid_draws_all_18_on_a4_landscape(runs: xr.Dataset) -> None:
    page = fan_grid(runs, targets(), history(), attainment())
    assert len(page) == 18
    assert page.figure.get_size_inches().tolist() == [11.69, 8.27]
    table = attainment()
    for ax, target in zip(page, targets(), strict=True):
        written = [text.replace("\n", " ") for text in _written(ax)]
        assert f"{target.rank} {target.label}" in written
        assert any(text.endswith(str(table.loc[target.id, "word"])) for text in written)
        assert np.asarray(_line(ax, "target").get_xdata()).tolist() == [2025.0]
        assert [tick.get_text() for tick in ax.get_xticklabels()] == ["2015", "2020", "2025"]
    page.figure.draw_without_rendering()
    boxes = [ax.get_tightbbox() for ax in page]
    overlaps = [
        (i, j)
        for i, one in enumerate(boxes)
        for j, other in enumerate(boxes)
        if i < j and one is not None and other is not None and one.overlaps(other)
    ]
    # Neighbours in a line may touch where a sentence is long, lines never do.
    assert all(i // 6 == j // 6 for i, j in overlaps)


@pytest.mark.usefixtures("chinese_font")
def test_grid_without_table_history_or_ranks(runs: xr.Dataset) -> None:
    some = [
        dataclasses.replace(target, rank=None, label=Label(target.label.en))
        for target in targets()[:2]
    ]
    page = fan_grid(runs, some, lang="zh")
    assert [ax.texts[-1].get_text().replace("\n", " ") for ax in page] == [t.label.en for t in some]
    assert len(page.figure.legends) == 1
    nameless = runs.copy()
    nameless.attrs = {}
    titles = [text.get_text() for text in fan_grid(nameless, some).figure.texts]
    assert titles[0] == "Projection and target of each indicator"


def test_a_page_without_targets_is_refused(runs: xr.Dataset) -> None:
    with pytest.raises(InputError, match="no targets to draw"):
        fan_grid(runs, [])


def test_a_target_without_its_base_has_a_mark_that_the_foot_explains(runs: xr.Dataset) -> None:
    table = attainment()
    table["word"] = ["not assessable without the base", *["likely"] * (len(table) - 1)]
    page = fan_grid(runs, targets(), history(), table)
    assert any(text.endswith(" †") for text in _written(page[0]))
    assert not any("†" in text for text in _written(page[1]))
    everywhere = [text.get_text() for text in page.figure.texts]
    everywhere += [text for ax in page for text in _written(ax)]
    assert sum("† not assessable without the base" in text for text in everywhere) == 1
