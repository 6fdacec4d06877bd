"""Folders of results against their manifest: what changed, what is damaged, what is no manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.studies import copy_of_linear
from xhsim.errors import InputError
from xhsim.report.files.manifest import manifest, write_manifest
from xhsim.report.files.verified import holds_sweep, verify_folder
from xhsim.study.folder import read_study


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return copy_of_linear(tmp_path / "study")


@pytest.fixture
def out(study: Path, tmp_path: Path) -> Path:
    """A folder with a table and a picture."""
    folder = tmp_path / "results" / "out"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("x\n1\n", encoding="utf-8")
    (folder / "a.png").write_bytes(b"picture")
    record = manifest(read_study(study), command=["xhsim", "attain", "--out", "out"])
    write_manifest(folder, record, study, folder)
    return folder


def test_the_manifest_leads_to_the_study_and_knows_every_file(out: Path) -> None:
    record = json.loads((out / "manifest.json").read_text("utf-8"))
    assert record["study"] == "../../study"
    assert sorted(record["results"]) == ["a.csv", "a.png"]
    found = verify_folder(out)
    assert found.passed
    assert not holds_sweep(out)
    assert found.as_record() == {
        "passed": True,
        **{key: [] for key in ("changed", "damaged", "different", "checked")},
        "files": 2,
    }


def test_what_changed_and_what_is_damaged_is_named(study: Path, out: Path) -> None:
    (out / "a.csv").write_text("x\n2\n", encoding="utf-8")
    (out / "a.png").unlink()
    (study / "scenarios" / "more.yaml").write_text("label: More\n", encoding="utf-8")
    found = verify_folder(out)
    assert found.changed == ("scenarios/more.yaml",)
    assert found.damaged == ("a.csv has changed since it was written", "a.png is missing")
    assert list(found.lines())[-1].endswith("the stored results do NOT match")


@pytest.mark.parametrize(("made", "different"), [("x\n1\n", ()), ("x\n3\n", ("a.csv",))])
def test_numbers_are_computed_again(
    study: Path, out: Path, made: str, different: tuple[str, ...]
) -> None:
    """Only tables: a picture may have other bytes on another machine."""

    def again(words: list[str], record: Mapping[str, Any], place: str | None, to: Path) -> None:
        assert words == ["xhsim", "attain", "--out", "out"]
        assert place == str(study)
        (to / "a.csv").write_text(made, encoding="utf-8")

    found = verify_folder(out, again=again)
    assert (found.different, found.checked) == (different, ("a.csv",))
    (study / "model" / "targets.yaml").write_text("", encoding="utf-8")
    assert verify_folder(out, again=again).checked == ()


def test_a_study_that_has_moved_is_asked_for(study: Path, out: Path, tmp_path: Path) -> None:
    study.rename(tmp_path / "moved")
    with pytest.raises(InputError, match="is no longer at"):
        verify_folder(out)
    assert verify_folder(out, study=str(tmp_path / "moved")).passed


def test_results_of_an_older_xhsim_say_so(out: Path) -> None:
    record = json.loads((out / "manifest.json").read_text("utf-8"))
    del record["results"]
    (out / "manifest.json").write_text(json.dumps(record), "utf-8")
    with pytest.raises(InputError, match=r"an older xhsim .* again: xhsim attain --out"):
        verify_folder(out)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_hostile_manifest_is_a_message(out: Path, data: st.DataObject) -> None:
    path = out / "manifest.json"
    text = path.read_text("utf-8")
    record = json.loads(text)
    key = data.draw(st.sampled_from(["inputs", "versions", "command", "results", "study"]))
    part = data.draw(st.booleans()) and isinstance(record[key], dict)
    where, name = (
        (record[key], data.draw(st.sampled_from(sorted(record[key])))) if part else (record, key)
    )
    where[name] = data.draw(JSON)
    try:
        path.write_text(json.dumps(record), "utf-8")
        found = verify_folder(out)
    except InputError:
        return
    finally:
        path.write_text(text, "utf-8")
    assert not found.passed or record == json.loads(text) or key in ("study", "command", "versions")
