"""The package runs as a program."""

from __future__ import annotations

import runpy
import sys

import pytest

import xhsim


def test_python_m_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["xhsim", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("xhsim", run_name="__main__")
    assert ended.value.code == 0
    assert xhsim.__version__ in capsys.readouterr().out
