"""Machine code is loaded if an earlier process compiled the same, and compiled if not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import xhsim
from tests.engine.models import text_of, write
from tests.places import ROOT
from xhsim.engine import cache_entries
from xhsim.engine.compiling import machine_cache, machine_program
from xhsim.engine.compiling.machine_cache import cached_program
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble
from xhsim.engine.running.machine_backend import MachineBackend
from xhsim.engine.tableaux import EULER, RK2

TEXT = "a = 1\nb = 2\npower = EXP(a/10)*b\nlevel = INTEG(0.1*level-power, 4)"
GIVEN = {"a": np.linspace(1, 2, 50)}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty cache, and machine code for the smallest runs."""
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(ensemble, "BACKENDS", (MachineBackend(least_work=0),))
    return tmp_path / "cache" / "machine-code"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often code is compiled."""
    found: list[int] = []
    real = machine_program.emit_llvm

    def emit(*given: Any, **options: Any) -> Any:
        found.append(1)
        return real(*given, **options)

    monkeypatch.setattr(machine_program, "emit_llvm", emit)
    return found


def model(folder: Path, text: str = TEXT) -> Model:
    return xhsim.load_model(write(folder.parent.parent, text_of(text)))


def run(folder: Path, text: str = TEXT, **options: Any) -> xr.Dataset:
    """Run a model object that has no code yet, as another process would."""
    return model(folder, text).run(GIVEN, **options)


def test_the_second_run_compiles_nothing_and_gives_the_same_bits(
    folder: Path, compiled: list[int]
) -> None:
    fresh = run(folder)
    assert len(list(folder.iterdir())) == 1
    xr.testing.assert_identical(run(folder), fresh)
    assert len(compiled) == 1


def test_another_value_of_a_constant_needs_no_other_code(folder: Path, compiled: list[int]) -> None:
    run(folder)
    changed = run(folder, TEXT.replace("b = 2", "b = 3"))
    assert len(compiled) == 1
    np.testing.assert_allclose(changed["power"].isel(time=0), np.exp(GIVEN["a"] / 10) * 3)


@pytest.mark.parametrize(
    "change",
    [
        {"text": TEXT.replace("0.1*level", "0.2*level")},
        {"text": TEXT.replace("a/10", "a/20")},
        {"outputs": ["power"]},
        {"method": "rk4"},
    ],
    ids=["a flow", "a rule", "outputs", "a method"],
)
def test_another_model_or_request_is_compiled(
    folder: Path, compiled: list[int], change: dict[str, Any]
) -> None:
    run(folder)
    run(folder, **change)
    assert len(compiled) == 2


@pytest.mark.parametrize("changed", ["_maker", "_writers"])
def test_another_processor_llvm_or_xhsim_compiles_again(
    folder: Path, compiled: list[int], changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder)
    monkeypatch.setattr(machine_cache, changed, lambda: "another")
    run(folder)
    assert len(compiled) == 2


def test_what_varies_is_part_of_the_name(folder: Path) -> None:
    equations = model(folder).equations
    plan = make_plan(equations, ["level"], (), ())
    for varying, tableau in [("a", EULER), ("b", EULER), ("a", RK2)]:
        cached_program(equations, plan, frozenset(varying), tableau)
    assert len(list(folder.iterdir())) == 3


def test_code_for_a_browser_is_kept_beside_that_for_this_processor(
    folder: Path, compiled: list[int]
) -> None:
    first = model(folder).to_wasm(["level"])
    assert model(folder).to_wasm(["level"]).module == first.module
    assert len(compiled) == 1
    run(folder, outputs=["level"])
    assert len(compiled) == 2


DAMAGE = {
    "empty": lambda whole: b"",
    "cut": lambda whole: whole[:-1],
    "one bit": lambda whole: whole[:500] + bytes([whole[500] ^ 1]) + whole[501:],
    "no digest": lambda whole: whole[32:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_code_is_not_loaded_but_made_anew(
    folder: Path, compiled: list[int], damage: Any
) -> None:
    fresh = run(folder)
    (entry,) = folder.iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    xr.testing.assert_identical(run(folder), fresh)
    assert entry.read_bytes() == whole
    assert len(compiled) == 2


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, compiled: list[int]) -> None:
    fresh = run(folder)
    (entry,) = folder.iterdir()
    entry.unlink()
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    xr.testing.assert_identical(run(folder), fresh)
    assert len(compiled) == 2


def test_off_is_no_error(
    folder: Path, compiled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XHSIM_CACHE", "off")
    run(folder)
    run(folder)
    assert len(compiled) == 2
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of the profile there")
@pytest.mark.parametrize("mode", [0o770, 0o707], ids=["group", "others"])
def test_a_folder_that_others_can_write_is_not_trusted(
    folder: Path, compiled: list[int], mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_entries, "_refused", {folder})  # the user was told
    run(folder)
    folder.chmod(mode)
    run(folder)
    assert len(compiled) == 2


def test_the_oldest_entries_go_first(
    folder: Path, compiled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder)
    run(folder, method="rk4")
    both = sum(entry.stat().st_size for entry in folder.iterdir())
    for number, entry in enumerate(folder.iterdir()):
        os.utime(entry, (1000 + number, 1000 + number))
    run(folder)  # this makes it the newest
    monkeypatch.setattr(machine_cache, "MOST_BYTES", both + 2000)
    run(folder, method="rk2")  # of about the size of the one that goes
    assert len(list(folder.iterdir())) == 2
    run(folder)
    assert len(compiled) == 3


def test_two_processes_at_once(folder: Path) -> None:
    """Both compile or load, and both give the numbers of this process, to the bit."""
    fresh = run(folder)
    (entry,) = folder.iterdir()
    entry.unlink()
    code = f"""
import numpy as np, sys, xhsim
from xhsim.engine.running import ensemble
from xhsim.engine.running.machine_backend import MachineBackend
ensemble.BACKENDS = (MachineBackend(least_work=0),)
model = xhsim.load_model({str(folder.parent.parent / "model.mdl")!r})
run = model.run({{"a": np.linspace(1, 2, 50)}})
sys.stdout.buffer.write(run["level"].values.tobytes())
"""
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    for process in both:
        out, _ = process.communicate(timeout=100)
        assert out == fresh["level"].values.tobytes()
    assert len(list(folder.iterdir())) == 1
