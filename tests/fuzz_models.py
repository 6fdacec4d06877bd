"""Feed the reader and the engine with damaged models, led by what code each has reached.

    pip install atheris        # Linux, Python 3.11 to 3.13
    python tests/fuzz_models.py mdl -max_total_time=600
    python tests/fuzz_models.py xmile -max_total_time=600

It starts from the model files of the tests and stops at the first that neither runs nor ends in
one clear line, and writes that file to the working folder. The options are libFuzzer's.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
os.environ["XHSIM_CACHE"] = str(FOLDER / "cache")

with atheris.instrument_imports(include=["xhsim", "pysd", "parsimonious"]):
    from tests.engine.clear_errors import assert_runs_or_is_a_clear_error
    from xhsim.engine.running import times as span

MOST_STEPS = 200  # of a run: it is the model that is tried, not patience
PER_CACHE = 500


def main() -> None:
    """Read the kind of model from the command line, and go."""
    if len(sys.argv) < 2 or sys.argv[1] not in {"mdl", "xmile"}:
        sys.exit(__doc__)
    kind = sys.argv.pop(1)
    span.MOST_STEPS = span.MOST_WALKED = MOST_STEPS
    seeds = FOLDER / "seeds"
    seeds.mkdir()
    for number, path in enumerate(sorted((ROOT / "tests" / "data").rglob(f"*.{kind}"))):
        shutil.copy(path, seeds / f"{number}-{path.name}")
    tried = 0

    def one(data: bytes) -> None:
        nonlocal tried
        tried += 1
        if tried % PER_CACHE == 0:
            shutil.rmtree(FOLDER / "cache", ignore_errors=True)
        assert_runs_or_is_a_clear_error(FOLDER / f"fuzz.{kind}", data)

    atheris.Setup([*sys.argv, "-max_len=4000", "-timeout=60", str(seeds)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
