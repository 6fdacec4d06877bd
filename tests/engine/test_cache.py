"""What is kept of a reading: data only, used when whole, ignored when not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import DATA, text_of, value, write
from xhsim.engine import cache, reading
from xhsim.engine.cache import cached_read

FILES = sorted(DATA.glob("[fs]*s/*.mdl"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "cache"
    monkeypatch.setenv("XHSIM_CACHE", str(place))
    return place


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    return write(tmp_path, text_of("x = 2\nlevel = INTEG(x, 1)"))


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, **_: object) -> None:
        raise AssertionError("the file was parsed again")

    monkeypatch.setattr(reading, "read_model", refuse)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_second_reading_gives_the_same_without_parsing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = cached_read(path)
    assert repr(fresh) == repr(reading.read_model(path))  # :NA: is not equal to itself
    expected = xhsim.load_model(path).run(method="euler")
    forbid_reading(monkeypatch)
    assert repr(cached_read(path)) == repr(fresh)
    again = xhsim.load_model(path).run(method="euler")
    for name in expected:
        np.testing.assert_array_equal(expected[name].values, again[name].values)


def test_cache_holds_one_json_file_and_nothing_else(folder: Path, model_file: Path) -> None:
    cached_read(model_file)
    (stored,) = folder.iterdir()
    assert stored.suffix == ".json"
    record = json.loads(stored.read_text("utf-8"))
    assert record[0] == "ModelText"


def test_changed_file_is_read_again(folder: Path, model_file: Path) -> None:
    assert value(xhsim.load_model(model_file).run(), "x")[0] == 2
    model_file.write_text(model_file.read_text().replace("x = 2", "x = 3"))
    assert value(xhsim.load_model(model_file).run(), "x")[0] == 3
    assert len(list(folder.iterdir())) == 2


def test_copy_elsewhere_uses_the_same_entry_under_its_own_name(
    folder: Path, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_read(model_file)
    other = tmp_path / "other.mdl"
    other.write_bytes(model_file.read_bytes())
    forbid_reading(monkeypatch)
    assert cached_read(other).path == str(other)


DAMAGE = {
    "empty": "",
    "no json": "}{",
    "foreign": '{"a": 1}',
    "null": "null",
    "number": "5",
    "list": "[]",
    "other record": '["Number", 1.0]',
    "deep": "[" * 100_000,
    "too short": '["ModelText", "x"]',
    "wrong types": '["ModelText", "x", 5, 5, 5]',
    "wrong inner types": '["ModelText", "x", [], [["Element", 5, 5, 5, 5, 5, 5]], []]',
    "unknown node": (
        '["ModelText", "x", [], [["Element", "x", "", "", [null, null], "", '
        '[["Component", [], [], ["os.system", "ls"], "equation", "", 1]]]], []]'
    ),
    "node is a list": (
        '["ModelText", "x", [], [["Element", "x", "", "", [null, null], "", '
        '[["Component", [], [], [["Number"], 1], "equation", "", 1]]]], []]'
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_entry_is_ignored_and_replaced(folder: Path, model_file: Path, damage: str) -> None:
    good = cached_read(model_file)
    (stored,) = folder.iterdir()
    whole = stored.read_text()
    stored.write_text(damage)
    assert cached_read(model_file) == good
    assert stored.read_text() == whole


def test_truncated_entry_is_ignored_at_every_length(folder: Path, model_file: Path) -> None:
    good = cached_read(model_file)
    (stored,) = folder.iterdir()
    whole = stored.read_bytes()
    for length in range(0, len(whole), 97):
        stored.write_bytes(whole[:length])
        assert cached_read(model_file) == good
    stored.write_bytes(b"\xff\xfe" + whole)
    assert cached_read(model_file) == good


def test_entry_changed_within_its_form_cannot_run_code(folder: Path, model_file: Path) -> None:
    """Whoever writes into the cache can change numbers and names, but not what runs."""
    cached_read(model_file)
    (stored,) = folder.iterdir()
    stored.write_text(
        stored.read_text().replace('["Number", 2.0]', '["Call", "__import__(\'os\')", []]')
    )
    with pytest.raises(xhsim.ModelError, match="not supported"):
        xhsim.load_model(model_file)


def test_unwritable_cache_is_only_slower(
    folder: Path, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_text("a file where the folder should be")
    assert value(xhsim.load_model(model_file).run(), "x")[0] == 2
    monkeypatch.setenv("XHSIM_CACHE", "/dev/null/nowhere")
    assert value(xhsim.load_model(model_file).run(), "x")[0] == 2


def test_failed_write_leaves_nothing_behind(
    folder: Path, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    assert value(xhsim.load_model(model_file).run(), "x")[0] == 2
    assert not folder.exists()


def test_broken_model_is_not_stored(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "z = ( ~~|")
    for _ in range(2):
        with pytest.raises(xhsim.ModelError, match="closing brackets"):
            xhsim.load_model(path)
    assert not folder.exists() or not list(folder.iterdir())


def test_without_the_variable_the_users_cache_folder_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XHSIM_CACHE")
    assert cache.folder().name == "xhsim"
