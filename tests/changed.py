"""The tests of what was changed, nearest first, in less than a minute: ``make check``.

The nearest are the tests that were changed themselves, the examples of a changed module and the
test module that mirrors it. Then come the tests that import it, or what imports it where no test
does. When the time is up the rest is skipped and counted: ``make test`` runs everything.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.places import ROOT

SECONDS = 40  # for tests; style and types take the rest of a minute
ALWAYS = ["tests/test_architecture.py"]
# What is no Python file: what lies below the first is the business of the second.
OTHERS = {
    "README.md": "tests/docs",
    "docs/": "tests/docs",
    "model/": "tests/study",
    "notebooks/": "tests/notebooks",
    "scenarios/": "tests/study",
    "setup.cfg": "tests/test_packaging.py",
    "pyproject.toml": "tests/test_packaging.py",
    "requirements": "tests/test_packaging.py",
    "tests/data/engine/": "tests/engine",
    "tests/data/": "tests/study",
    "tests/plots/images/": "tests/plots/test_images.py",
    "xhsim/explorer/": "tests/explorer",
    "xhsim/report/": "tests/report",
}


def changed_files(base: str) -> list[str]:
    """Name files that differ from a branch, committed or not; deleted ones are left out."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.split("\0") if done.returncode == 0 else []

    since = "".join(git("merge-base", "HEAD", base)).strip() or "HEAD"
    tracked = git("diff", "--name-only", "--diff-filter=d", "--no-renames", "-z", since)
    return sorted({*tracked, *git("ls-files", "-z", "--others", "--exclude-standard")} - {""})


def imports(root: Path = ROOT) -> dict[str, set[str]]:
    """Return the modules that each Python file of the package and of the tests imports."""
    files = [path for top in ("xhsim", "tests") for path in sorted((root / top).rglob("*.py"))]
    names = {str(path.relative_to(root)): path for path in files}
    return {
        name: set(_imported(ast.parse(path.read_text(encoding="utf-8"))))
        for name, path in names.items()
        if not name.startswith("tests/data/")
    }


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def places_of(changed: Iterable[str], graph: Mapping[str, set[str]]) -> list[str]:
    """Return what pytest is to be given for changed files, the nearest tests first.

    Parameters
    ----------
    changed : iterable of str
        Paths from the root of the repository.
    graph : mapping
        As `imports` returns it.

    Examples
    --------
    >>> graph = {
    ...     "xhsim/a/one.py": set(),
    ...     "xhsim/a/two.py": {"xhsim.a.one"},
    ...     "tests/a/test_two.py": {"xhsim.a.two"},
    ... }
    >>> places_of(["xhsim/a/two.py"], graph)
    ['xhsim/a/two.py', 'tests/a/test_two.py']
    >>> places_of(["xhsim/a/one.py"], graph)
    ['xhsim/a/one.py', 'tests/a/test_two.py']
    """
    near, far = list[str](), list[str]()
    for name in changed:
        if name not in graph:
            far += [place for start, place in OTHERS.items() if name.startswith(start)][:1]
        elif _is_test(name):
            near.append(name)
        else:
            mirror = _mirror(name)
            near += [name] if name.startswith("xhsim/") else []
            near += [mirror] if mirror in graph else []
            far += _importers(name, graph)
    return list(dict.fromkeys(near + far))


def _is_test(name: str) -> bool:
    return Path(name).name.startswith("test_")


def _mirror(name: str) -> str:
    path = Path("tests", *Path(name).parts[1:])
    return str(path.with_name(f"test_{path.name}"))


def _importers(name: str, graph: Mapping[str, set[str]]) -> list[str]:
    """Return the tests that import a file; where there are none, those of what imports it."""
    seen, ring = {name}, [name]
    while ring:
        modules = {other.removesuffix(".py").replace("/", ".") for other in ring}
        modules = {module.removesuffix(".__init__") for module in modules}
        ring = sorted(other for other in graph.keys() - seen if modules & graph[other])
        tests = [other for other in ring if _is_test(other)]
        if tests:
            return tests
        seen |= set(ring)
    return []


class TimeLimit:
    """Lets no test begin when the time is up."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Skip what there is no time for."""
        if time.monotonic() > self._end:
            pytest.skip("the time of `make check` is up; `make test` runs it")


def main(base: str = "main") -> int:
    """Run the tests of what differs from a branch."""
    places = [*places_of(changed_files(base), imports()), *ALWAYS]
    options = ["-q", "-m", "not slow", "--no-header", "-p", "no:cacheprovider"]
    print("Tests of what was changed:", *places, sep="\n  ", flush=True)
    return int(pytest.main([*options, *places], plugins=[TimeLimit(SECONDS)]))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
