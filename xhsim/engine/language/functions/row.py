"""A row of the table of functions: all that the engine knows of one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xhsim.engine.language.machine_forms import MachineForm
from xhsim.engine.language.unit_rules import UnitRule

__all__ = ["Function"]


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of the model language.

    The first six attributes have no default: what a function does not have is said to be None,
    never forgotten. A backend that lacks the form of a function leaves the model to another one.

    Attributes
    ----------
    meaning : str
        What it does, as one sentence for modellers.
    arguments : tuple of str
        The names of its arguments.
    units : UnitRule
        What it asks of the units of its arguments, and the unit of its result.
    numpy : str or None
        NumPy code with ``{0}``, ``{1}``, ... for the arguments; None for functions that are
        replaced by others when a model is resolved. The code may use ``time``, ``clock``,
        ``time_step`` and the functions of `xhsim.engine.compiling.numpy_runtime`. A reduction
        also has ``{n}``,
        the number of axes that go; a vector function ``{axis}``; a random one ``{noise}``.
    scalar : str or None
        Python code for one number instead of an array; ``{now}`` stands for the time or the
        clock. It may use ``time_step`` and the functions of
        `xhsim.engine.compiling.scalar_runtime`. machine : callable or None
        Writes the function as machine code, called with a `Maths` and the value of each
        argument. Functions of time get the time or the clock as their last argument.
    kind : {"elementwise", "reduction", "vector", "random", "stateful", "subscript"}
        What it does with the dimensions, with chance and with the past.
    result : {"number", "condition"}
        What it gives.
    conditions : tuple of int
        Which of its arguments are conditions; the others are numbers.
    now : {"", "time", "clock"}
        What it reads of the present: nothing; the time, which within a step goes on; or the
        clock, which is the time at which the step starts. Its value may change as time goes on
        even when the arguments do not.
    folded : int
        Of a reduction: how many of the arguments, the first ones, have the axes that go.
    repeats : str
        Of a reduction: the function of two numbers that it applies again and again. Backends
        without arrays use the forms of that function.
    breakpoints : tuple of str
        Code of the times at which it jumps or bends, for solvers that must stop there.
    written : str
        How a modeller writes it, if that differs from its name: ``+``.
    """

    meaning: str
    arguments: tuple[str, ...]
    units: UnitRule
    numpy: str | None
    scalar: str | None
    machine: MachineForm | None
    kind: Literal["elementwise", "reduction", "vector", "random", "stateful", "subscript"] = (
        "elementwise"
    )
    result: Literal["number", "condition"] = "number"
    conditions: tuple[int, ...] = ()
    now: Literal["", "time", "clock"] = ""
    folded: int = 1
    repeats: str = ""
    breakpoints: tuple[str, ...] = ()
    written: str = ""

    @property
    def uses_time(self) -> bool:
        """Whether the value may change as time goes on even when the arguments do not."""
        return bool(self.now)

    @property
    def template(self) -> str:
        """The NumPy code of a function that has some."""
        if self.numpy is None:
            raise TypeError("resolving a model should have replaced this function by others")
        return self.numpy
