"""The histogram of places in forecasts, and coverage by years ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xhsim.analysis.history.hindcast import HindcastResult
from xhsim.plots import hindcast_scores_page
from xhsim.plots.canvas.pictures import Page


def result() -> HindcastResult:
    pit = np.array([0.01, 0.02, 0.35, 0.5, 0.55, 0.97])
    table = pd.DataFrame({"pit": pit, "horizon": [1, 1, 1, 1, 2, 2]}).assign(
        structure="model",
        origin=[2018, 2018, 2018, 2019, 2019, 2019],
        series="size",
        inside_50=(pit > 0.25) & (pit < 0.75),
        inside_90=(pit > 0.05) & (pit < 0.95),
        **dict.fromkeys(["model", "last_growth", "last_growth_spread", "mean_growth"], 1.0),
    )
    return HindcastResult(table, pd.DataFrame(), pd.DataFrame(), {"model": 1.0}, (), 100, 3)


@pytest.fixture(scope="module")
def page() -> Page:
    return hindcast_scores_page(result())


def test_bars_are_shares_of_the_figures(page: Page) -> None:
    heights = [bar.get_height() for bar in page[0].patches]  # type: ignore[attr-defined]
    assert heights == pytest.approx([100 / 6 * n for n in (2, 0, 0, 1, 0, 2, 0, 0, 0, 1)])


def test_dots_are_shares_by_years_ahead(page: Page) -> None:
    dots = {line.get_gid(): np.asarray(line.get_ydata()).tolist() for line in page[1].lines}
    assert dots["inside_50"] == [50, 50]
    assert dots["inside_90"] == [50, 50]
    assert [text.get_text() for text in page[1].get_xticklabels()] == ["1\nn = 4", "2\nn = 2"]


def test_origins_and_draws_are_written(page: Page) -> None:
    title, source = (text.get_text() for text in page.figure.texts)
    assert "2018 to 2019" in title
    assert source.startswith("6 published figures")
    assert source.endswith("100 draws, seed 3")


def test_in_chinese() -> None:
    page = hindcast_scores_page(result(), lang="zh")
    texts = [text.get_text() for ax in page for text in ax.texts]
    texts += [text.get_text() for text in page.figure.texts]
    assert any("预测区间" in text for text in texts)
    assert not any("forecast" in text for text in texts)
