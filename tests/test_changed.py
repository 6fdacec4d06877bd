"""`make check` finds the tests of what was changed, and ends in time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import changed
from tests.changed import TimeLimit, changed_files, imports, places_of
from tests.places import ROOT

GRAPH = {
    "xhsim/a/__init__.py": {"xhsim.a.near"},
    "xhsim/a/near.py": set[str](),
    "xhsim/a/far.py": {"xhsim.a.near"},
    "xhsim/a/circle.py": {"xhsim.a.round"},
    "xhsim/a/round.py": {"xhsim.a.circle"},
    "tests/helping.py": set[str](),
    "tests/a/test_near.py": set[str](),
    "tests/a/test_far.py": {"xhsim.a.far", "tests.helping"},
    "tests/a/test_both.py": {"xhsim.a", "xhsim.a.far"},
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["tests/a/test_far.py"], ["tests/a/test_far.py"]),
        (["tests/helping.py"], ["tests/a/test_far.py"]),
        # Its examples and its mirror; then, since no test imports it, the tests of what does.
        (
            ["xhsim/a/near.py"],
            [f"{place}.py" for place in ("xhsim/a/near", "tests/a/test_near")]
            + [f"tests/a/test_{name}.py" for name in ("both", "far")],
        ),
        (["xhsim/a/circle.py"], ["xhsim/a/circle.py"]),
        (["docs/how-to/why.md", "docs/start.md"], ["tests/docs"]),
        (["tests/data/engine/broken/one.mdl"], ["tests/engine"]),
        (["LICENSE"], []),
        ([], []),
    ],
)
def test_the_nearest_come_first(files: list[str], expected: list[str]) -> None:
    assert places_of(files, GRAPH) == expected


def test_every_place_exists() -> None:
    assert all((ROOT / place).exists() for place in [*changed.OTHERS.values(), *changed.ALWAYS])
    graph = imports()
    assert "xhsim.errors" in graph["xhsim/cli.py"]
    assert "tests/test_changed.py" in places_of(["tests/changed.py"], graph)


def test_changes_since_a_branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed, "ROOT", tmp_path)

    def git(*words: str) -> None:
        name = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *name, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "trunk")
    for file in ("kept", "edited", "gone", "committed"):
        (tmp_path / file).write_text("before")
    git("add", ".")
    git("commit", "-m", "before")
    git("switch", "-c", "branch")
    (tmp_path / "committed").write_text("after")
    git("commit", "-am", "after")
    (tmp_path / "edited").write_text("after")
    (tmp_path / "gone").unlink()
    (tmp_path / "nouvelle é").write_text("new")
    assert changed_files("trunk") == ["committed", "edited", "nouvelle é"]
    assert changed_files("no-such-branch") == ["edited", "nouvelle é"]


def test_no_test_begins_when_the_time_is_up() -> None:
    TimeLimit(60).pytest_runtest_setup()
    with pytest.raises(pytest.skip.Exception, match="make test"):
        TimeLimit(-1).pytest_runtest_setup()
