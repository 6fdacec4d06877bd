"""A folder of results gets all of its files or none, whatever goes wrong and whenever."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim import plots
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.attain import AttainmentResult, attain_scenarios
from xhsim.report.manifest import manifest
from xhsim.report.results import check_folder, write_json, writing


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return xhsim.open_study(copy_of_linear(tmp_path / "study"))


def _attain(study: Study, out: Path | None, *names: str) -> AttainmentResult:
    return attain_scenarios(
        study,
        names or ("baseline", "programme"),
        draws=32,
        seed=3,
        out=out,
        command=["xhsim", "attain"],
        quiet=True,
    )


def _content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"folder"
        for path in sorted(folder.rglob("*"))
    }


# --- writing ------------------------------------------------------------------------------


def test_files_move_in_and_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("old")
    (out / "notes.txt").write_text("mine")
    with writing(out) as draft:
        (draft / "a.txt").write_text("new")
        (draft / "b.txt").write_text("more")
        assert (out / "a.txt").read_text() == "old"
    assert _content(out) == {"a.txt": b"new", "b.txt": b"more", "notes.txt": b"mine"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit, MemoryError])
@pytest.mark.parametrize("exists", [True, False])
def test_what_breaks_off_leaves_no_trace(
    tmp_path: Path, error: type[BaseException], exists: bool
) -> None:
    out = tmp_path / "deep" / "er" / "out"
    if exists:
        out.mkdir(parents=True)
        (out / "a.txt").write_text("old")
    before = _content(tmp_path)

    def write() -> None:
        with writing(out) as draft:
            (draft / "a.txt").write_text("new")
            raise error

    with pytest.raises(error):
        write()
    assert _content(tmp_path) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, PermissionError(errno.EACCES, "denied")])
@pytest.mark.parametrize("fatal", range(1, 6))
def test_an_interrupt_while_files_move_puts_all_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: int, error: BaseException
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.txt", "c.txt"):
        (out / name).write_text("old")
    before = _content(tmp_path)
    moves = 0
    real = Path.replace

    def replace(self: Path, place: Path) -> Path:
        nonlocal moves
        moves += 1
        if moves == fatal:
            raise error
        return real(self, place)

    def write() -> None:
        with writing(out) as draft:
            for name in ("a.txt", "b.txt", "c.txt"):
                (draft / name).write_text("new")
            monkeypatch.setattr(Path, "replace", replace)

    with pytest.raises((KeyboardInterrupt, InputError)):
        write()
    monkeypatch.undo()
    assert moves >= fatal
    assert _content(tmp_path) == before


def test_a_full_disk_is_told_without_a_traceback(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r'cannot be written to ".*out": no space left.*another'),
        writing(tmp_path / "out"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not (tmp_path / "out").exists()


def test_a_broken_pipe_is_not_taken_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), writing(tmp_path / "out"):
        raise BrokenPipeError


def test_a_folder_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    (tmp_path / "a.txt" / "precious").write_text("x")
    with pytest.raises(InputError, match=r'"a.txt" in it is a folder'), writing(tmp_path) as draft:
        (draft / "a.txt").write_text("new")
    assert _content(tmp_path) == {"a.txt": b"folder", "a.txt/precious": b"x"}


def test_results_cannot_go_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "below" / "it"):
        with pytest.raises(InputError, match=r'file" is a file. name a folder'):
            check_folder(out)
    check_folder(tmp_path / "not" / "there" / "yet")


def test_results_cannot_go_where_nobody_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match=r"no permission. name another folder"):
        check_folder(tmp_path)


def test_a_name_no_disk_takes_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file name too long"):
        check_folder(tmp_path / ("x" * 5000))


def test_json_refuses_what_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"a": float("nan")})


# --- the results of attain ----------------------------------------------------------------


def test_folder_holds_tables_pictures_and_manifest(study: Study, tmp_path: Path) -> None:
    result = _attain(study, tmp_path / "out")
    assert sorted(_content(tmp_path / "out")) == [
        "attainment.csv",
        "attainment.json",
        "fan-baseline.png",
        "fan-programme.png",
        "heatmap.png",
        "manifest.json",
    ]
    for picture in (tmp_path / "out").glob("*.png"):
        assert picture.read_bytes().startswith(b"\x89PNG")
    compared = study.compare(["baseline", "programme"], draws=32, seed=3)
    pd.testing.assert_frame_equal(result.comparison, compared)
    written = pd.read_csv(tmp_path / "out" / "attainment.csv", index_col=["scenario", "target_id"])
    assert list(written.index) == list(compared.index)
    for column in ("probability", "ci_low", "ci_high", "median", "p05", "p95", "target", "gap"):
        assert np.array_equal(written[column], compared[column].astype(float), equal_nan=True)
    assert written["word"].tolist() == compared["word"].tolist()
    record = json.loads((tmp_path / "out" / "attainment.json").read_text(encoding="utf-8"))
    for scenario, target in compared.index:
        row = record[scenario][target]
        assert row["probability"] == compared.loc[(scenario, target), "probability"]
        assert row["draws"] == 32
    assert record["baseline"]["size"]["rank"] == 1
    assert record["baseline"]["size"]["label_zh"] == "规模"
    assert record["baseline"]["joint"]["rank"] is None
    assert record["baseline"]["joint"]["median"] is None


def test_manifest_tells_inputs_seed_command_and_versions(study: Study, tmp_path: Path) -> None:
    _attain(study, tmp_path / "out", "programme")
    record = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    folder = study.files.folder
    assert set(record["inputs"]) == {
        *("model/linear.mdl", "model/parameters.yaml", "model/targets.yaml", "model/history.csv"),
        *(f"scenarios/{name}.yaml" for name in ("baseline", "doubt", "nothing", "programme")),
    }
    for name, digest in record["inputs"].items():
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert (record["scenarios"], record["draws"], record["seed"]) == (["programme"], 32, 3)
    assert record["command"] == ["xhsim", "attain"]
    assert record["versions"]["xhsim"] == xhsim.__version__
    assert record["versions"]["numpy"] == np.__version__
    assert {"python", "scipy", "pandas", "pysd", "matplotlib"} <= set(record["versions"])
    assert record["created"].endswith("+00:00")


def test_manifest_hashes_every_spelling_of_the_files_that_are_read(study: Study) -> None:
    folder = study.files.folder
    (folder / "scenarios" / "extra.yml").write_text("label: x")
    (folder / "model" / "notes.tmp").write_text("x")
    assert "scenarios/extra.yml" in manifest(folder, command=[])["inputs"]
    assert "model/notes.tmp" not in manifest(folder, command=[])["inputs"]


def test_manifest_outside_a_checkout_has_no_git_state(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert manifest(study.files.folder, command=[])["git"] is None


def test_many_pages_are_drawn_by_other_processes(study: Study, tmp_path: Path) -> None:
    _attain(study, tmp_path / "out", *study.scenarios)
    pages = {path.name for path in (tmp_path / "out").glob("fan-*.png")}
    assert pages == {f"fan-{name}.png" for name in study.scenarios}


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, OSError(errno.EIO, "I/O")])
@pytest.mark.parametrize("picture", [1, 2, 3])
def test_a_picture_that_fails_leaves_the_folder_alone(
    study: Study,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    picture: int,
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "attainment.csv").write_text("the last results")
    before = _content(tmp_path)
    saved = 0
    real = plots.save

    def save(*arguments: object) -> Path:
        nonlocal saved
        saved += 1
        if saved == picture:
            raise error
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(plots, "save", save)
    with pytest.raises((KeyboardInterrupt, RuntimeError, InputError)):
        _attain(study, out)
    assert saved == picture
    assert _content(tmp_path) == before


@pytest.mark.parametrize("where", ["ensemble", "attainment", "joint"])
def test_an_interrupt_during_the_work_leaves_nothing(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, where, interrupt)
    with pytest.raises(KeyboardInterrupt):
        _attain(study, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_scenario_is_bad_input(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"scenarios: there is no scenario. add baseline.yaml"):
        attain_scenarios(study, [], draws=1, seed=0, out=tmp_path / "out", command=[], quiet=True)
    assert not (tmp_path / "out").exists()
