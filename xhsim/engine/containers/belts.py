"""Belts of conveyors during a run.

A belt has a place for each time step. In each step leaks take their part, what is on the last place
leaves, all else moves on by one place, and what enters is put as many places from the end as the
transit time has time steps. The rules are those that isee systems documents ("Traditional Conveyor
Computation" and "Spreading Conveyor Inputs" in Stella's help).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.containers.descriptions import Belt, Entry
from xhsim.engine.containers.lanes import lane_values, refuse_places

__all__ = ["ENDLESS", "ROUNDING", "MovingBelt"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
ROUNDING = 1e-9  # of a step or a unit: 0.3 are three steps of 0.1
ENDLESS = 1e9  # steps; no run has as many


class MovingBelt:
    """The belts of one conveyor: one for each element and draw. Together they are its lanes.

    Parameters
    ----------
    belt : Belt
    start : ndarray, shape (elements, belt.size, draws)
        What the belt takes at the start.
    time_step : float

    Examples
    --------
    >>> start = np.array([2.0, 8.0, 0, 0, 0])[np.newaxis, :, np.newaxis]  # two years, 8 units
    >>> MovingBelt(Belt(name="students"), start, 0.5).given()[0, 0].tolist()
    [2.0]
    """

    def __init__(self, belt: Belt, start: Array, time_step: float) -> None:
        self._belt = belt
        self._step = time_step
        self._shape = (start.shape[0], start.shape[2])
        transit = self._transit = lane_values(start, belt.TRANSIT)
        self._unknown = np.isnan(transit)
        self._depth = self._depth_of(transit)
        self._length = int(self._depth.max(initial=1))
        self._first = 0
        self._layers = 1 if belt.is_exponential else 1 + 2 * len(belt.leaks)
        self._room = self._empty(self._length)
        self._carried = [np.zeros(transit.size) for _ in belt.leaks]
        self._spent = np.zeros(transit.size)
        self._has_zones = any(leak.start > 0 or leak.end < 1 for leak in belt.leaks)
        self.taken: list[Array] = []  # by each leak in the last step, at each place
        self.lengths = self.lengths_before = self._depth
        self._zones = self._zones_now()
        self._fill(start)

    # --- places --------------------------------------------------------------------------

    def _empty(self, length: int) -> Array:
        """Return an empty belt. It moves through twice its length before it is copied back."""
        lanes = self._shape[0] * self._shape[1]
        refuse_places("conveyor", self._belt.name, length, lanes, self._layers)
        return np.zeros((self._layers, 2 * length + 1, lanes))

    @property
    def _on(self) -> Array:
        """All layers of the belt: what is on it; for each linear leak what it takes in a step.

        A third kind of layer holds what each leak may still take. Places are counted from the end.
        """
        return self._room[:, self._first : self._first + self._length]

    def _depth_of(self, transit: Array) -> Counts:
        with np.errstate(all="ignore"):
            steps = np.floor(transit / self._step + (0.5 + ROUNDING))
        steps = np.where(np.isnan(steps), 1.0, np.clip(steps, 1.0, ENDLESS))
        return steps.astype(np.int64)

    def _lengthen(self, length: int) -> None:
        """Make room for more places. The places behind the last one are always empty."""
        if self._first + length >= self._room.shape[1]:
            old = self._on
            self._room = self._empty(max(length, self._length))
            self._room[:, : old.shape[1]] = old
            self._first = 0
        self._length = max(self._length, length)

    def _zones_now(self) -> list[Flags | None]:
        """Tell for each leak at which places it leaks; None for all.

        The zone is a part of the belt, whose length is that of what is on it or may enter.
        """
        if not self._has_zones:
            self.lengths = np.maximum(self._depth, 1)
            return [None] * len(self._belt.leaks)
        places = np.arange(self._length)[:, np.newaxis]
        used = np.where(self._on[0] != 0, places + 1, 0).max(axis=0)
        self.lengths = np.maximum(self._depth, used)
        there = 1.0 - (places + 0.5) / self.lengths
        inside = places < self.lengths
        slack = ROUNDING
        return [
            None
            if leak.start <= 0 and leak.end >= 1
            else inside & (there >= leak.start - slack) & (there <= leak.end + slack)
            for leak in self._belt.leaks
        ]

    def _leaky_below(self, leak: int, depth: Counts) -> Array:
        """Return at how many places a leak leaks between the end and a depth."""
        zone = self._zones[leak]
        if zone is None:
            return depth.astype(float)
        places = np.arange(self._length)[:, np.newaxis]
        return np.asarray((zone & (places < depth)).sum(axis=0), dtype=float)

    # --- the start -----------------------------------------------------------------------

    def _fill(self, start: Array) -> None:
        """Put the initial content on the belt, as if material had always entered at one rate."""
        belt = self._belt
        inside = np.arange(self._length)[:, np.newaxis] < self._depth
        shares = [
            lane_values(start, belt.FIRST_SHARE + number) for number in range(len(belt.leaks))
        ]
        parts = self._parts(shares)
        lost = np.zeros(inside.shape)
        leaky = []
        for number, part in enumerate(parts):
            zone = self._zones[number]
            leaky.append(inside if zone is None else inside & zone)
            lost += shares[number] * part * leaky[-1]
        behind = np.zeros_like(lost)  # what is lost before a place is reached
        if belt.is_exponential:
            left = np.cumprod(np.clip(1.0 - lost, 0.0, None)[::-1], axis=0)[::-1]
            behind[:-1] = 1.0 - left[1:]
        else:
            behind[:-1] = np.cumsum(lost[::-1], axis=0)[::-1][1:]
        stays = np.clip(1.0 - behind, 0.0, None) * inside
        total = _total(stays)
        scale = lane_values(start, belt.CONTENT) / np.where(total > 0, total, 1.0)
        content, entered = stays * scale, inside * scale
        if belt.listed:
            is_listed, listed = lane_values(start, belt.LISTED) > 0, self._listed(start, inside)
            content = np.where(is_listed, listed, content)
            entered = np.where(is_listed, listed, entered)
        on = self._on
        on[0] = content
        for number, part in enumerate([] if belt.is_exponential else parts):
            on[1 + 2 * number] = part * entered
            on[2 + 2 * number] = part * entered * np.cumsum(leaky[number], axis=0)
        if belt.is_packed:
            self._pack(inside)
        on[:, :, self._unknown] = np.nan

    def _units(self) -> Counts:
        """Return in which unit of time each place leaves."""
        units = np.floor(np.arange(self._length) * self._step + ROUNDING)
        return np.asarray(units, dtype=np.int64)

    def _listed(self, start: Array, inside: Flags) -> Array:
        """Return a listed content: a number for each place, or for each unit of time."""
        belt, units = self._belt, self._units()
        first = belt.FIRST_SHARE + len(belt.leaks)
        values = np.stack([lane_values(start, first + number) for number in range(belt.listed)])
        count = np.maximum(lane_values(start, belt.LISTED), 1.0).astype(np.int64)
        lanes = np.arange(count.size)
        by_place = values[np.minimum(np.arange(self._length)[:, np.newaxis], count - 1), lanes]
        sizes = np.zeros((units[-1] + 1, inside.shape[1]))
        np.add.at(sizes, units, inside)
        by_unit = values[np.minimum(units[:, np.newaxis], count - 1), lanes]
        by_unit = by_unit / np.maximum(sizes[units], 1.0)
        return np.where(inside, np.where(self._depth == count, by_place, by_unit), 0.0)

    def _pack(self, inside: Flags) -> None:
        """Put what leaves in one unit of time on the last of its places."""
        units, on = self._units(), self._on
        following = np.append(units[1:], -1)[:, np.newaxis]
        is_last = np.append(inside[1:], np.zeros_like(inside[:1]), axis=0) == 0
        deepest = inside & ((units[:, np.newaxis] != following) | is_last)
        for layer in on:
            totals = np.zeros((units[-1] + 1, inside.shape[1]))
            np.add.at(totals, units, layer)
            layer[:] = np.where(deepest, totals[units], 0.0)

    def _parts(self, shares: list[Array]) -> list[Array]:
        """Return of which part of what enters each leak takes its share in a step.

        A linear leak takes from its zone what is left at the beginning of the zone.
        """
        belt = self._belt
        if belt.is_exponential:
            return [np.ones(share.shape) for share in shares]
        sizes = [self._leaky_below(number, self._depth) for number in range(len(shares))]
        left = [np.ones(share.shape) for share in shares]
        order = sorted(range(len(shares)), key=lambda number: belt.leaks[number].start)
        for number in order if self._has_zones else ():
            zone = self._zones[number]
            if zone is None:
                continue
            places = np.arange(self._length)[:, np.newaxis]
            begins = np.where(zone & (places < self._depth), places + 1, 0).max(axis=0)
            for other in order:
                if belt.leaks[other].start < belt.leaks[number].start:
                    behind = sizes[other] - self._leaky_below(other, begins)
                    taken = shares[other] * left[other] / np.maximum(sizes[other], 1.0)
                    left[number] = left[number] - taken * behind
        return [
            np.where(size > 0, np.maximum(rest, 0.0) / np.maximum(size, 1.0), 0.0)
            for size, rest in zip(sizes, left, strict=True)
        ]

    # --- a step --------------------------------------------------------------------------

    def _amount(self, leak: int) -> Array:
        """Return of how much a leak takes its share in the next step, at each place."""
        on, zone = self._on, self._zones[leak]
        if self._belt.is_exponential:
            amount = on[0]
        else:
            amount = np.minimum(on[1 + 2 * leak], on[2 + 2 * leak])
        return np.asarray(amount if zone is None else np.where(zone, amount, 0.0))

    def _whole(self, leak: int, want: Array, left: Array) -> Array:
        """Return the whole units that leak, taken from the places nearest to the end."""
        zone = self._zones[leak]
        there = left if zone is None else np.where(zone, left, 0.0)
        most = np.minimum(self._carried[leak] + _total(want), _total(there))
        units = np.floor(most + ROUNDING)
        nearer = np.cumsum(there, axis=0) - there
        return np.asarray(np.minimum(np.maximum(units - nearer, 0.0), there))

    def leave(self, taken_in: Array) -> None:
        """Let leaks take their part, let the last place leave, and move the rest on.

        Parameters
        ----------
        taken_in : ndarray, shape (elements, belt.size, draws)
            What the belt takes in this step.
        """
        belt, on = self._belt, self._on
        stands = lane_values(taken_in, belt.STANDS) != 0
        held = (lane_values(taken_in, belt.HELD) != 0) & ~stands
        self.taken, self.lengths_before = [], self.lengths
        amounts = [self._amount(number).copy() for number in range(len(belt.leaks))]
        for number, leak in enumerate(belt.leaks):
            shut = lane_values(taken_in, belt.first_share + len(belt.leaks) + number) != 0
            shut = shut | stands
            amount = np.where(shut, 0.0, amounts[number])
            want = amount * lane_values(taken_in, belt.first_share + number)
            take = np.minimum(want, on[0])
            if leak.is_whole:
                take = np.where(shut, 0.0, self._whole(number, want, on[0]))
                self._carried[number] += _total(want - take)
            self.taken.append(take)
            on[0] -= take
            if not belt.is_exponential:
                on[2 + 2 * number] -= amount
        last = np.where(stands | held, 0.0, on[0, 0])
        gone = sum((_total(take) for take in self.taken), last)
        self._move(stands, held)
        # The flows out of the stock say what has left. Where several leaks of whole units take from
        # the same places, they may say a little less or more, which then leaves later.
        rest = gone - lane_values(taken_in, belt.LEAVES)
        self._on[0, 0] += np.where(np.abs(rest) > ROUNDING * (1.0 + np.abs(gone)), rest, 0.0)

    def _move(self, stands: Flags, held: Flags) -> None:
        self._lengthen(max(self._length, 2))
        on = self._on
        if held.any():
            on[:, 1] += np.where(held, on[:, 0], 0.0)
        still = on[:, :, stands].copy() if stands.any() else None
        on[:, 0] = 0.0
        self._first += 1
        if self._first + self._length >= self._room.shape[1]:
            self._lengthen(self._length)
        if still is not None:
            self._on[:, :, stands] = still
        else:
            self._length -= 1

    def enter(self, taken_in: Array, belts: Mapping[str, MovingBelt]) -> Array:
        """Put what enters on the belt.

        Parameters
        ----------
        taken_in : ndarray, shape (elements, belt.size, draws)
        belts : mapping of str to MovingBelt
            Other belts by their keys. What leaves them in this step has left them.

        Returns
        -------
        ndarray, shape (elements, belt.size, draws)
            What the belt gives for the next step.
        """
        belt = self._belt
        stands = lane_values(taken_in, belt.STANDS) != 0
        transit = lane_values(taken_in, belt.TRANSIT)
        if not np.array_equal(transit, self._transit):
            self._unknown |= np.isnan(transit) & ~stands
            self._depth = np.where(stands, self._depth, self._depth_of(transit))
            self._transit = np.where(stands, self._transit, transit)
        self._lengthen(int(self._depth.max(initial=1)))
        self._zones = self._zones_now()
        parts = self._parts(
            [lane_values(taken_in, belt.first_share + number) for number in range(len(belt.leaks))]
        )
        before = self._on[0].copy() if belt.entries else None
        self._put_at(self._depth - 1, lane_values(taken_in, belt.ENTERS), parts)
        for number, entry in enumerate(belt.entries):
            volume = lane_values(taken_in, belt.ENTERS + 1 + number)
            assert before is not None
            self._spread(entry, volume, before, parts, belts)
        if self._unknown.any():
            self._on[:, :, self._unknown] = np.nan
        if belt.is_counted:
            ends = lane_values(taken_in, belt.counted + 1) != 0
            self._spent = np.where(ends, 0.0, self._spent + lane_values(taken_in, belt.counted))
        return self.given()

    def _put_at(self, places: Counts, volume: Array, parts: list[Array]) -> None:
        lanes = np.arange(volume.size)
        self._on[0][places, lanes] += volume
        for number, part in enumerate([] if self._belt.is_exponential else parts):
            lasts = self._leaky_below(number, np.minimum(places + 1, self._depth))
            self._on[1 + 2 * number][places, lanes] += part * volume
            self._on[2 + 2 * number][places, lanes] += part * volume * lasts

    def _spread(
        self,
        entry: Entry,
        volume: Array,
        before: Array,
        parts: list[Array],
        belts: Mapping[str, MovingBelt],
    ) -> None:
        """Spread what enters; at the beginning of the belt, if there is nothing to go by."""
        weights = self._weights(entry, before, belts)
        total = _total(weights)
        lost = ~(total > 0)
        self._put_at(self._depth - 1, np.where(lost, volume, 0.0), parts)
        with np.errstate(all="ignore"):
            shares = np.where(lost, 0.0, weights / total * volume)
        on = self._on
        on[0] += shares
        inside = np.arange(self._length)[:, np.newaxis] < self._depth
        for number, part in enumerate([] if self._belt.is_exponential else parts):
            zone = self._zones[number]
            lasts = np.cumsum(inside if zone is None else inside & zone, axis=0)
            on[1 + 2 * number] += part * shares
            on[2 + 2 * number] += part * shares * lasts

    def _weights(self, entry: Entry, before: Array, belts: Mapping[str, MovingBelt]) -> Array:
        places = np.arange(self._length)[:, np.newaxis]
        inside = places < self._depth
        match entry.method:
            case "even":
                return inside.astype(float)
            case "dest":
                there = np.zeros(inside.shape)
                there[: before.shape[0]] = before
                return there
            case "dist":
                share = 1.0 - (places + 0.5) / self._depth
                profile = np.interp(share, np.array(entry.x), np.array(entry.y))
                return np.where(inside, np.maximum(profile, 0.0), 0.0)
        weights = np.zeros(inside.shape)
        other = belts.get(entry.source)
        if other is None or entry.leak >= len(other.taken):
            return weights
        leaked = other.taken[entry.leak]
        from_end = (np.arange(leaked.shape[0])[:, np.newaxis] + 0.5) / other.lengths_before
        nearest = np.ceil(from_end * self._depth - 1.0 - ROUNDING).astype(np.int64)
        goal = np.clip(nearest, 0, self._depth - 1)
        np.add.at(weights, (goal, np.arange(leaked.shape[1])[np.newaxis, :]), leaked)
        return weights

    def lane(self, number: int) -> tuple[list[float], float, bool]:
        """Return what is on the places of a lane, its transit time, and whether it is unknown."""
        places = [float(content) for content in self._on[0][:, number]]
        return places, float(self._transit[number]), bool(self._unknown[number])

    def given(self) -> Array:
        """Return what the belt gives for the next step, of the shape of what it takes."""
        belt, on = self._belt, self._on
        result = np.zeros((self._shape[0], belt.size, self._shape[1]))
        result[:, 0] = on[0, 0].reshape(self._shape)
        for number, leak in enumerate(belt.leaks):
            place, amount, zone = belt.leaking(number), self._amount(number), self._zones[number]
            result[:, place] = _total(amount).reshape(self._shape)
            result[:, place + 1] = amount[0].reshape(self._shape)
            if leak.is_whole:
                at_end = 1.0 if zone is None else zone[0].reshape(self._shape)
                result[:, place + 2] = self._carried[number].reshape(self._shape)
                result[:, place + 3] = at_end
        if belt.is_counted:
            result[:, belt.spent] = self._spent.reshape(self._shape)
        return result


def _total(array: Array) -> Array:
    """Return the sum over all places. NumPy's own sum of one draw differs from that of many."""
    return np.asarray(np.cumsum(array, axis=0)[-1])
