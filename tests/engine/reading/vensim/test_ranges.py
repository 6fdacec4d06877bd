"""Subscript ranges of a Vensim file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import text_of, write
from tests.engine.reading.vensim.records import FILES
from xhsim.engine.language.syntax import Range
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError


def test_ranges_numbered_mapped_and_copied() -> None:
    model = read_model(FILES / "ranges.mdl")
    assert model.ranges == (
        Range("Area", ("north", "south", "Coast"), (), 2),
        Range("Coast", ("east", "west"), (), 3),
        Range("Year", ("Y1", "Y2", "Y3", "later"), (), 4),
        Range("Shop", ("s1", "s2", "s3", "s4"), ("Area",), 5, ((),)),
        Range("Pair of", ("p1", "p2"), ("Kind", "Third one"), 6, (("high", "low"), ())),
        Range("Kind", ("low", "high"), (), 7),
        Range("Third one", ("t1", "t2"), (), 8),
        Range("Copy", ("north", "south", "Coast"), ("Area",), 9, ((),)),
        Range("Copy of copy", ("north", "south", "Coast"), ("Copy",), 10, ((),)),
    )
    y = {e.name: e for e in model.elements}["y"]
    assert [component.line for component in y.components] == [12, 13, 14]
    assert y.components[0].exceptions == (("Y1",), ("later",))


REFUSED = {
    "copy of nothing": ("A <-> B ~~|", 2, '"A" copies "B", which the model does not define'),
    "copy of itself": ("A <-> B ~~|\nB <-> A ~~|", 2, '"A" copies itself'),
    "odd numbered range": ("A: (a1-b3) ~~|", 2, "the range `A: .a1-b3.` cannot be read"),
    "huge numbered range": ("A: (a1-a999999999) ~~|", 2, "more than 100,000 elements"),
    "empty mapping": ("A: a1 -> (B: ) ~~|", 2, "cannot be read"),
    "broken mapping": ("A: a1 -> (B: b1 ~~|", 2, "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    text, line, words = REFUSED[name]
    path = write(tmp_path, "{UTF-8}\n" + text + "\n" + text_of("q = 1")[8:])
    with pytest.raises(ModelError, match=words) as caught:
        read_model(path)
    assert caught.value.line == line
    assert len(str(caught.value)) - len(str(path)) < 300
