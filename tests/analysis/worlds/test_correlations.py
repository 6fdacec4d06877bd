"""Correlated draws against the closed form of the copula, and what cannot be correlated."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

from xhsim.analysis.study import Study
from xhsim.analysis.worlds.correlations import correlated
from xhsim.analysis.worlds.design import make_design
from xhsim.errors import InputError
from xhsim.study.scenarios.resolve import ResolvedScenario

DOUBT: dict[str, Any] = {"uncertain": {"idle": "90% in [0.5, 2] lognormal"}}


def resolved(study: Study, *pairs: tuple[str, str, float]) -> ResolvedScenario:
    correlations = [{"between": [one, other], "rank": rank} for one, other, rank in pairs]
    changed = study.with_scenario("x", {}, replace=True, **DOUBT, correlations=correlations)
    return changed.files.resolve("x")


def test_normal_coordinates_have_the_correlation_of_the_rank(linear: Study) -> None:
    """z2' = r z1 + sqrt(1 - r^2) z2 with r = 2 sin(pi rank / 6): Cholesky's root of two rows."""
    study = linear.with_scenario("x", {}, **DOUBT)
    design = make_design(study.files, 64, 0)
    made = correlated(resolved(study, ("growth", "idle", 0.5)), design)
    growth, idle = design.columns["growth"].start, design.columns["idle"].start
    one, other = ndtri(design.points[growth]), ndtri(design.points[idle])
    r = 2 * math.sin(math.pi / 12)
    assert ndtri(made.points[growth]) == pytest.approx(one)
    assert ndtri(made.points[idle]) == pytest.approx(r * one + math.sqrt(1 - r * r) * other)


def test_all_other_coordinates_are_unchanged(linear: Study) -> None:
    study = linear.with_scenario("x", {}, **DOUBT)
    design = make_design(study.files, 16, 0)
    made = correlated(resolved(study, ("zone growth[South]", "idle", -0.5)), design)
    south, idle = design.columns["zone growth"].start + 1, design.columns["idle"].start
    changed = (made.points != design.points).any(axis=1)
    assert set(np.flatnonzero(changed)) <= {south, idle}
    assert changed[idle]
    assert made.columns == design.columns


def test_three_correlations_that_contradict_each_other(linear: Study) -> None:
    study = linear.with_scenario("x", {}, **DOUBT)
    one = resolved(
        study,
        ("growth", "idle", 0.95),
        ("idle", "zone growth[North]", 0.95),
        ("growth", "zone growth[North]", -0.95),
    )
    with pytest.raises(InputError, match="correlations contradict each other"):
        correlated(one, make_design(study.files, 8, 0))


def test_a_parameter_without_a_prior_cannot_be_correlated(linear: Study) -> None:
    pair = {"between": ["growth", "idle"], "rank": 0.5}
    study = linear.with_scenario("x", {}, correlations=[pair])
    with pytest.raises(InputError, match='"idle" cannot be correlated: it has no prior'):
        correlated(study.files.resolve("x"), make_design(study.files, 8, 0))


def test_a_calibrated_parameter_cannot_be_correlated(xuhui: Study) -> None:
    posterior = xuhui.files.posterior
    assert posterior is not None
    design = make_design(xuhui.files, 8, 0)
    name = next(n for n, p in xuhui.parameters.items() if not p.elements and posterior.has(n, ""))
    other = next(
        n
        for n, p in xuhui.parameters.items()
        if not p.elements and p.prior is not None and not posterior.has(n, "")
    )
    study = xuhui.with_scenario("x", {}, correlations=[{"between": [name, other], "rank": 0.5}])
    with pytest.raises(InputError, match=f'"{name}" cannot be correlated: .* the posterior'):
        correlated(study.files.resolve("x"), design)
