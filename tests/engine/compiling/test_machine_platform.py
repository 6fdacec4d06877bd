"""What code is compiled for decides its names and widths, never its numbers."""

from __future__ import annotations

from xhsim.engine.compiling.machine_platform import THIS_PROCESSOR, WEBASSEMBLY, PlatformModule


def test_a_browser_has_no_library_to_call() -> None:
    assert WEBASSEMBLY.own_name("fma") == "fmuladd"
    assert WEBASSEMBLY.own_name("sqrt") == "sqrt"
    assert THIS_PROCESSOR.own_name("fma") == "fma"
    assert PlatformModule(WEBASSEMBLY).triple.startswith("wasm32")
