"""The time of ten thousand packages of levers on 500 draws each: ``python benchmarks/packages.py``.

The packages are sampled between the bounds of all levers, and all 18 indicators are judged. It
prints the time by the clock and of the processor, and the largest memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

import xhsim
from xhsim.analysis.policies.levers import levers_of
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.package_runs import package_runs


def main() -> None:
    """Run the packages, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=500)
    options = parser.parse_args()
    study = xhsim.open_study()
    objectives = [read_objective(text, study) for text in ("at least 12", "mean", "money")]
    targets = [study.targets[name] for name in objectives[0].targets]
    runs = package_runs(study, levers_of(study, "baseline"), targets, draws=options.draws, seed=1)
    points = np.random.default_rng(0).random((options.packages, len(runs.free)))
    runs.values(points[:16], objectives)  # compiles, and computes the years before the levers move
    wall, processor = time.perf_counter(), time.process_time()
    values = runs.values(points, objectives)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    each = processor / (options.packages * options.draws)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{options.packages:,} packages x {options.draws:,} draws: {wall:.0f} s, of the processor"
    )
    print(f"{processor:.0f} s ({1e6 * each:.1f} us for a draw of a package), {memory:,.0f} MiB")
    print(f"best: {values[0, 0].max():.3f} for at least 12, {values[1, 0].max():.2f} met")


if __name__ == "__main__":
    main()
