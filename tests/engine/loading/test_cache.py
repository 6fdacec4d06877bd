"""Equations that an earlier start resolved: found again, and made anew where anything differs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import xhsim
from tests.engine.models import DATA, text_of, value, write
from xhsim.engine import model
from xhsim.engine.loading import cache
from xhsim.engine.resolving.resolve import resolve

TEXT = text_of("x = 2\nlevel = INTEG(x, 1)\nprice = x * 3")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "equations"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, TEXT)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were resolved."""
    found: list[str] = []

    def counted(text: Any) -> Any:
        found.append(Path(text.path).name)
        return resolve(text)

    monkeypatch.setattr(model, "resolve", counted)
    monkeypatch.setattr(cache, "resolve", counted)
    return found


def price(file: Path) -> float:
    return float(value(xhsim.load_model(file).run(), "price")[-1])


def entry(folder: Path) -> Path:
    (stored,) = folder.iterdir()
    return stored


def forge(stored: Path, change: Callable[[list[Any]], None]) -> None:
    """Change an entry and give it a digest that fits: the worst a person could do."""
    content = msgspec.msgpack.decode(stored.read_bytes()[32:])
    change(content)
    data = msgspec.msgpack.encode(content)
    stored.write_bytes(hashlib.sha256(stored.stem.encode() + data).digest() + data)


def test_the_second_start_resolves_nothing(file: Path, reads: list[str]) -> None:
    first = xhsim.load_model(file)
    second = xhsim.load_model(file)
    assert reads == ["model.mdl"]
    assert second.variables.equals(first.variables)
    assert second.run().equals(first.run())


def test_what_was_repaired_is_told_again(reads: list[str]) -> None:
    for _ in range(2):
        with pytest.warns(UserWarning, match="as_exported.xmile is not correct XML"):
            xhsim.load_model(DATA / "xmile" / "as_exported.xmile")
    assert len(reads) == 1


def test_values_of_data_files_come_back(reads: list[str]) -> None:
    first, second = (xhsim.load_model(DATA / "external" / "mixed.mdl").run() for _ in range(2))
    assert len(reads) == 1
    assert first.equals(second)


def test_a_changed_file_is_resolved_again(file: Path, reads: list[str]) -> None:
    assert price(file) == 6
    file.write_text(TEXT.replace("x = 2", "x = 3"))
    assert price(file) == 9
    assert len(reads) == 2


def test_a_copy_elsewhere_uses_the_same_entry_under_its_own_name(
    file: Path, tmp_path: Path, reads: list[str]
) -> None:
    xhsim.load_model(file)
    other = write(tmp_path, TEXT, "other.mdl")
    assert xhsim.load_model(other).equations.path == str(other)
    assert reads == ["model.mdl"]


def test_a_changed_data_file_is_read_again(tmp_path: Path, reads: list[str]) -> None:
    (tmp_path / "data.csv").write_text("Time,0,10\nprice,1,1\n")
    call = "GET DIRECT DATA('data.csv', ',', '1', 'B2')"
    path = write(tmp_path, text_of("x = 2").replace("x = 2", f"price:= {call}"))
    for wanted in (1, 5, 5):
        (tmp_path / "data.csv").write_text(f"Time,0,10\nprice,{wanted},{wanted}\n")
        assert price(path) == wanted
    assert len(reads) == 2
    (tmp_path / "data.csv").unlink()
    with pytest.raises(xhsim.ModelError, match=r"data\.csv"):
        xhsim.load_model(path)


def test_what_may_be_read_and_how_large_it_may_be_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data.csv").write_text("Time,0,10\nprice,1,1\n")
    (tmp_path / "inner").mkdir()
    call = "GET DIRECT DATA('../data.csv', ',', '1', 'B2')"
    path = write(tmp_path / "inner", text_of("x = 2").replace("x = 2", f"price:= {call}"))
    xhsim.load_model(path, allow_outside=True)
    with pytest.raises(xhsim.ModelError, match="into the model's folder"):
        xhsim.load_model(path)
    monkeypatch.setenv("XHSIM_LIMITS", "3")
    slow = write(tmp_path, text_of("x = DELAY N(Time, 20, 0, 2000)"))
    xhsim.load_model(slow)
    monkeypatch.delenv("XHSIM_LIMITS")
    with pytest.raises(xhsim.ModelError, match="XHSIM_LIMITS"):
        xhsim.load_model(slow)


def test_data_of_the_caller_are_not_stored(tmp_path: Path, folder: Path) -> None:
    path = write(tmp_path, TEXT.replace("price = x * 3", "price ~~|").replace("~~| ~~|", "~~|"))
    (tmp_path / "given.csv").write_text("time,price\n0,4\n10,4\n")
    assert value(xhsim.load_model(path, data=tmp_path / "given.csv").run(), "price")[0] == 4
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize("text", ["x = y\ny = x", "x = nothing", "x = ("])
def test_a_refused_model_is_not_stored(text: str, tmp_path: Path, folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(xhsim.ModelError):
            xhsim.load_model(write(tmp_path, text_of(text)))
    assert not list(folder.iterdir())


def test_a_file_that_is_saved_while_it_is_read_is_not_stored(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saving(text: Any) -> Any:
        file.write_text(TEXT.replace("x = 2", "x = 3"))
        return resolve(text)

    monkeypatch.setattr(model, "resolve", saving)
    assert price(file) == 6
    assert not list(folder.iterdir())
    monkeypatch.undo()
    assert price(file) == 9


def test_damage_leads_to_a_fresh_reading(file: Path, folder: Path, reads: list[str]) -> None:
    assert price(file) == 6
    stored = entry(folder)
    whole = stored.read_bytes()
    damaged = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, 900, 31)]
    for number, data in enumerate([b"", whole[:-1], *damaged], start=2):
        stored.write_bytes(data)
        assert price(file) == 6
        assert len(reads) == number
        assert stored.read_bytes() == whole


def test_forged_equations_that_do_not_fit_are_read_from_the_file(
    file: Path, folder: Path, reads: list[str]
) -> None:
    assert price(file) == 6

    def unknown_function(content: list[Any]) -> None:
        content[10]["price"][1][0][3][1] = "__import__('os').abort"

    forge(entry(folder), unknown_function)
    assert price(file) == 6
    assert len(reads) == 2
    assert not list(folder.iterdir())  # the next start stores it again
    assert price(file) == 6
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("moment", ["saved since", "other names"])
def test_forged_equations_are_an_error_if_the_file_cannot_replace_them(
    file: Path, folder: Path, moment: str
) -> None:
    xhsim.load_model(file)

    def spoil(content: list[Any]) -> None:
        content[10]["price"] = ["Rule", [], False, []]
        if moment == "other names":
            content[3][0][2] = "another name"

    forge(entry(folder), spoil)
    loaded = xhsim.load_model(file)
    if moment == "saved since":
        file.write_text(TEXT.replace("x = 2", "x = 3"))
    with pytest.raises(xhsim.ModelError, match="load it again"):
        loaded.run()
    assert xhsim.load_model(file).run()


def test_an_entry_that_would_take_much_memory_is_not_stored(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_OF_ONE", 100)
    assert price(file) == 6
    assert not list(folder.iterdir())


def test_nothing_is_stored_where_the_cache_is_off(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XHSIM_CACHE", "off")
    assert price(file) == 6
    assert not folder.exists()
