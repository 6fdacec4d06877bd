"""What code is compiled for decides its names, widths and blocks, never its numbers."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import llvmlite.binding as binding
import numpy as np
import pytest

from tests.engine.backends import eager
from tests.engine.models import model_of
from xhsim.engine.compiling import machine_platform
from xhsim.engine.compiling.machine_platform import THIS_PROCESSOR, WEBASSEMBLY, PlatformModule
from xhsim.engine.running import ensemble
from xhsim.errors import InputError

MODULE = 'target triple = "wasm32-unknown-unknown"\ndefine void @f() {\n  ret void\n}\n'


def test_a_browser_has_no_library_to_call() -> None:
    assert WEBASSEMBLY.own_name("fma") == "fmuladd"
    assert WEBASSEMBLY.own_name("sqrt") == "sqrt"
    assert THIS_PROCESSOR.own_name("fma") == "fma"
    assert PlatformModule(WEBASSEMBLY).triple.startswith("wasm32")


EQUATIONS = """
    rate[Area] = 0.1, 0.2
    drive = 2
    curve((0,0),(1,2),(3,1),(9,0.5))
    level[Area] = INTEG(rate[Area]*level[Area]*curve(drive), 1 + drive)
    total = SUM(level[Area!]) + RAMP(1, 3, 5) + EXP(drive)
    """


def test_short_blocks_give_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The branches between them are never taken."""
    monkeypatch.setenv("XHSIM_CACHE", "off")
    monkeypatch.setattr(ensemble, "BACKENDS", list(map(eager, ensemble.BACKENDS)))
    blocks: list[int] = []
    plain = machine_platform.Platform.compiled

    def counted(self: Any, text: str, *, optimised: bool) -> bytes:
        functions = binding.parse_assembly(text).functions
        blocks.append(sum(len(list(each.blocks)) for each in functions))
        return plain(self, text, optimised=optimised)

    monkeypatch.setattr(machine_platform.Platform, "compiled", counted)
    runs = []
    for longest in (None, 5):
        short = replace(THIS_PROCESSOR, longest=longest)
        monkeypatch.setattr(machine_platform, "THIS_PROCESSOR", short)
        (tmp_path / str(longest)).mkdir()
        model = model_of(tmp_path / str(longest), EQUATIONS, ranges="Area: north, south", step=0.25)
        runs.append(model.run({"drive": np.linspace(1, 3, 37)}))
    assert blocks[1] > blocks[0] + 20 > 20
    assert runs[0].identical(runs[1])


def test_another_process_compiles_the_same() -> None:
    there = machine_platform._in_own_process(MODULE, optimised=True)
    assert there == WEBASSEMBLY.compiled(MODULE, optimised=True)


def test_only_large_modules_for_a_browser_go_to_another_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[int] = []

    def elsewhere(text: str, *, optimised: bool) -> bytes:
        sent.append(len(text))
        return b"made" if optimised else b""

    monkeypatch.setattr(machine_platform, "_in_own_process", elsewhere)
    large = MODULE + "; long\n" * 200_000
    assert WEBASSEMBLY.object_file(MODULE, optimised=True).startswith(b"\0asm")
    assert WEBASSEMBLY.object_file(large, optimised=True) == b"made"
    assert sent == [len(large)]


@pytest.mark.parametrize("program", ["", "/no/such/python", "false"])
def test_without_another_process_it_is_compiled_here(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Python is a part of another program, it may not know how to start itself."""
    monkeypatch.setattr(sys, "executable", program)
    assert machine_platform._in_own_process(MODULE, optimised=True) is None


def test_a_compiler_that_was_killed_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill = tmp_path / "kill"
    kill.write_text("#!/bin/sh\nkill -9 $$\n", encoding="utf-8")
    kill.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(kill))
    with pytest.raises(InputError, match="ended by signal 9"):
        machine_platform._in_own_process(MODULE, optimised=True)
