"""Sealed forecasts: whatever is changed in one is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.study.forecasts.seals import a_seal, sealed_target
from xhsim.errors import InputError
from xhsim.study.forecasts.seal import read_seal, seal_text

SEAL = a_seal()
TEXT = seal_text(SEAL)
CONTENT = [name for name in json.loads(TEXT) if name not in ("hash", "hashes")]


def test_what_is_written_is_read_again() -> None:
    assert read_seal(TEXT) == SEAL
    assert read_seal(TEXT).hash == SEAL.hash == json.loads(TEXT)["hash"]


def test_a_line_holds_one_thing() -> None:
    assert sum(line.lstrip().startswith('{"id"') for line in TEXT.splitlines()) == 1
    assert max(len(line) for line in TEXT.splitlines()) < 400


def test_layout_is_no_content() -> None:
    again = json.dumps(json.loads(TEXT), indent=4, sort_keys=True)
    assert read_seal(again) == SEAL


def test_the_hash_is_of_everything() -> None:
    hashes = {
        a_seal(**change).hash
        for change in (
            {},
            {"note": "other"},
            {"seed": 1},
            {"targets": (sealed_target(probability=0.26),)},
            {"inputs": {"model/a.mdl": "1", "model/b.csv": "3"}},
        )
    }
    assert len(hashes) == 5


@given(place=st.integers(0, len(TEXT.encode()) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_named(place: int, byte: int) -> None:
    """Unless it only lays the same content out in another way."""
    raw = bytearray(TEXT.encode())
    raw[place] = byte
    text = raw.decode("utf-8", errors="replace")
    try:
        found = read_seal(text)
    except InputError:
        return
    assert found == SEAL
    assert json.loads(text) == json.loads(TEXT)


SCALARS = st.none() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3) | st.booleans()


@settings(max_examples=40)
@given(data=st.data())
def test_a_changed_value_is_named_by_its_part(data: st.DataObject) -> None:
    record = json.loads(TEXT)
    name = data.draw(st.sampled_from(CONTENT))
    before = json.dumps(record[name])
    record[name] = _changed(record[name], data)
    if json.dumps(record[name]) == before:
        return
    with pytest.raises(InputError) as caught:
        read_seal(json.dumps(record))
    assert caught.value.message == f"changed since it was sealed: {name}"


def _changed(value: Any, data: st.DataObject) -> Any:
    """Replace one number, text or entry somewhere in a value."""
    if isinstance(value, dict) and value:
        key = data.draw(st.sampled_from(sorted(value)))
        return value | {key: _changed(value[key], data)}
    if isinstance(value, list) and value:
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _changed(value[place], data), *value[place + 1 :]]
    return data.draw(SCALARS)


def test_an_added_or_removed_part_is_named() -> None:
    record = json.loads(TEXT)
    with pytest.raises(InputError, match="changed since it was sealed: extra"):
        read_seal(json.dumps(record | {"extra": 1}))
    del record["note"]
    with pytest.raises(InputError, match="changed since it was sealed: note"):
        read_seal(json.dumps(record))


def test_hashes_cannot_be_changed_alone() -> None:
    record = json.loads(TEXT)
    with pytest.raises(InputError, match="the hash of the whole does not fit"):
        read_seal(json.dumps(record | {"hash": "0" * 64}))
    with pytest.raises(InputError, match="changed since it was sealed: format"):
        read_seal(json.dumps(record | {"hashes": None}))


def test_a_second_value_under_one_key_is_refused() -> None:
    twice = TEXT.replace(' "draws": 64,', ' "draws": 4096,\n "draws": 64,')
    with pytest.raises(InputError, match="a key appears twice"):
        read_seal(twice)


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "[" * 100_000, '{"draws": NaN}'])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"it is not a seal"):
        read_seal(text)


def test_a_seal_of_another_format_is_named() -> None:
    """Its hashes fit, but this version does not know what it says."""
    from xhsim.study.forecasts.seal import _digest, _hashes

    content = {**SEAL.model_dump(mode="json"), "draws": "many"}
    hashes = _hashes(content)
    text = json.dumps({**content, "hashes": hashes, "hash": _digest(hashes)})
    with pytest.raises(InputError, match="cannot read it: draws"):
        read_seal(text)
