"""The monitor of the shipped study beside brute force: importance sampling with many draws.

    python benchmarks/monitor_check.py [--batches 20] [--draws 2000]

The four figures of January 2023 are few enough for brute force: 20 times 10,000 independent draws
of the baseline get the likelihood of the figures as weights. The table has each target's
probability by both ways, and the difference over its standard error. The last line has the
logarithm of the evidence by both ways. Some minutes; `docs/decisions/monitoring.md` has the result.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from numpy.typing import NDArray

import xhsim
from xhsim.analysis.judging.attainment import met_in
from xhsim.analysis.monitoring.figures import log_likelihood
from xhsim.analysis.monitoring.monitor import Monitoring
from xhsim.analysis.monitoring.sampler import effective_number

AS_OF = "2023-01"
EACH = 10_000  # draws of a batch
FIRST_SEED = 1000

Array = NDArray[np.float64]


def brute_force(found: Monitoring, batches: int) -> tuple[Array, Array, float, float]:
    """Return probabilities, their standard errors, log evidence, and the effective draws."""
    targets = list(found.targets().values())
    names = list(dict.fromkeys(target.variable.name for target in targets))
    logs, met = [], []
    for number in range(batches):
        world = found.study.world("baseline", EACH, FIRST_SEED + number, scheme="independent")
        run = world.run([*names, *found.counterparts.outputs])
        logs.append(
            log_likelihood(found.counterparts.of(run), found.counterparts.figures).sum(axis=1)
        )
        met.append(met_in(run, targets))
    every, good = np.concatenate(logs), np.concatenate(met)
    every = np.where(np.isfinite(every), every, -np.inf)
    weights = np.exp(every - every.max())
    log_evidence = float(every.max() + np.log(weights.mean()))
    weights /= weights.sum()
    chance = weights @ good
    # The variance of a ratio of two means, by the delta method.
    error = np.sqrt((weights**2) @ (good - chance) ** 2)
    return chance, error, log_evidence, effective_number(every)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--draws", type=int, default=2000)
    options = parser.parse_args()
    study = xhsim.open_study()
    began = time.process_time()
    found = study.monitor(AS_OF, draws=options.draws, seed=0)
    middle = time.process_time()
    chance, error, evidence, effective = brute_force(found, options.batches)
    end = time.process_time()
    last = found.updates[-1]
    worth = last.worth * options.draws
    print(f"{len(found.releases)} figures, known as of {found.as_of}:")
    for release, own in zip(found.counterparts.releases, found.counterparts.errors, strict=True):
        print(f"  {release.series} {release.period}: {release.figure.value:g}, error {own:g}")
    draws = options.batches * EACH
    print(f"monitor: {options.draws} draws worth {worth:.0f}, {middle - began:.0f} s of processor")
    print(f"brute force: {draws:,} draws worth {effective:,.0f}, {end - middle:.0f} s of processor")
    table = found.probabilities().loc[last.published]
    print(f"\n{'target':<30}{'before':>8}{'monitor':>9}{'brute':>8}{'z':>7}  inside interval")
    before = found.probabilities().loc[None]["probability"]
    inside, scores = 0, []
    for number, (name, row) in enumerate(table.iterrows()):
        mine = float(row["probability"])
        own = np.sqrt(max(mine * (1 - mine), 1 / worth) / worth)
        score = (mine - chance[number]) / np.hypot(own, error[number])
        within = bool(row["ci_low"] <= chance[number] <= row["ci_high"])
        inside += within
        scores.append(score)
        print(
            f"{name:<30}{before[name]:>8.3f}{mine:>9.3f}{chance[number]:>8.3f}{score:>7.2f}"
            f"  {'yes' if within else 'no'}"
        )
    total = sum(update.log_evidence for update in found.updates)
    print(f"\n{inside} of {len(table)} inside; mean of z squared {np.mean(np.square(scores)):.2f}")
    print(f"log evidence: monitor {total:.2f}, brute force {evidence:.2f}")


if __name__ == "__main__":
    main()
