"""How long the explorer's page takes in a browser: to open, and from a slider move to new numbers.

``python benchmarks/explorer.py`` makes a page of the study that ships, opens it in Chromium, and
prints milliseconds: minimum, median and 90th percentile over moves of one slider, each awaited. For
comparison it prints the time of the same answers in Python. On Linux it prints the memory of the
page's process with its workers: the most that it had, without what an empty tab takes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import xhsim
from xhsim.explorer.page import publish

MOVES, DRAWS = 40, 1000
LEVER = "RD support"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def told(name: str, seconds: list[float]) -> None:
    """Print three quantiles in milliseconds."""
    low, middle, high = 1000 * np.quantile(seconds, [0.0, 0.5, 0.9])
    print(f"{name:<52} {low:6.0f} {middle:6.0f} {high:6.0f}", flush=True)


def in_python(study: xhsim.Study) -> None:
    """Time an ensemble and its table, each from nothing."""
    seconds = []
    for number in range(6):
        made = study.with_scenario("mine", {LEVER: 3.0 + number / 10})
        begun = time.perf_counter()
        ensemble = made.ensemble("mine", DRAWS)
        made.attainment(ensemble, made.indicators)
        made.joint(ensemble)
        seconds.append(time.perf_counter() - begun)
    told("Python: study.ensemble and study.attainment", seconds[1:])


def moves(page: Any) -> list[float]:
    """Move the slider, and wait each time for the numbers."""
    seconds = []
    for number in range(MOVES):
        answered = int(page.get_attribute("#page", "data-answered"))
        page.locator(f"[id='lever-{LEVER}']").evaluate(
            "(slider, value) => { slider.value = value;"
            " slider.dispatchEvent(new Event('input')); }",
            3.2 + number / 10,
        )
        page.wait_for_selector(f"#page[data-answered='{answered + 1}']")
        seconds.append(float(page.get_attribute("#page", "data-took")) / 1000)
    return seconds


def memory_of(browser: Any, line: str) -> float:
    """Return megabytes of all tabs: of ``VmRSS``, what they have, or ``VmHWM``, the most so far."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    total = 0.0
    for process in found:
        if process["type"] == "renderer":
            status = Path(f"/proc/{process['id']}/status").read_text(encoding="utf-8")
            total += int(status.partition(f"{line}:")[2].split()[0]) / 1024
    return total


def main() -> int:
    """Make the page and time it."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    study = xhsim.open_study()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        file = publish(study, Path(folder) / "page.html", draws=DRAWS)
        size = file.stat().st_size / 1e6
        print(f"made in {time.perf_counter() - begun:.1f} s, {size:.1f} MB")
        in_python(study)
        if path is None:
            print("there is no Chromium", file=sys.stderr)
            return 1
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            opened = []
            for _ in range(5):
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                empty = memory_of(browser, "VmRSS") if sys.platform == "linux" else 0.0
                page.goto(file.as_uri())
                page.wait_for_selector("#page[data-answered]")
                opened.append(page.evaluate("performance.now()") / 1000)
                if len(opened) < 5:
                    page.close()
            told("page: from opening to the first answer", opened)
            told("page: from a move to all that is shown", moves(page)[1:])
            if sys.platform == "linux":
                most = memory_of(browser, "VmHWM")
                print(
                    f"memory: {most - empty:.0f} MB more than an empty tab, which has {empty:.0f}"
                )
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
