"""The sampler against the Kalman filter, against integrals, and against itself."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from xhsim.analysis.monitoring.figures import FigureBounds
from xhsim.analysis.monitoring.sampler import (
    KNOWN,
    Normal,
    advance,
    corrected,
    effective_number,
    regressed,
)

DRAWS = 2000


@pytest.fixture(scope="module")
def linear():
    """Five figures that depend linearly on 40 coordinates, and what Kalman's filter says."""
    generator = np.random.default_rng(1)
    slopes = 0.15 * generator.standard_normal((5, 40))
    slopes[:, 15:] *= 0.2
    figures = FigureBounds.points([0.5, -0.4, 0.2, 0.9, -1.2], np.full(5, 0.1))
    return slopes, figures


def _kalman(slopes, figures):
    spread = slopes @ slopes.T + np.diag(figures.errors**2)
    gain = slopes.T @ np.linalg.inv(spread)
    mean, covariance = gain @ figures.low, np.eye(slopes.shape[1]) - gain @ slopes
    return mean, covariance, multivariate_normal(np.zeros(len(spread)), spread).logpdf(figures.low)


def _start(seed, width=40):
    return np.random.default_rng(seed).standard_normal((DRAWS, width))


def test_two_dates_end_where_the_kalman_filter_does(linear):
    slopes, figures = linear
    generator = np.random.default_rng(2)
    none, first, all_ = np.zeros(5), np.array([1, 1, 1, 0, 0.0]), np.ones(5)

    def forward(points):
        return points @ slopes.T

    one = advance(forward, _start(3), figures, none, first, generator)
    two = advance(forward, one.points, figures, first, all_, generator, worth=one.worth)
    mean, covariance, evidence = _kalman(slopes, figures)
    count = DRAWS * two.worth
    gaps = (two.points.mean(axis=0) - mean) / np.sqrt(np.diag(covariance) / count)
    assert np.sqrt((gaps**2).mean()) < 1.4  # 40 gaps: 1.0 give or take 0.11
    assert np.abs(gaps).max() < 4.5
    ratios = two.points.var(axis=0) / np.diag(covariance)
    assert np.abs(ratios - 1).max() < 5 * np.sqrt(2 / count)
    seen = two.seen.mean(axis=0)
    error = np.sqrt(np.diag(slopes @ covariance @ slopes.T) / count)
    assert np.abs((seen - slopes @ mean) / error).max() < 4
    assert one.log_evidence + two.log_evidence == pytest.approx(evidence, abs=0.25)
    assert two.worth > 0.5


def test_slopes_known_beforehand_speed_up_few_draws_of_many_coordinates():
    """After the first date draws hardly differ along its figures; a regression alone fails."""
    generator = np.random.default_rng(7)
    slopes = 0.3 * generator.standard_normal((9, 120))
    figures = FigureBounds.points(2 * generator.standard_normal(9), np.full(9, 0.3))
    dates = [(np.arange(9) < 3 * n).astype(float) for n in range(4)]
    worth, moves = [], []
    for known in (None, slopes):
        points = generator.standard_normal((200, 120))
        share, count = 1.0, 0
        for before, after in pairwise(dates):
            stage = advance(
                lambda z: z @ slopes.T,
                *(points, figures, before, after, generator),
                worth=share,
                slopes=known,
            )
            points, share, count = stage.points, stage.worth, count + stage.moves
        worth.append(share)
        moves.append(count)
    assert worth[1] > 0.7 > worth[0]
    assert moves[1] < moves[0]
    mean, covariance, _ = _kalman(slopes, figures)
    gaps = (points.mean(axis=0) - mean) / np.sqrt(np.diag(covariance) / (200 * share))
    assert np.sqrt((gaps**2).mean()) < 1.3


def test_wrong_slopes_do_not_change_the_distribution(linear):
    slopes, figures = linear
    generator = np.random.default_rng(8)
    wrong = slopes + 0.01 * generator.standard_normal(slopes.shape)
    stage = advance(
        lambda z: z @ slopes.T,
        *(_start(9), figures, np.zeros(5), np.ones(5), generator),
        slopes=wrong,
    )
    mean, covariance, _ = _kalman(slopes, figures)
    gaps = (stage.points.mean(axis=0) - mean) / np.sqrt(np.diag(covariance))
    assert np.sqrt((gaps**2).mean() * len(stage.points) * stage.worth) < 1.4


@pytest.mark.parametrize("draws", [5, 50])
def test_corrected_slopes_are_those_of_a_regression_on_both(draws):
    generator = np.random.default_rng(10)
    known = generator.standard_normal((2, 8))
    points, seen = generator.standard_normal((draws, 8)), generator.standard_normal((draws, 2))
    beforehand = np.sqrt(KNOWN) * np.eye(8)  # as many draws as KNOWN, that vary in each coordinate
    rows = np.vstack([beforehand, points - points.mean(axis=0)])
    both = np.vstack([beforehand @ known.T, seen - seen.mean(axis=0)])
    expected = np.linalg.lstsq(rows, both, rcond=None)[0].T
    assert corrected(known, points, seen) == pytest.approx(expected)
    lost = np.vstack([seen, [[np.nan, 1.0]]])
    again = corrected(known, np.vstack([points, np.ones((1, 8))]), lost)
    assert again == pytest.approx(expected)


