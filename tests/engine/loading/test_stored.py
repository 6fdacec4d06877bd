"""The stored form of equations: everything comes back, and what does not fit is not used."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import pytest
from hypothesis import Phase, given, settings

import xhsim
from tests.engine.models import DATA, text_of, write
from tests.engine.test_random_equations import GIVEN, RANGES, equations
from tests.fuzzing import examples
from xhsim.engine.equations import Equations
from xhsim.engine.loading.stored import NOT_FITTING, StoredEquations, StoredModel, decoded, encoded
from xhsim.engine.model import Model
from xhsim.engine.reading.cache import cached_read
from xhsim.engine.resolving.resolve import resolve

FILES = [
    path
    for path in sorted(DATA.rglob("*.*"))
    if path.suffix in {".mdl", ".xmile", ".stmx", ".itmx"} and "broken" not in path.parts
]
# Every kind of definition and of expression that a file can become.
EVERY_KIND = """
start[letter] = 1, 2
scale = 3
curve((0, 0), (10, 5))
curves[a]((0, 1), (10, 2))
curves[b]((0, 2), (10, 1))
place[letter] = VECTOR RANK(start[letter], 1)
level[letter] = INTEG(IF THEN ELSE(Time > 3, curve(Time), total/scale), start[letter])
total = SUM(level[letter!] * start[letter!])
some[a] = scale
some[b] = curves[b](level[a])
past = INITIAL(total)
late = DELAY FIXED(total, 2, 0)
noise = RANDOM UNIFORM(0, 1, 1)
soft = SMOOTH(total, 2)
"""


class RefusedError(Exception):
    """The definitions do not fit."""


def refuse() -> NoReturn:
    raise RefusedError


def stored_form(content: bytes) -> StoredEquations:
    return StoredEquations.of("model.mdl", decoded(content), refuse)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_all_comes_back(path: Path) -> None:
    fresh = resolve(cached_read(path))
    stored = stored_form(encoded(fresh, (), ()))
    assert repr(stored.definitions) == repr(fresh.definitions)  # NaN is not equal to itself
    assert list(stored.definitions) == list(fresh.definitions)
    assert list(stored.variables.items()) == list(fresh.variables.items())
    assert stored.dimensions == fresh.dimensions
    for name in ("structural", "without_values", "unfinished", "method", "has_missing"):
        assert getattr(stored, name) == getattr(fresh, name)


@settings(max_examples=examples(5), phases=[Phase.generate], deadline=None)
@given(lines=equations)
def test_random_equations_come_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    body = GIVEN + "w[Kind] = 0.5, 1.5\n" + "\n".join(lines)
    file = write(tmp_path_factory.mktemp("random"), text_of(body, ranges=RANGES))
    fresh = resolve(cached_read(file))
    assert stored_form(encoded(fresh, (), ())).definitions == fresh.definitions


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Equations:
    folder = tmp_path_factory.mktemp("rich")
    return resolve(cached_read(write(folder, text_of(EVERY_KIND, ranges="letter: a, b"))))


@pytest.fixture(scope="module")
def content(rich: Equations) -> bytes:
    return encoded(rich, (("data.csv", "0" * 64),), ("a remark",))


def test_definitions_are_decoded_when_they_are_needed(content: bytes, rich: Equations) -> None:
    stored = stored_form(content)
    assert "definitions" not in vars(stored)
    assert stored.definitions == rich.definitions
    assert stored.definitions is stored.definitions


def test_it_holds_no_path_and_every_kind_of_record(content: bytes, rich: Equations) -> None:
    assert rich.path.encode() not in content
    for kind in ("Rule", "Stock", "Discrete", "Lookup", "Part", "Along", "Fixed"):
        assert kind.encode() in content
    for kind in ("Apply", "Reduce", "Vector", "Random", "Interpolate", "ConstantArray"):
        assert kind.encode() in content


def test_every_field_is_stored() -> None:
    stored = {*StoredModel.__struct_fields__, "path"} - {"files", "remarks"}
    assert {field.name for field in fields(Equations)} == stored


def test_other_equations_are_made_of_them_as_of_any(content: bytes, rich: Equations) -> None:
    assert replace(stored_form(content), method="rk4").definitions == rich.definitions
    assert replace(stored_form(content), definitions={}).definitions == {}


# What may stand in a field: hostile texts, bytes that are no text, numbers, nothing, and names.
CODE = "__import__('os').abort()\n"
WRONG: tuple[Any, ...] = (CODE, b"\xc3\x28\x00", -1, 10**6, None, [], "time", "total")
Way = tuple[Any, ...]


def places(part: Any, way: Way = ()) -> Iterator[Way]:
    """Yield the way to each field of an entry that is decoded to lists and dictionaries."""
    if way:
        yield way
    inside = list(enumerate(part)) if isinstance(part, list) else []
    if isinstance(part, dict):
        inside = list(part.items())
    for key, item in inside:
        yield from places(item, (*way, key))


def changed(content: bytes, among: Callable[[Way], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield an entry once for each of its fields and each wrong thing that may stand there."""
    entry = msgspec.msgpack.decode(content)
    for way in filter(among, places(entry)):
        *before, last = way
        whole = entry
        for step in before:
            whole = whole[step]
        own = whole[last]
        for wrong in WRONG:
            if wrong != own:
                whole[last] = wrong
                yield f"{way} becomes {wrong!r:.40}", msgspec.msgpack.encode(entry)
        whole[last] = own
        if isinstance(whole, dict):
            items = list(whole.items())
            whole.clear()
            whole.update((CODE if key == last else key, item) for key, item in items)
            yield f"{way} gets another name", msgspec.msgpack.encode(entry)
            whole.clear()
            whole.update(items)


