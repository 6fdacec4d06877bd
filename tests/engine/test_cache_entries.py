"""Entries of the cache: read if they are whole, never an error if they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import xhsim
from tests.engine.models import text_of, value, write
from xhsim.engine.cache_entries import folder, read_entry, write_entry


def test_an_entry_comes_back(tmp_path: Path) -> None:
    place = tmp_path / "new" / "a.bin"
    assert read_entry(place) is None
    assert write_entry(place, b"content")
    assert read_entry(place) == b"content"


def test_damage_and_a_wrong_name_are_noticed(tmp_path: Path) -> None:
    place = tmp_path / "a.bin"
    write_entry(place, b"content")
    whole = place.read_bytes()
    for at in range(len(whole)):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert read_entry(place) is None
        place.write_bytes(whole[:at])
        assert read_entry(place) is None
    (tmp_path / "b.bin").write_bytes(whole)
    assert read_entry(tmp_path / "b.bin") is None


@pytest.mark.skipif(os.name == "nt", reason="profiles are private there")
def test_the_file_of_another_user_can_count_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_entry(tmp_path / "a.bin", b"content")
    assert read_entry(tmp_path / "a.bin", only_own=True) == b"content"
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert read_entry(tmp_path / "a.bin", only_own=True) is None
    assert read_entry(tmp_path / "a.bin") == b"content"


def test_a_disk_that_refuses_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not write_entry(tmp_path / "file" / "a.bin", b"content")


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path))
    assert folder() == tmp_path
    monkeypatch.delenv("XHSIM_CACHE")
    users = folder()
    assert users is not None
    assert users.name == "xhsim"


def test_off_stores_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XHSIM_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    assert folder() is None
    path = write(tmp_path, text_of("x = 2\nlevel = INTEG(x, 1)"))
    assert value(xhsim.load_model(path).run(), "x")[0] == 2
    assert list(tmp_path.iterdir()) == [path]
