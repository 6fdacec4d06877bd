"""Equations of conveyors of XMILE, and of the flows that leave them or are limited by them.

The reader writes them with what the container gives, see `xhsim.engine.containers`. The meaning is
that of isee systems ("Traditional Conveyor Computation" in Stella's help).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from xhsim.engine.containers.descriptions import Belt, description_of
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Node, Number
from xhsim.engine.reading.xmile.container_nodes import ContainerNode, ContainerNodes, Reader
from xhsim.engine.reading.xmile.terms import (
    ONE,
    ROUNDING,
    STEP,
    ZERO,
    container,
    flag,
    listed_content,
    minus,
    over,
    plus,
    times,
    unit_ends,
    unless,
    whole,
)

__all__ = ["Conveyors"]

NEVER = {"", "0", "false"}
ALWAYS = {"", "1", "true"}
WHOLE: Node = ONE


class Conveyors(ContainerNodes):
    """The conveyors of a file, with their equations; for the parameters see `ContainerNodes`."""

    def _given(self, container: ContainerNode, place: int, read: Reader) -> Node:
        stock = read(f'"{container.key}"')
        return Call(syntax.CONTENTS, (stock, Number(float(place))))

    def _stands(self, conveyor: ContainerNode, read: Reader) -> Node | None:
        """Return the condition under which a conveyor stands still; None if it never does."""
        text = self._text(conveyor, "arrest")
        return None if text.lower() in NEVER else Call("not_equal", (read(text), ZERO))

    def _stands_behind(self, flow: str, read: Reader) -> Node | None:
        target = self.conveyors.get(self._target.get(flow, ""))
        return None if target is None else self._stands(target, read)

    def _shares(self, conveyor: ContainerNode, given: tuple[str, ...], read: Reader) -> list[Node]:
        """Return the share that each leak takes; together no more than all."""
        found: list[Node] = []
        for key in conveyor.leaks:
            text = self._document.text("leak", self._nodes[key]).strip()
            share = read(text or self.text_of(key, given).strip() or "0")
            if self._is(conveyor, "exponential_leak"):
                share = times(share, STEP)
            most = reduce(minus, found, WHOLE)
            found.append(Call("max", (Call("min", (share, most)), ZERO)))
        return found

    def _leaked(
        self, conveyor: ContainerNode, leak: int, given: tuple[str, ...], read: Reader
    ) -> Node:
        """Return how much a leak takes in a step."""
        place = Belt.leaking(leak)
        share = self._shares(conveyor, given, read)[leak]
        volume = times(share, self._given(conveyor, place, read))
        if self._is_whole(conveyor.leaks[leak]):
            volume = plus(volume, self._given(conveyor, place + 2, read))
            volume = Call("min", (volume, read(f'"{conveyor.key}"')))
            return whole(plus(volume, Number(ROUNDING)))
        return volume

    def _at_end(self, conveyor: ContainerNode, given: tuple[str, ...], read: Reader) -> Node:
        """Return how much leaves the end of a conveyor in a step: what leaks have left there."""
        volume = self._given(conveyor, 0, read)
        shares = self._shares(conveyor, given, read)
        for number, key in enumerate(conveyor.leaks):
            place = Belt.leaking(number)
            own = times(shares[number], self._given(conveyor, place + 1, read))
            if self._is_whole(key):
                units = self._leaked(conveyor, number, given, read)
                own = times(units, self._given(conveyor, place + 3, read))
                own = Call("min", (own, volume))
            volume = minus(volume, unless([self._stands_behind(key, read)], own))
        return Call("max", (volume, ZERO)) if conveyor.leaks else volume

    def _available(self, conveyor: ContainerNode, flow: str, read: Reader) -> Node | None:
        """Return how large an inflow may be; None if there is no limit."""
        capacity, limit = self._limits(conveyor)
        limited = self._limited_inflows(conveyor)
        found: list[Node] = []
        if capacity:
            room = over(minus(read(capacity), read(f'"{conveyor.key}"')), STEP)
            room = reduce(plus, (read(f'"{key}"') for key in conveyor.outflows), room)
            others = [key for key in conveyor.inflows if key not in limited]
            room = reduce(minus, (read(f'"{key}"') for key in others), room)
            found.append(room)
        if limit:
            rate = read(limit)
            if self._is_counted(conveyor):
                spent = self._given(conveyor, self._belt(conveyor, 0).spent, read)
                rate = over(minus(rate, spent), STEP)
            found.append(rate)
        if not found:
            return None
        most = found[0] if len(found) == 1 else Call("min", (found[0], found[1]))
        before = limited[: limited.index(flow)]
        most = reduce(minus, (read(f'"{key}"') for key in before), most)
        return Call("max", (most, ZERO))

    def _belt(self, conveyor: ContainerNode, listed: int) -> Belt:
        entries = (self._spread_of(key) for key in conveyor.inflows)
        return Belt(
            name=self._document.name_of(conveyor.node),
            leaks=tuple(map(self._leak, conveyor.leaks)),
            is_exponential=self._is(conveyor, "exponential_leak"),
            is_packed=self._is(conveyor, "discrete"),
            is_counted=self._is_counted(conveyor),
            entries=tuple(entry for entry in entries if entry is not None),
            listed=listed,
        )

    def _conveyor(
        self, conveyor: ContainerNode, change: Node, given: tuple[str, ...], read: Reader
    ) -> Node:
        transit = read(self._text(conveyor, "len"))
        stands = self._stands(conveyor, read)
        sample = self._text(conveyor, "sample")
        latched = transit
        if sample.lower() not in ALWAYS:
            samples: Node = Call("not_equal", (read(sample), ZERO))
            if stands is not None:
                samples = Call("and", (samples, Call("not", (stands,))))
            latched = Call("sample_if_true", (samples, transit, transit))
        batches = self._initial(conveyor, given, read)
        listed = self._most_listed(conveyor)
        belt = self._belt(conveyor, listed if listed > 1 else 0)
        content = batches[0] if len(batches) == 1 else listed_content(batches, transit)
        shares = self._shares(conveyor, given, read)
        behind = [self._stands_behind(key, read) for key in conveyor.leaks]
        end = None if conveyor.end is None else self._stands_behind(conveyor.end, read)
        spread = [key for key in conveyor.inflows if self._spread_of(key) is not None]
        at_once = [key for key in conveyor.inflows if key not in spread]
        taken = [latched, flag(stands), flag(end), self._volume(conveyor.outflows, read)]
        taken.append(self._volume(at_once, read))
        taken += [self._volume([key], read) for key in spread]
        taken += shares + list(map(flag, behind))
        if belt.is_counted:
            taken += [self._volume(self._limited_inflows(conveyor), read), unit_ends()]
        count = Number(float(len(batches) if len(batches) > 1 else 0))
        begins = [transit, content, count, *shares, *(batches if belt.listed else ())]
        return container(change, content, description_of(belt), begins, taken)

    def _volume(self, flows: Iterable[str], read: Reader) -> Node:
        """Return what some flows bring in a step."""
        rates = [read(f'"{key}"') for key in flows]
        return times(reduce(plus, rates), STEP) if rates else ZERO
