"""Drawing from the command line, and views in the model file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.analysis.validation.firms import MODEL, firms_study
from tests.engine.models import oracle
from tests.places import ROOT
from xhsim import cli
from xhsim.analysis.study import Study
from xhsim.engine.model import load_model
from xhsim.report.files.model_pictures import DrawingWish, draw_study, sectors_of

PICTURES = ROOT / "docs" / "pictures" / "model"
GROUPED = MODEL.replace(
    "help = 1",
    "********************************************************\n\t.firms\n"
    "********************************************************~\n\t\tFirms.\n\t|\n\nhelp = 1",
)


def _shown(svg: str) -> set[str]:
    """What a picture shows: the names that its parts carry."""
    return set(re.findall(r'id="((?:stock|flow|auxiliary|lever|loop variable) [^"]+)"', svg))


def test_the_pictures_are_in_step_with_the_model(xuhui: Study, tmp_path: Path) -> None:
    files = draw_study(xuhui, DrawingWish(kind="svg"), tmp_path / "new")
    assert {path.name for path in files} == {path.name for path in PICTURES.iterdir()}
    for path in files:
        old = (PICTURES / path.name).read_text(encoding="utf-8")
        assert _shown(path.read_text(encoding="utf-8")) == _shown(old), path.name
        assert _shown(old)


def test_the_views_are_in_step_with_the_model(xuhui: Study) -> None:
    """Every variable of a sector is in its view, and nothing else has one."""
    text = xuhui.files.model_path.read_text(encoding="utf-8")
    views = re.findall(r"^\*(.+)\n\$.*\n((?:\d+,.*\n)+)", text, re.MULTILINE)
    assert [name for name, _ in views] == sectors_of(xuhui)
    for name, lines in views:
        words = set(re.findall(r"^10,\d+,\"?([^,\"]+)\"?,", lines, re.MULTILINE))
        own = {
            v.name
            for v in xuhui.model.equations.variables.values()
            if v.group == name and not v.hidden
        }
        assert own <= words, name
    stripped = text[: text.index("\\\\\\---///")]
    made = load_model(xuhui.files.model_path)
    assert "sketch" not in stripped.casefold()
    assert list(made.equations.variables) == list(xuhui.model.equations.variables)


def test_sector_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["draw", "energy", "fiscal", "--out", str(tmp_path / "out")]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"energy.png", "fiscal.png"}
    assert "energy.png" in capsys.readouterr().out


def test_causes(tmp_path: Path) -> None:
    assert cli.main(["draw", "--causes", "GDP", "--depth", "2", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "GDP.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["enrgy"], 'no sector "enrgy". did you mean "energy"?'),
        (["--causes", "GPD"], 'did you mean "GDP"?'),
        (["--causes", "GDP", "--depth", "0"], "depth must be a whole number from 1"),
    ],
)
def test_mistakes(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["draw", *words, "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_views_change_no_equation(tmp_path: Path) -> None:
    """The file is read by PySD and by the engine as before, and a second time changes nothing."""
    study = firms_study(tmp_path / "study", model=GROUPED)
    path = study.files.model_path
    before = study.model.run()
    seen = oracle(path, tmp_path)
    place = ["draw", "--views", "--study", str(tmp_path / "study")]
    assert cli.main(place) == 0
    text = path.read_text(encoding="utf-8")
    equations, _, settings = GROUPED.partition("\\\\\\---/// Sketch")
    assert text.startswith(equations.rstrip("\n"))
    assert text.endswith(settings.partition("///---")[2])
    assert "*firms" in text
    after = xhsim.open_study(tmp_path / "study").model.run()
    assert all(np.array_equal(before[name], after[name]) for name in before.data_vars)
    assert oracle(path, tmp_path).equals(seen)
    assert cli.main(place) == 0
    assert path.read_text(encoding="utf-8") == text


def test_views_need_groups_and_a_vensim_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms_study(tmp_path / "study")
    assert cli.main(["draw", "--views", "--study", str(tmp_path / "study")]) == 2
    assert "no groups" in capsys.readouterr().err
