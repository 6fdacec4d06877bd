"""The explorer as a visitor has it: a real server, a real browser."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from xhsim.analysis.study import Study
from xhsim.study.scenarios.scenario import read_scenario

DRAWS = 200
ROW = "tr[data-target='{}']"
STEPS = 4  # from 3 to 5
WAIT = 60_000  # milliseconds


class Visit:
    """A page that has been opened, and what its console said."""

    def __init__(self, browser: Any, address: str, width: int = 1366, height: int = 768) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url))
        self.page.goto(address)
        self.page.wait_for_selector(ROW.format("rd_intensity"), timeout=WAIT)

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def leave(self) -> None:
        """Close the page as a visitor does, which ends its process."""
        self.page.close(run_before_unload=True)
        self.context.close()

    def probabilities(self) -> dict[str, float]:
        rows = self.page.locator("tr[data-target]")
        said: dict[str, str] = rows.evaluate_all(
            "rows => Object.fromEntries("
            "rows.map(row => [row.dataset.target, row.dataset.probability]))"
        )
        return {name: float(text) for name, text in said.items()}

    def wait_for(self, target: str, probability: float) -> None:
        """Wait until a probability is shown."""
        self.page.wait_for_function(
            "([row, wanted]) => document.querySelector(row).dataset.probability === wanted",
            arg=[ROW.format(target), f"{probability:.6g}"],
            timeout=WAIT,
        )

    def slider(self, lever: str) -> Any:
        row = self.page.locator(".widget-hbox", has=self.page.get_by_text(lever, exact=True))
        return row.last.locator(".noUi-handle")


@cache
def _said(study: Study, scenario: str) -> dict[str, float]:
    table = study.attainment(study.ensemble(scenario, DRAWS), study.indicators)
    return {str(name): float(f"{share:.6g}") for name, share in table["probability"].items()}


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve("--draws", str(DRAWS))


@pytest.fixture(scope="module")
def opened(browser: Any, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.leave()


@pytest.fixture
def visit(opened: Visit, xuhui: Study) -> Iterator[Visit]:
    """A page as it is when it has just been opened, and that does not complain."""
    opened.page.get_by_role("button", name="English").click()
    opened.page.locator("select").first.select_option(index=0)
    opened.page.get_by_role("button", name="Back to the start").click()
    opened.wait_for("rd_intensity", _said(xuhui, "baseline")["rd_intensity"])
    yield opened
    assert opened.complaints == []


def test_a_slider_moved_by_keys_shows_what_the_api_says(
    visit: Visit, xuhui: Study, tmp_path: Path
) -> None:
    page = visit.page
    assert visit.probabilities() == _said(xuhui, "baseline")
    handle = visit.slider("R&D support")
    handle.focus()
    for _ in range(STEPS):
        page.keyboard.press("ArrowRight")
    moved = {"RD support": {"ramp": {"from": 2021, "until": 2022, "to": 5.0}}}
    mine = xuhui.with_scenario("mine", moved)
    wanted = _said(mine, "mine")
    visit.wait_for("rd_intensity", wanted["rd_intensity"])
    assert visit.probabilities() == wanted
    assert wanted["rd_intensity"] > _said(xuhui, "baseline")["rd_intensity"]
    assert float(handle.get_attribute("aria-valuenow")) == 5.0

    # Saved, it is a scenario file that says the same.
    name = page.get_by_label("Name")
    name.fill("more-research")
    name.press("Enter")
    page.wait_for_selector("a[download='more-research.yaml']")
    with page.expect_download() as saving:
        page.locator("a[download]").click()
    saved = tmp_path / saving.value.suggested_filename
    saving.value.save_as(saved)
    assert saved.name == "more-research.yaml"
    kept = xuhui.with_scenario(read_scenario(saved))
    assert _said(kept, "more-research") == wanted

    # Copied, it is code that names the same.
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Copy as code").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    code = page.evaluate("() => navigator.clipboard.readText()")
    assert 'study.with_scenario("more-research", {\n    "RD support": {' in code
    assert f"draws={DRAWS}, seed=0" in code

    page.get_by_role("button", name="Back to the start").click()
    visit.wait_for("rd_intensity", _said(xuhui, "baseline")["rd_intensity"])


def test_a_scenario_to_start_from_and_the_other_language(visit: Visit, xuhui: Study) -> None:
    page = visit.page
    page.get_by_label("Start from").select_option(label="R&D push")
    wanted = _said(xuhui, "rd-push")
    visit.wait_for("rd_intensity", wanted["rd_intensity"])
    assert visit.probabilities() == wanted
    page.get_by_role("button", name="中文").click()
    page.get_by_text("亿元/年，当年价格").wait_for()  # what is written last
    assert visit.probabilities() == wanted
    words = re.findall(r"[A-Za-z]{4,}", page.locator(".xhsim-explorer").inner_text())
    assert set(words) <= {"English", "scenarios", "scenario"}


def test_a_lever_tells_what_it_is_a_hover_away(visit: Visit, xuhui: Study) -> None:
    told = visit.page.locator(".xhsim-lever").nth(1).get_attribute("title")
    for words in ("R&D support", "history 3, plan 5", "Unit: ", "Range: 0 to 20", "Cost: "):
        assert words in told
    assert xuhui.parameters["RD support"].source in told


def test_the_chosen_indicator_is_drawn(visit: Visit) -> None:
    page = visit.page
    before = page.locator("svg.xhsim-fan title").text_content()
    page.locator("select").nth(1).select_option(label="High-tech enterprises")
    page.wait_for_function(
        "was => document.querySelector('svg.xhsim-fan title').textContent !== was", arg=before
    )
    assert page.locator("svg.xhsim-fan title").text_content().startswith("High-tech enterprises")
    assert page.locator("tr.chosen").get_attribute("data-target") == "high_tech_firms"


def test_visitors_do_not_see_each_other(visit: Visit, browser: Any, address: str) -> None:
    other = Visit(browser, address)
    before = other.probabilities()
    visit.slider("R&D support").focus()
    visit.page.keyboard.press("End")
    visit.page.wait_for_function(
        "([row, was]) => document.querySelector(row).dataset.probability !== was",
        arg=[ROW.format("rd_intensity"), f"{before['rd_intensity']:.6g}"],
        timeout=WAIT,
    )
    other.page.wait_for_timeout(500)
    assert other.probabilities() == before
    assert float(other.slider("R&D support").get_attribute("aria-valuenow")) == 3.0
    assert other.complaints == []
    other.leave()


def test_the_page_fits_a_laptop_and_is_all_from_this_machine(visit: Visit) -> None:
    page = visit.page
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "nothing has to be scrolled sideways"
    last = page.locator("tr[data-target]").last.bounding_box()
    assert last["y"] + last["height"] <= 768, "all indicators are seen at once"
    names = page.evaluate("() => performance.getEntriesByType('resource').map(e => e.name)")
    hosts = {urllib.parse.urlsplit(name).netloc for name in names}
    assert hosts - {""} == {urllib.parse.urlsplit(page.url).netloc}


@pytest.mark.parametrize("path", ["", "api/kernels", "api/contents", "voila/files/explorer.ipynb"])
def test_strangers_are_turned_away(address: str, path: str) -> None:
    """Who does not know the token is asked for it, or refused."""
    plain = address.partition("?")[0]
    try:
        with urllib.request.urlopen(plain + path) as answer:
            code, place, text = answer.status, answer.url, answer.read().decode()
    except urllib.error.HTTPError as refused:
        code, place, text = refused.code, refused.url, ""
    assert code in (403, 404) or urllib.parse.urlsplit(place).path == "/login"
    assert "xhsim" not in text


def test_the_page_cannot_run_code(visit: Visit) -> None:
    """Not even with a token: a request to run code, sent to the page's own process, is refused."""
    config = json.loads(visit.page.locator("#jupyter-config-data").text_content())
    kernel = config["kernelId"]
    answered = visit.page.evaluate(
        """async kernel => {
          const place = `ws://${location.host}/api/kernels/${kernel}/channels?session_id=x`;
          const socket = new WebSocket(place);
          await new Promise((done, failed) => { socket.onopen = done; socket.onerror = failed; });
          const heard = [];
          socket.onmessage = event => heard.push(
            typeof event.data === "string" ? JSON.parse(event.data).msg_type : "binary");
          const send = (msg_type, content, msg_id) => socket.send(JSON.stringify({
            channel: "shell", buffers: [], metadata: {}, parent_header: {}, content,
            header: {msg_id, msg_type, session: "x", username: "x", version: "5.3"}}));
          const code = "raise SystemExit('run by the page')";
          send("execute_request", {code, silent: false, store_history: false,
            user_expressions: {}, allow_stdin: false, stop_on_error: true}, "1");
          send("kernel_info_request", {}, "2");
          for (let i = 0; i < 100 && !heard.includes("kernel_info_reply"); i++)
            await new Promise(done => setTimeout(done, 100));
          socket.close();
          return heard;
        }""",
        kernel,
    )
    assert "kernel_info_reply" in answered, "the process answers what it may answer"
    assert not {"execute_reply", "execute_input", "error", "execute_result"} & set(answered)