def outcome(told: str, content: bytes) -> str:
    """Use an entry as a start does: it does not fit, is refused, or is another model."""
    try:
        stored = stored_form(content)
        assert stored.definitions
    except (*NOT_FITTING, RefusedError):
        return "does not fit"
    model = Model(stored)
    try:
        run = model.run(times=[0, 2])
        model.graph()
        assert set(run.data_vars) <= set(model.variables.index)
    except xhsim.InputError:
        return "refused"  # as for a model file that says this
    except Exception as error:
        raise AssertionError(told) from error
    return "runs"


@pytest.mark.filterwarnings("ignore")  # a model that says something else may warn
def test_whatever_stands_in_a_field_it_is_a_model_or_none_but_never_code(content: bytes) -> None:
    found = Counter(outcome(told, other) for told, other in changed(content, lambda way: True))
    assert found["runs"] > 300  # other numbers, units or documentation
    assert found["does not fit"] > 5000


@pytest.mark.filterwarnings("ignore")
def test_containers_too() -> None:
    belts = encoded(resolve(cached_read(DATA / "xmile" / "belts.stmx")), (), ())
    definitions, container = 10, 4  # the numbers of the fields in an entry and in a `Discrete`

    def is_in_a_container(way: Way) -> bool:
        return way[0] == definitions and way[2:3] == (container,)

    every_third = islice(changed(belts, is_in_a_container), None, None, 3)
    found = Counter(outcome(told, other) for told, other in every_third)
    assert found["runs"] > 20
    assert found["does not fit"] > 100


@pytest.mark.filterwarnings("ignore")
def test_pipelines_too(tmp_path: Path) -> None:
    text = "g = 2 + Time\nm = DELAY MATERIAL(g, 2, 0, 0)\ni = DELAY INFORMATION(g, 2, 1)"
    text += "\nd = DEPRECIATE STRAIGHTLINE(g, 4, 0, 0)\nc = DELAY CONVEYOR(g, 3, 0, shape, 1, 3)"
    fresh = resolve(cached_read(write(tmp_path, text_of(text + "\nshape((0, 1), (1, 1))"))))
    stored = encoded(fresh, (), ())
    definitions, container = 10, 4

    def is_in_a_container(way: Way) -> bool:
        return way[0] == definitions and way[2:3] == (container,)

    every_fifth = islice(changed(stored, is_in_a_container), None, None, 5)
    found = Counter(outcome(told, other) for told, other in every_fifth)
    assert found["runs"] > 0
    assert found["does not fit"] > 30


def test_random_bytes_do_not_fit(content: bytes) -> None:
    chosen = random.Random(1)
    for length in (0, 1, 20, 400):
        with pytest.raises(NOT_FITTING):
            decoded(chosen.randbytes(length))
    deep = b"\x91" * 100_000
    with pytest.raises(NOT_FITTING):
        decoded(deep)
    entry = msgspec.structs.replace(decoded(content), definitions=msgspec.Raw(deep))
    with pytest.raises(RefusedError):
        _ = StoredEquations.of("model.mdl", entry, refuse).definitions
