"""Examples share one study; what takes long begins first, and is not traced for coverage."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import xhsim

# Tracing for coverage takes as long as the code that it traces. These tests run much of the
# program to compare it with pages, pictures and other engines. Its modules have tests of their
# own, which are traced.
UNTRACED = (
    *("tests/docs/", "tests/notebooks/", "tests/plots/test_images.py"),
    *(f"tests/engine/test_{name}.py" for name in ("language", "against_pysd", "random_equations")),
    *(f"tests/test_{name}.py" for name in ("packaging", "recipes", "seeded")),
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
    """Begin with what takes long; trace neither these tests nor examples."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))
    for item in items:
        takes_long = item.get_closest_marker("slow") is not None
        if takes_long or isinstance(item, pytest.DoctestItem) or item.nodeid.startswith(UNTRACED):
            item.add_marker(pytest.mark.no_cover)


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
