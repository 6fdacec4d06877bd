"""Object files become modules that export functions, or are refused."""

from __future__ import annotations

import pytest
from llvmlite import ir

from xhsim.engine.compiling.machine_platform import WEBASSEMBLY, PlatformModule
from xhsim.engine.web.wasm_module import exported

F64 = ir.DoubleType()


def object_of(*, calls: str | None = None, data: bool = False) -> bytes:
    """Compile a function that adds one, and may call another or use data."""
    module = PlatformModule(WEBASSEMBLY)
    function = ir.Function(module, ir.FunctionType(F64, [F64]), "more")
    at = ir.IRBuilder(function.append_basic_block())
    found = at.fadd(function.args[0], ir.Constant(F64, 1.0))
    if calls:
        other = ir.Function(module, ir.FunctionType(F64, [F64]), calls)
        found = at.call(other, [found])
    if data:
        place = ir.GlobalVariable(module, F64, "kept")
        place.initializer = ir.Constant(F64, 2.0)
        found = at.fadd(found, at.load(place))
    at.ret(found)
    return WEBASSEMBLY.object_file(module, optimised=True)


def test_notes_for_a_linker_go_and_exports_come() -> None:
    made = exported(object_of(), ("more",))
    assert made.startswith(b"\0asm\1\0\0\0")
    assert b"linking" not in made
    assert b"\x04more\x00" in made


def test_a_function_of_a_library_is_named() -> None:
    with pytest.raises(ValueError, match="needs functions of a library: sinh"):
        exported(object_of(calls="sinh"), ("more",))


def test_data_need_a_linker() -> None:
    with pytest.raises(ValueError, match="has data"):
        exported(object_of(data=True), ("more",))


def test_a_missing_function_is_named() -> None:
    with pytest.raises(ValueError, match="lacks less"):
        exported(object_of(), ("more", "less"))


@pytest.mark.parametrize("cut", [0, 5, 40])
def test_something_else_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match=r"not an object file|ends too early|lacks"):
        exported(object_of()[:cut], ("more",))
