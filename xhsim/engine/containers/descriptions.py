"""Descriptions of conveyors, queues and delays: what of them is known before a run.

A container takes a list of numbers at the start and at the end of each step, and gives a list of
numbers that hold for the next step. The descriptions say which number is where. What is not known
before a run, such as a transit time, is one of these numbers.
"""

from __future__ import annotations

import itertools
from typing import Annotated, Literal

import msgspec

__all__ = [
    "Belt",
    "Container",
    "Entry",
    "Leak",
    "Line",
    "Pipeline",
    "PipelineKind",
    "contents_key",
    "described",
    "description_of",
]

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class ContainerRecord(
    msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True, gc=False, omit_defaults=True
):
    """The base of the records. Every field is checked when they are decoded."""


class Leak(ContainerRecord, frozen=True):
    """A leak of a belt: the part along which it leaks, and whether only whole units leak.

    The part is a share of the length, from where material enters (0) to where it leaves (1).
    """

    start: Share = 0.0
    end: Share = 1.0
    is_whole: bool = False


class Entry(ContainerRecord, frozen=True):
    """How an inflow is spread along a belt, if it does not enter at the beginning.

    Attributes
    ----------
    method : {"even", "dest", "dist", "source"}
        The same everywhere, in proportion to what is there, along a profile, or where it leaked
        from another belt.
    x, y : tuple of float
        The profile over the share of the length, from where material enters.
    source : str
        The key of the contents from which the inflow leaks, see `contents_key`.
    leak : int
        The number of that leak.
    """

    method: Literal["even", "dest", "dist", "source"]
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    source: str = ""
    leak: Count = 0

    def __post_init__(self) -> None:
        """Refuse a profile that has no points."""
        if len(self.x) != len(self.y) or (self.method == "dist" and not self.x):
            raise ValueError("x and y of a profile must have the same length")


class Belt(ContainerRecord, frozen=True, kw_only=True):
    """A conveyor.

    Attributes
    ----------
    name : str
        For messages.
    leaks : tuple of Leak
    is_exponential : bool
        Whether leaks take a share of what is there, and not of what entered.
    is_packed : bool
        Whether the initial content comes off once in each unit of time (a discrete conveyor).
    is_counted : bool
        Whether a limit of the inflow holds for each unit of time.
    entries : tuple of Entry
        The inflows that do not enter at the beginning.
    listed : int
        How many numbers at most list the initial content; 0 for one number in all.
    """

    name: str
    leaks: tuple[Leak, ...] = ()
    is_exponential: bool = False
    is_packed: bool = False
    is_counted: bool = False
    entries: tuple[Entry, ...] = ()
    listed: Count = 0

    # What it takes at the start: transit time, content, how many numbers list it (0: none does),
    # the share of each leak, the list.
    TRANSIT, CONTENT, LISTED, FIRST_SHARE = 0, 1, 2, 3
    # What it takes in each step: transit time, whether it stands still, whether its end does, what
    # leaves in all, what enters at the beginning and by each entry, the share of each leak, whether
    # each leak is shut, and with a counted limit what counts and whether a unit of time ends.
    STANDS, HELD, LEAVES, ENTERS = 1, 2, 3, 4

    @property
    def first_share(self) -> int:
        """Where the shares of leaks are in what it takes in each step."""
        return self.ENTERS + 1 + len(self.entries)

    @property
    def counted(self) -> int:
        """Where that which counts for a limit is."""
        return self.first_share + 2 * len(self.leaks)

    # What it gives: what is on the last place, four numbers for each leak, and last what has
    # counted for the limit. A leak takes its share of its first number; the second is how much of
    # it is on the last place. The third is what a leak of whole units has not taken yet, and the
    # fourth tells whether it leaks at the last place.
    @staticmethod
    def leaking(leak: int) -> int:
        """Return where the first number of a leak is in what it gives."""
        return 1 + 4 * leak

    @property
    def spent(self) -> int:
        """Where that which has counted for the limit is in what it gives."""
        return 1 + 4 * len(self.leaks)

    @property
    def size(self) -> int:
        """How many numbers it takes and gives. Unused ones are 0."""
        start = self.FIRST_SHARE + len(self.leaks) + self.listed
        step = self.counted + 2 * self.is_counted
        return max(start, step, self.spent + 1)


class Line(ContainerRecord, frozen=True, kw_only=True):
    """A queue.

    Attributes
    ----------
    name : str
        For messages.
    inflows : int
        In each step it takes what each of them brings, and then what leaves. At the start it takes
        its batches. It gives the size of the first batch.
    listed : int
        The number of its first batches.
    """

    name: str
    inflows: Count = 0
    listed: Count = 1

    @property
    def size(self) -> int:
        """How many numbers it takes and gives. Unused ones are 0."""
        return max(self.inflows + 1, self.listed)


PipelineKind = Literal["material", "information", "conveyor", "profile", "straight"]


class Pipeline(ContainerRecord, frozen=True, kw_only=True):
    """A delay whose time may change, or depreciation.

    Attributes
    ----------
    name : str
        For messages.
    kind : {"material", "information", "conveyor", "profile", "straight"}
        See `xhsim.engine.containers.pipelines`, which says what each kind takes and gives.
    x, y : tuple of float
        Of a conveyor the share of the initial content that leaves until then; of a profile the
        share of what enters that has left after so long. Only their proportions count.
    """

    name: str
    kind: PipelineKind
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse shares that do not grow from 0 to 1."""
        if self.kind in {"conveyor", "profile"}:
            rises = all(a < b for a, b in itertools.pairwise(self.x))
            grows = all(a <= b for a, b in itertools.pairwise(self.y))
            is_whole = len(self.x) == len(self.y) > 1 and (self.y[0], self.y[-1]) == (0.0, 1.0)
            if not (rises and grows and is_whole):
                raise ValueError("the shares must grow from 0 to 1")

    @property
    def size(self) -> int:
        """How many numbers it takes and gives."""
        return {"material": 4, "information": 3, "conveyor": 5, "profile": 4, "straight": 4}[
            self.kind
        ]


Container = Belt | Line | Pipeline


def contents_key(stock: str) -> str:
    """Return the key of the hidden variable that is the container of a stock.

    Examples
    --------
    >>> contents_key("students")
    'students contents'
    """
    return f"{stock} contents"  # keys of names in a file contain no blank


def description_of(container: Container) -> str:
    """Return a description as text, for the records of a model file.

    Examples
    --------
    >>> described(description_of(Line(name="waiting", inflows=2))).size
    3
    """
    return msgspec.json.encode(container).decode()


def described(text: str) -> Container:
    """Return the description that a text holds; every field is checked.

    Raises
    ------
    ValueError
        If the text is no description.
    """
    container: Container = msgspec.json.decode(text, type=Container)
    return container
