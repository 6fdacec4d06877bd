"""The register: seals are added, never replaced; what is not as it was is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.study.forecasts.seals import a_seal
from xhsim.errors import InputError
from xhsim.study.forecasts.register import (
    ChangedSeal,
    Register,
    check_name,
    read_register,
    seal_path,
    write_seal,
)

FIRST = a_seal()
SECOND = a_seal(name="second", as_of=date(2021, 6, 30), earlier={"first": FIRST.hash})


@pytest.fixture
def study(tmp_path: Path) -> Path:
    for seal in (SECOND, FIRST):
        write_seal(tmp_path, seal)
    return tmp_path


def test_seals_are_read_in_the_order_of_their_days(study: Path) -> None:
    assert read_register(study) == Register((FIRST, SECOND), ())


def test_a_study_without_seals_has_an_empty_register(tmp_path: Path) -> None:
    assert read_register(tmp_path) == Register((), ())


def test_a_seal_is_never_replaced(study: Path) -> None:
    before = seal_path(study, "first").read_bytes()
    with pytest.raises(InputError, match='there is a seal "first" already'):
        write_seal(study, a_seal(note="better"))
    assert seal_path(study, "first").read_bytes() == before


@pytest.mark.parametrize("name", ["", "a/b", "../a", ".hidden", "a b", "a\\b"])
def test_a_name_is_that_of_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name of a seal"):
        check_name(tmp_path, name)


def test_a_changed_seal_is_named_and_the_others_stay(study: Path) -> None:
    path = seal_path(study, "first")
    path.write_text(path.read_text("utf-8").replace('"seed": 0', '"seed": 1'), "utf-8")
    assert read_register(study) == Register(
        (SECOND,), (ChangedSeal("first", "changed since it was sealed: seed"),)
    )


def test_a_seal_that_cannot_be_read_is_named(study: Path) -> None:
    seal_path(study, "first").write_bytes(b"\xff\xfe\x00")
    (changed,) = read_register(study).changed
    assert (changed.name, changed.what) == ("first", "the file is UTF-16 text")


def test_a_seal_under_another_name_is_named(study: Path) -> None:
    seal_path(study, "second").rename(seal_path(study, "third"))
    assert read_register(study).changed == (
        ChangedSeal("third", 'it is the seal "second" under another name'),
    )


def test_a_seal_that_was_made_again_is_named(study: Path) -> None:
    """Its own hashes fit, but later seals know another one."""
    seal_path(study, "first").unlink()
    write_seal(study, a_seal(note="better"))
    register = read_register(study)
    assert register.seals == (SECOND,)
    assert register.changed == (
        ChangedSeal("first", 'it is not the seal that was there when "second" was sealed'),
    )


def test_a_seal_that_is_missing_is_named(study: Path) -> None:
    seal_path(study, "first").unlink()
    assert read_register(study).changed == (
        ChangedSeal("first", 'missing: it was there when "second" was sealed'),
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("a file")
    with pytest.raises(InputError, match="cannot be written"):
        write_seal(tmp_path, FIRST)
