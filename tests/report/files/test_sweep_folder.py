"""The folder of a sweep: blocks, records, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xhsim.errors import InputError
from xhsim.report.files.sweep_folder import SweepFolder

BLOCK = {"met": np.array([[3, 1]]), "sound": np.array([4])}


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
