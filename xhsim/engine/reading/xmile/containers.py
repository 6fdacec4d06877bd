"""Conveyors and queues of XMILE: stocks that know what is where in them.

The meaning of queues is that of isee systems ("Queue Computation" in Stella's help).
"""

from __future__ import annotations

from functools import reduce

from xhsim.engine.containers.descriptions import Line, description_of
from xhsim.engine.language.syntax import Call, Node, Number
from xhsim.engine.reading.xmile.container_nodes import ContainerNode, Reader
from xhsim.engine.reading.xmile.conveyors import Conveyors
from xhsim.engine.reading.xmile.terms import (
    ROUNDING,
    STEP,
    ZERO,
    container,
    minus,
    over,
    plus,
    times,
    unless,
)

__all__ = ["Containers"]


class Containers(Conveyors):
    """The conveyors and queues of a file; for the parameters see `ContainerNodes`."""

    def stock(self, key: str, change: Node, given: tuple[str, ...], read: Reader) -> Node:
        """Return the equation of a conveyor or a queue.

        Parameters
        ----------
        key : str
        change : Node
            The net flow.
        given : tuple of str
            The subscripts of the element.
        read : callable
            Parses an equation in the place of the element.
        """
        if key in self.queues:
            return self._queue(self.queues[key], change, given, read)
        return self._conveyor(self.conveyors[key], change, given, read)

    def flow(self, key: str, given: tuple[str, ...], read: Reader) -> Node:
        """Return the equation of a flow that leaves a conveyor or a queue; see `stock`."""
        source = self._source[key]
        if source in self.queues:
            return self._out_of_queue(self.queues[source], key, read)
        conveyor = self.conveyors[source]
        if key in conveyor.leaks:
            volume = self._leaked(conveyor, conveyor.leaks.index(key), given, read)
        else:
            volume = self._at_end(conveyor, given, read)
        stops = [self._stands(conveyor, read), self._stands_behind(key, read)]
        return unless(stops, over(volume, STEP))

    def limited(self, key: str, wanted: Node, read: Reader) -> Node:
        """Return the equation of an inflow of a container, which may be less than wanted.

        Parameters
        ----------
        key : str
            The flow.
        wanted : Node
            Its own equation.
        read : callable
        """
        target = self._target.get(key)
        if target is None or not self.contains(target) or self.drives(key):
            return wanted
        inflow = Call("max", (wanted, ZERO))
        if target in self.queues:
            return inflow
        conveyor = self.conveyors[target]
        most = self._available(conveyor, key, read)
        if most is not None:
            inflow = Call("min", (inflow, most))
        return unless([self._stands(conveyor, read)], inflow)

    def _queue(
        self, queue: ContainerNode, change: Node, given: tuple[str, ...], read: Reader
    ) -> Node:
        batches = self._initial(queue, given, read)
        line = Line(
            name=self._document.name_of(queue.node),
            inflows=len(queue.inflows),
            listed=self._most_listed(queue),
        )
        taken = [self._volume([key], read) for key in queue.inflows]
        taken.append(self._volume(queue.outflows, read))
        content = reduce(plus, batches)
        return container(change, content, description_of(line), batches, taken)

    def _out_of_queue(self, queue: ContainerNode, flow: str, read: Reader) -> Node:
        """Return a flow out of a queue: all, or what a conveyor takes, or what it does not take."""
        rates = [read(f'"{key}"') for key in queue.inflows]
        waiting = over(read(f'"{queue.key}"'), STEP)
        everything = reduce(plus, rates, waiting)
        before = queue.outflows[: queue.outflows.index(flow)]
        earlier = [read(f'"{key}"') for key in before]
        first_goal = self.conveyors.get(self._target.get(queue.outflows[0], ""))
        first = everything
        if first_goal is not None and self._takes_one(first_goal):
            front = over(self._given(queue, 0, read), STEP)
            newest: Node = ZERO
            for rate in reversed(rates):
                newest = Call("if_then_else", (Call("greater", (rate, ZERO)), rate, newest))
            first = Call("if_then_else", (Call("greater", (front, ZERO)), front, newest))
        is_overflow = bool(self._document.children("overflow", self._nodes[flow]))
        offered = first if is_overflow or not before else everything
        if earlier:
            offered = Call("max", (reduce(minus, earlier, offered), ZERO))
        goal = self.conveyors.get(self._target.get(flow, ""))
        if goal is None:
            return offered
        most = self._available(goal, flow, read)
        takes = offered
        if most is not None and self._is(goal, "batch_integrity"):
            fits = Call("less_equal", (offered, times(most, Number(1 + ROUNDING))))
            takes = Call("if_then_else", (fits, offered, ZERO))
        elif most is not None:
            takes = Call("min", (offered, most))
        stops = [self._stands(goal, read)]
        if self._takes_one(goal):
            # One batch from one of its queues in each step.
            stops += [
                Call("greater", (read(f'"{key}"'), ZERO))
                for key in goal.inflows[: goal.inflows.index(flow)]
                if self._source.get(key) in self.queues
            ]
        return unless(stops, takes)
