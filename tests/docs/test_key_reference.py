"""The pages of the scenario and sweep languages: every key, with what belongs to it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from tests.docs.pages import ROOT
from xhsim.analysis.study import Study
from xhsim.study.files.schema import Record
from xhsim.study.scenarios.keys import ScenarioRecord
from xhsim.study.scenarios.scenario import read_scenario
from xhsim.study.sweeps.keys import SweepRecord
from xhsim.study.sweeps.sweep import check_sweep, read_sweep

FILES: dict[str, type[Record]] = {"scenario": ScenarioRecord, "sweep": SweepRecord}
ENTRY = re.compile(
    r"^`(?P<key>[^`]+)`\n: (?P<meaning>.+)\n\n  \*(?P<kind>.+); (?P<default>.+)\*\n\n"
    r"  ```yaml\n(?P<examples>(?:  .+\n)+?)  ```$",
    re.M,
)


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The extension of the site."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    return importlib.import_module("key_reference")


def _records(annotation: Any) -> Iterator[type[Record]]:
    """Find the records that a type is made of, and those inside them."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _records(field.annotation)
    for part in get_args(annotation):
        yield from _records(part)


def _names(record: type[Record]) -> set[str]:
    return {field.alias or name for name, field in record.model_fields.items()}


@pytest.mark.parametrize("kind", FILES)
def test_every_key_is_there_with_all_that_belongs_to_it(kind: str, reference: Any) -> None:
    by_section = {
        part.partition("\n")[0]: list(ENTRY.finditer(part))
        for part in f"\n{reference.page(kind)}".split("\n## ")[1:]
    }
    shown = [{entry["key"] for entry in entries} for entries in by_section.values()]
    for record in set(_records(FILES[kind])):
        assert _names(record) in shown, f"{record.__name__} is not on the page"
    terms = re.findall(r"^`([^`]+)`$", reference.page(kind), re.M)
    assert len(terms) == sum(map(len, shown)), "an entry lacks one of its parts"


def _examples(reference: Any, kind: str, title: str) -> Iterator[dict[str, Any]]:
    """Read the examples of one section, each a key and its value."""
    (part,) = (
        part
        for part in f"\n{reference.page(kind)}".split("\n## ")
        if part.partition("\n")[0] == title
    )
    for entry in ENTRY.finditer(part):
        for line in entry["examples"].splitlines():
            yield yaml.safe_load(line)


LABEL = {"en": "Try", "zh": "试"}
HEAD: dict[str, Any] = {"label": LABEL, "description": "An example of the page."}


def _shape(name: str, **given: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda example: {"set": {"RD support": {name: given | example}}}


def _test(example: dict[str, Any]) -> dict[str, Any]:
    """Put an example into a condition that it fits."""
    if "above" in example or "until below" in example:
        return {"variable": "RD intensity", "above": 9} | example
    return {"variable": "RD intensity", "below": 8} | example


def _rule(**example: Any) -> dict[str, Any]:
    """Put an example into a rule."""
    rule = {
        "check": 2023,
        "if": {"variable": "RD intensity", "below": 8},
        "then": {"set": {"RD support": 6}},
    }
    return {"rules": {"try": rule | example}}


# What has to stand around the examples of a section to make a file of them.
FRAMES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "The file": lambda example: example,
    "Inside `label`": lambda example: {"label": LABEL | example},
    "Inside `set`, `paths`, `path` and `growth`": lambda example: {"set": {"RD support": example}},
    "Inside `meet`": lambda example: {
        "meet": {
            "real GDP": {"by": "district shock", "from": 2022}
            | ({} if "growth" in example else {"path": 2900})
            | example
        }
    },
    "Inside `step`": _shape("step", year=2022, to=5),
    "Inside `ramp`, `pulse` and `s-curve`": _shape("ramp", **{"from": 2021}, until=2024, to=5),
    "Inside `correlations`": lambda example: {
        "correlations": [
            {"between": ["outlook inflation", "PCT elasticity"], "rank": 0.1} | example
        ]
    },
    "Inside `delivery`": lambda example: {"delivery": example},
    "Inside `shocks`": lambda example: {
        "shocks": {
            "city growth shock": {
                "first_year": 2023,
                "spread": "90% in [-0.03, 0.03]",
                "persistence": 0.4,
            }
            | example
        }
    },
    "Inside `rules`": lambda example: _rule(**example),
    "Inside `check`": lambda example: _rule(check={"from": 2022, "until": 2025} | example),
    "Inside `if`, `all` and `any`": lambda example: _rule(**{"if": _test(example)}),
    "Inside `if`": lambda example: _rule(**{"if": example}),
    "Inside `then` and `else`": lambda example: _rule(then=example),
    "Inside `run`": lambda example: {"run": example},
}


def _write(file: Path, content: dict[str, Any]) -> Path:
    file.write_text(yaml.safe_dump(HEAD | content, allow_unicode=True), encoding="utf-8")
    return file


def test_examples_of_scenario_files_can_be_read(
    reference: Any, xuhui: Study, tmp_path: Path
) -> None:
    assert {section.title for section in reference.sections("scenario")} == set(FRAMES)
    for title, frame in FRAMES.items():
        for example in _examples(reference, "scenario", title):
            file = _write(tmp_path / "try.yaml", frame(example))
            xuhui.with_scenario(read_scenario(file)).files.resolve("try")


def test_examples_of_sweep_files_can_be_read(reference: Any, xuhui: Study, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("RD support\n3\n5\n", encoding="utf-8")
    frames: dict[str, dict[str, Any]] = {
        "sample": {"over": {"RD support": [3, 8]}},
        "over": {"sample": {"size": 8}},
        "grid": {},
        "rows": {},
    }
    for example in _examples(reference, "sweep", "The file"):
        frame = frames.get(next(iter(example)), {"grid": {"RD support": [3, 5]}})
        file = _write(tmp_path / "try.yaml", frame | example)
        check_sweep(read_sweep(file), xuhui.scenarios, xuhui.parameters)
