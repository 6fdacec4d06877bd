"""The board of lights: colours with shapes, probabilities, words and measured rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from tests.plots.monitored import lit, probabilities
from xhsim.errors import InputError
from xhsim.plots import lights_board
from xhsim.plots.canvas.colours import LIGHT_COLOURS


def _texts(ax: Axes, gid: str | None = None) -> list[str]:
    return [text.get_text() for text in ax.texts if gid is None or text.get_gid() == gid]


def test_a_cell_has_the_colour_the_shape_and_the_probability() -> None:
    ax = lights_board(lit())
    faces = [to_hex(cell.get_facecolor()) for cell in ax.patches if cell.get_gid() == "cell"]
    amber, green, red = (LIGHT_COLOURS[name] for name in ("amber", "green", "red"))
    assert faces[:4] == [amber, green, green, green]
    assert faces[4:8] == [red] * 4
    shapes = {
        str(line.get_gid()): line.get_marker()
        for line in ax.lines
        if str(line.get_gid()).startswith("light")
    }
    assert shapes == {"light amber": "^", "light green": "o", "light red": "s"}
    assert _texts(ax, "probability")[:4] == ["65", "80", "82", "77"]


def test_a_target_that_cannot_be_assessed_has_no_light() -> None:
    ax = lights_board(lit())
    marks = [np.asarray(line.get_ydata())[0] for line in ax.lines if line.get_gid() != "key"]
    assert 2.5 not in marks  # the third row
    assert len(marks) == 12
    assert "PCT patent filings by firms †" in _texts(ax)


def test_a_light_that_could_be_another_is_hollow() -> None:
    table = lit()
    table["sure"] = table["light"].notna()
    assert "Hollow" not in _texts(lights_board(table), "source")[0]
    table["sure"] = [name != "rd_intensity" for _, name in table.index]
    ax = lights_board(table)
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert len(hollow) == 4
    (source,) = _texts(ax, "source")
    assert "Hollow" in source


def test_words_and_rates_are_those_of_the_last_date() -> None:
    ax = lights_board(lit(rates=True))
    texts = _texts(ax)
    assert "17 % (12–23)" in texts
    assert texts.count("85 %") == 3  # not of the target without a light
    assert "likely" in texts
    assert "twin experiments" in _texts(ax, "source")[0]
    assert not any("twin" in text for text in _texts(lights_board(lit())))


def test_a_plain_table_is_enough() -> None:
    table = lit().reset_index()[["published", "target_id", "probability", "light"]]
    ax = lights_board(table)
    assert len([cell for cell in ax.patches if cell.get_gid() == "cell"]) == 16
    assert "rd_intensity" in _texts(ax)


@pytest.mark.parametrize("table", [pd.DataFrame(), probabilities(), lit().iloc[:0]])
def test_what_has_no_lights_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="nothing to draw"):
        lights_board(table)
