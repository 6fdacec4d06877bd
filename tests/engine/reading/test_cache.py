"""What is kept of a reading: data only, used when whole, ignored when not."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import xhsim
from tests.engine.models import DATA, text_of, value, write
from xhsim.engine import reading
from xhsim.engine.model import Model
from xhsim.engine.reading.cache import cached_read
from xhsim.engine.resolving.resolve import resolve

FILES = sorted(DATA.glob("[fs]*s/*.mdl"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XHSIM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


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


def content_of(stored: Path) -> Any:
    """Return what an entry holds, as lists, texts and numbers."""
    return msgspec.msgpack.decode(stored.read_bytes()[32:])


def forge(stored: Path, content: Any) -> None:
    """Put something else into an entry, with a digest that fits: the worst a person could do."""
    data = content if isinstance(content, bytes) else msgspec.msgpack.encode(content)
    stored.write_bytes(hashlib.sha256(stored.stem.encode() + data).digest() + data)


def test_cache_holds_one_file_of_data_and_nothing_else(folder: Path, model_file: Path) -> None:
    good = cached_read(model_file)
    (stored,) = folder.iterdir()
    assert stored.suffix == ".msgpack"
    content = content_of(stored)
    assert content[0] == "ModelText"
    assert str(model_file.parent).encode() not in stored.read_bytes()
    forge(stored, content)
    assert cached_read(model_file) == good


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


ODD_NODE = ["Component", [], [], ["os.system", "ls"], "equation", "", 1, ""]
DAMAGE: dict[str, Any] = {
    "empty": b"",
    "no message": b"}{",
    "foreign": {"a": 1},
    "null": None,
    "number": 5,
    "list": [],
    "other record": ["Number", 1.0],
    "deep": b"\x91" * 100_000,
    "promises too much": b"\xdd\xff\xff\xff\xff",
    "too short": ["ModelText", "x"],
    "too long": ["ModelText", "x", [], [], [], [], "vensim", [], 1],
    "other dialect": ["ModelText", "x", [], [], [], [], "python", []],
    "wrong types": ["ModelText", "x", 5, 5, 5],
    "wrong inner types": ["ModelText", "x", [], [["Element", 5, 5, 5, 5, 5, 5]], []],
    "unknown node": [
        "ModelText",
        "x",
        [],
        [["Element", "x", "", "", [None, None], "", [ODD_NODE]]],
    ],
    "node is a list": [
        "ModelText",
        "x",
        [],
        [["Element", "x", "", "", [None, None], "", [[[["Number"], 1], *ODD_NODE]]]],
    ],
}


@pytest.mark.parametrize("has_digest", [False, True], ids=["raw", "with digest"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_entry_is_ignored_and_replaced(
    folder: Path, model_file: Path, damage: Any, has_digest: bool
) -> None:
    good = cached_read(model_file)
    (stored,) = folder.iterdir()
    whole = stored.read_bytes()
    forge(stored, damage)
    if not has_digest:
        stored.write_bytes(stored.read_bytes()[32:])
    assert cached_read(model_file) == good
    assert stored.read_bytes() == whole


def test_truncated_entry_is_ignored_at_every_length(folder: Path, model_file: Path) -> None:
    good = cached_read(model_file)
    (stored,) = folder.iterdir()
    whole = stored.read_bytes()
    for length in range(0, len(whole), 29):
        stored.write_bytes(whole[:length])
        assert cached_read(model_file) == good
    stored.write_bytes(b"\xff\xfe" + whole)
    assert cached_read(model_file) == good


def test_entry_of_another_model_is_ignored(folder: Path, model_file: Path, tmp_path: Path) -> None:
    good = cached_read(model_file)
    (stored,) = folder.iterdir()
    cached_read(write(tmp_path, text_of("x = 3"), "other.mdl"))
    (other,) = set(folder.iterdir()) - {stored}
    stored.write_bytes(other.read_bytes())
    assert cached_read(model_file) == good


EVERY_RECORD = """
taken = M(2) * scale[a]
scale[letter] = 1, 2
curve((0, 0), (10, 5))
level = INTEG(IF THEN ELSE(Time > 3, curve(Time), taken), 1)
"""


@pytest.fixture
def rich_file(tmp_path: Path) -> Path:
    """A model with a macro, a range, a list, a lookup, calls and names."""
    text = text_of(EVERY_RECORD, ranges="letter: a, b -> other\nother: c, d")
    macro = ":MACRO: M(z)\nM = z * 3 ~ m ~ threefold |\n:END OF MACRO:\n"
    return write(tmp_path, text.replace("{UTF-8}\n", "{UTF-8}\n" + macro))


DEEP: Any = []
for _ in range(300):
    DEEP = [DEEP]
HOSTILE = ("__import__('os').abort()", b"\xc3\x28\x00")
WRONG = (-1, 0.5, None, DEEP)


def changed(content: Any, bad: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Give the content once for each of its fields and each bad thing that may stand there."""

    def places(part: Any, way: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if way:
            yield way
        if isinstance(part, list):
            for number, item in enumerate(part):
                yield from places(item, (*way, number))

    for way in places(content, ()):
        for wrong in bad:
            other = deepcopy(content)
            part = other
            for number in way[:-1]:
                part = part[number]
            part[way[-1]] = wrong
            if other != content:
                yield f"{way} becomes {wrong!r:.40}", other


def test_changed_fields_and_bytes_lead_to_a_fresh_reading(
    folder: Path, rich_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = cached_read(rich_file)
    (stored,) = folder.iterdir()
    whole = stored.read_bytes()
    fresh = [0]

    def count(path: Path, **_: object) -> Any:
        fresh[0] += 1
        return good

    monkeypatch.setattr(reading, "read_model", count)
    assert cached_read(rich_file) == good
    assert not fresh[0]
    chosen = random.Random(1)
    hostile = [
        whole[:32] + msgspec.msgpack.encode(content)
        for _, content in changed(content_of(stored), (HOSTILE[0], chosen.randbytes(9)))
    ]
    flipped = [
        whole[:at] + bytes([whole[at] ^ chosen.randint(1, 255)]) + whole[at + 1 :]
        for at in range(0, len(whole), 2)
    ]
    assert len(hostile) > 300
    assert len(flipped) > 300
    for number, data in enumerate((*hostile, *flipped), start=1):
        stored.write_bytes(data)
        assert cached_read(rich_file) == good
        assert fresh[0] == number


def test_entry_forged_with_its_digest_is_a_model_or_none_but_never_code(
    folder: Path, rich_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit is read again; what fits is a model file that says something else."""
    whole = cached_read(rich_file)
    monkeypatch.setattr(reading, "read_model", lambda path, **_: whole)
    (stored,) = folder.iterdir()
    accepted = 0
    for told, content in changed(content_of(stored), (HOSTILE[0], -1, DEEP)):
        forge(stored, content)
        if cached_read(rich_file) == whole:
            continue  # it was refused, and the file read again
        accepted += 1
        try:
            Model(resolve(cached_read(rich_file))).run()
        except xhsim.InputError:
            continue  # as it would be for a model file that says this
        except Exception as error:
            raise AssertionError(told) from error
    assert accepted > 50


def test_entry_changed_within_its_form_cannot_run_code(folder: Path, model_file: Path) -> None:
    """Whoever writes into the cache can change numbers and names, but not what runs."""
    cached_read(model_file)
    (stored,) = folder.iterdir()
    two, call = (
        msgspec.msgpack.encode(node) for node in (["Number", 2.0], ["Call", "__import__('os')", []])
    )
    content = stored.read_bytes()[32:]
    assert two in content
    forge(stored, content.replace(two, call))
    with pytest.raises(xhsim.ModelError, match="not supported"):
        xhsim.load_model(model_file)


def test_unwritable_cache_is_only_slower(
    folder: Path, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.parent.mkdir()
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
    assert not list(folder.iterdir())


def test_broken_model_is_not_stored(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "z = ( ~~|")
    for _ in range(2):
        with pytest.raises(xhsim.ModelError, match="closing brackets"):
            xhsim.load_model(path)
    assert not folder.exists() or not list(folder.iterdir())
