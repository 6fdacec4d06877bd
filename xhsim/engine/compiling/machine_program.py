"""Compile a plan to machine code for ensembles with LLVM: many draws and steps in one call.

Each scalar node of `xhsim.engine.compiling.unroll` becomes one instruction on `width` draws. A
group of draws takes all steps up to the next saved time before the next group starts, so that its
state stays in the nearest cache. The code runs without Python's lock, so threads help.

Only numbers and positions of a model get into the code. Import this module only if llvmlite is
installed (``pip install xhsim[fast]``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

from llvmlite import ir

from xhsim.engine.compiling.machine_code import MachineCode, Slot
from xhsim.engine.compiling.machine_instructions import Body, CountedLoop, Layout
from xhsim.engine.compiling.machine_maths import F64, I64, splat
from xhsim.engine.compiling.machine_platform import THIS_PROCESSOR, Platform, PlatformModule
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.compiling.unroll import ScalarNode, Unrolled, can_unroll, unroll
from xhsim.engine.equations import Equations
from xhsim.engine.language.functions import functions_with
from xhsim.engine.tableaux import Combination, Tableau

__all__ = ["emit_llvm"]

Value = Any  # of llvmlite, which has no type hints
POINTER, WHOLES = F64.as_pointer(), I64.as_pointer()
ARRAYS = [POINTER, POINTER, POINTER, WHOLES]  # shared, apart, paths, places
MANY_NODES = 2_500  # with more nodes, wide code takes too long to compile
MOST_NODES = 12_000  # with more nodes any code does, and needs much of a thread's stack
MOST_POINTS = 40  # of a lookup; each becomes one comparison


def emit_llvm(
    equations: Equations,
    plan: Plan,
    varying: frozenset[str],
    tableau: Tableau,
    *,
    optimised: bool = True,
    platform: Platform = THIS_PROCESSOR,
) -> MachineCode | None:
    """Compile a plan to machine code.

    Parameters
    ----------
    equations : Equations
    plan : Plan
    varying : frozenset of str
        Inputs and paths that differ between draws.
    tableau : Tableau
        The method.
    optimised : bool, default True
        Whether code takes longer to compile so that it runs faster. The numbers are the same.
    platform : Platform
        What the code is for; by default this processor.

    Returns
    -------
    MachineCode or None
        None if a function of the plan has no machine code, or the plan is too large.
    """
    if not can_unroll(equations, plan, functions_with("machine")):
        return None
    unrolled = unroll(equations, plan)
    lookups: list[Any] = [node.data for node in unrolled.nodes if node.kind == "lookup"]
    if len(unrolled.nodes) > MOST_NODES or any(len(x) > MOST_POINTS for _, x, _ in lookups):
        return None
    sizes = {key: math.prod(equations.variables[key].shape) for key in plan.paths}
    paths = {key: number for number, key in enumerate(plan.paths)}
    width = platform.widths[len(unrolled.nodes) > MANY_NODES]
    layout = Layout(width, unrolled.nodes, paths, sizes, varying)
    return _MachineCodeEmitter(unrolled, layout, tableau, platform).code(optimised=optimised)


class _MachineCodeEmitter:
    def __init__(
        self, unrolled: Unrolled, layout: Layout, tableau: Tableau, platform: Platform
    ) -> None:
        self.unrolled, self.layout, self.tableau = unrolled, layout, tableau
        self.module = PlatformModule(platform)
        self.inputs = [node for node in unrolled.nodes if node.kind == "input"]
        self.steady = self._steady()
        for node in (*self.inputs, *self.steady):
            layout.keep(node)
        self.known = {*layout.shared, *layout.apart}

    def _steady(self) -> list[ScalarNode]:
        """Return the nodes that `begin` computes for the run."""
        unrolled = self.unrolled
        found = [a for node in unrolled.nodes if node.moves for a in node.arguments]
        found += [*unrolled.flows, *unrolled.jumps, *unrolled.outputs]
        steady: dict[int, ScalarNode] = {}
        while found:
            node = found.pop()
            if node.is_condition and not node.moves:
                found += node.arguments  # only numbers are stored; conditions are computed again
            elif not node.moves and node.kind not in ("constant", "input"):
                steady[node.number] = node
        return list(steady.values())

    def code(self, *, optimised: bool) -> MachineCode:
        self._begin()
        flows = self._of_group("flows", self.unrolled.flows)
        if self.module.platform.saves_on_the_way:
            self._follow(flows, self._of_group("outputs", self.unrolled.outputs, by_row=True))
        else:
            self._advance(flows)
            self._values("report", self.unrolled.outputs)
        if self.unrolled.jumps:
            self._values("jump", self.unrolled.jumps)
        inputs: dict[str, list[tuple[int, Slot]]] = {}
        for node in self.inputs:
            assert isinstance(node.data, tuple)
            key, position = node.data
            inputs.setdefault(key, []).append((position, self._place(node)))
        return MachineCode(
            width=self.layout.width,
            rows=len(self.unrolled.start),
            outputs=len(self.unrolled.outputs),
            jumps=len(self.unrolled.jumps),
            rooms=_rooms_of(self.tableau),
            shared=len(self.layout.shared),
            apart=len(self.layout.apart),
            inputs={key: tuple(places) for key, places in inputs.items()},
            binary=self.module.platform.object_file(self.module, optimised=optimised),
        )

    def _place(self, node: ScalarNode) -> Slot:
        """Return where a node's value is in memory."""
        is_shared = self.layout.is_shared[node.number]
        places = self.layout.shared if is_shared else self.layout.apart
        return Slot(is_shared, places[node.number])

    def _function(self, name: str, kinds: list[Value]) -> tuple[Value, list[Value]]:
        function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), kinds), name)
        return ir.IRBuilder(function.append_basic_block("entry")), list(function.args)

    def _begin(self) -> None:
        entry, given = self._function("begin", [I64, F64, F64, *ARRAYS, POINTER, I64])
        draws, start, step, shared, apart, paths, places, state, stride = given
        with CountedLoop(entry, draws, self.layout.width) as loop:
            body = Body(
                self.layout,
                loop.at,
                (shared, apart, paths, places),
                loop.index,
                stride,
                (start, start, step),
            )
            known = {node.number for node in self.inputs}
            body.compute([*self.steady, *self.unrolled.start], known)
            for node in self.steady:
                if self.layout.is_shared[node.number]:
                    place = ir.Constant(I64, self.layout.shared[node.number])
                    loop.at.store(body.narrow(node), loop.at.gep(shared, [place]))
                else:
                    row = body.row(apart, self.layout.apart[node.number])
                    body.store(body.wide(node), row)
            for number, node in enumerate(self.unrolled.start):
                body.store(body.wide(node), body.row(state, number))
        entry.ret_void()

    def _of_group(self, name: str, roots: list[ScalarNode], *, by_row: bool = False) -> Value:
        """Write values of one group of draws, from the state in the group's own memory.

        They go there, too, or `by_row` into rows of all draws.
        """
        kinds = [I64, F64, F64, F64, *ARRAYS, POINTER, POINTER, I64]
        at, given = self._function(name, kinds)
        index, time, clock, step, shared, apart, paths, places, state, out, stride = given
        at.function.linkage = "internal"
        at.function.attributes.add("noinline")
        body = Body(
            self.layout,
            at,
            (shared, apart, paths, places),
            index,
            stride,
            (time, clock, step),
            lambda body, row: body.load(body.group(state, row)),
        )
        body.compute(roots, self.known)
        for number, node in enumerate(roots):
            place = body.row(out, number) if by_row else body.group(out, number)
            body.store(body.wide(node), place)
        at.ret_void()
        return at.function

    def _values(self, name: str, roots: list[ScalarNode]) -> None:
        """Write a function that computes values for all draws, from the state at a time."""
        entry, given = self._function(name, [I64, F64, F64, *ARRAYS, POINTER, POINTER, I64])
        draws, time, step, shared, apart, paths, places, state, out, stride = given
        with CountedLoop(entry, draws, self.layout.width) as loop:
            body = Body(
                self.layout,
                loop.at,
                (shared, apart, paths, places),
                loop.index,
                stride,
                (time, time, step),
                lambda body, row: body.load(body.row(state, row)),
            )
            body.compute(roots, self.known)
            for number, node in enumerate(roots):
                body.store(body.wide(node), body.row(out, number))
        entry.ret_void()

    def _advance(self, flows: Value) -> None:
        kinds = [I64, I64, I64, F64, F64, *ARRAYS, POINTER, POINTER, I64]
        entry, given = self._function("advance", kinds)
        draws, first, count, start, step, *arrays, state, scratch, stride = given
        width, rows = self.layout.width, len(self.unrolled.start)
        with CountedLoop(entry, draws, width) as loop:
            group = _Group(width, rows, self._rooms(loop.at, scratch))
            group.copy(loop.at, (state, loop.index, stride), inwards=True)
            with CountedLoop(loop.at, count) as steps:
                taken = steps.at.add(first, steps.index)
                self._step(steps.at, group, flows, (loop.index, taken, start, step, arrays, stride))
            group.copy(loop.at, (state, loop.index, stride), inwards=False)
        entry.ret_void()

    def _follow(self, flows: Value, outputs: Value) -> None:
        """Write `follow`, which takes steps and saves outputs on the way.

        A group of draws does all of it before the next group starts. `stops` are the numbers of
        steps after which the outputs of `times` go to the rows `saves` of `out`; -1: nowhere.
        """
        kinds = [I64, I64, I64, WHOLES, WHOLES, POINTER, F64, F64, *ARRAYS]
        entry, given = self._function("follow", [*kinds, POINTER, POINTER, POINTER, I64])
        draws, first, count, stops, saves, times, start, step, *arrays = given[:12]
        state, scratch, out, stride = given[12:]
        width, rows = self.layout.width, len(self.unrolled.start)
        size = entry.mul(stride, ir.Constant(I64, len(self.unrolled.outputs)))
        done = entry.alloca(I64)
        with CountedLoop(entry, draws, width) as loop:
            place = self._rooms(loop.at, scratch)
            group = _Group(width, rows, place)
            group.copy(loop.at, (state, loop.index, stride), inwards=True)
            loop.at.store(first, done)
            with CountedLoop(loop.at, count) as leap:
                at, before = leap.at, leap.at.load(done)
                stop = at.load(at.gep(stops, [leap.index]))
                with CountedLoop(at, at.sub(stop, before)) as steps:
                    taken = steps.at.add(before, steps.index)
                    self._step(
                        steps.at, group, flows, (loop.index, taken, start, step, arrays, stride)
                    )
                at.store(stop, done)
                save = at.load(at.gep(saves, [leap.index]))
                with at.if_then(at.icmp_signed(">=", save, ir.Constant(I64, 0))):
                    time = at.load(at.gep(times, [leap.index]))
                    row = at.gep(out, [at.mul(save, size)])
                    at.call(
                        outputs,
                        [loop.index, time, time, step, *arrays, place[0], row, stride],
                    )
            group.copy(loop.at, (state, loop.index, stride), inwards=False)
        entry.ret_void()

    def _rooms(self, at: Value, scratch: Value) -> list[Value]:
        """Return where the state, the flows and the intermediate state of a group are."""
        size = len(self.unrolled.start) * self.layout.width
        return [
            at.gep(scratch, [ir.Constant(I64, number * size)])
            for number in range(_rooms_of(self.tableau))
        ]

    def _step(self, at: Value, group: _Group, flows: Value, about: tuple[Any, ...]) -> None:
        """Write a step of a group of draws."""
        index, taken, start, step, arrays, stride = about
        time = at.fadd(start, at.fmul(at.sitofp(taken, F64), step))

        def call(when: Value, source: int, target: int) -> None:
            states = [group.rooms[source], group.rooms[target]]
            at.call(flows, [index, when, time, step, *arrays, *states, stride])

        group.step(at, call, time, step, self.tableau)


