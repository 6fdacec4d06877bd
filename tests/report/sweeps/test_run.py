"""Sweeps that are stopped, watched, damaged: killed processes, full disks, lost workers."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import time
from pathlib import Path
from typing import Any, NoReturn

import filelock
import numpy as np
import pandas as pd
import pytest
import zarr

from tests.report.sweeps.jobs import job_of, run
from tests.report.sweeps.kills import CLEANING, MOMENTS, Moment, killed_at
from xhsim import cli
from xhsim.atomic import DRAFT
from xhsim.errors import InputError
from xhsim.report.files.sweep_folder import SweepFolder
from xhsim.report.sweeps import run as sweeping
from xhsim.report.sweeps.run import Job, attainment_frame


def bits(out: Path) -> dict[str, str]:
    """Every file of the results but the manifest, which has a date."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", ".lock")
    }


def test_results(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(job, out)
    assert (result.points, result.blocks, result.made) == (24, 6, 6)
    table = attainment_frame(out)
    assert len(table) == 24 * 4
    assert table.columns[:4].tolist() == ["point", "policy", "growth", "target_id"]
    assert list(table.attrs["levers"]) == ["policy", "growth"]
    rows = table[(table["target_id"] == "size") & (table["growth"] == 3)]
    assert rows["policy"].tolist() == pytest.approx(np.linspace(0, 5, 8).tolist())
    assert rows["median"].tolist() == pytest.approx([115 + 3 * p for p in rows["policy"]], rel=1e-4)
    joint = pd.read_parquet(out / "joint.parquet")
    assert joint["point"].tolist() == list(range(24))
    root: Any = zarr.open_group(out / "results.zarr", mode="r")
    assert root.attrs["parameters"] == ["policy", "growth"]
    assert root["met"].chunks == (4, 4)
    assert root["quantiles_size"].shape == (24, 5, 6)
    record = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert "model/linear.mdl" in record["identity"]["inputs"]
    assert run(job, out).made == 0


def test_processes_give_the_same_bits(job: Job, tmp_path: Path) -> None:
    run(job, tmp_path / "one")
    run(job, tmp_path / "two", workers=2)
    assert bits(tmp_path / "one") == bits(tmp_path / "two")


def test_killed_at_any_moment_it_goes_on(job: Job, tmp_path: Path) -> None:
    """With a signal that nothing can catch, at each step; each run goes on where one was killed."""
    out, whole = tmp_path / "killed", tmp_path / "whole"
    run(job, whole)
    for moment in MOMENTS:
        assert killed_at(moment, job, out), f"it ended before {moment}"
        assert len(list(out.glob("blocks/*.npz"))) == moment.blocks, moment
        assert not SweepFolder(out).is_finished
    assert run(job, out).made == 0, "all blocks were there"
    # A kill can leave a draft behind, which is not a result.
    made = {name: kept for name, kept in bits(out).items() if not name.startswith(DRAFT)}
    assert made == bits(whole)


@pytest.mark.parametrize("moment", CLEANING, ids=lambda moment: moment.of.strip("/"))
def test_killed_when_all_is_in_place(job: Job, tmp_path: Path, moment: Moment) -> None:
    """The results are complete, and what is no longer needed does not make them another sweep."""
    out, whole = tmp_path / "killed", tmp_path / "whole"
    run(job, whole)
    assert killed_at(moment, job, out)
    assert SweepFolder(out).is_finished
    assert run(job, out).made == 0
    assert bits(whole).items() <= bits(out).items()


@pytest.mark.parametrize("at", range(8))
def test_stopped_while_it_finishes(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Wherever the end breaks off, all is made whole by the next run."""
    run(job, tmp_path / "whole")
    out = tmp_path / "out"
    counted = iter(range(1000))
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        # Neither blocks nor Zarr's chunks: only what moves when all is finished.
        if (
            not self.name.startswith(DRAFT)
            and ".partial" not in self.name
            and next(counted) == at % 4
        ):
            raise KeyboardInterrupt
        return real(self, target)

    opened = zarr.open_group

    def open_group(*given: Any, **options: Any) -> Any:  # once for each block's arrays
        if next(counted) == at - 4:
            raise KeyboardInterrupt
        return opened(*given, **options)

    with monkeypatch.context() as patch:
        if at < 4:
            patch.setattr(Path, "replace", replace)
        else:
            patch.setattr(zarr, "open_group", open_group)
        with pytest.raises(KeyboardInterrupt):
            run(job, out)
    assert not SweepFolder(out).is_finished
    run(job, out)
    assert bits(out) == bits(tmp_path / "whole")


def test_a_half_written_block_is_made_again(job: Job, tmp_path: Path) -> None:
    run(job, tmp_path / "whole")
    out = tmp_path / "out"

    def interrupt(self: SweepFolder) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SweepFolder, "finishing", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run(job, out)
    blocks = sorted((out / "blocks").glob("*.npz"))
    assert len(blocks) == 6
    blocks[2].write_bytes(blocks[2].read_bytes()[:700])
    blocks[4].write_bytes(b"")
    assert run(job, out).made == 2
    assert bits(out) == bits(tmp_path / "whole")


def test_a_full_disk_loses_nothing(job: Job, tmp_path: Path) -> None:
    run(job, tmp_path / "whole")
    out = tmp_path / "out"
    store = SweepFolder.store

    def full(self: SweepFolder, number: int, block: dict[str, np.ndarray]) -> None:
        if number == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        store(self, number, block)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SweepFolder, "store", full)
        with pytest.raises(InputError, match=r"no space is left .* finished blocks are kept"):
            run(job, out)
    assert run(job, out).made == 3
    assert bits(out) == bits(tmp_path / "whole")


def test_two_at_once_in_one_folder(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with (
        filelock.FileLock(out / ".lock"),
        pytest.raises(InputError, match="another process is writing"),
    ):
        run(job, out)
    assert run(job, out).made == 6


def test_another_sweep_is_not_mixed_in(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(job, out)
    before = bits(out)
    model = Path(str(job.study)) / "model" / "parameters.yaml"
    model.write_text(model.read_text(encoding="utf-8").replace("[2, 4]", "[1, 5]"), "utf-8")
    sweeping.runner_of.cache_clear()
    with pytest.raises(InputError, match=r"model/parameters\.yaml changed since"):
        run(job, out)
    assert bits(out) == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="contains other files"):
        run(job, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker(tmp_path: Path) -> None:
    """Two worker processes on the loopback; one is killed in the middle."""
    import threading

    import distributed

    job = job_of(tmp_path, steps=20)  # 15 blocks
    run(job, tmp_path / "whole")
    out = tmp_path / "out"
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
    ) as cluster:

        def kill() -> None:
            while len(list(out.glob("blocks/*.npz"))) < 2:
                time.sleep(0.01)
            worker = next(iter(cluster.workers.values()))
            os.kill(worker.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        result = run(job, out, cluster=cluster.scheduler_address)
        killer.join()
    assert result.made == result.blocks
    assert bits(out) == bits(tmp_path / "whole")


def test_mistakes(job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = ["--study", str(job.study)]
    assert cli.main(["sweep", "none.yaml", "--out", str(tmp_path / "x"), *study]) == 2
    assert "no such sweep file" in capsys.readouterr().err
    line = ["sweep", job.sweep, "--out", str(tmp_path / "x"), *study, "--workers", "0"]
    assert cli.main(line) == 2
    assert cli.main(["verify", str(tmp_path / "nothing"), job.sweep, *study]) == 2
    assert "there is no sweep" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
