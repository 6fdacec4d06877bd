"""Write the nodes of `xhsim.engine.compiling.unroll` as LLVM instructions, with loops.

Import this module only if llvmlite is installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from llvmlite import ir

from xhsim.engine.compiling.machine_maths import F64, I64, Maths, splat
from xhsim.engine.compiling.unroll import ScalarNode
from xhsim.engine.equations import is_steep
from xhsim.engine.language.functions import FUNCTIONS

__all__ = ["Body", "CountedLoop", "Layout"]

Value = Any  # of llvmlite, which has no type hints


class Layout:
    """The memory layout: where the numbers of each node, path and input are.

    Attributes
    ----------
    width : int
        The number of draws in a vector.
    nodes : list of ScalarNode
    is_shared : list of bool
        For each node, whether its value is the same for all draws.
    shared, apart : dict of int to int
        By node: its place among the shared numbers, and its row among the other numbers.
    paths, sizes : dict of str to int
        The number of each path, and its number of elements.
    varying : frozenset of str
        Inputs and paths that differ between draws.
    """

    def __init__(
        self,
        width: int,
        nodes: list[ScalarNode],
        paths: dict[str, int],
        sizes: dict[str, int],
        varying: frozenset[str],
    ) -> None:
        self.width, self.nodes = width, nodes
        self.paths, self.sizes, self.varying = paths, sizes, varying
        self.is_shared: list[bool] = []
        self.shared: dict[int, int] = {}
        self.apart: dict[int, int] = {}
        for node in nodes:
            own = not isinstance(node.data, tuple) or node.data[0] not in varying
            if node.kind not in ("input", "path"):
                own = node.kind != "state"
            below = all(self.is_shared[argument.number] for argument in node.arguments)
            self.is_shared.append(own and below)

    def keep(self, node: ScalarNode) -> None:
        """Give a node its own place in memory."""
        places = self.shared if self.is_shared[node.number] else self.apart
        places.setdefault(node.number, len(places))


class CountedLoop:
    """A loop from 0 to `count`. It repeats the code written with `at` inside the `with`."""

    def __init__(self, before: Value, count: Value, by: int = 1) -> None:
        self._before, self._count, self._by = before, count, by

    def __enter__(self) -> CountedLoop:
        before = self._before
        self._head, body, self._after = (before.function.append_basic_block() for _ in range(3))
        first = before.block
        before.branch(self._head)
        head = ir.IRBuilder(self._head)
        self.index = head.phi(I64)
        self.index.add_incoming(ir.Constant(I64, 0), first)
        head.cbranch(head.icmp_signed("<", self.index, self._count), body, self._after)
        self.at = ir.IRBuilder(body)
        return self

    def __exit__(self, *_: object) -> None:
        following = self.at.add(self.index, ir.Constant(I64, self._by))
        self.index.add_incoming(following, self.at.block)
        self.at.branch(self._head)
        self._before.position_at_end(self._after)


class Body:
    """Write nodes for one group of draws.

    Parameters
    ----------
    layout : Layout
    at : llvmlite.ir.IRBuilder
    arrays : tuple
        Pointers to the shared numbers, to the rows of numbers that differ between draws, to the
        numbers of the paths, and to the positions of each path among these.
    index, stride : llvmlite values
        The first draw of the group, and the length of a row.
    times : tuple
        Time, clock and time step.
    state : callable
        Returns the value of a row of the state.
    """

    def __init__(
        self,
        layout: Layout,
        at: Value,
        arrays: tuple[Value, Value, Value, Value],
        index: Value,
        stride: Value,
        times: tuple[Value, Value, Value],
        state: Callable[[Body, int], Value] | None = None,
    ) -> None:
        self.layout, self.at, self.index, self.stride = layout, at, index, stride
        self.shared, self.apart, self.paths, self.places = arrays
        self.time, self.clock, self.step = times
        self._state = state
        self._values: dict[int, Value] = {}
        self._splats: dict[int, Value] = {}
        self._pieces: dict[tuple[object, ...], tuple[Value, Value]] = {}
        self._leave: Value = None  # the block in which a function ends early
        self._blocks = 1

    # --- memory --------------------------------------------------------------------------

    def _as_group(self, base: Value, offset: Value) -> Value:
        kind = ir.VectorType(F64, self.layout.width).as_pointer()
        return self.at.bitcast(self.at.gep(base, [offset]), kind)

    def row(self, base: Value, number: int) -> Value:
        """Return a pointer to the group's draws in a row."""
        start = self.at.mul(self.stride, ir.Constant(I64, number))
        return self._as_group(base, self.at.add(start, self.index))

    def load(self, pointer: Value) -> Value:
        """Load a group of numbers. The address need not be aligned."""
        value = self.at.load(pointer)
        value.align = 8
        return value

    def store(self, value: Value, pointer: Value) -> None:
        """Store a group of numbers. The address need not be aligned."""
        self._limit_block()
        self.at.store(value, pointer).align = 8

    def group(self, base: Value, number: int) -> Value:
        """Return a pointer to a row of the group's own memory."""
        return self._as_group(base, ir.Constant(I64, number * self.layout.width))

    # --- values --------------------------------------------------------------------------

    def compute(self, roots: list[ScalarNode], known: set[int]) -> None:
        """Write all nodes that the roots need. Known nodes are loaded."""
        nodes = self.layout.nodes
        found = {node.number for node in roots}
        for number in range(max(found, default=-1), -1, -1):
            if number in found and number not in known:
                found |= {argument.number for argument in nodes[number].arguments}
        for number in sorted(found):
            node = nodes[number]
            self._limit_block()
            self._values[number] = self._loaded(node) if number in known else self._new_value(node)

    def _limit_block(self) -> None:
        """Begin a new block of code if this one is as long as the platform allows.

        The branch between them is never taken, since no row has a negative length. Each has its own
        condition: otherwise LLVM would see that it follows from the one before.
        """
        longest = self.at.module.platform.longest
        if longest is None or len(self.at.block.instructions) < longest:
            return
        if self._leave is None:
            self._leave = self.at.append_basic_block()
            ir.IRBuilder(self._leave).ret_void()
        self._blocks += 1
        following = self.at.append_basic_block()
        never = self.at.icmp_signed("==", self.stride, ir.Constant(I64, -self._blocks))
        self.at.cbranch(never, self._leave, following)
        self.at.position_at_end(following)

    def narrow(self, node: ScalarNode) -> Value:
        """Return the value of a node that all draws share."""
        return self._values[node.number]

    def wide(self, node: ScalarNode) -> Value:
        """Return a node's value for each draw of the group."""
        value = self._values[node.number]
        if not self.layout.is_shared[node.number]:
            return value
        if node.number not in self._splats:
            self._splats[node.number] = splat(self.at, value, self.layout.width)
        return self._splats[node.number]

    def _loaded(self, node: ScalarNode) -> Value:
        layout = self.layout
        if layout.is_shared[node.number]:
            place = ir.Constant(I64, layout.shared[node.number])
            return self.at.load(self.at.gep(self.shared, [place]))
        return self.load(self.row(self.apart, layout.apart[node.number]))

    def _new_value(self, node: ScalarNode) -> Value:
        at, is_shared = self.at, self.layout.is_shared[node.number]
        maths = Maths(at.module, at, 0 if is_shared else self.layout.width, self.step)
        match node.kind:
            case "constant":
                return ir.Constant(F64, node.data)
            case "begin" | "time":
                return self.time
            case "clock":
                return self.clock
            case "state":
                assert self._state is not None
                return self._state(self, int(str(node.data)))
            case "path":
                return self._path(node, maths)
        arguments = [self.narrow(a) if is_shared else self.wide(a) for a in node.arguments]
        if node.kind == "to_number":
            return at.select(arguments[0], maths.number(1.0), maths.number(0.0))
        if node.kind == "to_condition":
            return at.fcmp_unordered("!=", arguments[0], maths.number(0.0))
        if node.kind == "lookup":
            assert isinstance(node.data, tuple)
            return _lookup(maths, arguments[0], node.data[1:])
        form = FUNCTIONS[str(node.data)].machine
        assert form is not None
        return form(maths, *arguments)

    def _path(self, node: ScalarNode, maths: Maths) -> Value:
        assert isinstance(node.data, tuple)
        key, position = node.data
        at, path = self.at, self.layout.paths[key]
        time, clock = (self.narrow(argument) for argument in node.arguments)
        name = (key, *(argument.number for argument in node.arguments))
        if name not in self._pieces:
            found = at.call(
                _piece_function(at.module),
                [self._place(path, 0), self.paths, self._place(path, 1), time, clock],
            )
            self._pieces[name] = (
                at.icmp_signed("<", found, ir.Constant(I64, 0)),
                at.select(
                    at.icmp_signed("<", found, ir.Constant(I64, 0)), ir.Constant(I64, 0), found
                ),
            )
        is_before, piece = self._pieces[name]
        knot = at.load(at.gep(self.paths, [at.add(self._place(path, 1), piece)]))
        flat = at.add(
            at.mul(piece, ir.Constant(I64, self.layout.sizes[key])), ir.Constant(I64, position)
        )
        if maths.width:
            flat = at.add(at.mul(flat, self.stride), self.index)
        since = splat(at, at.fsub(time, knot), maths.width)
        level, slope = (
            self._number_of_path(at.add(self._place(path, part), flat), maths) for part in (2, 3)
        )
        return at.select(is_before, level, at.fadd(level, at.fmul(slope, since)))

    def _number_of_path(self, offset: Value, maths: Maths) -> Value:
        if maths.width:
            return self.load(self._as_group(self.paths, offset))
        return self.at.load(self.at.gep(self.paths, [offset]))

    def _place(self, path: int, part: int) -> Value:
        """Load the number of knots of a path, or the position of its times, values or slopes."""
        return self.at.load(self.at.gep(self.places, [ir.Constant(I64, 4 * path + part)]))


