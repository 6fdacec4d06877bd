"""Where the time of an ensemble goes: line by line of the emitted code, and by block size.

    python benchmarks/hot_path.py [MODEL.mdl OUTPUT]

It looks inside the engine, so it may need a change when the engine has one. (It is not called
profile.py because Python's own profiler would then import it.)
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rivals import HERE, run
from timing import paired, seconds

import xhsim
from xhsim.engine.inputs import read_inputs
from xhsim.engine.running.numpy_solving import begin
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.running.solvers import find_method
from xhsim.engine.running.times import find_times

KINDS = {
    "power": "**",
    "exp and log": "np.exp(|np.log(",
    "lookup": "interpolate",
    "choice and limits": "np.where|np.minimum|np.maximum|divide_or",
    "joining and shapes": "join(|spread(|.take(|.transpose(|.reshape(",
    "sums over elements": "sum_over",
}
SIZES = (256, 512, 1024, 2048, 4096, 8192, 16384)
CONTROLS = ("time_step", "saveper", "final_time", "initial_time")


class Bench:
    """One model whose every fifth constant varies over the draws."""

    def __init__(self, file: Path, output: str, most: int) -> None:
        self.model: Any = xhsim.load_model(file)
        self.output = output
        table = self.model.variables
        names = [n for n in table.index[table["kind"] == "constant"] if n not in CONTROLS]
        dice = np.random.default_rng(7)
        self.parameters = {}
        for name in names[::5]:
            value = np.asarray(self.model.default(name))
            self.parameters[name] = value[..., None] * dice.uniform(
                0.99, 1.01, (*value.shape, most)
            )

    def first(self, draws: int) -> dict[str, Any]:
        """Return the parameters of the first draws."""
        return {k: np.ascontiguousarray(v[..., :draws]) for k, v in self.parameters.items()}

    def prepared(self, draws: int) -> tuple[Any, tuple[Any, ...]]:
        """Return the emitted program and the arguments of its `change` at the start."""
        model, given = self.model, read_inputs(self.model.names, self.first(draws))
        compiled = model._compile(given, model._outputs((self.output,)))
        times = find_times(lambda keys: model._compile(given, keys), compiled, given, None)
        planned = PlannedRun(compiled, given, times, find_method("euler"))
        block = begin(planned, planned.draws)
        now, step = np.float64(times.grid.start), np.float64(times.grid.step)
        return compiled.program, (now, now, step, block.state, *block.known)

    def run(self, draws: int, threads: int, block: int) -> object:
        """Run an ensemble."""
        return run(self.model, self.first(draws), threads, outputs=[self.output], block=block)


def timed_lines(program: Any) -> tuple[list[str], np.ndarray, Callable[..., object]]:
    """Return the lines of `change`, where their times add up, and the function with clocks."""
    source = program.source
    body = source[source.index("def change") :]
    lines = body[: body.index("\n\n")].splitlines() if "\n\n" in body else body.splitlines()
    times = np.zeros(len(lines))
    out = [lines[0]]
    for number, line in enumerate(lines[1:], 1):
        if line.strip().startswith("return"):
            out.append(line)
        else:
            out += ["    began = clock_now()", line, f"    times[{number}] += clock_now() - began"]
    import time

    space = dict(program.change.__globals__) | {"clock_now": time.perf_counter, "times": times}
    exec(compile("\n".join(out), "<timed>", "exec"), space)  # noqa: S102  (emitted code, with clocks)
    return lines, times, space["change"]


def by_line(bench: Bench, draws: int = 2048, repeats: int = 40) -> None:
    """Print the dearest lines, and the sum for each kind of operation."""
    program, arguments = bench.prepared(draws)
    lines, times, change = timed_lines(program)
    change(*arguments)
    times[:] = 0
    for _ in range(repeats):
        change(*arguments)
    times /= repeats
    print(f"\nOne call of `change`, {draws} draws: {times.sum() * 1e6:,.0f} us, {len(lines)} lines")
    left = dict.fromkeys(range(len(lines)))
    for kind, signs in KINDS.items():
        found = [i for i in left if any(sign in lines[i] for sign in signs.split("|"))]
        for i in found:
            del left[i]
        print(f"  {kind:<20}{times[found].sum() / times.sum():>7.0%} in {len(found)} lines")
    print(f"  {'arithmetic, the rest':<20}{times[list(left)].sum() / times.sum():>7.0%}")
    print("The dearest lines:")
    for i in np.argsort(-times)[:12]:
        print(f"  {times[i] * 1e6:7.1f} us  {lines[i].strip()[:100]}")


def by_block(bench: Bench) -> None:
    """Print what Python costs by block size, and what a second thread gives."""
    begin, arguments = bench.prepared(2)
    small = statistics.median(seconds(lambda: begin.change(*arguments)) for _ in range(200))
    print(f"\nPython's part of one call of `change` (2 draws): {small * 1e6:,.0f} us")
    print(f"{'block':>8}{'call':>12}{'per draw':>12}{'Python':>9}{'2 threads: speed-up':>26}")
    for size in SIZES:
        program, given = bench.prepared(size)
        repeats = max(5, 40_000 // size)

        def call(work: Any = program, arguments: Any = given) -> object:
            return work.change(*arguments)

        call()
        each = statistics.median(seconds(call) for _ in range(repeats))
        draws = max(4 * size, 8192)
        both = paired(
            3,
            {
                "1": lambda draws=draws, size=size: bench.run(draws, 1, size),
                "2": lambda draws=draws, size=size: bench.run(draws, 2, size),
            },
        )
        print(
            f"{size:>8}{each * 1e6:>9,.0f} us{each / size * 1e9:>9,.0f} ns"
            f"{small / each:>9.0%}{both.ratio('1', '2'):>26}",
            flush=True,
        )


def main() -> None:
    """Profile the models named on the command line, or the small benchmark model."""
    named = sys.argv[1:3] or [str(HERE / "models" / "clusters.mdl"), "total output"]
    if len(named) != 2:
        sys.exit(__doc__)
    with np.errstate(all="ignore"):
        bench = Bench(Path(named[0]), named[1], 4 * max(SIZES))
        print(f"{Path(named[0]).name}: {bench.model!r}")
        by_line(bench)
        by_block(bench)


if __name__ == "__main__":
    main()
