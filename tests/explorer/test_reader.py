"""What a reader meets: a kept choice, levers that stay moved, files to save, and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.analysis.monitoring.conftest import HEADER, SIZE
from tests.analysis.studies import STRUCTURES, copy_of_study
from xhsim.analysis.opening import open_study
from xhsim.explorer.page import publish

WAIT = 60_000  # milliseconds
WIDE, PHONE = (1366, 768), (390, 844)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("reader") / "study"
    study = open_study(copy_of_study(STRUCTURES, folder, **{"model/releases.csv": HEADER + SIZE}))
    return publish(study, folder.parent / "page.html", draws=81).as_uri()


@pytest.fixture
def page_of(browser: Any, address: str) -> Iterator[Callable[[tuple[int, int]], Any]]:
    """Open the page on a screen."""
    contexts = []

    def opened(screen: tuple[int, int]) -> Any:
        width, height = screen
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.goto(address)
        page.wait_for_selector("#page[data-answered]", timeout=WAIT)
        return page

    yield opened
    for context in contexts:
        context.close()


def after(page: Any, act: Callable[[], Any]) -> str:
    """Do something that changes the choice; return what the status line then says."""
    before = int(page.get_attribute("#page", "data-answered"))
    act()
    page.wait_for_selector(f"#page:not([data-answered='{before}'])", timeout=WAIT)
    return str(page.locator("#status").text_content())


def move(page: Any, value: float) -> None:
    page.locator("[id='lever-policy']").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def test_a_kept_choice_is_compared_with_the_same_figures_known(page_of: Any) -> None:
    page = page_of(WIDE)
    after(page, lambda: page.locator("#keep").click())
    said = after(page, lambda: page.locator("#as-of").select_option("2023-01"))
    assert "(±0.0 against choice B)" in said
    assert set(page.locator("tr[data-target] > td:last-child").all_text_contents()) == {"±0"}


def test_levers_that_stay_moved_are_counted_and_taken_back_together(page_of: Any) -> None:
    page = page_of(WIDE)
    reset, count = page.locator("#reset-levers"), page.get_by_text("Levers moved:")
    assert (count.text_content(), reset.is_visible()) == ("Levers moved: 0", False)
    after(page, lambda: move(page, 2))
    after(page, lambda: page.locator("#start").select_option("programme"))
    assert (count.text_content(), reset.is_visible()) == ("Levers moved: 1", True)
    after(page, reset.click)
    assert (count.text_content(), page.locator(".lever.moved").count()) == ("Levers moved: 0", 0)
    after(page, lambda: page.locator("#undo").click())
    assert count.text_content() == "Levers moved: 1"


def test_a_file_says_what_it_does_not_hold(page_of: Any) -> None:
    page = page_of(WIDE)
    page.locator("#save").click()
    assert page.locator("a[download]").text_content() == "Download"
    note = page.get_by_text("not which figures are known (January 2023)")
    assert note.count() == 0
    after(page, lambda: page.locator("#as-of").select_option("2023-01"))
    assert note.is_visible()
    last = page.locator("#since option").last.get_attribute("value")
    after(page, lambda: page.locator("#since").select_option(last))
    after(page, lambda: page.locator("#over").select_option("3"))
    after(page, lambda: move(page, 2))
    late = page.locator("#levers .late").text_content()
    assert re.fullmatch(r"The run ends in \d+: the levers get only \d+ % of the way\.", late)
    assert late in page.locator("textarea").input_value()
    page.locator("#lang").click()
    assert page.locator("a[download]").text_content() == "下载"
    assert "在探索页面中由情景" in page.locator("textarea").input_value()


def test_on_a_phone_the_reader_finds_the_way_back(page_of: Any) -> None:
    page = page_of(PHONE)
    page.locator("[id='lever-policy']").scroll_into_view_if_needed()
    after(page, lambda: move(page, 2))
    answer = page.locator("#status .pinned")
    assert answer.is_visible()
    name = page.locator("tr.chosen .name").text_content()
    assert str(answer.text_content()).startswith(f"{name}: ")
    for control in ("#save", "tr[data-target] >> nth=-1 >> .pin"):
        page.locator(control).scroll_into_view_if_needed()
        before = page.evaluate("window.scrollY")
        page.locator(control).click()
        assert page.evaluate("window.scrollY") != before
        page.get_by_role("button", name="Back to where you were").click()
        assert page.evaluate("window.scrollY") == before
        assert page.locator("#back").count() == 0
