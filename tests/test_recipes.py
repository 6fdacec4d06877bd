"""CONTRIBUTING's recipes name every file to touch: each is followed once, and nothing else is done.

A new command and a new picture are written into a copy of the package, as a contributor would. The
other recipes have a test beside what they add to, which CONTRIBUTING names.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR
from tests.places import ROOT

RECIPES = (
    "a measure",
    "a function of the model language",
    "a picture",
    "a command",
    "a sampling scheme",
    "a backend",
)
PROOF = re.compile(r"`(test_\w+)` in\s+`(tests/[\w/]+\.py)`")
FILE = re.compile(r"`((?:xhsim|tests|docs)/[\w/.*-]+\.(?:py|yaml|md|rst|json))`")


def _recipe(name: str) -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(rf"^### \.\.\. {name}\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_files_that_exist(name: str) -> None:
    files = FILE.findall(_recipe(name))
    missing = [file for file in files if "NAME" not in file and not (ROOT / file).exists()]
    assert files
    assert missing == []


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_followed_by_a_test(name: str) -> None:
    proofs = PROOF.findall(_recipe(name))
    assert proofs, "name the test that adds one"
    for function, file in proofs:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package alone, as a contributor's working copy."""
    unwanted = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(ROOT / "xhsim", tmp_path / "xhsim", ignore=unwanted)).parent


def _edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before!r} in {file}"
    file.write_text(text.replace(before, after), encoding="utf-8")


def _python(copy: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


COMMAND = '''\
"""``xhsim count``: how many targets a study has."""

from __future__ import annotations

import argparse
from typing import Any

import xhsim
from xhsim.commands.common import GOOD


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    count = commands.add_parser("count", parents=[common], help="how many targets there are")
    count.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Carry it out; return the exit status."""
    print(len(xhsim.open_study(options.study).targets))
    return GOOD
'''


def test_a_new_command_is_one_module_and_one_row(copy: Path) -> None:
    (copy / "xhsim/commands/study/count.py").write_text(COMMAND, encoding="utf-8")
    cli = copy / "xhsim/cli.py"
    row = '    "check": "study.check",\n'
    _edit(cli, row, row + '    "count": "study.count",\n')
    targets = (LINEAR / "model/targets.yaml").read_text(encoding="utf-8")
    expected = len(re.findall(r"^\w+:", targets, re.MULTILINE))
    assert int(_python(copy, "-m", "xhsim.cli", "count", "--study", str(LINEAR))) == expected
    assert "how many targets there are" in _python(copy, "-m", "xhsim.cli", "--help")
    assert "count" in _python(copy, "-m", "xhsim.cli", "completion", "bash")


PICTURE = '''\
"""Last values: the value of a variable in the last year, draw by draw."""

from __future__ import annotations

import xarray as xr
from matplotlib.axes import Axes

from xhsim.plots.canvas import style
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import check_language
from xhsim.wording.phrases import PICTURES


def last_values(ensemble: xr.Dataset, name: str, *, lang: str = "en") -> Axes:
    """Draw the sorted values of a variable in the last year."""
    language = check_language(lang)
    axes = new_axes()
    style.clean_axes(axes, language, 9)
    axes.plot(sorted(ensemble[name].isel(time=-1).values))
    axes.set_title(PICTURES.say("last_values", language), fontproperties=style.font(language))
    return axes
'''
DRAW = """
import sys, xhsim
from xhsim import plots
ensemble = xhsim.open_study(sys.argv[1]).ensemble(draws=5)
name = str(next(iter(ensemble.data_vars)))
axes = plots.last_values(ensemble, name)
assert list(axes.lines[0].get_ydata()) == sorted(ensemble[name].isel(time=-1).values.tolist())
plots.save(axes, "last.png")
print(axes.get_title(), plots.last_values(ensemble, name, lang="zh").get_title())
"""  # the Chinese font is not looked at: only the words are


def test_a_new_picture_is_one_module_and_one_row(copy: Path) -> None:
    (copy / "xhsim/plots/charts/last_values.py").write_text(PICTURE, encoding="utf-8")
    front = copy / "xhsim/plots/__init__.py"
    line = "    from xhsim.plots.charts.phase import"
    _edit(front, line, f"    from xhsim.plots.charts.last_values import last_values\n{line}")
    line = '    "lever_contour": '
    _edit(front, line, f'    "last_values": "charts.last_values",\n{line}')
    _edit(front, '    "lever_contour",\n', '    "last_values",\n    "lever_contour",\n')
    with (copy / "xhsim/wording/pictures.yaml").open("a", encoding="utf-8") as words:
        words.write('last_values: {en: "Values in the last year", zh: "末年数值"}\n')
    printed = _python(copy, "-c", DRAW, str(LINEAR))
    assert printed.split() == ["Values", "in", "the", "last", "year", "末年数值"]
    assert (copy / "last.png").stat().st_size > 5000
