"""What a screen reader says, and what the keyboard reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.analysis.monitoring.conftest import HEADER, SIZE
from tests.analysis.studies import STRUCTURES, copy_of_study
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.explorer.page import publish

WAIT = 60_000  # milliseconds
NAMES = """() => {
  const text = (id) => document.getElementById(id)?.textContent ?? "";
  const seen = (each) => each.checkVisibility();
  const name = (each) => (each.getAttribute("aria-label")
    ?? each.getAttribute("aria-labelledby")?.split(" ").map(text).join(" ")
    ?? ([...(each.labels ?? [])].map((label) => label.textContent).join(" ") || each.textContent));
  const wanted = "input, select, button, textarea, a[href], summary, [role=img], [role=group]";
  const found = [...document.querySelectorAll(wanted)].filter(seen);
  return found.map((each) => [each.outerHTML, name(each)]);
}"""
SAID = """() => [...document.querySelectorAll("#page, #page *")].flatMap((each) =>
  [...each.attributes].filter(({ name }) => /^(aria-|title|alt|value)/.test(name))
    .map(({ value }) => value)).concat(document.getElementById("page").innerText, document.title)"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study with everything that a page can show."""
    folder = tmp_path_factory.mktemp("names") / "study"
    return open_study(copy_of_study(STRUCTURES, folder, **{"model/releases.csv": HEADER + SIZE}))


@pytest.fixture(scope="module")
def page(browser: Any, study: Study) -> Iterator[Any]:
    path = publish(study, study.files.folder.parent / "page.html", draws=81)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#page[data-answered]", timeout=WAIT)
    yield page
    context.close()


def test_a_month_has_the_numbers_of_a_monitoring(page: Any, study: Study) -> None:
    """The workers share each month's draws among them, also an odd number."""
    page.locator("#as-of").select_option("2023-01")
    page.wait_for_selector(".known li")
    page.wait_for_selector("#page[data-answered='2']", timeout=WAIT)
    ensemble = study.monitor("2023-01", draws=81).ensemble(every=1)
    table = study.attainment(ensemble, study.indicators)
    for name, wanted in table["probability"].items():
        shown = page.locator(f"tr[data-target={name}]").get_attribute("data-probability")
        assert float(shown) == wanted


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_has_a_name(page: Any, lang: str) -> None:
    if page.locator("html").get_attribute("lang")[:2] != lang:
        page.locator("#lang").click()
    for summary in page.locator("#levers details:not([open]) > summary").all():
        summary.click()
    page.locator("#as-of").select_option("2023-01")
    page.locator("[id='lever-policy']").press("End")
    page.locator("#code").click()
    page.wait_for_selector("#depends button")
    page.wait_for_selector("#moved button")
    for markup, name in page.evaluate(NAMES):
        assert name.strip(), markup
    for text in page.evaluate(SAID):
        assert not re.search(r"\b(null|undefined|NaN)\b|\[object", text), text


def test_the_keyboard_reaches_every_control(page: Any) -> None:
    """Tab goes through all of them, and a control that draws the page anew keeps the focus."""
    for summary in page.locator("#levers details:not([open]) > summary").all():
        summary.click()
    wanted = page.evaluate(
        "() => [...document.querySelectorAll('input, select, button, summary, textarea')]"
        ".filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)"
        ".length"
    )
    page.locator("#page").evaluate("() => document.activeElement?.blur()")
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "() => [...document.querySelectorAll('#page *')].indexOf(document.activeElement)"
            )
        )
    assert len(reached - {-1}) >= wanted
    page.locator("[id='hold-growth']").focus()
    page.keyboard.press("Space")
    focused = "() => document.activeElement.id"
    assert page.evaluate(focused) == "hold-growth"
    page.locator("[id='lever-policy']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Control+z")
    assert page.evaluate(focused) == "lever-policy"
    page.locator(".pin").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("tr:last-child .pin[aria-pressed=true]")


def test_two_charts_without_a_mouse(page: Any) -> None:
    page.locator("#two").focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelectorAll('.fan').length === 2")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelectorAll('.fan').length === 1")
