"""The page on which levers move: what the report allows it, and how a reader finds it."""

from __future__ import annotations

from xhsim.report.page.blocks import FileLink, Frame
from xhsim.report.page.live import POLICY, LivePage
from xhsim.report.page.words import Words
from xhsim.study.labels import Labels

TEXT = (
    '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; '
    "script-src &#39;sha256-x=&#39; &#39;wasm-unsafe-eval&#39;; style-src &#39;sha256-y=&#39;; "
    'worker-src blob:; img-src data:; base-uri &#39;none&#39;">'
)


def test_a_page_inside_runs_its_own_script_only() -> None:
    allowed = LivePage(TEXT).policy
    script, workers = "script-src 'sha256-x=' 'wasm-unsafe-eval'", "worker-src blob:"
    assert allowed == (*POLICY, script, workers)


def test_a_page_beside_changes_nothing() -> None:
    assert LivePage(TEXT, "r-levers.html").policy == POLICY


def test_the_reader_finds_it() -> None:
    words = Words("zh", Labels())
    inside, beside = (LivePage(TEXT, file).section(words) for file in (None, "r-levers.html"))
    assert inside.blocks[1] == Frame(TEXT, inside.title)
    assert beside.blocks[1] == FileLink("r-levers.html", "打开r-levers.html")
