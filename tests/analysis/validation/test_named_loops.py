"""Named loops: followed through the model, with the kind that the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.analysis.validation.firms import firms_study
from xhsim.analysis.study import Study
from xhsim.analysis.validation.named_loops import trace_loops
from xhsim.errors import InputError

GOOD = """
B:
  label: {en: Crowding, zh: 拥挤}
  kind: balancing
  through: [pool, room, entry]
R:
  label: {en: Attraction, zh: 吸引}
  kind: reinforcing
  through: [certified, entry, pool, certification]
"""


def study_of(folder: Path, loops: str) -> Study:
    firms_study(folder / "study")
    (folder / "study" / "model" / "loops.yaml").write_text(loops, encoding="utf-8")
    return xhsim.open_study(folder / "study")


def test_loops_are_followed(tmp_path: Path) -> None:
    study = study_of(tmp_path, GOOD)
    crowding, attraction = trace_loops(study.model, study.files.loops)
    assert [(link.cause, link.effect, link.sign) for link in crowding.links] == [
        ("pool", "room", -1),
        ("room", "entry", 1),
        ("entry", "pool", 1),
    ]
    assert crowding.sign == -1
    assert attraction.links[0].through == ("attraction",)
    assert attraction.sign == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: balancing", "kind: reinforcing", "it is not reinforcing: its signs multiply to -1"),
        ("[pool, room, entry]", "[pool, rom, entry]", 'no variable "rom". did you mean "room"?'),
        ("[pool, room, entry]", "[room, pool, life]", "no path leads from pool to life"),
    ],
)
def test_what_is_no_such_loop(tmp_path: Path, old: str, new: str, words: str) -> None:
    study = study_of(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InputError) as caught:
        trace_loops(study.model, study.files.loops)
    assert words in str(caught.value)
    assert str(caught.value.file).endswith("loops.yaml")
    assert caught.value.line == 2


def test_the_loops_of_xuhui(xuhui: Study) -> None:
    traced = trace_loops(xuhui.model, xuhui.files.loops)
    assert [loop.loop.id for loop in traced] == [
        *("R1", "R2", "R3", "R4", "R5", "B1", "B2", "B3", "B4", "B5", "B6")
    ]
    assert all(loop.sign == (1 if loop.loop.id.startswith("R") else -1) for loop in traced)
