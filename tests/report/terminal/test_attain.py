"""The folder of results of `attain`: what is in it, and that it gets all of it or nothing."""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import STRUCTURES, copy_of_linear
from xhsim import plots
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.terminal.attain import AttainmentResult, attain_scenarios


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


def test_folder_holds_tables_pictures_and_manifest(study: Study, tmp_path: Path) -> None:
    result = _attain(study, tmp_path / "out")
    assert sorted(_content(tmp_path / "out")) == [
        "attainment.csv",
        "attainment.json",
        "attainment.xlsx",
        "fan-baseline.png",
        "fan-programme.png",
        "heatmap.png",
        "manifest.json",
    ]
    for picture in (tmp_path / "out").glob("*.png"):
        assert picture.read_bytes().startswith(b"\x89PNG")
    compared = study.compare(["baseline", "programme"], draws=32, seed=3)
    pd.testing.assert_frame_equal(result.comparison, compared)
    assert result.comparison.attrs == compared.attrs
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


def test_a_folder_of_a_study_with_structures(tmp_path: Path) -> None:
    study = xhsim.open_study(STRUCTURES)
    out = tmp_path / "out"
    result = attain_scenarios(
        study, ["baseline"], draws=64, seed=0, out=out, command=[], quiet=True, structure="equal"
    )
    table = pd.read_csv(out / "attainment.csv", index_col=[0, 1])
    assert table.loc[("baseline", "size"), "probability[exact]"] == 0
    assert json.loads((out / "manifest.json").read_text())["structure"] == "equal"
    record = json.loads((out / "attainment.json").read_text())["baseline"]["joint"]
    assert [each["draws"] for each in record["structures"].values()] == [21, 21, 22]
    assert "weights as asked" in result.remarks()
