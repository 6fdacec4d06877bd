"""New figures against posteriors in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.history.new_figures import effective_draws, news_weights, updated
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_a_figure_updates_a_normal_slope(linear: Study) -> None:
    """Size of 2022 is 100 + 2 g; seen as 110 within 1 %, that is g about 5 within 0.55."""
    before = linear.ensemble("baseline", draws=2**15, outputs=["size"])
    after = updated(before, {"size": {2022: 109.0}}, error=0.01)
    prior, noise = 1 / 1.6448536, 0.01 * 109 / 2
    precision = prior**-2 + noise**-2
    mean = (3 * prior**-2 + 4.5 * noise**-2) / precision
    growth = (after["size"].sel(time=2025) - 100) / 5
    assert float(growth.mean()) == pytest.approx(mean, abs=0.03)
    assert float(growth.std()) == pytest.approx(precision**-0.5, rel=0.05)
    assert after.sizes["draw"] == before.sizes["draw"]
    assert after.attrs["news"] == "size 109 in 2022"


def test_several_figures_and_elements(linear: Study) -> None:
    before = linear.ensemble("baseline", draws=4096, outputs=["size", "zone size"])
    news = {"size": {2021: 103.0, 2022: 106.0}, "zone size[South]": {2022: 14.4}}
    weights = news_weights(before, news, error=0.02)
    parts = [
        news_weights(before, {name: {year: value}}, error=0.02)
        for name, figures in news.items()
        for year, value in figures.items()
    ]
    product = np.prod(parts, axis=0)
    assert weights == pytest.approx(product / product.sum())
    assert effective_draws(weights) < 4096
    south = updated(before, news)["zone_size"].sel(zone="South", time=2022)
    assert float(south.mean()) == pytest.approx(14.4, rel=0.02)


def test_what_is_no_news_changes_nothing(linear: Study) -> None:
    before = linear.ensemble("baseline", draws=64, outputs=["size"])
    after = updated(before, {"size": {2020: 100.0}})
    assert np.array_equal(np.sort(after["size"].values, axis=0), np.sort(before["size"], axis=0))
    assert after.attrs["effective_draws"] == pytest.approx(64)


def test_attainment_takes_the_result(xuhui: Study) -> None:
    before = xuhui.ensemble("baseline", draws=1024)
    median = float(before["retail_sales"].sel(time=2022).median())
    after = updated(before, {"retail sales": {2022: median * 1.05}})
    chances = [xuhui.attainment(each)["probability"]["retail_sales"] for each in (before, after)]
    assert chances[1] > chances[0]


@pytest.mark.parametrize(
    ("news", "options", "words"),
    [
        ({"size": {2022: 300.0}}, {}, "draws are near the figures"),
        ({"size": {2022: -3.0}}, {}, "is not positive"),
        ({"size": {2035: 100.0}}, {}, "has no year 2035"),
        ({"yield": {2022: 10.0}}, {}, "which the ensemble lacks"),
        ({"zone size": {2022: 10.0}}, {}, "does not say which element"),
        ({"zone size[Suoth]": {2022: 10.0}}, {}, 'did you mean "South"'),
        ({"size": {2022: 106.0}}, {"error": 0.0}, "must be positive"),
    ],
)
def test_mistakes(
    linear: Study, news: dict[str, dict[int, float]], options: dict[str, float], words: str
) -> None:
    made = linear.ensemble("baseline", draws=512, outputs=["size", "zone size"])
    with pytest.raises(InputError) as caught:
        updated(made, news, **options)  # type: ignore[arg-type]
    assert words in str(caught.value)
