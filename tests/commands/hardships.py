"""Run commands under hardship: no output, no home, no cache, a C locale and a dumb terminal.

It runs as a process of its own, since locale and streams are those of the process. Each command
runs in a copy of it, in which everything is imported. It prints a line of JSON for each: status and
errors.
"""

from __future__ import annotations

import importlib
import json
import os
import shlex
import sys
import tempfile
from pathlib import Path

from xhsim import cli

IMPORTED = ("matplotlib.pyplot", "pandas", "scipy.stats", "xarray", "xhsim.plots")

# On the linear study; WITHOUT_STUDY need none.
COMMANDS = [
    "attain programme --draws 8 --out {out}/attain",
    "explain programme size --draws 64",
    "worth-knowing programme --draws 64",
    "separate programme size --draws 64",
    "loops size",
    "publish programme --draws 8 --out {out}/page.html",
    "run programme",
    "residuals programme --draws 8",
    "show programme --resolved",
    "lint programme",
    "sweep {out}/grid.yaml --out {out}/grid",
    "verify {out}/grid",
    "export programme --draws 8 --to {out}/data.csv",
    "report programme --draws 64 --out {out}/report.html",
    "design made --draws 16 --dry-run",
    "front --help",
    "needed policy size 50% --draws 16",
    "pathways programme baseline --draws 16",
    "parameters",
    "evidence",
    "check",
    "draw --out {out}/pictures",
    "calibrate",
    "hindcast",
    "outlook",
    "monitor --draws 16",
    "bulletin --draws 16 --out {out}/bulletin.html",
    "seal baseline --draws 16",
    "score",
    "twins --stored",
    "schema scenario",
    "import {out}/changes.cin --to {out}/changed.yaml",
    "completion bash",
    "new {out}/study --blank",
    "explore --port 99999",
]
WITHOUT_STUDY = ("schema", "completion", "new")
GRID = """label: {en: Grid, zh: 格}
description: A grid.
scenario: programme
draws: 8
grid: {policy: [0, 1]}
"""


def main(study: str) -> None:
    """Run all commands on a study and print what became of each."""
    for name in IMPORTED:  # once, for all copies of the process
        importlib.import_module(name)
    told = os.dup(1)  # the commands have no output
    with tempfile.TemporaryDirectory() as out:
        Path(out, "grid.yaml").write_text(GRID, encoding="utf-8")
        Path(out, "changes.cin").write_text("policy = 2\n", encoding="utf-8")
        for command in COMMANDS:
            words = shlex.split(command.format(out=out))
            if words[0] not in WITHOUT_STUDY:
                words += ["--study", study]
            status, errors = _in_a_copy(words)
            line = json.dumps({"command": command, "status": status, "errors": errors})
            os.write(told, line.encode() + b"\n")


def _in_a_copy(words: list[str]) -> tuple[int, str]:
    with tempfile.TemporaryFile() as errors:
        child = os.fork()
        if not child:
            os.dup2(errors.fileno(), 2)
            os.close(1)
            sys.stdout = None  # as Python has it if the output was closed before the start
            status = 99
            try:
                status = cli.main(words)
            except SystemExit as ended:  # --help
                status = int(ended.code or 0)
            finally:
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        errors.seek(0)
        return os.waitstatus_to_exitcode(status), errors.read().decode()


if __name__ == "__main__":
    main(sys.argv[1])
