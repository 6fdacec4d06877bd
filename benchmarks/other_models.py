"""xhsim beside PySD, pysimlin and C on models of other kinds than `compare.py`.

    python benchmarks/other_models.py [--quick]

``models/planet.mdl`` is a world of people, industry, farms, ore and dirt (lookups and delays).
``models/long.mdl`` saves each of 12,000 steps. The arrayed model has 1,000 elements and is written
here. Only as a single run: ``decay.mdl`` has one stock, ``pendulum.mdl`` saves between its steps by
Vensim's automatic method, ``orders.mdl`` has random numbers, delays and samples, and ``market.mdl``
allocates. A file of 3.5 MB (`long_file.py`) is only loaded, each time in a new process; PySD takes
minutes for it, and is left out with ``--quick``. Times are of the processor, on one thread; each
ratio is of two neighbours in a round.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from long_file import write_long_file
from rivals import FLAGS, HERE, read_with_pysd

import xhsim

ZONES = 1000
ARRAYED = """{{UTF-8}}
Zone: {zones} ~~|
growth rate[Zone] = 0.05 ~~|
room = 100 ~~|
growth[Zone] = growth rate[Zone]*stand[Zone]*(1-stand[Zone]/room) ~~|
decay[Zone] = 0.02*stand[Zone] ~~|
stand[Zone] = INTEG(growth[Zone]-decay[Zone], 10) ~~|
price = SUM(stand[Zone!]) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 40 ~~|
TIME STEP = 0.25 ~~|
SAVEPER = 1 ~~|
"""
# By hand, for an ensemble that varies `room`: `price` of all draws at all saved times.
KERNELS = """
#include <math.h>
#define B 64
void longer(long draws, const double *room, double *out) {
  for (long d = 0; d < draws; d += B) {
    double s[B], c[B]; long n = draws - d < B ? draws - d : B;
    for (int j = 0; j < n; j++) { s[j] = 10; c[j] = 1; }
    for (long t = 0;; t++) {
      double *o = out + t * draws + d;
      for (int j = 0; j < n; j++) o[j] = sqrt(c[j] / s[j]) + exp(-c[j] / 20);
      if (t == 12000) break;
      for (int j = 0; j < n; j++) {
        double g = 0.05 * s[j] * (1 - s[j] / room[d + j]), l = 0.02 * s[j];
        s[j] += 0.25 * (g - l); c[j] += 0.25 * (l - c[j] / 8);
      }
    }
  }
}
void arrayed(long draws, const double *room, double *out) {
  static double s[1000][B];
  for (long d = 0; d < draws; d += B) {
    long n = draws - d < B ? draws - d : B;
    for (int i = 0; i < 1000; i++) for (int j = 0; j < n; j++) s[i][j] = 10;
    for (long t = 0;; t++) {
      if (t % 4 == 0) {
        double *o = out + t / 4 * draws + d;
        for (int j = 0; j < n; j++) o[j] = 0;
        for (int i = 0; i < 1000; i++) for (int j = 0; j < n; j++) o[j] += s[i][j];
      }
      if (t == 160) break;
      for (int i = 0; i < 1000; i++) for (int j = 0; j < n; j++) {
        double g = 0.05 * s[i][j] * (1 - s[i][j] / room[d + j]);
        s[i][j] += 0.25 * (g - 0.02 * s[i][j]);
      }
    }
  }
}
"""
Work = Callable[[], object]


def kernels() -> Any:
    """Compile the kernels; None without a compiler."""
    compiler = os.environ.get("CC") or shutil.which("cc")
    if not compiler:
        return None
    folder = Path(tempfile.mkdtemp())
    (folder / "kernels.c").write_text(KERNELS)
    for maths in (["-lmvec", "-lm"], ["-lm"]):
        files = [str(folder / "kernels.c"), "-o", str(folder / "kernels.so")]
        done = subprocess.run([compiler, *FLAGS, *files, *maths], capture_output=True, check=False)
        if done.returncode == 0:
            return ctypes.CDLL(str(folder / "kernels.so"))
    return None


def least(rounds: int, work: dict[str, Work]) -> dict[str, float]:
    """Return the least processor time of each, in seconds, after one untimed round."""
    for warm_up in work.values():
        warm_up()
    best = dict.fromkeys(work, np.inf)
    for _ in range(rounds):
        for name, each in work.items():
            start = time.process_time()
            each()
            best[name] = min(best[name], time.process_time() - start)
    return best


def single(name: str, file: Path, rounds: int) -> None:
    """Compare a run of all variables, with everything saved."""
    import simlin

    model, rival, other = xhsim.load_model(file), read_with_pysd(file), simlin.load(file)

    def pysd() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return rival.run()

    work: dict[str, Work] = {"xhsim": model.run, "pysimlin": lambda: other.run().results}
    try:
        work["pysimlin"]()
    except simlin.SimlinError as error:
        print(f"\n{name}: pysimlin cannot run it: {error}")
        del work["pysimlin"]
    found = least(rounds, work) | least(1, {"PySD": pysd})
    shown(f"{name}: a single run", found)


def ensemble(name: str, file: Path, draws: int, rounds: int, call: Any) -> None:
    """Compare an ensemble that varies one number and returns one output."""
    import simlin

    model = xhsim.load_model(file)
    room = np.linspace(90.0, 110.0, draws)
    varied, output = ("room", "price") if call else ("machine life", "people")
    given = {varied: room if call else room / 7}
    simulation = simlin.load(file).simulate()

    def one_in_simlin() -> object:
        simulation.reset()
        simulation.set_value(varied.replace(" ", "_"), float(given[varied][0]))
        simulation.run_to_end()
        return simulation.get_series(output)

    work: dict[str, Work] = {
        "xhsim": lambda: model.run(given, outputs=[output], threads=1),
        "pysimlin": one_in_simlin,
    }
    if call:
        out = np.empty((model.run(outputs=[output]).sizes["time"], draws))
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in (room, out)]
        work["C"] = lambda: call(ctypes.c_long(draws), *pointers)
        ours = model.run(given, outputs=[output], threads=1)[output].values.T
        work["C"]()
        np.testing.assert_allclose(ours, out, rtol=1e-9)
    found = least(rounds, work)
    counts = {"pysimlin": 1}
    shown(
        f"{name}: a draw of {draws:,}",
        {each: took / counts.get(each, draws) for each, took in found.items()},
    )


LOADS = {
    "xhsim": "from xhsim.engine.model import load_model as load",
    "PySD": "from pysd import read_vensim as load",
    "PySD from its Python file": "from pysd import load",
}
TIMED = """
import sys, time, warnings
warnings.simplefilter("ignore")
{load}
start = time.process_time()
load(sys.argv[1])
print(time.process_time() - start)
"""


def loading(file: Path, *, quick: bool) -> None:
    """Compare the loading of a file: the first time, and again in a new process."""

    def timed(name: str, given: Path) -> float:
        command = [sys.executable, "-c", TIMED.format(load=LOADS[name]), str(given)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        return float(done.stdout.split()[-1])

    os.environ["XHSIM_CACHE"] = str(file.parent / "cache")
    first = timed("xhsim", file)
    found = {"xhsim": min(timed("xhsim", file) for _ in range(3)), "the first time": first}
    if not quick:
        found["PySD"] = timed("PySD", file)
        again = "PySD from its Python file"
        found[again] = timed(again, file.with_suffix(".py"))
    shown(f"loading {file.stat().st_size / 1e6:.1f} MB from the cache", found)


def shown(title: str, found: dict[str, float]) -> None:
    """Print times, and how many times as long as xhsim each takes."""
    print(f"\n{title}")
    for name, took in found.items():
        print(f"  {name:<26}{took * 1e6:>12,.0f} us {took / found['xhsim']:>10.3g} x", flush=True)


ALONE = ("decay", "pendulum", "orders", "market")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer draws and rounds")
    quick = parser.parse_args().quick
    rounds = 2 if quick else 7
    code = kernels()
    arrayed = Path(tempfile.mkdtemp()) / "arrayed.mdl"
    zones = ", ".join(f"zone {number}" for number in range(1, ZONES + 1))
    arrayed.write_text(ARRAYED.format(zones=zones), encoding="utf-8")
    for name in ALONE:
        single(name, HERE / "models" / f"{name}.mdl", rounds)
    models = {
        "planet": (HERE / "models" / "planet.mdl", 10_000, None),
        "long": (HERE / "models" / "long.mdl", 1_000, code and code.longer),
        "arrayed": (arrayed, 1_000, code and code.arrayed),
    }
    for name, (file, draws, call) in models.items():
        single(name, file, rounds)
        if call or name == "planet":
            ensemble(name, file, draws, rounds, call)
    long_file = Path(tempfile.mkdtemp()) / "long_file.mdl"
    write_long_file(long_file)
    loading(long_file, quick=quick)


if __name__ == "__main__":
    main()
