"""Views in Vensim files: sketches of sectors, and the rest of the file unchanged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xhsim.analysis.study import Study
from xhsim.engine.model import load_model
from xhsim.errors import InputError
from xhsim.report.files.vensim_views import sketch_of, with_sketch, write_views


@pytest.fixture(scope="module")
def sketch(xuhui: Study) -> str:
    return sketch_of(xuhui.model)


def test_settings_after_the_sketch_stay(xuhui: Study, sketch: str, tmp_path: Path) -> None:
    text = "a = 1 ~~|\n\\\\\\---/// Sketch\nold\n///---\\\\\\\n:L setting\n"
    assert with_sketch(text, sketch) == "a = 1 ~~|\n" + sketch + ":L setting\n"
    copied = shutil.copy(xuhui.files.model_path, tmp_path / "model.mdl")
    assert load_model(copied).run(outputs=["GDP"]).equals(xuhui.model.run(outputs=["GDP"]))


def test_only_vensim_files_have_views(xuhui: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only a Vensim file can contain views"):
        write_views(xuhui.model, tmp_path / "model.xmile")


def test_each_sector_has_a_view(xuhui: Study, sketch: str) -> None:
    lines = sketch.splitlines()
    views = [line[1:] for line in lines if line.startswith("*")]
    groups = [group for group in dict.fromkeys(xuhui.model.variables["group"]) if group]
    assert views == [group for group in groups if group != "Control"]
