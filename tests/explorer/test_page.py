"""The page as a reader has it: a file, opened in a real browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.analysis.studies import copy_of_linear
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.explorer.content import PageContent, page_content
from xhsim.explorer.page import BUILT, page_text, publish
from xhsim.explorer.server import make_server
from xhsim.report.page.live import LivePage
from xhsim.report.page.page import write_report
from xhsim.study.scenarios.scenario import read_scenario

DRAWS = 200
WAIT = 60_000  # milliseconds
HOSTILE = "</script><img src=x onerror=alert(1)>\"'‮"


# Put before the page's script: it keeps what workers answer to a choice, and says it when asked.
LISTENER = """{
  const [Given, kept, workers] = [window.Worker, {}, []];
  window.Worker = function (url) {
    const [worker, choices] = [new Given(url), {}];
    const [ask, place] = [worker.postMessage.bind(worker), workers.push(worker) - 1];
    worker.postMessage = (question) => {
      choices[question.id] = JSON.stringify(question.choice?.levers);
      ask(question);
    };
    worker.addEventListener("message", ({ data: { id, answer } }) => {
      if (answer.series) (kept[choices[id]] ??= [])[place] = answer.series;
    });
    return worker;
  };
  document.addEventListener("tell", () => {
    const plain = (series) =>
      Object.fromEntries(Object.entries(series).map(([key, row]) => [key, [...row]]));
    const { wanted } = document.body.dataset;
    document.body.dataset.kept = JSON.stringify(kept[wanted].map(plain));
  });
}
"""


class Visit:
    """A page that has been opened, and what its console said."""

    def __init__(
        self, browser: Any, address: str | None, width: int = 1366, height: int = 768
    ) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.goto, self.evaluate = self.page.goto, self.page.evaluate
        if address is not None:
            self.goto(address)
            self.page.wait_for_selector("#page[data-answered]", timeout=WAIT)

    def probabilities(self) -> dict[str, float]:
        rows = self.page.locator("tr[data-target]")
        said: dict[str, str] = rows.evaluate_all(
            "rows => Object.fromEntries("
            "rows.map(row => [row.dataset.target, row.dataset.probability]))"
        )
        return {name: float(text) for name, text in said.items()}

    def after(self, act: Any) -> dict[str, float]:
        """Do something that changes the choice; return the probabilities it leads to."""
        before = int(self.page.get_attribute("#page", "data-answered"))
        act()
        # Not the next number: a slow browser may never show it before the one that follows.
        self.page.wait_for_selector(f"#page:not([data-answered='{before}'])", timeout=WAIT)
        return self.probabilities()

    def press(self, keys: str, lever: str | None = None) -> dict[str, float]:
        """Press keys, on a slider if it is named."""
        slider = self.page.locator("body" if lever is None else f"[id='lever-{lever}']")
        self.after(lambda: slider.press(keys))
        self.page.wait_for_timeout(500)  # a key on a slider asks twice: it moves, and has moved
        return self.probabilities()

    def slide(self, lever: str, value: float) -> dict[str, float]:
        """Drag a slider and let go."""
        return self.after(
            lambda: self.page.locator(f"[id='lever-{lever}']").evaluate(
                "(slider, value) => { slider.value = value;"
                " slider.dispatchEvent(new Event('input')); }",
                value,
            )
        )


@contextmanager
def serving(study: Study, page: str) -> Iterator[str]:
    """Serve a page, as `xhsim explore` does; yield its address."""
    made = make_server(study, page, port=0)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    try:
        yield made.address
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


def said(study: Study, scenario: str, **options: Any) -> dict[str, float]:
    table = study.attainment(study.ensemble(scenario, DRAWS, **options), study.indicators)
    return {str(name): float(share) for name, share in table["probability"].items()}


@pytest.fixture(scope="module")
def content(xuhui: Study) -> PageContent:
    """What a page of the study that ships contains."""
    return page_content(xuhui, ["baseline", "plan", "rd-push"], draws=DRAWS)


@pytest.fixture(scope="module")
def file(content: PageContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of the study that ships."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page_text(content), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(browser: Any, file: Path) -> Iterator[Visit]:
    visit = Visit(browser, file.as_uri())
    yield visit
    visit.context.close()


@pytest.fixture
def visit(opened: Visit) -> Iterator[Visit]:
    """A page as it is when it has just been opened, and that does not complain."""
    opened.page.goto("about:blank")
    opened.page.goto(opened.asked[0])
    opened.page.wait_for_selector("#page[data-answered]", timeout=WAIT)
    yield opened
    assert opened.complaints == []
    assert {url.partition(":")[0] for url in opened.asked} <= {"file", "blob", "data", "about"}


def test_a_moved_lever_shows_what_python_says(visit: Visit, xuhui: Study) -> None:
    assert visit.probabilities() == said(xuhui, "baseline")
    found = visit.slide("RD support", 5.0)
    moved = {"RD support": {"ramp": {"from": 2021, "until": 2022, "to": 5.0}}}
    assert found == said(xuhui.with_scenario("mine", moved), "mine")


def test_the_keyboard_moves_levers_and_undoes(visit: Visit) -> None:
    before = visit.probabilities()
    moved = visit.press("End", "RD support")
    assert moved != before
    assert visit.press("Control+z") == before
    assert visit.press("Control+y") == moved


def test_a_link_opens_the_same_choice(visit: Visit, browser: Any) -> None:
    page = visit.page
    visit.after(lambda: page.locator("#start").select_option("plan"))
    found = visit.slide("RD support", 8.0)
    page.wait_for_timeout(300)  # the address follows when the reader rests
    other = Visit(browser, page.url)
    assert other.probabilities() == found
    assert other.page.locator("#start").input_value() == "plan"
    assert other.complaints == []
    other.context.close()


@pytest.fixture(scope="module")
def doors(
    content: PageContent, file: Path, xuhui: Study, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The addresses of the page: of a file, and of a server, whose page tells its numbers."""
    built = tmp_path_factory.mktemp("listening") / "built"
    shutil.copytree(str(BUILT), built)
    script = built / "page.js"
    script.write_text(LISTENER + script.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xhsim.explorer.page.BUILT", built)
        listening = page_text(content, saves=True)
    with serving(xuhui, listening) as address:
        yield {"file": file.as_uri(), "server": address}


@pytest.fixture(scope="module")
def moved(xuhui: Study, content: PageContent) -> tuple[dict[str, float], xr.Dataset]:
    """What Python says after a lever has been moved."""
    change = {"RD support": {"ramp": {"from": 2021, "until": 2022, "to": 5.0}}}
    study = xuhui.with_scenario("mine", change)
    outputs = [output["key"] for output in content.record["manifest"]["outputs"]]
    return said(study, "mine"), study.ensemble("mine", DRAWS, outputs=outputs)


@pytest.mark.parametrize("door", ["file", "server"])
@pytest.mark.parametrize("name", ["browser", "firefox"])
def test_browsers_show_the_same_and_ask_for_nothing(
    name: str, door: str, doors: dict[str, str], moved: Any, request: pytest.FixtureRequest
) -> None:
    browser = request.getfixturevalue(name)
    tab = browser if name == "firefox" else Visit(browser, None)
    tab.goto(doors[door])
    wait_for(tab, "#page[data-answered='1']")
    tab.evaluate(
        "[document.getElementById('lever-RD support')].map((slider) => {"
        " slider.value = 5; slider.dispatchEvent(new Event('input')); })"
    )
    wait_for(tab, "#page[data-answered='2']")
    probabilities, ensemble = moved
    rows = "[...document.querySelectorAll('tr[data-target]')]"
    shown = tab.evaluate(f"{rows}.map((row) => [row.dataset.target, row.dataset.probability])")
    assert {target: float(text) for target, text in shown} == probabilities
    if door == "server":
        tab.evaluate("document.body.dataset.wanted = '{\"RD support\":5}'")
        tab.evaluate("document.dispatchEvent(new Event('tell'))")
        compare_series(json.loads(tab.evaluate("document.body.dataset.kept")), ensemble)
    assert tab.complaints == []
    own = {"blob:", "data:", "about:", f"{doors[door].partition('?')[0]}"}
    assert [url for url in tab.asked if not url.startswith(tuple(own))] == []


def wait_for(tab: Any, selector: str) -> None:
    """Wait until the page has an element."""
    until = time.monotonic() + WAIT / 1000
    while not tab.evaluate(f'document.querySelector("{selector}") !== null'):
        assert time.monotonic() < until, f"{selector}: {tab.complaints}"
        time.sleep(0.05)


def compare_series(parts: list[dict[str, list[float]]], ensemble: xr.Dataset) -> None:
    """Check what each worker has found for its draws."""
    assert len(parts[0]) > len(ensemble) / 2
    for key in parts[0]:
        data = ensemble[key]
        inner = [dim for dim in data.dims if dim not in ("time", "draw")]
        expected = np.asarray(data.transpose("time", *inner, "draw")).reshape(-1, DRAWS)
        rows = [np.array(part[key], dtype=float).reshape(len(expected), -1) for part in parts]
        np.testing.assert_allclose(np.hstack(rows), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("address", ["#nonsense", "#e30", "#eyJzdGFydCI6InRoZWlycyJ9"])
def test_a_damaged_link_opens_the_start(browser: Any, file: Path, address: str) -> None:
    visit = Visit(browser, file.as_uri() + address)
    assert visit.page.locator("#start").input_value() == "baseline"
    assert visit.complaints == []
    visit.context.close()


def test_a_saved_file_gives_the_same(visit: Visit, xuhui: Study, tmp_path: Path) -> None:
    page = visit.page
    visit.after(lambda: page.locator("#start").select_option("rd-push"))
    found = visit.slide("cluster support[Digital]", 2.0)
    page.locator("#save").click()
    with page.expect_download() as saving:
        page.locator("a[download]").click()
    path = tmp_path / "my-scenario.yaml"
    saving.value.save_as(path)
    kept = xuhui.with_scenario(read_scenario(path))
    assert said(kept, "my-scenario") == found
    page.locator("#code").click()
    code = page.locator("textarea").input_value()
    assert '"cluster support[Digital]": {"ramp": {"from": 2021, "until": 2022, "to": 2}}' in code


def test_the_other_language_has_all_words(visit: Visit) -> None:
    page = visit.page
    page.locator("#lang").click()
    page.locator("summary").first.click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    words = re.findall(r"[A-Za-z]{4,}", page.locator("#page").inner_text())
    assert set(words) <= {"English"}


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_page_fits_a_screen(browser: Any, file: Path, width: int, height: int) -> None:
    visit = Visit(browser, file.as_uri(), width, height)
    wide = visit.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "nothing has to be scrolled sideways"
    last = visit.page.locator("tr[data-target]").last.bounding_box()
    assert last["y"] + last["height"] <= height, "all indicators are seen at once"
    visit.context.close()


def test_on_a_phone_the_answer_stays_in_sight(browser: Any, file: Path) -> None:
    visit = Visit(browser, file.as_uri(), 390, 844)
    wide = visit.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    visit.page.locator(".lever input[type=range]").nth(20).evaluate(
        "slider => slider.scrollIntoView({block: 'center'})"
    )
    top = visit.page.locator("#status").bounding_box()["y"]
    assert 0 <= top < 60
    visit.context.close()


def test_every_control_has_a_name(visit: Visit) -> None:
    names = visit.page.evaluate(
        """() => [...document.querySelectorAll("input, select, button, textarea, output")]
          .filter((each) => each.tagName !== "OUTPUT" && each.offsetParent !== null)
          .map((each) => each.getAttribute("aria-label") || each.textContent.trim()
            || [...(each.labels ?? [])].map((label) => label.textContent).join(" "))"""
    )
    assert names
    assert all(name and name != "null" for name in names)


def test_the_page_is_small_and_allows_only_itself(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert file.stat().st_size < 6_000_000
    policy = re.search(r'Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    allowed = policy[1].replace("&#39;", "'")
    assert allowed.startswith("default-src 'none'; ")
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}' 'wasm-unsafe-eval'" in allowed
    assert "http" not in allowed
    assert "unsafe-inline" not in allowed


def hostile(record: Any) -> Any:
    """Put HTML before every text that a reader sees."""
    if isinstance(record, list):
        return [hostile(each) for each in record]
    if not isinstance(record, dict):
        return record
    return {
        key: HOSTILE + each if key in ("en", "zh") and isinstance(each, str) else hostile(each)
        for key, each in record.items()
    }


def test_every_text_is_shown_as_text(browser: Any, content: PageContent, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    changed = replace(content, record=hostile(content.record))
    file.write_text(page_text(changed, saves=True), encoding="utf-8")
    visit = Visit(browser, file.as_uri())
    visit.slide("RD support", 5.0)
    visit.page.locator("#moved table").wait_for()
    visit.page.locator("#code").click()
    for part in ("levers", "table", "status", "charts", "moved", "budget", "zones", "conditions"):
        assert HOSTILE in visit.page.locator(f"#{part}").text_content(), part
    assert visit.page.locator("img").count() == 0
    assert visit.complaints == []
    visit.context.close()


def test_a_report_contains_the_page(browser: Any, tmp_path: Path) -> None:
    """And what a hostile study says is text in both."""
    labels = {"elements": {"South": HOSTILE}, "groups": {"growth": HOSTILE}}
    folder = copy_of_linear(
        tmp_path / "study",
        **{
            "model/labels.yaml": json.dumps(
                {
                    kind: {key: {"en": each, "zh": each} for key, each in named.items()}
                    for kind, named in labels.items()
                },
                ensure_ascii=False,
            ),
        },
    )
    for name in ("model/parameters.yaml", "model/targets.yaml", "scenarios/programme.yaml"):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for label in ("Programme", "Size"):
            text = text.replace(f"{{en: {label},", f"{{en: {json.dumps(HOSTILE)},")
        for free in ("made up", "table 1", "One unit a year more from 2023."):
            text = text.replace(f": {free}", f": {json.dumps(HOSTILE)}")
            text = text.replace(json.dumps(free), json.dumps(HOSTILE))
        path.write_text(text, encoding="utf-8")
    study = open_study(folder)
    inner = page_text(page_content(study, ["programme"], draws=16))
    file = write_report(
        study, ["programme"], tmp_path / "report.html", draws=16, live=LivePage(inner)
    )
    visit = Visit(browser, None)
    visit.goto(file.as_uri())
    visit.page.locator("#live").scroll_into_view_if_needed()
    frame = visit.page.frame_locator("iframe")
    frame.locator("#page[data-answered]").wait_for(timeout=WAIT)
    assert HOSTILE in frame.locator("#levers").text_content()
    assert HOSTILE in frame.locator("tr[data-target=size]").text_content()
    assert HOSTILE in visit.page.locator("#attainment").text_content()
    assert frame.locator("img").count() == visit.page.locator("img").count() == 0
    assert visit.complaints == []
    assert {url.partition(":")[0] for url in visit.asked} <= {"file", "blob", "data", "about"}
    visit.context.close()


def test_a_served_page_saves_into_the_study(browser: Any, tmp_path: Path) -> None:
    study = open_study(copy_of_linear(tmp_path / "study"))
    with serving(study, page_text(page_content(study, draws=16), saves=True)) as address:
        visit = Visit(browser, address)
        visit.slide("policy", 2.0)
        visit.page.locator("#save").click()
        visit.page.get_by_role("button", name="Save into the study").click()
        visit.page.get_by_text("Saved as scenarios/my-scenario.yaml").wait_for()
    path = study.files.folder / "scenarios" / "my-scenario.yaml"
    assert read_scenario(path).changes[0].shape.levels == (2.0,)
    assert visit.complaints == []
    visit.context.close()


def test_only_html_files_are_written(linear: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an HTML file"):
        publish(linear, tmp_path / "page.txt")
    with pytest.raises(InputError, match='did you mean "programme"'):
        publish(linear, tmp_path / "page.html", ["program"], draws=16)
    assert list(tmp_path.iterdir()) == []
