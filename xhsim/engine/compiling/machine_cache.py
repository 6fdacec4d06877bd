"""A cache of machine code, so that a later process loads what an earlier one compiled.

The name of an entry is a hash of all that the code depends on: the equations and the plan, the
method, the modules that write the code, the version of LLVM, the processor, and whether the code is
for it or for a browser. A hit therefore
needs neither the writing nor the compiling of code. Which backend solves a run does not depend on
the cache.

Code from a file runs with all rights of the user, as Python's own ``.pyc`` files do. So entries
lie in a folder into which only the user can write. The folder of another user, or one into which
others can write, is neither read nor written (`docs/decisions/speed.md`). Import this module only
if llvmlite is installed (``pip install xhsim[fast]``).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import llvmlite
import llvmlite.binding as binding
import msgspec

from xhsim.engine.cache_entries import cache_folder, read_entry, remove_oldest, write_entry
from xhsim.engine.compiling.machine_code import LLVMProgram, MachineCode, load_code
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.equations import Equations
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.tableaux import Tableau

__all__ = ["cached_code", "cached_program"]

MOST_BYTES = 64 * 2**20  # of all entries together; one of the Xuhui model has 0.2 MB
ENGINE = Path(__file__).parent.parent
WRITERS = ("compiling/*.py", "language/**/*.py", "equations.py", "tableaux.py")  # of the code


def cached_program(
    equations: Equations,
    plan: Plan,
    varying: frozenset[str],
    tableau: Tableau,
    *,
    optimised: bool = True,
) -> LLVMProgram | None:
    """Load the machine code of a plan, or compile it if no earlier process did.

    Parameters
    ----------
    equations, plan, varying, tableau, optimised
        As for `xhsim.engine.compiling.machine_program.emit_llvm`.

    Returns
    -------
    LLVMProgram or None
        None if the plan has no machine code.
    """
    code = cached_code(equations, plan, varying, tableau, optimised=optimised)
    return None if code is None else load_code(code)


def cached_code(
    equations: Equations,
    plan: Plan,
    varying: frozenset[str],
    tableau: Tableau,
    *,
    optimised: bool = True,
    browser: bool = False,
) -> MachineCode | None:
    """Return the code of a plan, which is compiled if no earlier process did.

    Parameters
    ----------
    equations, plan, varying, tableau, optimised
        As for `xhsim.engine.compiling.machine_program.emit_llvm`.
    browser : bool
        Whether the code is WebAssembly.

    Returns
    -------
    MachineCode or None
        None if the plan has no machine code.
    """
    place = _place(equations, plan, (*sorted(varying), tableau, optimised, browser))
    code = _load(place) if place else None
    if code is None:
        # Neither is needed for a hit.
        from xhsim.engine.compiling.machine_platform import THIS_PROCESSOR, WEBASSEMBLY
        from xhsim.engine.compiling.machine_program import emit_llvm

        platform = WEBASSEMBLY if browser else THIS_PROCESSOR
        code = emit_llvm(equations, plan, varying, tableau, optimised=optimised, platform=platform)
        if code is not None and place and write_entry(place, msgspec.msgpack.encode(code)):
            remove_oldest(place.parent, MOST_BYTES)
    return code


def _load(place: Path) -> MachineCode | None:
    content = read_entry(place)
    if content is None:
        return None
    try:
        return msgspec.msgpack.decode(content, type=MachineCode)
    except (ValueError, msgspec.DecodeError):
        return None


def _place(equations: Equations, plan: Plan, how: tuple[object, ...]) -> Path | None:
    """Return the place of an entry, or None if it cannot be stored."""
    forms = [row.machine for row in FUNCTIONS.values() if row.machine]
    if not all(form.__module__.startswith("xhsim.") for form in forms):
        return None  # a function that somebody added while the program runs
    within = cache_folder("machine-code")
    if within is None:
        return None
    # The values of inputs are given when the code runs, so code does not depend on them.
    given = {*plan.inputs, *plan.paths}
    rules = {key: rule for key, rule in equations.definitions.items() if key not in given}
    shapes = {key: variable.shape for key, variable in equations.variables.items()}
    try:
        model = msgspec.msgpack.encode((rules, shapes, plan, how))
        about = f"{_maker()}\n{_writers()}\n".encode() + model
    except (OSError, RecursionError, UnicodeEncodeError):
        return None
    return within / f"{hashlib.sha256(about).hexdigest()}.code"


@cache
def _maker() -> str:
    """Describe what turns instructions into code, and for which processor."""
    version = (llvmlite.__version__, binding.llvm_version_info)
    features = binding.get_host_cpu_features().flatten()
    triples = (binding.get_process_triple(), binding.get_default_triple())
    return repr((version, triples, binding.get_host_cpu_name(), features))


@cache
def _writers() -> str:
    """Return a hash of the modules that write code."""
    files = sorted(file for pattern in WRITERS for file in ENGINE.glob(pattern))
    if not files:
        raise OSError("this copy of xhsim has no source")
    contents = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return hashlib.sha256(" ".join(contents).encode()).hexdigest()
