"""The command `explore`: mistakes are reported before a page is served."""

from __future__ import annotations

import pytest

from xhsim import cli


def test_what_is_wrong_is_said_before_a_page_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explore", "plann", "--no-browser"]) == 2
    assert 'unknown scenario "plann"' in capsys.readouterr().err
    assert cli.main(["explore", "--draws", "0", "--no-browser"]) == 2
    assert cli.main(["explore", "--port", "70000", "--no-browser"]) == 2
    assert "port 70000 cannot be used" in capsys.readouterr().err
