"""What machine code is compiled for: this processor, or WebAssembly in a browser.

llvmlite has one lock for all threads. A large module for a browser, which takes seconds, is
therefore compiled in a process of its own: ``python -m`` this module reads it and writes the object
file. Import this module only if llvmlite is installed (``pip install xhsim[fast]``).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import llvmlite.binding as binding
from llvmlite import ir

from xhsim.engine.compiling.machine_code import this_processor
from xhsim.errors import InputError

__all__ = ["THIS_PROCESSOR", "WEBASSEMBLY", "Platform", "PlatformModule"]

Value = Any  # of llvmlite, which has no type hints
LARGE = 1_000_000  # characters of a module that takes longer to compile than a process to start


@dataclass(frozen=True)
class Platform:
    """Something that executes code.

    Attributes
    ----------
    triple : callable
        Returns LLVM's name of the platform.
    machine : callable
        Returns llvmlite's target machine. Its argument says whether code may take longer to
        compile so that it runs faster.
    widths : tuple of int
        The number of draws in a vector, for models of common size and for large ones.
    saves_on_the_way : bool
        Whether ``follow`` takes steps and saves outputs in one call. Otherwise there are
        ``advance`` and ``report``.
    renamed : mapping of str to str
        Intrinsic functions that the platform would have to call from a library, and what stands for
        them. `fmuladd` rounds twice where there is no fused instruction.
    longest : int or None
        About how many instructions a block of code may have. None: any number.
    apart : bool
        Whether a large module is compiled in a process of its own.
    """

    triple: Callable[[], str]
    machine: Callable[[bool], Any]
    widths: tuple[int, int]
    saves_on_the_way: bool
    renamed: Mapping[str, str] = field(default_factory=dict)
    longest: int | None = None
    apart: bool = False

    def own_name(self, intrinsic: str) -> str:
        """Return the name of an intrinsic function on this platform."""
        return self.renamed.get(intrinsic, intrinsic)

    def object_file(self, module: Value, *, optimised: bool) -> bytes:
        """Compile a module of llvmlite; return the object file.

        Parameters
        ----------
        module : llvmlite.ir.Module
        optimised : bool
        """
        text = str(module)
        if self.apart and len(text) > LARGE:
            found = _in_own_process(text, optimised=optimised)
            if found is not None:
                return found
        return self.compiled(text, optimised=optimised)

    def compiled(self, text: str, *, optimised: bool) -> bytes:
        """Compile the text of a module in this process; return the object file."""
        machine = self.machine(optimised)
        parsed = binding.parse_assembly(text)
        parsed.verify()
        if optimised:
            tuning = binding.create_pipeline_tuning_options(speed_level=1)
            passes = binding.create_pass_builder(machine, tuning)
            passes.getModulePassManager().run(parsed, passes)
        binary: bytes = machine.emit_object(parsed)
        return binary


class PlatformModule(ir.Module):  # type: ignore[misc]  # llvmlite has no type hints
    """A module of LLVM that knows what it is compiled for."""

    def __init__(self, platform: Platform) -> None:
        super().__init__("xhsim")
        self.platform = platform
        self.triple = platform.triple()


def _in_own_process(text: str, *, optimised: bool) -> bytes | None:
    """Compile a module for a browser elsewhere; None if no other process can be started."""
    if not sys.executable:
        return None
    words = [sys.executable, "-m", "xhsim.engine.compiling.machine_platform", str(int(optimised))]
    places = os.pathsep.join(str(Path(place).resolve()) for place in sys.path)
    try:
        done = subprocess.run(
            words, input=text.encode(), capture_output=True, env=os.environ | {"PYTHONPATH": places}
        )
    except OSError:
        return None
    if done.returncode < 0:
        raise InputError(f"the compiler was ended by signal {-done.returncode}", hint="try again")
    return done.stdout if done.returncode == 0 else None


def _browser(optimised: bool) -> Any:
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    return binding.Target.from_triple(WASM_TRIPLE).create_target_machine(
        cpu="generic",
        # All three are in every browser since 2021. The conversion that does not trap is needed
        # because a draw may overflow.
        features="+simd128,+nontrapping-fptoint,+bulk-memory",
        opt=2 if optimised else 0,
    )


WASM_TRIPLE = "wasm32-unknown-unknown"
THIS_PROCESSOR = Platform(
    binding.get_process_triple,
    lambda optimised: this_processor(optimised=optimised),
    (32, 8),
    saves_on_the_way=True,
)
WEBASSEMBLY = Platform(
    lambda: WASM_TRIPLE,
    _browser,
    (8, 8),
    saves_on_the_way=False,
    renamed={"fma": "fmuladd", "minnum": "minimum", "maxnum": "maximum", "rint": "nearbyint"},
    # LLVM puts values onto WebAssembly's stack block by block, and takes the longer for an
    # instruction the longer its block is: half of the time of compiling is saved.
    longest=300,
    apart=True,
)

if __name__ == "__main__":
    sys.stdout.buffer.write(
        WEBASSEMBLY.compiled(sys.stdin.buffer.read().decode(), optimised=sys.argv[1] == "1")
    )
