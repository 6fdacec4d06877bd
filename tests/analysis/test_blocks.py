"""Blocks of numbers on disk: their digests, damage, the lock, and missing packages."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from xhsim.analysis.blocks import (
    UNREADABLE,
    digest,
    needed,
    read_block,
    write_block,
    writing_alone,
)
from xhsim.errors import InputError

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


def test_a_block_is_read_as_it_was_written_unless_it_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.npz"
    write_block(path, BLOCK)
    read = read_block(path)
    assert read.keys() == BLOCK.keys()
    assert all(np.array_equal(read[name], values) for name, values in BLOCK.items())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UNREADABLE):
        read_block(path)


def test_a_block_is_never_run_as_code(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(pickle.dumps({"met": 1}))
    with pytest.raises(UNREADABLE):
        read_block(path)
    np.savez(path, digest=np.array("x"), met=np.array([Path()], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_block(path)


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with (
        writing_alone(tmp_path),
        pytest.raises(InputError, match="another process is writing"),
        writing_alone(tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("package", "extra"), [("nosuchpackage", "sweep"), ("pymoo.nosuch", "fronts")]
)
def test_a_missing_package_is_named_with_its_extra(package: str, extra: str) -> None:
    with pytest.raises(InputError, match=rf"the package \w+.*xhsim\[{extra}\]"):
        needed(package)