def _lookup(maths: Maths, x: Value, table: Any) -> Value:
    """Select the last point that is not greater than x, and follow the line from there."""
    at, number = maths.at, maths.number
    across, up = table
    if is_steep(across, up):
        return _steep_lookup(maths, x, across, up)
    slopes = [
        (up[i + 1] - up[i]) / (across[i + 1] - across[i]) if across[i + 1] > across[i] else 0.0
        for i in range(len(across) - 1)
    ]
    point = [number(across[0]), number(up[0]), number(slopes[0] if slopes else 0.0)]
    for place in range(1, len(slopes)):
        reached = at.fcmp_ordered(">=", x, number(across[place]))
        new = (across[place], up[place], slopes[place])
        point = [at.select(reached, number(n), old) for n, old in zip(new, point, strict=True)]
    found = at.fadd(at.fmul(point[2], at.fsub(x, point[0])), point[1])
    found = at.select(at.fcmp_ordered("<", x, number(across[0])), number(up[0]), found)
    return at.select(at.fcmp_ordered(">=", x, number(across[-1])), number(up[-1]), found)


def _steep_lookup(maths: Maths, x: Value, across: Any, up: Any) -> Value:
    """Interpolate between points whose slope would overflow, as the runtime of NumPy does."""
    at, number = maths.at, maths.number
    pieces = []
    for i in range(len(across) - 1):
        scale = 1.0 if math.isfinite(across[i + 1] - across[i]) else 0.5
        length = across[i + 1] * scale - across[i] * scale
        low, high = min(up[i : i + 2]), max(up[i : i + 2])
        start, length = across[i] * scale, length if length > 0 else 1.0
        pieces.append((scale, start, length, up[i], up[i + 1], low, high))
    chosen = [number(value) for value in pieces[0]]
    for place, piece in enumerate(pieces[1:], 1):
        reached = at.fcmp_ordered(">=", x, number(across[place]))
        chosen = [at.select(reached, number(n), old) for n, old in zip(piece, chosen, strict=True)]
    scale, start, length, first, second, low, high = chosen
    share = at.fdiv(at.fsub(at.fmul(x, scale), start), length)
    found = at.fadd(at.fmul(first, at.fsub(number(1.0), share)), at.fmul(second, share))
    found = maths.intrinsic("minimum", maths.intrinsic("maximum", found, low), high)
    found = at.select(at.fcmp_ordered("<", x, number(across[0])), number(up[0]), found)
    return at.select(at.fcmp_ordered(">=", x, number(across[-1])), number(up[-1]), found)


def _piece_function(module: Value) -> Value:
    """Return the function that finds the piece of a path; -1 before the first knot.

    At a jump the clock, which is the start of the step, tells which side applies.
    """
    if "xhsim_piece" in module.globals:
        return module.globals["xhsim_piece"]
    kind = ir.FunctionType(I64, [I64, F64.as_pointer(), I64, F64, F64])
    function = ir.Function(module, kind, "xhsim_piece")
    function.linkage = "internal"
    function.attributes.add("noinline")
    count, numbers, offset, time, clock = function.args
    at = ir.IRBuilder(function.append_basic_block("entry"))
    total = at.alloca(I64)
    at.store(ir.Constant(I64, 0), total)
    ends_here = at.fcmp_ordered("<", clock, time)
    with CountedLoop(at, count) as each:
        inner = each.at
        knot = inner.load(inner.gep(numbers, [inner.add(offset, each.index)]))
        before = inner.fcmp_ordered("<", knot, time)
        reached = inner.fcmp_ordered("<=", knot, time)
        counts = inner.zext(inner.select(ends_here, before, reached), I64)
        inner.store(inner.add(inner.load(total), counts), total)
    at.ret(at.sub(at.load(total), ir.Constant(I64, 1)))
    return function
