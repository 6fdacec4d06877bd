"""The map of rules: a line for each set of rules, as thick as its share."""

from __future__ import annotations

import pytest
from matplotlib.collections import PolyCollection

from tests.analysis.pathways.test_pathway_map import of
from xhsim import plots
from xhsim.plots.policies.pathway_chart import THICK

FOUND = of(
    first=([2023.0, 2024.25], [[0, 1], [1, 1], [1, 0], [0, 0], [0, 0]]),
    second=([2024.25], [[0], [0], [1], [0], [0]]),
)


def _heights(gid: str, at: float) -> list[float]:
    """Return the thickness of all bands of a kind at a place."""
    ax = plots.pathway_chart(FOUND)
    found = []
    for band in ax.collections:
        if isinstance(band, PolyCollection) and band.get_gid() == gid:
            box = band.get_paths()[0].get_extents()
            if box.x0 <= at <= box.x1:
                found.append(box.height)
    return sorted(found)


def test_lines_are_as_thick_as_their_shares() -> None:
    assert _heights("line", 0.5) == pytest.approx([THICK])
    assert _heights("line", 1.9) == pytest.approx([0.4 * THICK, 0.6 * THICK])
    assert _heights("line", 2.9) == pytest.approx([0.2 * THICK, 0.4 * THICK, 0.4 * THICK])


def test_texts_and_stations() -> None:
    ax = plots.pathway_chart(FOUND, title="A map")
    texts = [text.get_text() for text in ax.texts]
    assert {"A map", "No rule acts", "First", "Second"} <= set(texts)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2023", "2024-04"]
    stations = [line for line in ax.lines if line.get_gid() == "station"]
    assert len(stations) == 3  # at both checks, with what acts between them


@pytest.mark.usefixtures("chinese_font")
def test_in_chinese() -> None:
    texts = [text.get_text() for text in plots.pathway_chart(FOUND, lang="zh").texts]
    assert "无规则启动" in texts
    assert "哪些规则在何时启动" in texts
