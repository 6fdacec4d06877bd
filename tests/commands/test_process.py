"""The command line as a process: closed and full output, a C locale, no home, signals."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.studies import LINEAR, copy_of_linear
from tests.commands import hardships
from tests.places import ROOT
from xhsim import cli
from xhsim.commands.process import Terminated, as_process

posix = pytest.mark.skipif(os.name == "nt", reason="signals and streams differ on Windows")
RELEASES = """series,period,value,unit,variable,measure,published,source
size 2021,2021,103,unit,size,level,2022-01-20,made up
"""
# What the linear study cannot answer, in words.
REFUSED = {
    "loops": "nothing that changes acts on",
    "residuals": "holds no variable by an instrument",
    "pathways": "has no rules",
    "calibrate": "the study has no calibration plan",
    "hindcast": "the study has no calibration plan",
    "outlook": "the study has no outlook",
    "twins": "has no stored twins",
    "explore": "port 99999 cannot be used",
}


def test_a_command_looks_seldom_for_garbage_and_restores_how_often() -> None:
    before = gc.get_threshold()
    with as_process():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before


@posix
def test_every_command_without_output_home_cache_and_locale(tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "study", **{"model/releases.csv": RELEASES})
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    hard = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", hardships.__name__, str(study)],
        env=kept | hard | {"XHSIM_CACHE": "/dev/null/nowhere", "MPLBACKEND": "Agg"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    names = [one["command"].split()[0] for one in found]
    known: Any = cli._parser()._subparsers
    assert set(names) == set(known._group_actions[0].choices)
    for name, one in zip(names, found, strict=True):
        if name in REFUSED:
            assert one["status"] == 2, one
            assert one["errors"].startswith("xhsim: "), one
            assert REFUSED[name] in one["errors"], one
            assert one["errors"].count("\n") == 1, one
        else:
            assert (one["status"], one["errors"]) == (0, ""), one


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_full_disk_behind_the_output_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "xhsim", "show", "--study", str(LINEAR)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "xhsim: the output cannot be written: no space left on device\n"


@posix
@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        (signal.SIGTERM, 143, "xhsim: ended by a signal; nothing was written\n"),
        (signal.SIGINT, 130, "xhsim: interrupted; nothing was written\n"),
    ],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_signal_leaves_no_process_and_no_half_file(
    number: int, status: int, words: str, tmp_path: Path
) -> None:
    grid = "grid: {policy: {range: [0, 1], steps: 400}}"
    sweep = f"label: {{en: G, zh: 格}}\ndescription: G.\nscenario: programme\ndraws: 4000\n{grid}\n"
    (tmp_path / "grid.yaml").write_text(sweep, encoding="utf-8")
    out = tmp_path / "out"
    words_of_command = ["sweep", str(tmp_path / "grid.yaml"), "--out", str(out), "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "xhsim", *words_of_command, "--study", str(LINEAR)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    patience = time.monotonic() + 60
    while len(list(out.glob("blocks/*.npz"))) < 2 and time.monotonic() < patience:
        time.sleep(0.05)
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (status, words)
    while in_session(process.pid) and time.monotonic() < patience:
        time.sleep(0.05)  # the process that counts what workers share ends by itself
    assert in_session(process.pid) == []
    left = {path.name for path in out.rglob("*") if path.is_file()}
    assert not [name for name in left if name.startswith((".writing-", "manifest"))]
    assert all(name in ("sweep.json", "lock", ".lock") or name.endswith(".npz") for name in left)


def in_session(session: int) -> list[str]:
    """Return the processes of a session that still run."""
    listed = subprocess.run(
        ["ps", "-eo", "sess=,stat=,args="], stdout=subprocess.PIPE, text=True, check=True
    )
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return [row[2] for row in rows if row[0] == str(session) and not row[1].startswith("Z")]


@posix
def test_sigterm_is_an_interrupt_while_a_command_works() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Terminated), as_process():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_remarks_are_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    with as_process(), warnings.catch_warnings():
        warnings.simplefilter("always")
        told = warnings.formatwarning(UserWarning("look out"), UserWarning, "a.py", 1)
        other = warnings.formatwarning(RuntimeWarning("odd"), RuntimeWarning, "a.py", 1)
    assert told == "xhsim: look out\n"
    assert other == "a.py:1: RuntimeWarning: odd\n"


def test_closed_streams_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with as_process():
        print("to nobody")
        assert sys.stdout.write("to nobody") > 0
