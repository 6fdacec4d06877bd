"""What a user gets from a package index: the wheel, alone, in an environment of its own."""

from __future__ import annotations

import ast
import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.docs.pages import QUICK, blocks, fewer, lines_of
from tests.places import ROOT

# Where folders of the repository lie in the wheel; everything else stays outside.
PLACES = {"xhsim": "xhsim", "model": "xhsim/bundled/model", "scenarios": "xhsim/bundled/scenarios"}

# Imported, but chosen by a package that is declared: its errors are caught, its version is its own.
OPTIONAL = {
    "anywidget",
    "docx",
    "llvmlite",
    "simlin",
    "traitlets",
    "xlrd",
}  # used where they are installed, and done without elsewhere
COMES_WITH = {"parsimonious": "pysd", "pydantic-core": "pydantic", "markupsafe": "jinja2"}


def _run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env or _clean_environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _clean_environment() -> dict[str, str]:
    """Leave out whatever would let the checkout, or this run's coverage, reach the child."""
    unwanted = ("PYTHON", "COV", "XHSIM")
    return {key: value for key, value in os.environ.items() if not key.startswith(unwanted)} | {
        "PYTHONIOENCODING": "utf-8"
    }


def _versioned_files() -> list[str]:
    """Files under version control or about to be: what a clean clone will hold."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a clone knows which files belong to the project")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the source archive, built from a copy of the versioned files."""
    clone = tmp_path_factory.mktemp("clone")
    for name in _versioned_files():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, clone / name)
    out = tmp_path_factory.mktemp("dist")
    make_archive = "import sys, setuptools.build_meta as b; b.build_sdist(sys.argv[1])"
    _run(sys.executable, "-c", make_archive, out, cwd=clone)
    (archive,) = out.glob("*.tar.gz")
    offline = ["--no-index", "--no-deps", "--no-build-isolation"]
    _run(sys.executable, "-m", "pip", "wheel", *offline, "-w", out, archive, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def test_the_wheel_holds_the_package_the_model_and_the_scenarios(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = set()
    for name in _versioned_files():
        top, _, rest = name.partition("/")
        if rest and top in PLACES:
            expected.add(f"{PLACES[top]}/{rest}")
    assert held == expected
    bundled = "xhsim/bundled"
    assert {f"{bundled}/model/xuhui.mdl", f"{bundled}/scenarios/baseline.yaml"} <= held
    assert "xhsim/py.typed" in held


def test_the_wheel_says_what_it_is(wheel: Path, metadata: Message) -> None:
    tree = ast.parse((ROOT / "xhsim" / "__init__.py").read_text(encoding="utf-8"))
    (version,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__"
    ]
    assert (metadata["Name"], metadata["Version"]) == ("xhsim", version)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
        assert "xhsim = xhsim.cli:main" in archive.read(entry_points).decode()
        assert any(name.endswith("/LICENSE") for name in names)


def _declared(metadata: Message) -> set[str]:
    """Names of the run-time dependencies: those that no extra brings."""
    requirements = [
        line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line
    ]
    names = (line.split(";")[0].split(">=")[0].strip() for line in requirements)
    return {name.lower().replace("_", "-") for name in names}


def test_what_is_imported_is_declared_and_the_other_way_round(metadata: Message) -> None:
    imported = set()
    for path in (ROOT / "xhsim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add((node.module or "").partition(".")[0])
    provided_by = packages_distributions()
    used = {
        provided_by[name][0].lower().replace("_", "-")
        for name in imported - sys.stdlib_module_names - {"xhsim"} - OPTIONAL
    }
    assert {COMES_WITH.get(name, name) for name in used} == _declared(metadata)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that has the wheel but cannot see the checkout.

    The dependencies come from the environment that runs the tests, through a line in a .pth file:
    Python adds that folder to its path without reading the .pth files inside it, and so without
    the editable install that leads to the checkout.
    """
    home = tmp_path_factory.mktemp("elsewhere") / "env"
    _run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home.parent)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(_run(python, "-c", ask, cwd=home).strip())
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("\n".join(dependencies), encoding="utf-8")
    offline = ["--no-index", "--no-deps", "--ignore-installed"]
    _run(
        sys.executable, "-m", "pip", "--python", python, "install", *offline, wheel, cwd=home.parent
    )
    where = _run(python, "-c", "import xhsim; print(xhsim.__file__)", cwd=home.parent).strip()
    assert Path(where).is_relative_to(packages), f"the checkout was imported: {where}"
    return scripts


def test_the_installed_command_explains_itself(installed: Path, tmp_path: Path) -> None:
    text = _run(installed / "xhsim", "--help", cwd=tmp_path)
    for command in ("attain", "run", "show", "check"):
        assert command in text


def test_the_installed_command_judges_the_bundled_study(installed: Path, tmp_path: Path) -> None:
    _run(installed / "xhsim", "attain", "baseline", "--draws", "64", "--out", "out", cwd=tmp_path)
    with (tmp_path / "out" / "attainment.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["rank"]]
    assert sorted(float(row["rank"]) for row in rows) == list(range(1, 19))
    assert all(0 <= float(row["probability"]) <= 1 for row in rows)
    assert {row["draws"] for row in rows} == {"64"}


# Follows a page in the environment of the wheel, in one process: what to type is on standard input.
FOLLOW = """
import json, os, sys
from xhsim import cli

namespace = {}
for kind, what in json.load(sys.stdin):
    if kind == "cd":
        os.chdir(what)
    elif kind == "python":
        exec(what, namespace)
    elif kind == "xhsim":
        assert cli.main(what) == 0, what
    else:
        with open(kind, "w", encoding="utf-8") as file:
            file.write(what)
"""


def test_the_readme_works_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, str | list[str]]] = []
    for block in blocks(ROOT / "README.md"):
        if block.save_as:
            steps.append((block.save_as, block.text))
        for program, *words in lines_of(block):
            steps.append(
                (program, words[0] if program == "cd" else [*words, *QUICK.get(words[0], [])])
            )
        if block.kind == "python":
            steps.append(("python", fewer(block.text)))
    assert {kind for kind, _ in steps} == {"xhsim", "python", "my-push.yaml", "cd"}
    environment = _clean_environment() | {"MPLBACKEND": "Agg", "XHSIM_CACHE": str(tmp_path / "c")}
    place = tmp_path / "empty"
    place.mkdir()
    python = [str(installed / "python"), "-c", FOLLOW]
    done = subprocess.run(
        python, cwd=place, env=environment, input=json.dumps(steps), capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert "Study: Xuhui, which ships with xhsim" in done.stderr
    assert f"Study: {place / 'my-study'}" in done.stderr
    # Nothing else is left there, and nothing in the package has changed.
    assert sorted(path.name for path in place.iterdir()) == ["my-push.yaml", "my-study"]


def test_the_lock_leaves_nothing_out() -> None:
    """It is installed without resolving, so whatever it forgot would be missing here."""
    _run(sys.executable, "-m", "pip", "check", cwd=ROOT)


def _pins(name: str) -> dict[str, str]:
    """Versions by package, whatever the condition under which they are installed."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split()[0].split("==") for line in lines if line[:1].isalnum())


def test_each_lock_holds_the_versions_of_the_smaller_one() -> None:
    demo, extras, tests = (
        _pins(f"requirements-{purpose}lock.txt") for purpose in ("", "extras-", "test-")
    )
    assert demo.items() < extras.items() < tests.items()
    assert "llvmlite" in extras.keys() - demo.keys()
