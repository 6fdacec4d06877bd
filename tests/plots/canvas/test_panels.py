"""Pages of panels: none so low that nothing can be read from it."""

from __future__ import annotations

import pytest

from xhsim.plots.canvas.panels import page_of


@pytest.mark.parametrize(("panels", "high"), [(4, 5.85), (18, 8.27)])
def test_few_panels_fit_on_a_sheet(panels: int, high: float) -> None:
    assert page_of(panels).figure.get_size_inches()[1] == pytest.approx(high)


@pytest.mark.parametrize("panels", [34, 60])
def test_a_page_of_many_panels_is_longer(panels: int) -> None:
    page = page_of(panels)
    wide, high = page.figure.get_size_inches()
    assert wide == pytest.approx(11.69)
    assert min(ax.get_position().height for ax in page) * high == pytest.approx(0.8)
    lowest, highest = page[-1].get_position(), page[0].get_position()
    assert lowest.y0 * high == pytest.approx(0.35 + 0.36)
    assert (1 - highest.y1) * high == pytest.approx(0.62 + 0.72)
