"""The progress bar: only on a terminal, and on request."""

from __future__ import annotations

import pytest

from xhsim.report.terminal.progress import progress_bar


@pytest.mark.parametrize("quiet", [True, False])
def test_nothing_is_printed_where_there_is_no_terminal(
    quiet: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress_bar(quiet) as bar:
        task = bar.add_task("draws", total=10)
        bar.advance(task, 4)
        assert bar.tasks[0].completed == 4
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_the_task(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar(quiet=False) as bar:
        bar.add_task("calibrating", total=10)
        bar.refresh()
    out, err = capsys.readouterr()
    assert out == ""
    assert "calibrating" in err
