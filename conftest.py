"""Examples share one study; what takes long begins first, and is not traced for coverage."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache
from typing import Any

import pytest

import xhsim

# Tracing for coverage takes as long as the code that it traces, and libraries' code is slowed down
# too. These tests run much of the program to compare it with pages, pictures and other engines, or
# judge the study that ships. The modules have tests of their own, which are traced.
UNTRACED = (
    *("tests/docs/", "tests/notebooks/", "tests/plots/test_images.py"),
    *(f"tests/engine/test_{name}.py" for name in ("language", "against_pysd", "random_equations")),
    *(f"tests/test_{name}.py" for name in ("packaging", "recipes", "seeded")),
    *(f"tests/{name}::test_xuhui" for name in ("test_cli.py", "analysis/test_study.py")),
    "tests/analysis/history/test_calibrate.py::test_xuhui",
    "tests/analysis/outlook/test_backtest.py::test_the_bands_of_the_shipped_class_hold",
    "tests/analysis/outlook/test_outlook.py::test_what_is_stored_is_what_the_code_makes",
    "tests/analysis/policies/test_sweep.py::test_points_of_xuhui_are_single_scenarios",
    "tests/analysis/uncertainty/test_workbench.py::test_scenario_discovery_finds_what_is_known",
    "tests/analysis/validation/test_shipped_model.py",
    "tests/commands/answers/test_attain.py::test_xuhui",
    "tests/engine/compiling/test_machine_program.py::test_studies_give_the_numbers_of_numpy",
    "tests/report/files/test_model_pictures.py::test_the_pictures_are_in_step_with_the_model",
    "tests/report/page/test_page.py::test_the_study_that_ships_in_chinese",
    "tests/report/sweeps/test_run.py::test_killed",
    "tests/report/terminal/test_explain.py::test_it_says_what_the_questions_say",
    "tests/report/terminal/test_hindcast.py::test_what_is_stored_fits_the_study",
)

# Files that take longest, the longest first. A process that began one of them last would work on
# while the others have nothing left to do.
LONGEST = (
    "tests/notebooks/test_notebooks.py",
    "tests/docs/test_pages.py",
    "tests/test_packaging.py",
    "tests/report/page/test_page.py",
    "tests/analysis/validation/test_shipped_model.py",
    "tests/report/sweeps/test_run.py",
    "tests/engine/test_language.py",
    "tests/engine/test_against_pysd.py",
    "tests/engine/compiling/test_machine_program.py",
    "tests/explorer/test_page.py",
    "tests/test_seeded.py",
    "tests/plots/test_images.py",
    "tests/analysis/uncertainty/test_workbench.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace neither tests that take long nor examples.

    The mark `no_cover` would leave out a test, but not what its fixtures do for it.
    """
    takes_long = item.get_closest_marker("slow") is not None
    is_example = isinstance(item, pytest.DoctestItem)
    tracing = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if tracing is None or not (takes_long or is_example or item.nodeid.startswith(UNTRACED)):
        return (yield)
    tracing.pause()
    try:
        return (yield)
    finally:
        tracing.resume()


@cache
def _opened(*given: Any, **options: Any) -> Any:
    """Open a study once for all examples; it is never changed."""
    from xhsim.analysis.opening import open_study

    return open_study(*given, **options)


@cache
def _calibrated(**options: Any) -> Any:
    """Calibrate a study once for all examples of what is found."""
    from xhsim.analysis.history.calibrate import calibrate

    return calibrate(_opened(posterior=False), **options)


@pytest.fixture(autouse=True)
def _one_study_for_all_examples(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.setattr(xhsim, "open_study", _opened)
        if "history/calibration.py" in request.node.nodeid:
            study = _opened(posterior=False)
            monkeypatch.setattr(type(study), "calibrate", lambda _, **given: _calibrated(**given))
