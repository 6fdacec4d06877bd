"""xhsim beside PySD, pysimlin and kernels written by hand in C and Numba, turn by turn.

    python benchmarks/compare.py [--quick] [--full]

``--quick`` takes about a minute; ``--full`` adds a million draws (minutes, and some memory).
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from large_model import write_large_model
from rivals import (
    HERE,
    OUTPUTS,
    Ensemble,
    clusters,
    kernel,
    numba_kernel,
    read_with_pysd,
    run,
)
from timing import paired, seconds

import xhsim

MODEL = HERE.parent / "model" / "xuhui.mdl"
MEMORY = 2.5  # GiB, what a million draws of 18 yearly outputs may take

Kernel = Callable[..., None] | None


def row(what: str, *cells: object) -> None:
    """Print a line of a table."""
    print(f"  {what:<46}" + "".join(f"{cell!s:>26}" for cell in cells), flush=True)


def head(title: str, *columns: str) -> None:
    """Print a table's title and its columns."""
    print(f"\n{title}")
    row("", *columns)


def check_agreement(ensemble: Ensemble, call: Kernel) -> None:
    """Stop unless all engines give the same numbers for the same draws."""
    ours = ensemble.xhsim()
    others = {"NumPy": ensemble.numpy(), "pysimlin": ensemble.simlin(20), "PySD": ensemble.pysd(0)}
    if call:
        others["C"] = ensemble.kernel(call)
    if loops := numba_kernel():
        others["Numba"] = ensemble.numba(loops)
    for name, theirs in others.items():
        most = 1e-9 if name in ("C", "Numba", "NumPy") else 1e-6
        for output, mine, other in zip(OUTPUTS, ours, theirs, strict=True):
            same = mine[:, 0] if other.ndim == 1 else mine[:, : other.shape[1]]
            apart = float(np.max(np.abs(other / same - 1)))
            if not apart <= most:
                sys.exit(f"{name} and xhsim differ by {apart:.1e} in {output}: no timing")
        print(f"{name:>8} agrees with xhsim within {apart:.1e} (relative)")


def compare_ensembles(ensemble: Ensemble, call: Kernel, rounds: int) -> None:
    """Print the time of one draw on one core in each engine."""
    few = 200
    work: dict[str, Callable[[], object]] = {
        "xhsim": lambda: ensemble.xhsim(1),
        "xhsim again": lambda: ensemble.xhsim(1),
        "xhsim, NumPy": lambda: ensemble.numpy(1),
        "pysimlin": lambda: ensemble.simlin(few),
    }
    if call:
        work["C"] = lambda: ensemble.kernel(call)
    if loops := numba_kernel():
        work["Numba"] = lambda: ensemble.numba(loops)
    found = paired(rounds, work)
    slow = paired(min(rounds, 2), {"PySD": lambda: ensemble.pysd(1)})
    count = {"pysimlin": few, "PySD": 1}
    head(f"An ensemble of {ensemble.draws:,} draws, one core", "per draw", "against xhsim")
    for name in ("xhsim", "xhsim again", "xhsim, NumPy", "pysimlin", "Numba", "C"):
        if name in work:
            draws = count.get(name, ensemble.draws)
            scale = ensemble.draws / draws
            every = [
                a * scale / b for a, b in zip(found.times[name], found.times["xhsim"], strict=True)
            ]
            spread = f"{statistics.median(every):,.3g} ({min(every):,.3g} to {max(every):,.3g})"
            row(name, f"{found.median(name) / draws * 1e6:,.1f} us", f"x {spread}")
    each = found.median("xhsim") / ensemble.draws
    pysd = slow.median("PySD")
    row("PySD", f"{pysd * 1e3:,.0f} ms", f"x {pysd / each:,.0f}")
    if call:
        row("xhsim against the hand-written limit", "", found.ratio("xhsim", "C"))
        row("xhsim, NumPy, against it", "", found.ratio("xhsim, NumPy", "C"))


def at_once(work: Callable[[], object], other: Callable[[], object]) -> None:
    """Do two things on two threads."""
    thread = threading.Thread(target=other)
    thread.start()
    work()
    thread.join()


def compare_threads(ensemble: Ensemble, call: Kernel, rounds: int) -> None:
    """Print what a second thread gives, and what the machine could give at that moment."""
    work: dict[str, Callable[[], object]] = {
        "1 thread": lambda: ensemble.xhsim(1),
        "2 threads": lambda: ensemble.xhsim(2),
        "1 thread, NumPy": lambda: ensemble.numpy(1),
        "2 threads, NumPy": lambda: ensemble.numpy(2),
    }
    if call:
        work["C after C"] = lambda: (ensemble.kernel(call), ensemble.kernel(call))
        work["C beside C"] = lambda: at_once(
            lambda: ensemble.kernel(call), lambda: ensemble.kernel(call)
        )
    found = paired(rounds, work)
    head(f"Two threads ({ensemble.draws:,} draws)", "speed-up")
    row("xhsim", found.ratio("1 thread", "2 threads"))
    row("xhsim, NumPy", found.ratio("1 thread, NumPy", "2 threads, NumPy"))
    if call:
        row("the machine: two C kernels at once", found.ratio("C after C", "C beside C"))


def compare_single_runs(folder: Path, rounds: int) -> None:
    """Print the time of one run of all variables, without draws, on three models."""
    files = {
        "clusters (49 elements)": HERE / "models" / "clusters.mdl",
        "Xuhui": MODEL,
        "large (1,004 elements)": write_large_model(folder / "large.mdl"),
    }
    head("A single run, all variables saved", "xhsim", "PySD", "PySD / xhsim")
    for name, file in files.items():
        ours, theirs = xhsim.load_model(file), read_with_pysd(file)

        def pysd(model: Any = theirs) -> object:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return model.run(reload=True)

        found = paired(rounds, {"xhsim": lambda model=ours: run(model, {}), "PySD": pysd})
        row(
            name,
            f"{found.median('xhsim') * 1e3:,.1f} ms",
            f"{found.median('PySD') * 1e3:,.0f} ms",
            found.ratio("PySD", "xhsim"),
        )


