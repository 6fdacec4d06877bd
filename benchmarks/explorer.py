"""How long it takes from the move of a slider to the new probabilities, here and in a browser.

``python benchmarks/explorer.py`` prints milliseconds: minimum, median and 90th percentile over
moves of one slider, each awaited. The first figures are those of the widgets alone, the last those
that a visitor sees: from the key that moves the slider to the new table on the page.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time

import numpy as np

import xhsim
from xhsim.analysis.policies.live_ensemble import LiveEnsemble
from xhsim.study.scenarios.scenario import make_scenario

MOVES, DRAWS = 40, 1000
LEVER, TARGET = "RD support", "rd_intensity"


def told(name: str, seconds: list[float]) -> None:
    low, middle, high = 1000 * np.quantile(seconds, [0.0, 0.5, 0.9])
    print(f"{name:<44} {low:6.0f} {middle:6.0f} {high:6.0f}", flush=True)


def ensembles(study: xhsim.Study) -> None:
    """Time what there was before: an ensemble and its table, each from nothing."""
    seconds = []
    for number in range(5):
        made = study.with_scenario("mine", {LEVER: 3.0 + number / 10})
        begun = time.perf_counter()
        ensemble = made.ensemble("mine", DRAWS)
        made.attainment(ensemble, made.indicators)
        made.joint(ensemble)
        seconds.append(time.perf_counter() - begun)
    told("study.ensemble and study.attainment", seconds)


def live(study: xhsim.Study) -> None:
    ensemble = LiveEnsemble(study, DRAWS)
    ensemble.compile(["baseline"])
    seconds = []
    for number in range(MOVES):
        to = {"ramp": {"from": 2021, "until": 2022, "to": 3.0 + number / 10}}
        scenario = make_scenario("mine", {LEVER: to})
        begun = time.perf_counter()
        ensemble.ask(scenario)
        seconds.append(time.perf_counter() - begun)
    told("an answer: ensemble, table, joint", seconds[1:])


def widgets(study: xhsim.Study) -> None:
    explorer = xhsim.explore(study, draws=DRAWS)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name == "compile":
            thread.join()
    seconds = []
    for number in range(MOVES):
        begun = time.perf_counter()
        explorer.move(LEVER, 3.2 + number / 10)
        explorer.settle()
        seconds.append(time.perf_counter() - begun)
    explorer.close()
    told("widgets: from a move to all that is shown", seconds[1:])


# Presses a key, and resolves when the table has been replaced.
PRESS = """([row]) => new Promise(done => {
  const table = document.querySelector(row).closest(".widget-html-content");
  const handle = document.activeElement, begun = performance.now();
  const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now() - begun); });
  seen.observe(table, {childList: true, subtree: true});
  handle.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
})"""


def browser() -> None:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        print("there is no Chromium: the page was not timed")
        return
    from playwright.sync_api import sync_playwright

    options = ("--no-browser", "--port", "0", "--draws", str(DRAWS))
    command = [sys.executable, "-m", "xhsim.cli", "explore", *options]
    with (
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server,
        sync_playwright() as playwright,
    ):
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        window = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = window.new_page(viewport={"width": 1366, "height": 768})
        page.goto(found.group(0))
        row = f"tr[data-target='{TARGET}']"
        page.wait_for_selector(row, timeout=60_000)
        page.wait_for_timeout(15_000)  # until the model is compiled
        lever = page.locator(".widget-hbox", has=page.get_by_text("R&D support", exact=True))
        lever.last.locator(".noUi-handle").focus()
        seconds = [page.evaluate(PRESS, [row]) / 1000 for _ in range(MOVES)]
        window.close()
        server.terminate()
    told("page: from a key to the new table", seconds[1:])


def main() -> None:
    study = xhsim.open_study()
    print(f"{DRAWS:,} draws, milliseconds {'':<20} least median   90 %")
    ensembles(study)
    live(study)
    widgets(study)
    browser()


if __name__ == "__main__":
    main()
