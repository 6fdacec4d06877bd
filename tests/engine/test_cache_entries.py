"""Entries of the cache: read if they are whole, never an error if they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import xhsim
from tests.engine.models import text_of, value, write
from xhsim.engine import cache_entries
from xhsim.engine.cache_entries import (
    cache_folder,
    folder,
    read_entry,
    remove_oldest,
    write_entry,
)


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


posix = pytest.mark.skipif(os.name == "nt", reason="profiles are private there")


@posix
def test_the_file_of_another_user_counts_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_entry(tmp_path / "a.bin", b"content")
    assert read_entry(tmp_path / "a.bin") == b"content"
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert read_entry(tmp_path / "a.bin") is None


def test_a_disk_that_refuses_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not write_entry(tmp_path / "file" / "a.bin", b"content")


def test_entries_that_were_not_used_for_longest_are_removed(tmp_path: Path) -> None:
    places = [tmp_path / f"{name}.bin" for name in "abc"]
    for age, place in enumerate(places):
        write_entry(place, b"x" * 68)  # 100 bytes with the digest
        os.utime(place, (age, age))
    assert read_entry(places[0])  # which is a use
    remove_oldest(tmp_path, 200)
    assert [place.exists() for place in places] == [True, False, True]


def test_a_cache_that_the_user_removes_meanwhile_is_no_error(tmp_path: Path) -> None:
    remove_oldest(tmp_path / "removed", 200)


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path))
    assert folder() == tmp_path
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # the home on Windows
    monkeypatch.setenv("XHSIM_CACHE", "~/kept")
    assert folder() == tmp_path / "kept"
    monkeypatch.delenv("XHSIM_CACHE")
    users = folder()
    assert users is not None
    assert users.name == "xhsim"


@posix
@pytest.mark.parametrize("umask", [0o022, 0o002, 0o000])
def test_only_the_user_can_write_into_new_folders(
    umask: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path / "new" / "cache"))
    before = os.umask(umask)
    try:
        place = cache_folder("models")
        assert place is not None
        assert write_entry(place / "a.bin", b"content")
    finally:
        os.umask(before)
    assert read_entry(place / "a.bin") == b"content"
    for each in (place, place.parent):
        assert each.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache folder about which nobody was told yet."""
    monkeypatch.setattr(cache_entries, "_refused", set())
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path / "cache"))
    assert cache_folder("models") == tmp_path / "cache" / "models"
    return tmp_path / "cache"


@posix
@pytest.mark.parametrize("which", [".", "models"])
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_is_not_used_and_this_is_told_once(
    which: str, mode: int, untold: Path
) -> None:
    (untold / which).chmod(mode)
    with pytest.warns(UserWarning, match="the cache is not used, .* others can write into it"):
        assert cache_folder("models") is None
    assert cache_folder("models") is None


@posix
def test_the_folder_of_another_user_is_not_used(
    untold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: untold.stat().st_uid + 1)
    with pytest.warns(UserWarning, match="belongs to another user"):
        assert cache_folder("models") is None


@posix
def test_the_users_own_default_folder_is_made_private(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import platformdirs

    monkeypatch.delenv("XHSIM_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda _: str(tmp_path / "xhsim"))
    (tmp_path / "xhsim").mkdir()
    (tmp_path / "xhsim").chmod(0o775)
    assert cache_folder("models") == tmp_path / "xhsim" / "models"
    assert (tmp_path / "xhsim").stat().st_mode & 0o777 == 0o700


def test_off_stores_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XHSIM_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    assert folder() is None
    path = write(tmp_path, text_of("x = 2\nlevel = INTEG(x, 1)"))
    assert value(xhsim.load_model(path).run(), "x")[0] == 2
    assert list(tmp_path.iterdir()) == [path]
