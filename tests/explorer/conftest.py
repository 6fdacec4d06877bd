"""A real browser, and studies to show in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.analysis.studies import LINEAR, STRUCTURES
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Without these Chromium looks for servers of its maker, and needs a graphics card.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        if "CI" in os.environ:
            pytest.fail("CI tests the page in Chromium, and there is none")
        pytest.skip("there is no Chromium (Debian and Ubuntu: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def linear() -> Study:
    """Straight lines with normal slopes: every answer is known in closed form."""
    return open_study(LINEAR)


@pytest.fixture(scope="session")
def structured() -> Study:
    """The linear study with three structures."""
    return open_study(STRUCTURES)
