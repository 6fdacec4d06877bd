"""Runs of a sweep, in processes or on a cluster, and the results made from its blocks."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.blocks import Block, digest, needed, writing_alone
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import chance
from xhsim.analysis.opening import open_for
from xhsim.analysis.policies.sweep import LEVELS, SweepRunner
from xhsim.analysis.policies.sweep_table import lever_labels
from xhsim.atomic import write_json
from xhsim.report.files.manifest import MANIFEST, manifest, way_to_study, without_places
from xhsim.report.files.sweep_folder import ARRAYS, SweepFolder
from xhsim.report.terminal.progress import progress_bar
from xhsim.study.sweeps.sweep import read_sweep

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["Job", "SweepResult", "attainment_frame", "identity_of", "make_block", "run_sweep"]

TABLES = ("attainment", "joint")
NAMES = ("p05", "p25", "median", "p75", "p95")


@dataclass(frozen=True)
class Job:
    """Everything that a worker needs to compute blocks. It reads the files itself.

    Attributes
    ----------
    study : str or None
        The study's folder. None: the study that ships.
    sweep : str
        The sweep file.
    posterior : bool
        Whether to draw from the stored posterior.
    threads : int or None
        Threads in each run. None: as many as the machine has.
    """

    study: str | None
    sweep: str
    posterior: bool = True
    threads: int | None = None


@cache
def runner_of(job: Job) -> SweepRunner:
    """Open a job's study and sweep, once in each process."""
    sweep = read_sweep(Path(job.sweep))
    study = open_for([sweep.scenario], job.study, posterior=job.posterior)
    return SweepRunner(study, sweep, job.threads)


def make_block(job: Job, number: int) -> tuple[int, Block]:
    """Compute a block. Workers call this function."""
    return number, runner_of(job).block(number)