def child(code: str, **environment: str) -> tuple[float, str]:
    """Run Python code in a process of its own; return its wall time and what it prints."""
    printed: list[str] = []

    def work() -> None:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        printed.append(done.stdout)

    took = seconds(work)
    return took, printed[0]


TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def compare_starts(folder: Path, rounds: int) -> None:
    """Print how long it takes to start, to load a model first, and to load it again."""
    cache = str(folder / "cache")
    load = f"xhsim.load_model({str(MODEL)!r})"
    pysd = (
        "import shutil, tempfile, warnings; warnings.simplefilter('ignore'); import pysd; "
        f"pysd.read_vensim(shutil.copy({str(MODEL)!r}, tempfile.mkdtemp()))"
    )
    programs = {
        "import xhsim": TIMED.format("import xhsim"),
        "first load, with imports": TIMED.format(f"import xhsim; {load}"),
        "cached load, with imports": TIMED.format(f"import xhsim; {load}"),
        "cached load, after imports": f"import xhsim; {load}; " + TIMED.format(load),
        "PySD's first load, with imports": TIMED.format(pysd),
    }
    head("Start", "median", "range")
    for name, code in programs.items():
        times = []
        for number in range(rounds):
            fresh = str(folder / f"cache {number}")
            where = fresh if name.startswith("first") else cache
            times.append(float(child(code, XHSIM_CACHE=where)[1]))
        times = times[1:] if name.startswith("cached") and len(times) > 1 else times
        row(name, f"{statistics.median(times):.3f} s", f"{min(times):.3f} to {max(times):.3f}")
    show = "from xhsim.cli import main; main(['--help'])"
    whole = [child(show)[0] for _ in range(rounds)]
    empty = [child("")[0] for _ in range(rounds)]
    row("xhsim --help, whole process", f"{statistics.median(whole):.3f} s")
    row("an empty Python process", f"{statistics.median(empty):.3f} s")


def compare_sizes(draws: list[int]) -> None:
    """Print the time per draw as the number of draws grows."""
    head("More draws, all cores", "whole", "per draw")
    for number in draws:
        ensemble = clusters(number)
        ensemble.first(min(number, 1000)).xhsim(None)
        took = statistics.median(
            seconds(lambda some=ensemble: some.xhsim(None)) for _ in range(3 if number < 1e6 else 1)
        )
        row(f"{number:,}", f"{took:,.2f} s", f"{took / number * 1e6:,.1f} us")


def peak() -> float:
    """Return the most memory this process has had, in GiB.

    Linux counts what a parent had before it started a child program into `ru_maxrss`, not into
    the high-water mark of the program itself.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
        return int(line.split()[1]) / 2**20
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (2**30 if sys.platform == "darwin" else 2**20)


def peak_of(draws: int) -> None:
    """Run that many draws of the Xuhui model with 18 yearly outputs; print GiB and seconds."""
    model = xhsim.load_model(MODEL)
    table = model.variables
    plain = [
        name
        for name, kind, dims in zip(table.index, table["kind"], table["dims"], strict=True)
        if kind in ("auxiliary", "stock") and not dims
    ]
    dice = np.random.default_rng(1)
    free = [
        name
        for name, kind, dims in zip(table.index, table["kind"], table["dims"], strict=True)
        if kind == "constant" and not dims and model.default(name) not in (0, 1, 100)
    ]
    free = [n for n in free if n not in ("initial_time", "final_time", "time_step", "saveper")]
    given = {
        name: float(model.default(name)) * dice.uniform(0.999, 1.001, draws) for name in free[5:15]
    }
    before = peak()
    took = seconds(lambda: run(model, given, outputs=plain[:18]))
    print(before, peak(), took)


def compare_memory(draws: list[int]) -> None:
    """Print the peak memory of a process that runs the Xuhui model."""
    head("Memory: Xuhui, 18 yearly outputs, 10 varied", "before", "peak", "outputs alone", "time")
    for number in draws:
        code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import compare; "
        before, most, took = child(code + f"compare.peak_of({number})")[1].split()
        outputs = 18 * 11 * 8 * number / 2**30
        row(
            f"{number:,} draws",
            f"{float(before):.2f} GiB",
            f"{float(most):.2f} GiB",
            f"{outputs:.2f} GiB",
            f"{float(took):.1f} s",
        )
    row("allowed at 1,000,000", "", f"{MEMORY} GiB")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer draws and rounds")
    parser.add_argument("--full", action="store_true", help="a million draws too")
    options = parser.parse_args()
    draws, rounds = (20_000, 2) if options.quick else (20_000, 7)
    sizes = [1_000, 10_000, *([] if options.quick else [100_000])]
    call = kernel()
    if call is None:
        print("no C compiler: the hand-written limit is left out")
    ensemble = clusters(draws)
    check_agreement(ensemble, call)
    compare_ensembles(ensemble, call, rounds)
    compare_threads(ensemble, call, rounds)
    with tempfile.TemporaryDirectory() as folder:
        compare_single_runs(Path(folder), 1 if options.quick else 3)
        compare_starts(Path(folder), 2 if options.quick else 5)
    compare_sizes([*sizes, *([1_000_000] if options.full else [])])
    compare_memory([10_000 if options.quick else 100_000, *([1_000_000] if options.full else [])])


if __name__ == "__main__":
    main()
