"""JSON Schemas: in step with the records, and true of every file that ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.places import DATA, ROOT
from tests.study.broken_files import MISTAKES
from xhsim import cli
from xhsim.errors import InputError
from xhsim.study.files.yaml_reader import read_yaml
from xhsim.study.json_schema import KINDS, json_schema

STORED = ROOT / "docs" / "schemas"
FILES = {
    "scenario": sorted((ROOT / "scenarios").glob("*.yaml")),
    "sweep": sorted((ROOT / "scenarios" / "sweeps").glob("*.yaml")),
    **{kind: [ROOT / "model" / f"{kind}.yaml"] for kind in KINDS[2:]},
}


def plain(path: Path) -> object:
    """What a file says, with keys that JSON could have."""
    return json.loads(json.dumps(read_yaml(path).plain()))


@pytest.fixture(scope="module")
def jsonschema() -> Any:
    """The checker, which takes seconds to import; every process of the tests reads this module."""
    import jsonschema  # type: ignore[import-untyped]

    return jsonschema


@pytest.mark.parametrize("kind", KINDS)
def test_stored_schemas_are_those_of_the_records(kind: str, jsonschema: Any) -> None:
    stored = json.loads((STORED / f"{kind}.json").read_text(encoding="utf-8"))
    assert stored == json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(stored)


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_that_ships_is_valid(kind: str, jsonschema: Any) -> None:
    assert FILES[kind]
    for path in FILES[kind]:
        jsonschema.validate(plain(path), json_schema(kind), jsonschema.Draft202012Validator)


def test_every_file_names_its_schema() -> None:
    """Where editors look for it: a comment in the first line."""
    for kind, paths in FILES.items():
        for path in paths:
            first = path.read_text(encoding="utf-8").splitlines()[0]
            _, _, place = first.partition("# yaml-language-server: $schema=")
            assert place, path
            assert (path.parent / place).resolve() == STORED / f"{kind}.json", path


@pytest.mark.parametrize(
    "name",
    [
        row[0]
        for row in MISTAKES
        if "unknown key" in " ".join(row[2]) and row[0].startswith(("parameters", "scenario"))
    ],
)
def test_what_the_records_refuse_the_schema_refuses(name: str, jsonschema: Any) -> None:
    kind = name.partition("-")[0]
    path = DATA / "study" / "broken" / name
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(path), json_schema(kind), jsonschema.Draft202012Validator)


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", "sweep"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "xhsim: sweep"
    assert cli.main(["schema", "scenaro"]) == 2
    assert 'did you mean "scenario"?' in capsys.readouterr().err


def test_unknown_kind() -> None:
    with pytest.raises(InputError, match="no kind of file"):
        json_schema("nothing")