def identity_of(job: Job) -> dict[str, Any]:
    """Return everything that the numbers of a sweep depend on."""
    runner = runner_of(job)
    record = manifest(runner.study.files, command=[])
    content = Path(job.sweep).read_bytes()
    return {
        "sweep": hashlib.sha256(content).hexdigest(),
        "points": hashlib.sha256(runner.sweep.points.tobytes()).hexdigest(),
        "inputs": {
            name: value
            for name, value in record["inputs"].items()
            if not name.startswith("scenarios/sweeps/")  # other sweeps are not inputs
        },
        "versions": {k: record["versions"][k] for k in ("xhsim", "numpy", "scipy")},
        "beliefs": runner.study.beliefs,
    }


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep.

    Attributes
    ----------
    folder : Path
    points, blocks, made : int
        Number of points, number of blocks, and number of blocks computed in this call.
    seconds : float
    """

    folder: Path
    points: int
    blocks: int
    made: int
    seconds: float


def run_sweep(
    job: Job,
    out: Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    command: list[str],
    quiet: bool = False,
) -> SweepResult:
    """Run a sweep, or continue one that was stopped.

    Parameters
    ----------
    job : Job
    out : Path
        Receives ``results.zarr``, ``attainment.parquet``, ``joint.parquet`` and ``manifest.json``.
    workers : int
        Number of processes. 1: this process alone.
    cluster : str, optional
        Address of a Dask scheduler whose workers compute the blocks. They must see the same files.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    SweepResult

    Raises
    ------
    InputError
        If a file is wrong, the folder contains another sweep, another process writes to it, or
        the disk is full.
    """
    begun = time.perf_counter()
    needed("zarr")
    needed("pyarrow")
    runner = runner_of(job)
    identity = identity_of(job)
    folder = SweepFolder(out)
    made = 0
    folder.check_free()
    with writing_alone(out):
        folder.begin(identity)
        if not folder.is_finished:
            open_blocks = [n for n in range(runner.blocks) if not folder.has(n)]
            with progress_bar(quiet) as bar:
                size = runner.block_size
                task = bar.add_task("points", total=len(runner.sweep.points))
                bar.advance(task, (runner.blocks - len(open_blocks)) * size)
                with _makers(job, workers, cluster) as make:
                    for number, block in make(open_blocks):
                        folder.store(number, block)
                        made += 1
                        bar.advance(task, size)
            seconds = time.perf_counter() - begun
            files = _texts(Path(job.sweep), runner)
            about = {"command": command, "seconds": seconds, "files": files}
            _finish(folder, runner, identity, about)
    elapsed = time.perf_counter() - begun
    return SweepResult(out, len(runner.sweep.points), runner.blocks, made, elapsed)


@contextmanager
def _makers(job: Job, workers: int, cluster: str | None) -> Iterator[Any]:
    """Yield a function that computes blocks, in any order: here, in processes or on a cluster."""
    if cluster is not None:
        distributed = needed("distributed")
        with distributed.Client(cluster, timeout=30) as client:

            def on_cluster(numbers: list[int]) -> Iterator[tuple[int, Block]]:
                # The blocks of a worker that dies go to other workers.
                tasks = [client.submit(make_block, job, n, pure=False, retries=3) for n in numbers]
                for done in distributed.as_completed(tasks):
                    yield done.result()
                    done.release()

            yield on_cluster
    elif workers > 1:
        job = replace(job, threads=1)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:

            def in_processes(numbers: list[int]) -> Iterator[tuple[int, Block]]:
                from concurrent.futures import as_completed

                for done in as_completed([pool.submit(make_block, job, n) for n in numbers]):
                    yield done.result()

            try:
                yield in_processes
            except BaseException:
                # Nobody waits for the blocks that are asked for, and no worker is left behind.
                pool.shutdown(wait=False, cancel_futures=True)
                for child in active_children():
                    child.terminate()
                raise
    else:
        yield lambda numbers: (make_block(job, number) for number in numbers)


def _finish(
    folder: SweepFolder, runner: SweepRunner, identity: dict[str, Any], about: dict[str, Any]
) -> None:
    """Write the results from the blocks: arrays in Zarr, tables in Parquet, a manifest."""
    import pandas as pd

    sweep = runner.sweep
    chinese = runner.study.scenarios[sweep.scenario].label.zh
    levers = lever_labels(runner.study, map(str, sweep.references))
    digests: list[str] = []
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    is_lost = True  # every draw of every point
    with folder.finishing() as draft:
        for number in range(runner.blocks):
            block = folder.block(number)
            digests.append(digest(block))
            _store_arrays(draft / ARRAYS, runner, number, block)
            first = number * runner.block_size
            for name, frame in zip(TABLES, _frames(runner, first, block), strict=True):
                tables[name].append(frame)
            is_lost &= not block["sound"].any()
        if is_lost:
            refuse_failed_world(runner.at(0), np.ones(runner.world.draws, dtype=bool))
        for name, frames in tables.items():
            table = pd.concat(frames, ignore_index=True)
            table.attrs = {"scenario": sweep.scenario, "draws": sweep.draws, "seed": sweep.seed}
            table.attrs |= {"scenario_label_zh": chinese, "levers": levers}
            table.to_parquet(draft / f"{name}.parquet", index=False)
        record = manifest(runner.study.files, command=without_places(about["command"]))
        write_json(
            draft / MANIFEST,
            record
            | {
                "identity": identity,
                "study": way_to_study(folder.folder, runner.study.files.folder),
                "sweep": {
                    "name": sweep.name,
                    "files": about["files"],
                    "scenario": sweep.scenario,
                    "parameters": [str(reference) for reference in sweep.references],
                    "points": len(sweep.points),
                    "block": runner.block_size,
                    "draws": runner.world.draws,
                    "seed": runner.world.seed,
                },
                "blocks": digests,
                "seconds": about["seconds"],
            },
        )


def _texts(sweep: Path, runner: SweepRunner) -> dict[str, str]:
    """Return the sweep file and its table of points, if it has one, by place beside the file."""
    files = [sweep, *([runner.sweep.table] if runner.sweep.table else [])]
    return {os.path.relpath(file, sweep.parent): file.read_text(encoding="utf-8") for file in files}


def _store_arrays(store: Path, runner: SweepRunner, number: int, block: Block) -> None:
    """Write a block into the arrays, one chunk in each."""
    zarr = needed("zarr")
    sweep, size = runner.sweep, runner.block_size
    names = {"met": ("target",), "good": ("target",), "measure": ("target", "quantile")}
    root = zarr.open_group(store, mode="a")
    if number == 0:
        root.attrs.update(
            {
                "sweep": sweep.name,
                "scenario": sweep.scenario,
                "parameters": [str(reference) for reference in sweep.references],
                "targets": list(runner.study.targets),
                "quantiles": list(LEVELS),
                "draws": runner.world.draws,
                "seed": runner.world.seed,
            }
        )
        points = root.create_array(
            "points",
            data=sweep.points,
            chunks=sweep.points.shape,
            dimension_names=("point", "axis"),
        )
        points.attrs["long_name"] = "values of the varied parameters"
    for name, values in block.items():
        if number == 0:
            kind, _, variable = name.partition(" ")
            behind = names.get(name, ())
            if variable:
                dims = runner.study.model.names.find(variable).dimensions
                behind = ("quantile" if kind == "quantiles" else "draw", "time", *dims)
            root.create_array(
                name.replace(" ", "_"),
                shape=(len(sweep.points), *values.shape[1:]),
                chunks=(size, *values.shape[1:]),
                dtype=values.dtype,
                dimension_names=("point", *behind),
            )
        array: Any = root[name.replace(" ", "_")]
        array[number * size : number * size + len(values)] = values


def _frames(runner: SweepRunner, first: int, block: Block) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a block in both tables."""
    import pandas as pd

    points = runner.sweep.points[first : first + len(block["sound"])]
    names = [str(reference) for reference in runner.sweep.references]
    rows = []
    for place, point in enumerate(points):
        varied = dict(zip(names, map(float, point), strict=True))
        for number, target in enumerate(runner.study.targets.values()):
            met, good = int(block["met"][place, number]), int(block["good"][place, number])
            measure = dict(
                zip(
                    ("p05", "p25", "median", "p75", "p95"),
                    block["measure"][place, number],
                    strict=True,
                )
            )
            rows.append(
                {"point": first + place, **varied, "target_id": target.id}
                | chance(met, good)._asdict()
                | measure
                | {"draws": runner.world.draws, "failed": runner.world.draws - good}
            )
    joint = [
        {"point": first + place, **dict(zip(names, map(float, point), strict=True))}
        | chance(int(block["together"][place]), int(block["sound"][place]))._asdict()
        | {"attained": float(block["attained"][place])}
        for place, point in enumerate(points)
    ]
    return pd.DataFrame(rows), pd.DataFrame(joint)


def attainment_frame(folder: Path) -> pd.DataFrame:
    """Read the attainment table of a finished sweep.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
        One row for each point and target.

    Raises
    ------
    InputError
        If there is no finished sweep.
    """
    import pandas as pd

    SweepFolder(folder).record()
    needed("pyarrow")
    return pd.read_parquet(folder / "attainment.parquet")
