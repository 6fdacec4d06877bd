"""How well the monitor's draws do on the study that ships: seeds, time, worth, and the past.

    python benchmarks/monitor_seeds.py [--seeds 8] [--draws 2000]

Prints for each seed the time of each date and what draws are worth; then how often the 95 %
interval of a probability holds the mean of the other seeds; and how far runs are from the history
up to the end of the calibration, before and after the figures.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import xhsim
from xhsim.analysis.inference.observations import gather
from xhsim.analysis.monitoring.monitor import Monitoring
from xhsim.analysis.study import Study
from xhsim.study.history.comparison import distance


def misfit(study: Study, monitoring: Monitoring, number: int) -> float:
    """Return the mean squared distance of runs from history, in standard deviations."""
    plan = study.files.calibration
    assert plan is not None
    evidence = gather(study.model, plan, study.files.observations, plan.until)
    world = monitoring.world_at(number).with_values(plan.held_values(study.parameters))
    run = world.run(evidence.outputs, times=evidence.times, runs=100)
    arrays = {
        name: run[name].transpose("draw", "time", ...).to_numpy() for name in evidence.outputs
    }
    seen = evidence.scaled(evidence.of(arrays))
    far = distance(seen, evidence.low, evidence.high, evidence.errors)
    own = evidence.offsets < 0  # figures of another vintage have a level of their own
    return float((far[:, own] ** 2).mean())


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--draws", type=int, default=2000)
    given = parser.parse_args()
    study = xhsim.open_study()
    study.monitor("2022-12", draws=given.draws)  # compiles
    tables = []
    for seed in range(given.seeds):
        begun, cpu = time.perf_counter(), time.process_time()
        monitoring = study.monitor(draws=given.draws, seed=seed)
        took, used = time.perf_counter() - begun, time.process_time() - cpu
        worths = " ".join(f"{update.worth:.2f}" for update in monitoring.updates[1:])
        moves = [update.stage.moves for update in monitoring.updates[1:] if update.stage]
        print(f"seed {seed}: {took:.0f} s, {used:.0f} s of processor time, {sum(moves)} runs,")
        print(
            f"  the longest date {took * max(moves) / sum(moves):.0f} s; a draw is worth {worths}"
        )
        tables.append(monitoring.probabilities())
        if seed == 0:
            for number, when in ((0, "before"), (-1, "after")):
                far = misfit(study, monitoring, number)
                print(f"  squared distance from history {when}: {far:.3f}")
    inside, total = 0, 0
    shares = np.array([table["probability"].to_numpy() for table in tables])
    for seed, table in enumerate(tables):
        others = np.delete(shares, seed, axis=0).mean(axis=0)
        later = table.index.get_level_values("published").notna()
        # The mean of the others has an error of its own.
        middle = table["probability"].to_numpy()
        factor = np.sqrt(1 + 1 / (given.seeds - 1))
        low = middle - factor * (middle - table["ci_low"].to_numpy())
        high = middle + factor * (table["ci_high"].to_numpy() - middle)
        holds = (low <= others + 1e-12) & (others <= high + 1e-12)
        inside, total = inside + int(holds[later].sum()), total + int(later.sum())
    print(f"the 95 % interval holds the mean of the other seeds in {inside} of {total}")
    spread = shares.std(axis=0, ddof=1).max()
    print(f"largest standard deviation between seeds: {100 * spread:.1f} points")


if __name__ == "__main__":
    main()
