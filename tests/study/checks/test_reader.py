"""The reader of checks.yaml: what each part means, and the line of every name."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.errors import InputErrors
from xhsim.study.checks.checks import Checks, Steps
from xhsim.study.checks.reader import read_checks
from xhsim.study.scenarios.shapes import Constant, Step

TEXT = """\
steps: {halved: 0.2}
non_negative:
  except: {debt: may be negative}
  also: [rent]
levers:
  year: 2022
  levers:
    pace:
      aim: size
      raises: [size]
      leaves: [homes]
      differs: {homes: known}
  funded: {policy: 5}
loops:
  loops:
    crowding:
      says: Rent slows growth.
      push: {growth: {step: {year: 2022, to: 2}}}
      hold: [rent]
      watch: firms
      does: dampens
"""


def read(folder: Path, text: str) -> Checks:
    """Write and read a file."""
    path = folder / "checks.yaml"
    path.write_text(text, encoding="utf-8")
    return read_checks(path)


def test_parts(tmp_path: Path) -> None:
    checks = read(tmp_path, TEXT)
    assert checks.steps == Steps(halved=0.2)
    assert checks.non_negative.exceptions == {"debt": "may be negative"}
    assert checks.levers is not None
    (effects,) = checks.levers.levers
    assert (effects.lever, effects.raises, effects.leaves) == ("pace", ("size",), ("homes",))
    assert checks.levers.funded[0].shape == Constant(5.0)
    assert checks.loops is not None
    assert checks.loops.loops[0].push[0].shape == Step(2022.0, 2.0)
    assert (checks.extremes, checks.fit) == (None, None)


def test_every_name_has_its_kind_and_line(tmp_path: Path) -> None:
    found = {(m.kind, m.name): m.where.line for m in read(tmp_path, TEXT).mentions}
    assert found == {
        ("stock", "debt"): 3,
        ("variable", "rent"): 19,
        ("lever", "pace"): 8,
        ("target", "size"): 10,
        ("target", "homes"): 11,
        ("parameter", "policy"): 13,
        ("parameter", "growth"): 18,
        ("variable", "firms"): 20,
    }


def test_mistakes_beyond_keys_are_reported_together(tmp_path: Path) -> None:
    text = TEXT.replace("aim: size", "aim: sice").replace("hold: [rent]", "hold: []")
    with pytest.raises(InputErrors) as caught:
        read(tmp_path, text.replace("differs: {homes", "differs: {homse"))
    lines = str(caught.value).splitlines()
    assert 'the aim "sice" of "pace" is not in "raises" or "lowers"' in lines[0]
    assert '"homse" cannot differ because no effect on it is expected. did you mean' in lines[1]
    assert 'nothing cuts the loop "crowding"' in lines[2]
