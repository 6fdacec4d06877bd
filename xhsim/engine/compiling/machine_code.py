"""Machine code as data, and how it is loaded so that it can be called.

What is compiled now and what was compiled by an earlier process are loaded in the same way. Import
this module only if llvmlite is installed (``pip install xhsim[fast]``).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import llvmlite.binding as binding
import msgspec

__all__ = ["LLVMProgram", "MachineCode", "Slot", "engine_of", "load_code", "this_processor"]

WHOLE, DOUBLE, POINTER = ctypes.c_int64, ctypes.c_double, ctypes.c_void_p
ARRAYS = (POINTER, POINTER, POINTER, POINTER)  # shared, apart, paths, places


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """Where a number is: among those that all draws share, or in a row of different ones."""

    is_shared: bool
    number: int


class MachineCode(msgspec.Struct, frozen=True, array_like=True):
    """Compiled code for one plan, one method and one set of varying inputs.

    It works on arrays of doubles. Rows of numbers that differ between draws are `stride` long.
    `stride` and `draws` are multiples of `width`.

    Attributes
    ----------
    width : int
        The number of draws in a vector.
    rows, outputs, jumps : int
        How many numbers the state, the outputs and the changes of dated variables have for each
        draw.
    rooms : int
        The number of states and flows of a group of draws for which `scratch` needs space.
    shared, apart : int
        How many numbers all draws share, and how many rows differ between draws. The caller fills
        in the inputs, `begin` the others.
    inputs : dict of str to tuple
        For each input, its used elements: the position of the element, and its place.
    binary : bytes
        An object file for this processor.
    """

    width: int
    rows: int
    outputs: int
    jumps: int
    rooms: int
    shared: int
    apart: int
    inputs: dict[str, tuple[tuple[int, Slot], ...]]
    binary: bytes


@dataclass(frozen=True)
class LLVMProgram:
    """Machine code that is loaded.

    Attributes
    ----------
    code : MachineCode
    begin, follow, jump : callable
        ``begin(draws, start, step, shared, apart, paths, places, state, stride)``,
        ``follow(draws, first, count, stops, saves, times, start, step, shared, apart, paths,
        places, state, scratch, out, stride)``, which takes the steps up to each stop, and writes
        the outputs of a time into a row of `out`, and ``jump(draws, time, step, shared, apart,
        paths, places, state, out, stride)``, if the model has dated variables. Arrays are given by
        address.
    engine : object
        Owns the code, which is freed with it.
    """

    code: MachineCode
    begin: Callable[..., None]
    follow: Callable[..., None]
    jump: Callable[..., None] | None
    engine: object


def load_code(code: MachineCode) -> LLVMProgram:
    """Load machine code into memory.

    Parameters
    ----------
    code : MachineCode

    Returns
    -------
    LLVMProgram
    """
    engine = engine_of(code.binary)

    def function(name: str, *kinds: Any) -> Callable[..., None]:
        found: Callable[..., None] = ctypes.CFUNCTYPE(None, *kinds)(
            engine.get_function_address(name)
        )
        return found

    begin = function("begin", WHOLE, DOUBLE, DOUBLE, *ARRAYS, POINTER, WHOLE)
    leaps = (WHOLE, WHOLE, WHOLE, POINTER, POINTER, POINTER, DOUBLE, DOUBLE)
    follow = function("follow", *leaps, *ARRAYS, POINTER, POINTER, POINTER, WHOLE)
    at_date = (WHOLE, DOUBLE, DOUBLE, *ARRAYS, POINTER, POINTER, WHOLE)
    jump = function("jump", *at_date) if code.jumps else None
    return LLVMProgram(code, begin, follow, jump, engine)


def engine_of(binary: bytes) -> Any:
    """Load an object file; return llvmlite's engine, which owns the code."""
    engine = binding.create_mcjit_compiler(
        binding.parse_assembly(""), this_processor(optimised=False)
    )
    engine.add_object_file(binding.ObjectFileRef.from_data(binary))
    engine.finalize_object()
    return engine


def this_processor(*, optimised: bool) -> Any:
    """Return llvmlite's description of this processor, for which code is compiled.

    Parameters
    ----------
    optimised : bool
        Whether code takes longer to compile so that it runs faster.
    """
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(),
        features=binding.get_host_cpu_features().flatten(),
        opt=1 if optimised else 0,
    )
