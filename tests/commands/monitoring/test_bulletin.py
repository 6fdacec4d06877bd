"""The command `bulletin`: what it prints, what it writes, and its mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.monitoring.conftest import HEADER, SIZE
from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bulletin") / "study"
    return copy_of_linear(folder, **{"model/releases.csv": HEADER + SIZE})


def test_it_writes_a_file(xhsim_command: Output, study: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    asked = ("bulletin", "--as-of", "2023-06", "--out", str(file), "--draws", "32", "--lang", "zh")
    status, out, err = xhsim_command(*asked, "--title", "监测简报", study=study)
    assert (status, err) == (0, "")
    assert out == f"Written to {file}\n"
    assert "<h1>监测简报</h1>" in file.read_text(encoding="utf-8")
    status, out, _ = xhsim_command(*asked, "--json", study=study)
    assert json.loads(out) == {"file": str(file)}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--out", "a.pdf"), "end the name in .html or .docx"),
        (("--out", "a.html", "--as-of", "June"), "--as-of"),
        (("--out", "a.html", "--draws", "0"), "draws"),
        (("nowhere", "--out", "a.html"), "nowhere"),
    ],
)
def test_mistakes(xhsim_command: Output, study: Path, options, told: str) -> None:
    status, out, err = xhsim_command("bulletin", *options, study=study)
    assert (status, out) == (2, "")
    assert told in err


def test_a_study_without_releases(xhsim_command: Output, tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "study")
    status, _, err = xhsim_command("bulletin", "--out", str(tmp_path / "a.html"), study=study)
    assert status == 2
    assert "the study has no releases" in err
