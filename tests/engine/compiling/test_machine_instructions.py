"""Loops in machine code, and which nodes all draws share."""

from __future__ import annotations

import ctypes

import pytest
from llvmlite import ir

from xhsim.engine.compiling.machine_code import engine_of
from xhsim.engine.compiling.machine_instructions import CountedLoop, Layout
from xhsim.engine.compiling.machine_maths import I64
from xhsim.engine.compiling.machine_platform import THIS_PROCESSOR, PlatformModule
from xhsim.engine.compiling.unroll import ScalarNode


@pytest.mark.parametrize("by", [1, 3])
def test_a_loop_counts_like_range(by: int) -> None:
    module = PlatformModule(THIS_PROCESSOR)
    function = ir.Function(module, ir.FunctionType(I64, [I64]), "total")
    at = ir.IRBuilder(function.append_basic_block("entry"))
    total = at.alloca(I64)
    at.store(ir.Constant(I64, 0), total)
    with CountedLoop(at, function.args[0], by) as loop:
        loop.at.store(loop.at.add(loop.at.load(total), loop.index), total)
    at.ret(at.load(total))
    engine = engine_of(THIS_PROCESSOR.object_file(module, optimised=True))
    call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(engine.get_function_address("total"))
    for count in (0, 1, 2, 10, 100):
        assert call(count) == sum(range(0, count, by))


def test_only_what_depends_on_varying_inputs_or_the_state_differs() -> None:
    same, varying = ScalarNode(0, "input", ("a", 0)), ScalarNode(1, "input", ("b", 0))
    state, number = ScalarNode(2, "state", 0), ScalarNode(3, "constant", 2.0)
    nodes = [same, varying, state, number]
    for arguments in ((same, number), (same, varying), (state, number)):
        nodes.append(ScalarNode(len(nodes), "call", "add", arguments))
    layout = Layout(8, nodes, {}, {}, frozenset({"b"}))
    assert layout.is_shared == [True, False, False, True, True, False, False]


def test_kept_nodes_get_one_place_each() -> None:
    nodes = [ScalarNode(n, "input", (key, 0)) for n, key in enumerate(("a", "b", "c", "d"))]
    layout = Layout(8, nodes, {}, {}, frozenset({"b", "d"}))
    for node in (*nodes, nodes[0]):
        layout.keep(node)
    assert layout.shared == {0: 0, 2: 1}
    assert layout.apart == {1: 0, 3: 1}
