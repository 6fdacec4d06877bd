"""Delays during a run whose time may change, and depreciation: what enters leaves later.

Each is a discrete variable that takes a list of numbers in each step and gives another. The rules
are those that Vensim documents for its functions of the same names.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.containers.descriptions import Pipeline
from xhsim.engine.containers.lanes import lane_values, refuse_places

__all__ = ["Delay", "delay_at_start"]

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
ROUNDING = 1e-6  # of a step: half a step is rounded up
ENDLESS = 10_000_000  # steps; what takes longer never leaves


class Delay(Protocol):
    """A delay during a run."""

    def given(self) -> Array:
        """Return what it gives now, of shape (elements, size, draws)."""

    def step(self, taken_in: Array) -> Array:
        """Take the numbers of a step, of the same shape; return what it gives for the next step."""


def delay_at_start(pipeline: Pipeline, start: Array, time_step: float) -> Delay:
    """Return a delay at the start of a run.

    Parameters
    ----------
    pipeline : Pipeline
    start : ndarray, shape (elements, pipeline.size, draws)
        What it takes at the start.
    time_step : float

    Examples
    --------
    >>> start = np.array([5.0, 2.0, 1.0, -1.0])[np.newaxis, :, np.newaxis]  # waits two steps
    >>> delay = delay_at_start(Pipeline(name="x", kind="material"), start, 1.0)
    >>> [delay.given()[0, 0, 0], *(delay.step(start)[0, 0, 0] for _ in range(3))]
    [np.float64(1.0), np.float64(1.0), np.float64(5.0), np.float64(5.0)]
    """
    kinds: dict[str, type[_DelayLanes]] = {
        "material": _Material,
        "information": _Information,
        "conveyor": _Conveyor,
        "profile": _Profile,
        "straight": _Straight,
    }
    return kinds[pipeline.kind](pipeline, start, time_step)


class _DelayLanes:
    """The lanes of a delay: what all kinds share."""

    def __init__(self, pipeline: Pipeline, start: Array, time_step: float) -> None:
        self._pipeline = pipeline
        self._step = time_step
        self._shape = (start.shape[0], start.shape[2])
        self._lanes = np.arange(self._shape[0] * self._shape[1])
        self._unknown = np.zeros(self._lanes.size, dtype=bool)
        self._now = 0
        with np.errstate(all="ignore"):
            self.begin([lane_values(start, number) for number in range(pipeline.size)])

    def begin(self, taken: list[Array]) -> None:
        """Set the state at the start."""
        raise NotImplementedError

    def take(self, taken: list[Array]) -> None:
        """Take in the numbers of a step."""
        raise NotImplementedError

    def gives(self) -> list[Array]:
        """Return the first numbers that it gives."""
        raise NotImplementedError

    def step(self, taken_in: Array) -> Array:
        with np.errstate(all="ignore"):
            self.take([lane_values(taken_in, number) for number in range(self._pipeline.size)])
        return self.given()

    def given(self) -> Array:
        result = np.zeros((self._shape[0], self._pipeline.size, self._shape[1]))
        with np.errstate(all="ignore"):
            numbers = self.gives()
        for place, number in enumerate(numbers):
            result[:, place] = np.where(self._unknown, np.nan, number).reshape(self._shape)
        return result

    def steps_of(self, time: Array) -> Counts:
        """Return a time as a whole number of steps, at least one."""
        self._unknown |= np.isnan(time)
        steps = np.round(np.clip(time / self._step, 1.0, ENDLESS) + ROUNDING)
        return np.where(np.isnan(steps), 1.0, steps).astype(np.int64)

    def room(self, places: int) -> Array:
        """Return empty places for all lanes."""
        refuse_places("delay", self._pipeline.name, places, self._lanes.size)
        return np.zeros((places, self._lanes.size))


class _Material(_DelayLanes):
    """DELAY MATERIAL takes: input, time, initial value, missing value."""

    def begin(self, taken: list[Array]) -> None:
        _, time, self._initial, self._missing = taken
        self._first = self.steps_of(time)
        self._amount = self.room(8)
        self._comes = np.zeros(self._amount.shape, dtype=bool)

    def take(self, taken: list[Array]) -> None:
        entered, time, _, self._missing = taken
        steps = self.steps_of(time)
        leaves = steps < ENDLESS
        longest = int(steps[leaves].max(initial=1))
        while self._amount.shape[0] <= longest:
            self._amount, self._comes = _longer(self, self._amount), _longer(self, self._comes)
        size = self._amount.shape[0]
        here = self._now % size
        self._amount[here], self._comes[here] = 0.0, False
        place = (self._now + steps[leaves]) % size
        self._amount[place, self._lanes[leaves]] += entered[leaves]
        self._comes[place, self._lanes[leaves]] = True
        self._now += 1

    def gives(self) -> list[Array]:
        here = self._now % self._amount.shape[0]
        amount, comes = self._amount[here], self._comes[here]
        is_first = self._now < self._first
        later = np.where(comes, amount, self._missing)
        return [np.where(is_first, self._initial + amount, later)]


class _Information(_DelayLanes):
    """DELAY INFORMATION takes: input, time, initial value."""

    def begin(self, taken: list[Array]) -> None:
        _, time, self._held = taken[:3]
        self.steps_of(time)
        self._latest = np.full(self._lanes.size, -1)
        self._value = self.room(8)
        self._source = np.full(self._value.shape, -1)

    def take(self, taken: list[Array]) -> None:
        entered, time = taken[:2]
        steps = self.steps_of(time)
        arrives = steps < ENDLESS
        longest = int(steps[arrives].max(initial=1))
        while self._value.shape[0] <= longest:
            self._value, self._source = _longer(self, self._value), _longer(self, self._source)
        size = self._value.shape[0]
        place = (self._now + steps[arrives]) % size
        self._value[place, self._lanes[arrives]] = entered[arrives]
        self._source[place, self._lanes[arrives]] = self._now
        self._now += 1
        here = self._now % size
        # What was sent before something that has arrived already is out of date.
        is_new = self._source[here] > self._latest
        self._held = np.where(is_new, self._value[here], self._held)
        self._latest = np.where(is_new, self._source[here], self._latest)

    def gives(self) -> list[Array]:
        return [self._held]


class _Conveyor(_DelayLanes):
    """DELAY CONVEYOR takes: input, time, leak, initial content, initial time.

    The belt has a coordinate. What enters in a step lies between two edges, and leaves when the
    belt has moved by its length, which is 1. What leaves depends on the time of the step before.
    """

    def begin(self, taken: list[Array]) -> None:
        _, time, _, content, initial_time = taken
        self._unknown |= np.isnan(time) | np.isnan(initial_time)
        self._output = content / initial_time
        self._speed = self._speed_of(initial_time)
        self._end = np.full(self._lanes.size, -1.0)
        share, cumulative = np.array(self._pipeline.x), np.array(self._pipeline.y)
        share = (share - share[0]) / (share[-1] - share[0])
        self._edges = np.repeat((share - 1.0)[:, np.newaxis], self._lanes.size, axis=1)
        self._parcels = np.diff(cumulative)[:, np.newaxis] * content

    def _speed_of(self, time: Array) -> Array:
        """Return how far the belt moves in a step; at most its length."""
        return np.minimum(np.where(time > 0, self._step / time, 1.0), 1.0)

    def take(self, taken: list[Array]) -> None:
        entered, time, leak = taken[:3]
        self._unknown |= np.isnan(time)
        edge = self._edges[-1] + self._speed
        self._end = self._end + self._speed
        self._parcels = np.concatenate([self._parcels, (entered * self._step)[np.newaxis]])
        self._edges = np.concatenate([self._edges, edge[np.newaxis]])
        self._parcels *= 1.0 - leak * self._step
        gone = int((self._edges[1:] <= self._end).all(axis=1).sum())
        self._parcels, self._edges = self._parcels[gone:], self._edges[gone:]
        self._speed = self._speed_of(time)
        self._output = self._leaving() / self._step

    def _leaving(self) -> Array:
        low, high = self._edges[:-1], self._edges[1:]
        until = self._end + self._speed
        width = high - low
        part = (np.minimum(until, high) - np.maximum(self._end, low)) / width
        at_once = (low >= self._end) & (low < until)  # where the belt stood still
        share = np.where(width > 0, np.clip(part, 0.0, 1.0), at_once)
        leaving: Array = np.sum(share * self._parcels, axis=0)
        return leaving

    def gives(self) -> list[Array]:
        return [self._output]


class _Profile(_DelayLanes):
    """DELAY PROFILE takes: input, time, initial value, initial growth."""

    def begin(self, taken: list[Array]) -> None:
        _, time, initial, growth = taken
        x, self._cumulative = np.array(self._pipeline.x), np.array(self._pipeline.y)
        density = np.diff(self._cumulative)
        self._times = x / np.sum(density * (x[1:] + x[:-1]) / 2.0)  # with the mean 1
        weights = self._weights(time)
        count = weights.shape[0]
        past = np.exp(-growth * self._step * np.arange(1, count + 1)[:, np.newaxis])
        self._waits = self.room(count + 1)
        for later in range(count):
            self._waits[later] = (weights[later:] * past[: count - later]).sum(axis=0)
        self._waits *= initial / self._waits[0]

    def _weights(self, time: Array) -> Array:
        """Return the share that leaves after each number of steps, from 1 on."""
        self._unknown |= ~(time >= 0) | np.isinf(time)
        time = np.where(self._unknown, 1.0, time)
        longest = self._times[-1] * time.max(initial=0.0) / self._step
        count = int(min(np.ceil(longest + 0.5), ENDLESS)) + 1
        self.room(count)
        ends = (np.arange(1, count + 1)[:, np.newaxis] + 0.5) * self._step
        scaled = ends / np.where(time > 0, time, 1e-300)
        until = np.interp(scaled, self._times, self._cumulative)
        return np.diff(until, axis=0, prepend=0.0)

    def take(self, taken: list[Array]) -> None:
        entered, time = taken[:2]
        weights = self._weights(time)
        count = max(weights.shape[0], self._waits.shape[0] - 1)
        waits = self.room(count + 1)
        waits[: self._waits.shape[0] - 1] = self._waits[1:]
        waits[: weights.shape[0]] += weights * entered
        self._waits = waits

    def gives(self) -> list[Array]:
        return [self._waits[0]]


class _Straight(_DelayLanes):
    """DEPRECIATE STRAIGHTLINE takes: stream, time, fiscal period, initial stream.

    It gives what is due for the periods before this one, and in how many parts a sum is divided.
    """

    def begin(self, taken: list[Array]) -> None:
        _, time, period, initial = taken
        self._unknown |= ~(time / period > 0)
        parts = np.round(np.clip(time / period, 1.0, ENDLESS))
        self._parts = np.where(np.isnan(parts), 1.0, parts).astype(np.int64)
        self._period = np.where(self._unknown, 1.0, period)
        self._steps = self.steps_of(period)
        self._done = np.zeros(self._lanes.size, dtype=np.int64)
        self._sum = np.zeros(self._lanes.size)
        longest = int(self._parts.max(initial=1))
        self._due = self.room(longest)
        left = self._parts - 1 - np.arange(longest)[:, np.newaxis]
        self._due += np.maximum(left, 0) * initial / self._parts

    def take(self, taken: list[Array]) -> None:
        self._sum = self._sum + taken[0] * self._step
        self._done += 1
        ends = self._done >= self._steps
        if not ends.any():
            return
        each = self._sum / (self._parts * self._period)
        later = np.concatenate([self._due[1:], np.zeros((1, self._lanes.size))])
        later += np.where(np.arange(later.shape[0])[:, np.newaxis] < self._parts - 1, each, 0.0)
        self._due = np.where(ends, later, self._due)
        self._sum = np.where(ends, 0.0, self._sum)
        self._done = np.where(ends, 0, self._done)

    def gives(self) -> list[Array]:
        return [self._due[0], self._parts.astype(float)]


def _longer(lanes: _DelayLanes, ring: np.ndarray) -> np.ndarray:
    """Return a ring of twice the size, in which all that waits keeps its date."""
    size = ring.shape[0]
    lanes.room(2 * size)
    longer = np.zeros((2 * size, ring.shape[1]), dtype=ring.dtype)
    if ring.dtype.kind == "i":
        longer -= 1
    dates = lanes._now + np.arange(size)
    longer[dates % (2 * size)] = ring[dates % size]
    return longer