def test_a_figure_that_is_replaced_is_forgotten(linear):
    slopes, figures = linear
    generator = np.random.default_rng(4)

    def forward(points):
        return points @ slopes.T

    old, new = np.array([1, 1, 0, 0, 0.0]), np.array([0, 1, 1, 0, 0.0])
    one = advance(forward, _start(5), figures, np.zeros(5), old, generator)
    two = advance(forward, one.points, figures, old, new, generator, worth=one.worth)
    mean, covariance, _ = _kalman(slopes[[1, 2]], figures.taken([1, 2]))
    error = np.sqrt(np.diag(slopes @ covariance @ slopes.T) / (DRAWS * two.worth))
    assert np.abs((two.seen.mean(axis=0) - slopes @ mean) / error).max() < 4


def test_a_curved_counterpart_with_a_floor_against_an_integral():
    """What is seen is exp(x); a figure says at least 2, with an error of 0.3."""
    figures = FigureBounds(np.array([2.0]), np.array([np.inf]), np.array([0.3]))
    stage = advance(
        lambda points: np.exp(points[:, :1]),
        _start(6, 3),
        figures,
        np.zeros(1),
        np.ones(1),
        np.random.default_rng(7),
    )
    grid = np.linspace(-8, 8, 20001)
    weights = norm.pdf(grid) * norm.sf(2.0, np.exp(grid), 0.3)
    mean = (grid * weights).sum() / weights.sum()
    spread = np.sqrt(((grid - mean) ** 2 * weights).sum() / weights.sum())
    count = DRAWS * stage.worth
    assert abs(stage.points[:, 0].mean() - mean) < 4 * spread / np.sqrt(count)
    assert stage.points[:, 0].std() == pytest.approx(spread, rel=4 / np.sqrt(2 * count))
    assert stage.log_evidence == pytest.approx(np.log(weights.sum() * (grid[1] - grid[0])), abs=0.1)


def test_a_great_surprise_is_not_refused():
    """A figure twelve standard deviations away: the draws go there, and say how unlikely it was."""
    figures = FigureBounds.points([12.0], [0.5])
    stage = advance(
        lambda points: points[:, :1],
        _start(8, 5),
        figures,
        np.zeros(1),
        np.ones(1),
        np.random.default_rng(9),
    )
    assert len(stage.exponents) > 3
    assert stage.worth > 0.5
    assert stage.points[:, 0].mean() == pytest.approx(12 / 1.25, abs=0.06)
    exact = norm.logpdf(12.0, 0, np.sqrt(1.25))
    assert stage.log_evidence == pytest.approx(exact, abs=0.05 * abs(exact))


def test_the_same_seed_gives_the_same_bits(linear):
    slopes, figures = linear

    def once():
        return advance(
            lambda points: np.tanh(points @ slopes.T),
            _start(10),
            figures,
            np.zeros(5),
            np.ones(5),
            np.random.default_rng(11),
        )

    one, two = once(), once()
    assert (one.points == two.points).all()
    assert one.log_evidence == two.log_evidence


def test_runs_that_fail_are_left_behind():
    def forward(points):
        return np.where(points[:, :1] < 0, np.nan, points[:, :1])

    stage = advance(
        forward,
        _start(12, 2),
        FigureBounds.points([0.2], [0.5]),
        np.zeros(1),
        np.ones(1),
        np.random.default_rng(13),
    )
    assert (stage.points[:, 0] >= 0).all()


def test_no_draw_can_produce_the_figures():
    with pytest.raises(ValueError, match="no draw"):
        advance(
            lambda points: np.full((len(points), 1), np.nan),
            _start(14, 2),
            FigureBounds.points([0.2], [0.5]),
            np.zeros(1),
            np.ones(1),
            np.random.default_rng(15),
        )


def test_a_normal_distribution_given_linear_figures(linear):
    slopes, figures = linear
    normal = Normal.given(slopes, np.zeros(5), figures)
    mean, covariance, _ = _kalman(slopes, figures)
    assert normal.mean == pytest.approx(mean)
    point = np.random.default_rng(16).standard_normal((3, 40))
    exact = multivariate_normal(mean, covariance).logpdf(point)
    exact -= multivariate_normal(np.zeros(40), np.eye(40)).logpdf(point)
    assert normal.log_ratio(point) == pytest.approx(exact)
    drawn = normal.drawn(20_000, np.random.default_rng(17))
    assert np.abs(np.cov(drawn.T) - covariance).max() < 0.05


def test_slopes_that_are_not_clear_are_zero():
    points = _start(18, 6)
    seen = 2 * points[:, [1]] + 3 + 0.01 * np.random.default_rng(19).standard_normal((DRAWS, 1))
    slopes, constants = regressed(points, seen)
    assert np.flatnonzero(slopes[0]).tolist() == [1]
    assert slopes[0, 1] == pytest.approx(2, abs=0.01)
    assert constants == pytest.approx([3], abs=0.01)


def test_effective_number_of_equal_and_of_single_draws():
    assert effective_number(np.zeros(7)) == pytest.approx(7)
    assert effective_number(np.array([0.0, -np.inf, -np.inf])) == 1
