"""Sampling schemes by their properties, a new scheme, and the checks of draws and seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from xhsim.analysis.study import Study
from xhsim.analysis.worlds import design
from xhsim.analysis.worlds.design import MOST_DRAWS, SCHEMES, check_draws, make_design
from xhsim.errors import InputError


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_same_seed_gives_the_same_points_of_the_open_cube(linear: Study, scheme: str) -> None:
    one, same, other = (make_design(linear.files, 256, s, scheme).points for s in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.isin(one, other).any()
    assert one.min() > 0
    assert one.max() < 1
    assert stats.kstest(one.ravel(), "uniform").pvalue > 0.01
    worst = np.abs(np.corrcoef(one) - np.eye(len(one))).max()
    assert worst < 0.3  # no two coordinates go together


@pytest.mark.parametrize("scheme", ["sobol", "independent"])
def test_more_draws_begin_with_the_same_ones(linear: Study, scheme: str) -> None:
    few, many = (make_design(linear.files, draws, 5, scheme).points for draws in (13, 200))
    assert np.array_equal(few, many[:, :13])


def test_a_latin_hypercube_uses_each_slice_once(linear: Study) -> None:
    points = make_design(linear.files, 40, 0, "latin_hypercube").points
    slices = np.sort(np.floor(points * 40).astype(int), axis=1)
    assert (slices == np.arange(40)).all()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_ensemble_is_spread_as_asked(linear: Study, scheme: str) -> None:
    made = linear.ensemble("baseline", 512, scheme=scheme)
    size = made["size"].sel(time=2025)
    assert float(size.median()) == pytest.approx(115, abs=0.5)
    assert float(size.std()) == pytest.approx(5 / stats.norm.ppf(0.95), rel=0.1)


def test_an_unknown_scheme_is_refused_with_the_nearest(linear: Study) -> None:
    with pytest.raises(InputError, match=r'sampling scheme "sobl".*did you mean "sobol"'):
        linear.ensemble("baseline", 4, scheme="sobl")


def test_one_more_scheme_is_one_function_and_one_row(
    linear: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recipe of CONTRIBUTING: no other file has to be touched."""

    def antithetic(width: int, draws: int, seed: tuple[int, ...]) -> np.ndarray:
        half = np.random.default_rng(seed).random((-(-draws // 2), width))
        return np.stack([half, 1 - half], axis=1).reshape(-1, width)[:draws].T

    monkeypatch.setattr(design, "SCHEMES", {**SCHEMES, "antithetic": antithetic})
    size = linear.ensemble("baseline", 6, scheme="antithetic")["size"].sel(time=2025).values
    # Growth is normal around 3: what one draw has more than that, its neighbour has less.
    assert (size[::2] + size[1::2]).tolist() == pytest.approx([230, 230, 230])


@pytest.mark.parametrize("draws", [0, -1, 1.5, True, "10", MOST_DRAWS + 1, None])
def test_bad_numbers_of_draws_are_refused(draws: object) -> None:
    with pytest.raises(InputError, match="draws"):
        check_draws(draws, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [-1, 0.5, True, "1", None])
def test_bad_seeds_are_refused(seed: object) -> None:
    with pytest.raises(InputError, match="the seed must be a whole number from 0"):
        check_draws(1, seed)  # type: ignore[arg-type]


def test_numpy_numbers_are_numbers(linear: Study) -> None:
    assert make_design(linear.files, np.int64(3), np.uint8(2)).draws == 3  # type: ignore[arg-type]


def test_nothing_uncertain_has_no_dimension(linear: Study) -> None:
    known = {
        name: replace(parameter, role="fixed", prior=None, shock=None)
        for name, parameter in linear.parameters.items()
    }
    files = replace(linear.files, parameters=known, scenarios={})
    design = make_design(files, 7, 0)
    assert design.points.shape == (1, 7)  # the one that would pick a row of a posterior
    assert design.columns == {}
