"""The house rules that a reader relies on: who may import whom, and what is never done.

Imports are read from the source, so that imports inside functions and under TYPE_CHECKING count.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import networkx as nx
import pytest

from tests.places import ROOT
from xhsim import plots

PACKAGE = ROOT / "xhsim"

# Each part of xhsim and the parts it may import. "xhsim" is the package's own __init__.py.
FOUNDATIONS = {"errors", "arguments", "atomic", "wording", "engine", "study", "analysis"}
MAY_IMPORT = {
    "errors": set[str](),
    "arguments": {"errors"},
    "atomic": {"errors"},
    "wording": {"errors"},
    "engine": {"errors", "arguments", "atomic", "wording"},
    "study": {"errors", "arguments", "atomic", "wording", "engine"},
    "analysis": {"errors", "arguments", "atomic", "wording", "engine", "study"},
    # Only names that are imported when asked for; the explorer is one of them.
    "xhsim": FOUNDATIONS | {"explorer"},
    "plots": FOUNDATIONS,
    "report": FOUNDATIONS | {"plots"},
    "explorer": FOUNDATIONS | {"plots"},
    "commands": FOUNDATIONS | {"xhsim", "plots", "report", "explorer"},
    "cli": {"errors", "xhsim", "commands"},
    "__main__": {"cli"},
}

# Packages of others that belong to one place: the places that may import them.
EDGE = {"plots", "report", "explorer", "commands"}
ONLY_IN = {
    # Its translators read files; its allocation functions are used as they are.
    "pysd": {"engine.reading", "engine.compiling.vector_functions"},
    "yaml": {"wording", "study", *EDGE},
    "pydantic": {"study", *EDGE},
    "matplotlib": EDGE,
    "rich": EDGE,
}

# Parts of the engine that stand below the others: what of xhsim they may import.
LOWEST = {
    "engine.language": {"xhsim.engine.language", "xhsim.errors"},
}

# The one module that compiles code, which the engine has written itself.
COMPILER = "engine.compiling.numpy_program"


@dataclass(frozen=True)
class Module:
    """A source file of the package: ``name`` is dotted, without the leading ``xhsim.``."""

    name: str
    path: Path

    @property
    def part(self) -> str:
        """The layer's name: the first component."""
        return self.name.partition(".")[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), filename=str(self.path))

    @cached_property
    def imports(self) -> list[tuple[str, int]]:
        """Absolute dotted names that the module imports, with their lines."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(f"{self._base(node)}.{a.name}", node.lineno) for a in node.names]
        return found

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = ["xhsim", *self.name.split(".")]
        if self.path.name != "__init__.py":
            package = package[:-1]
        return ".".join([*package[: len(package) - node.level + 1], node.module or ""]).rstrip(".")

    def within(self, places: set[str]) -> bool:
        """Whether the module is one of these places or lies inside one."""
        return any(self.name == place or self.name.startswith(place + ".") for place in places)


def _modules() -> list[Module]:
    modules = []
    for path in sorted(PACKAGE.rglob("*.py")):
        names = list(path.relative_to(PACKAGE).with_suffix("").parts)
        if names[-1] == "__init__":
            names.pop()
        modules.append(Module(".".join(names) or "xhsim", path))
    return modules


MODULES = _modules()
each_module = pytest.mark.parametrize("module", MODULES, ids=[module.name for module in MODULES])


def _imported_part(name: str) -> str | None:
    """Tell which part of xhsim a dotted name belongs to; None if it is not ours."""
    top, _, rest = name.partition(".")
    if top != "xhsim":
        return None
    first = rest.partition(".")[0]
    return first if (PACKAGE / first).is_dir() or (PACKAGE / f"{first}.py").exists() else "xhsim"


def test_the_package_was_found() -> None:
    assert {"xhsim", "errors", "engine"} <= {module.part for module in MODULES}


@each_module
def test_imports_go_one_way(module: Module) -> None:
    assert module.part in MAY_IMPORT, f"give {module.part} a layer in MAY_IMPORT"
    allowed = MAY_IMPORT[module.part] | {module.part}
    wrong = [
        f"{module.path.name}:{line}: {module.part} must not import {name}"
        for name, line in module.imports
        # The version is a plain string at the top of the package, for anybody to read.
        if name != "xhsim.__version__" and (part := _imported_part(name)) and part not in allowed
    ]
    assert wrong == []


def test_no_class_name_stands_twice() -> None:
    places: dict[str, list[str]] = {}
    for module in MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module.name)
    assert {name: at for name, at in places.items() if len(at) > 1} == {}


@each_module
def test_the_lowest_parts_know_nothing_of_the_others(module: Module) -> None:
    wrong = [
        f"{module.path.name}:{line}: {place} must not import {name}"
        for place, allowed in LOWEST.items()
        if module.within({place})
        for name, line in module.imports
        if name.startswith("xhsim") and not name.startswith(tuple(allowed))
    ]
    assert wrong == []


@each_module
def test_packages_stay_in_their_place(module: Module) -> None:
    wrong = [
        f"{module.path.name}:{line}: only {sorted(ONLY_IN[top])} may import {top}"
        for name, line in module.imports
        if (top := name.partition(".")[0]) in ONLY_IN and not module.within(ONLY_IN[top])
    ]
    assert wrong == []


@each_module
def test_text_never_becomes_code(module: Module) -> None:
    forbidden = {"eval", "exec", "compile", "__import__"}
    if module.name == COMPILER:
        forbidden = {"eval", "__import__"}
    wrong = [
        f"{module.path.name}:{node.lineno}: {name}(...)"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (name := _builtin_called(node)) in forbidden
    ]
    assert wrong == []


def _builtin_called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "builtins"
    ):
        return function.attr
    return ""


# What a string would hold that builds a page by hand.
TAG = re.compile(
    r"</?(a|b|br|div|em|figure|h[1-6]|i|img|li|ol|p|script|section|small|span|strong|style|svg"
    r"|table|tbody|td|th|thead|tr|ul)[\s>]"
)


@each_module
def test_pages_are_written_by_templates(module: Module) -> None:
    """A template escapes what it is given; a string that is put together forgets to, one day."""
    if module.part == "explorer":
        return  # its parts escape each text where they write it
    texts = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    wrong = [
        f"{module.path.name}:{node.lineno}: {node.value!r:.60}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in texts
        and TAG.search(node.value)
    ]
    assert wrong == []


def test_templates_escape_everything() -> None:
    templates = list(PACKAGE.glob("report/**/*.jinja"))
    assert templates
    for path in templates:
        assert not re.search(r"\|\s*safe\b|autoescape", path.read_text(encoding="utf-8")), path


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(body: list[ast.stmt]) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


@each_module
def test_what_is_public_is_documented(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.name} says nothing about itself"
    silent = [
        f"{module.path.name}:{node.lineno}: {node.name}"
        for node in _public(module.tree.body)
        if not ast.get_docstring(node) and not _is_overload(node)
    ]
    assert silent == []


def _is_overload(node: ast.stmt) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(ast.unparse(decorator).endswith("overload") for decorator in decorators)


def _imported_module(name: str) -> str | None:
    """Find the module of ours that a dotted name is of, or is in."""
    known = {module.name for module in MODULES}
    inside = name.removeprefix("xhsim.") if name.startswith("xhsim.") else ""
    while inside and inside not in known:
        inside = inside.rpartition(".")[0]
    return inside or None


def test_analyses_do_not_import_in_a_circle() -> None:
    """Not inside functions and not for annotations either: a smaller type does."""
    imports: nx.DiGraph[str] = nx.DiGraph()
    for module in MODULES:
        found = {_imported_module(name) for name, _ in module.imports} - {None, module.name}
        imports.add_edges_from((module.name, str(other)) for other in found)
    circles = [sorted(each) for each in nx.strongly_connected_components(imports) if len(each) > 1]
    assert [each for each in circles if each[0].startswith("analysis.")] == []


def _wing(module: Module) -> str:
    """Tell where a module is: a folder of a layer or, beside folders, the module itself."""
    names = module.name.split(".")
    return ".".join(names[:2])


def test_imports_between_wings_go_one_way() -> None:
    """Folders, and modules that lie beside them, import each other in no circle."""
    known = {module.name: _wing(module) for module in MODULES}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for module in MODULES:
        for name, _ in module.imports:
            inner = name.removeprefix("xhsim.")
            target = known.get(inner) or known.get(inner.rpartition(".")[0])
            if target and target != _wing(module):
                graph.add_edge(_wing(module), target)
    circles = [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]
    assert circles == []


def test_no_import_circle() -> None:
    """Not even for annotations."""
    names = {module.name for module in MODULES}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for module in MODULES:
        for name, _ in module.imports:
            inner = name.removeprefix("xhsim.")
            target = inner if inner in names else inner.rpartition(".")[0]
            if target in names and target != module.name:
                graph.add_edge(module.name, target)
    circles = [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]
    assert circles == []


def test_a_folder_is_seen_at_one_glance() -> None:
    sizes = Counter(module.path.parent for module in MODULES if module.path.name != "__init__.py")
    crowded = {str(place.relative_to(PACKAGE)): size for place, size in sizes.items() if size > 16}
    assert crowded == {}


WITHOUT_A_MIRROR = {
    # Each method calls one function, which is tested beside its module; examples call the methods.
    "analysis.interface.history",
    "analysis.interface.policies",
    "analysis.interface.uncertainty",
}


@each_module
def test_tests_mirror_the_package(module: Module) -> None:
    if module.path.name == "__init__.py" or module.name in WITHOUT_A_MIRROR:
        return
    place = module.path.relative_to(PACKAGE)
    assert (ROOT / "tests" / place.with_name(f"test_{place.name}")).exists()


def _loaded_after(statement: str) -> set[str]:
    """Top-level packages in memory after a fresh interpreter has run a statement."""
    return {name.partition(".")[0] for name in _modules_after(statement)}


def _modules_after(statement: str) -> set[str]:
    """Modules in memory after a fresh interpreter has run a statement."""
    code = f"import sys\n{statement}\nimport json\nprint()\nprint(json.dumps(sorted(sys.modules)))"
    # Coverage of the parent must not start itself in the child and count as loaded.
    env = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_is_light() -> None:
    heavy = {
        "matplotlib",
        "msgspec",
        "pandas",
        "pydantic",
        "pysd",
        "rich",
        "scipy",
        "xarray",
        "yaml",
    }
    assert _loaded_after("import xhsim") & heavy == set()


def test_asking_for_help_is_light() -> None:
    ask = "from xhsim.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    heavy = {"matplotlib", "msgspec", "pandas", "pysd", "scipy", "shtab", "xarray"}
    assert _loaded_after(ask) & heavy == set()


def test_a_command_imports_only_its_own_module() -> None:
    ask = "from xhsim.cli import main\nmain(['completion', '--names', 'scenarios'])"
    heavy = {"numpy", "rich", "xhsim.commands.answers.attain", "xhsim.study.folder", "yaml"}
    assert _modules_after(ask) & heavy == set()


def test_a_chart_imports_only_its_own_kind() -> None:
    heavy = {"matplotlib.pyplot", "networkx", "pydantic", "scipy", "xhsim.engine.model"}
    assert (
        _modules_after("from xhsim import plots\nplots.fan_grid, plots.zone_map") & heavy == set()
    )


@pytest.mark.parametrize("name", plots.__all__)
def test_a_chart_is_found_in_its_module(name: str) -> None:
    assert getattr(plots, name).__module__ == f"xhsim.plots.{plots._HOMES[name]}"


def test_attainment_imports_only_what_it_needs() -> None:
    words = ["attain", "baseline", "--draws", "8", "--study", "tests/data/linear"]
    ask = f"from xhsim.cli import main\nassert main({words}) == 0"
    heavy = {
        "matplotlib",
        "networkx",
        "openpyxl",
        "pysd",
        "scipy.stats",
        "xhsim.explorer",
        "xhsim.plots",
        "xhsim.report.files.workbook",
    }
    assert _modules_after(ask) & heavy == set()
