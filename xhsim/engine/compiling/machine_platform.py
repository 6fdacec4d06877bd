"""What machine code is compiled for: this processor, or WebAssembly in a browser.

Import this module only if llvmlite is installed (``pip install xhsim[fast]``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import llvmlite.binding as binding
from llvmlite import ir

from xhsim.engine.compiling.machine_code import this_processor

__all__ = ["THIS_PROCESSOR", "WEBASSEMBLY", "Platform", "PlatformModule"]

Value = Any  # of llvmlite, which has no type hints


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
    renamed : mapping of str to str
        Intrinsic functions that the platform would have to call from a library, and what stands for
        them. `fmuladd` rounds twice where there is no fused instruction.
    """

    triple: Callable[[], str]
    machine: Callable[[bool], Any]
    widths: tuple[int, int]
    renamed: Mapping[str, str] = field(default_factory=dict)

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
        machine = self.machine(optimised)
        parsed = binding.parse_assembly(str(module))
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
    binding.get_process_triple, lambda optimised: this_processor(optimised=optimised), (32, 8)
)
WEBASSEMBLY = Platform(
    lambda: WASM_TRIPLE,
    _browser,
    (8, 8),
    {"fma": "fmuladd", "minnum": "minimum", "maxnum": "maximum", "rint": "nearbyint"},
)
