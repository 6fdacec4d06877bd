"""A real browser, and studies to show in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.analysis.studies import LINEAR, STRUCTURES
from tests.explorer.firefox import Firefox, running_firefox
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FIREFOXES = ("firefox-esr", "firefox")
# Without these Chromium looks for servers of its maker, and needs a graphics card.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    path = found_program("Chromium", BROWSERS)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Firefox, without a window."""
    path = found_program("Firefox", FIREFOXES)
    with running_firefox(path, tmp_path_factory.mktemp("firefox")) as started:
        yield started


def found_program(name: str, programs: tuple[str, ...]) -> str:
    """Return the path of a browser; without one, skip the test."""
    path = next(filter(None, map(shutil.which, programs)), None)
    if path is None:
        if "CI" in os.environ:
            pytest.fail(f"CI tests the page in {name}, and there is none")
        pytest.skip(f"there is no {name} (Debian: apt install {programs[0]})")
    return path


@pytest.fixture(scope="session")
def linear() -> Study:
    """Straight lines with normal slopes: every answer is known in closed form."""
    return open_study(LINEAR)


@pytest.fixture(scope="session")
def structured() -> Study:
    """The linear study with three structures."""
    return open_study(STRUCTURES)
