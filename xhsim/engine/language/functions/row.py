"""A row of the table of functions: everything that the engine knows about one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xhsim.engine.language.machine_forms import MachineForm
from xhsim.engine.language.unit_rules import UnitRule

__all__ = ["Function", "Kind"]

Kind = Literal[
    "elementwise", "reduction", "vector", "random", "stateful", "subscript", "table", "element"
]


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of the model language.

    The first six attributes have no default, so that a row cannot leave one out by mistake. A form
    that a function does not have is None. If a backend needs that form, it leaves the model to
    another backend.

    Attributes
    ----------
    meaning : str
        What it does, in one or two sentences for modellers.
    arguments : tuple of str
        The names of its arguments.
    units : UnitRule
        Which units its arguments may have, and the unit of its result.
    numpy : str or None
        NumPy code with ``{0}``, ``{1}``, ... for the arguments. None for functions that other
        equations replace when a model is resolved. The code may use ``time``, ``clock``,
        ``time_step`` and the functions of `xhsim.engine.compiling.numpy_runtime`. A reduction
        also has ``{n}``, the number of axes that it removes. A vector function has ``{axis}``, a
        random function ``{noise}``.
    scalar : str or None
        Python code for one number instead of an array. ``{now}`` is the time or the
        clock, and a random function has ``{noise}``. Arguments with elements are tuples, and
        ``{n}`` are the numbers of elements. The code may use ``time_step`` and the functions of
        `xhsim.engine.compiling.scalar_runtime`.
    machine : callable or None
        Writes the function as machine code. It is called with a `Maths` and the value of each
        argument. Functions of time get the time or the clock as their last argument.
    kind : {"elementwise", "reduction", "vector", "random", "stateful", "subscript", "table", \
"element"}
        How it treats dimensions, random numbers and the past.
    result : {"number", "condition"}
        The type of its value.
    conditions : tuple of int
        Positions of the arguments that are conditions. The others are numbers.
    now : {"", "time", "clock"}
        The time that it reads: none; ``time``, which advances within a step; or ``clock``, the
        time at which the step starts. The value of a function that reads a time may change even
        if its arguments do not.
    folded : int
        For a reduction: the number of leading arguments that have the axes it removes.
    repeats : str
        For a reduction: the function of two numbers that it applies repeatedly. Backends without
        arrays use the forms of that function.
    breakpoints : tuple of str
        Code of the times at which its value jumps or its slope changes. Solvers stop there.
    optional : int
        How many of the last arguments may be left out.
    written : str
        How a modeller writes it if that differs from its name, such as ``+``.
    """

    meaning: str
    arguments: tuple[str, ...]
    units: UnitRule
    numpy: str | None
    scalar: str | None
    machine: MachineForm | None
    kind: Kind = "elementwise"
    result: Literal["number", "condition"] = "number"
    conditions: tuple[int, ...] = ()
    now: Literal["", "time", "clock"] = ""
    folded: int = 1
    repeats: str = ""
    breakpoints: tuple[str, ...] = ()
    optional: int = 0
    written: str = ""

    @property
    def uses_time(self) -> bool:
        """Whether the value may change over time even if the arguments do not."""
        return bool(self.now)

    @property
    def template(self) -> str:
        """The NumPy code. A function without NumPy code raises a TypeError."""
        if self.numpy is None:
            raise TypeError("resolving a model should have replaced this function")
        return self.numpy
