"""The folder of a sweep: blocks, records, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xhsim.errors import InputError
from xhsim.report.files.sweep_folder import SweepFolder, digest, needed, writing_alone

BLOCK = {"met": np.array([[3, 1]]), "sound": np.array([4])}


def test_a_digest_depends_on_names_shapes_types_and_bits() -> None:
    others = [
        {"met": BLOCK["met"]},
        {"met": BLOCK["met"].T, "sound": BLOCK["sound"]},
        {"met": BLOCK["met"].astype(np.int32), "sound": BLOCK["sound"]},
        {"met": BLOCK["met"] + 1, "sound": BLOCK["sound"]},
    ]
    assert digest(dict(reversed(BLOCK.items()))) == digest(BLOCK)
    assert len({digest(block) for block in [BLOCK, *others]}) == 5


def test_a_block_is_read_as_it_was_stored_unless_it_is_damaged(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    assert not folder.has(0)
    folder.store(0, BLOCK)
    assert folder.has(0)
    read = folder.block(0)
    assert all(np.array_equal(read[name], values) for name, values in BLOCK.items())
    (path,) = tmp_path.rglob("*.npz")
    path.write_bytes(path.read_bytes()[:-20])
    assert not folder.has(0)


def test_another_sweep_or_other_files_are_refused(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path / "out")
    with pytest.raises(InputError, match="there is no sweep in"):
        folder.record()
    folder.folder.mkdir()
    folder.begin({"sweep": "a", "inputs": {"model/x.mdl": "1"}})
    folder.begin({"sweep": "a", "inputs": {"model/x.mdl": "1"}})
    with pytest.raises(InputError, match=r"contains another sweep: model/x\.mdl changed since"):
        folder.begin({"sweep": "a", "inputs": {"model/x.mdl": "2"}})
    (tmp_path / "mine.txt").touch()
    with pytest.raises(InputError, match=r'contains other files, such as "mine\.txt"'):
        SweepFolder(tmp_path).check_free()


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with (
        writing_alone(tmp_path),
        pytest.raises(InputError, match="another process is writing"),
        writing_alone(tmp_path),
    ):
        pass


def test_a_missing_package_is_named_with_its_extra() -> None:
    with pytest.raises(InputError, match=r"the package nosuchpackage.*xhsim\[sweep\]"):
        needed("nosuchpackage")