def _rooms_of(tableau: Tableau) -> int:
    """Return how many rooms a group needs: the state, all flows and an intermediate state."""
    return tableau.stages + 2


class _Group:
    """A step of a fixed-step method for a group of draws, which has its own memory.

    Room 0 contains the state, the next rooms the flows, and the last an intermediate state.
    """

    def __init__(self, width: int, rows: int, rooms: list[Value]) -> None:
        self.kind = ir.VectorType(F64, width)
        self.width, self.rows, self.rooms = width, ir.Constant(I64, rows), rooms

    def _at(self, at: Value, base: Value, offset: Value) -> Value:
        return at.bitcast(at.gep(base, [offset]), self.kind.as_pointer())

    def copy(self, at: Value, outside: tuple[Value, Value, Value], *, inwards: bool) -> None:
        """Copy the state between the rows of all draws and the group's memory."""
        state, index, stride = outside
        with CountedLoop(at, self.rows) as each:
            here = self._own(each, 0)
            row = each.at.add(each.at.mul(each.index, stride), index)
            there = self._at(each.at, state, row)
            source, target = (there, here) if inwards else (here, there)
            value = each.at.load(source)
            value.align = 8
            each.at.store(value, target).align = 8

    def _own(self, each: CountedLoop, room: int) -> Value:
        offset = each.at.mul(each.index, ir.Constant(I64, self.width))
        return self._at(each.at, self.rooms[room], offset)

    def _load(self, each: CountedLoop, room: int) -> Value:
        value = each.at.load(self._own(each, room))
        value.align = 8
        return value

    def step(
        self,
        at: Value,
        call: Callable[..., None],
        time: Value,
        length: Value,
        tableau: Tableau,
    ) -> None:
        """Write a step. ``call(time, room of the state, room of the flows)`` writes the flows."""
        between = tableau.stages + 1
        call(time, 0, 1)
        for number, (node, combination) in enumerate(
            zip(tableau.nodes, tableau.between, strict=True), 2
        ):
            self._move(at, length, combination, between)
            later = at.fmul(ir.Constant(F64, node), length)
            call(at.fadd(time, later), between, number)
        self._move(at, length, tableau.whole, 0)

    def _move(self, at: Value, length: Value, combination: Combination, target: int) -> None:
        """Store the changed state in a room. The arithmetic is that of the solvers' steps."""
        if combination.divisor != 1:
            length = at.fdiv(length, ir.Constant(F64, float(combination.divisor)))
        with CountedLoop(at, self.rows) as each:
            add = each.at.fadd
            parts = []
            for term in combination.terms:
                part = reduce(add, [self._load(each, 1 + flow) for flow in term.flows])
                if term.weight != 1:
                    weight = ir.Constant(self.kind, [float(term.weight)] * self.width)
                    part = each.at.fmul(weight, part)
                parts.append(part)
            rise = each.at.fmul(splat(each.at, length, self.width), reduce(add, parts))
            found = add(self._load(each, 0), rise)
            each.at.store(found, self._own(each, target)).align = 8
