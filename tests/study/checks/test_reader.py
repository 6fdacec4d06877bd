"""The reader of checks.yaml: what each part means, and the line of every name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from xhsim.errors import InputError, InputErrors
from xhsim.study.checks.checks import Checks, Steps, Variance, YearlyShare
from xhsim.study.checks.reader import read_checks
from xhsim.study.checks.responses import ExpectedResponse, Scaling
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


RESPONSES = """\
responses:
  - name: fewer homes
    says: No homes are built.
    base: plan
    set: {homes: {step: {year: 2022, to: 0}}}
    scale: {from: 2023, by: 1.5, levers: [pace]}
    expect:
      - {variable: size + rent, percent: {2025: [-1, 0], 2030: [-2, 0]}, evidence: a study,
         differs: {2030: known}}
      - {variable: vacancy, year: 2030, points: [0, 1], evidence: "none: judgement"}
"""


def test_responses_by_year(tmp_path: Path) -> None:
    checks = read(tmp_path, RESPONSES)
    (shock,) = checks.responses
    assert (shock.name, shock.base, shock.where.line) == ("fewer homes", "plan", 2)
    assert shock.changes[0].shape == Step(2022.0, 0.0)
    assert shock.scaling == Scaling(2023, 1.5, ("pace",))
    assert shock.expected == (
        ExpectedResponse("size + rent", 2025, -1, 0, "%", "a study"),
        ExpectedResponse("size + rent", 2030, -2, 0, "%", "a study", "known"),
        ExpectedResponse("vacancy", 2030, 0, 1, "points", "none: judgement"),
    )
    mentioned = {(mention.kind, mention.name) for mention in checks.mentions}
    assert {("variable", "rent"), ("variable", "size"), ("lever", "pace")} <= mentioned


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("percent: {2025: [-1, 0], 2030: [-2, 0]}, ", "", "one of percent and points"),
        ("year: 2030, points: [0, 1]", "points: [0, 1]", "a year for each range"),
        ("points: [0, 1]", "points: [2, 1]", "the lower end 2 is above the upper end 1"),
        ("differs: {2030", "differs: {2031", "differs in a year without a range"),
        ("by: 1.5", "by: -1", '"responses.0.scale.by" must be 0 or more'),
        ("evidence: a study", "evidence: ''", "evidence"),
    ],
)
def test_a_response_that_cannot_be_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert RESPONSES.count(old) == 1
    with pytest.raises(InputError) as caught:
        read(tmp_path, RESPONSES.replace(old, new))
    assert message in str(caught.value)
    assert caught.value.line is not None


def test_a_shock_changes_something_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    start, expected = RESPONSES.split("    base")[0], RESPONSES.split("levers: [pace]}\n")[1]
    twice = start + expected + start.removeprefix("responses:\n") + expected
    with pytest.raises(InputErrors) as caught:
        read(tmp_path, twice)
    lines = str(caught.value).splitlines()
    assert 'the shock "fewer homes" changes nothing' in lines[0]
    assert 'the shock "fewer homes" is there twice' in lines[1]


def test_years_of_loops(tmp_path: Path) -> None:
    text = TEXT.replace("loops:\n  loops:", "loops:\n  years: [2030, 2025]\n  loops:")
    text += "      at: 2025\n"
    loops = read(tmp_path, text).loops
    assert loops is not None
    assert (loops.years, loops.until, loops.loops[0].at) == ((2025, 2030), 2030, 2025)
    assert replace(loops, horizon=2035).until == 2035
    with pytest.raises(InputError, match=r"2026 of the loop .crowding. is not a year"):
        read(tmp_path, text.replace("at: 2025", "at: 2026"))
    plain = read(tmp_path, TEXT).loops
    assert plain is not None
    assert (plain.years, plain.until) == ((), None)


def test_variance(tmp_path: Path) -> None:
    text = """\
variance:
  limit: 50
  except: {base of tax: unpublished}
  yearly: {variables: [output], share: [25, 60]}
"""
    checks = read(tmp_path, text)
    yearly = YearlyShare(("output",), None, 25, 60)
    assert checks.variance == Variance(50, 2048, {"base of tax": "unpublished"}, yearly)
    mentioned = [(mention.kind, mention.name) for mention in checks.mentions]
    assert mentioned == [("parameter", "base of tax"), ("variable", "output")]
    with pytest.raises(InputError, match="the lower end 60 is above the upper end 25"):
        read(tmp_path, text.replace("[25, 60]", "[60, 25]"))


def test_mistakes_beyond_keys_are_reported_together(tmp_path: Path) -> None:
    text = TEXT.replace("aim: size", "aim: sice").replace("hold: [rent]", "hold: []")
    with pytest.raises(InputErrors) as caught:
        read(tmp_path, text.replace("differs: {homes", "differs: {homse"))
    lines = str(caught.value).splitlines()
    assert 'the aim "sice" of "pace" is not in "raises" or "lowers"' in lines[0]
    assert '"homse" cannot differ because no effect on it is expected. did you mean' in lines[1]
    assert 'nothing cuts the loop "crowding"' in lines[2]
