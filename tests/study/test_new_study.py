"""New studies: what is copied, when runs end, and that a mistake leaves nothing behind."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import xhsim
from tests.places import ROOT
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.terminal.check import check_study
from xhsim.study import new_study
from xhsim.study.new_study import make_study

LATER = """

firms_2030:
  label: {en: Firms by 2030, zh: 2030年企业数}
  variable: firms
  measure: average_growth
  direction: ">="
  value: 2
  unit: "%/year"
  period: [2025, 2030]
  group: economy
  place: made up
"""


def test_a_copy_of_the_study_that_ships(xuhui: Study, tmp_path: Path) -> None:
    make_study(tmp_path / "mine", horizon=2030)
    mine = xhsim.open_study(tmp_path / "mine")
    assert list(mine.scenarios) == list(xuhui.scenarios)
    assert list(mine.targets) == list(xuhui.targets)
    assert mine.beliefs == "posterior", "what is stored still fits"
    assert mine.structures is not None
    assert mine.structures.about["stale"] == []
    longer, shipped = (study.ensemble("plan", draws=4) for study in (mine, xuhui))
    assert longer["time"].values[-1] == 2030
    early = longer.sel(time=shipped["time"])
    for name in shipped.data_vars:
        assert early[name].values == pytest.approx(shipped[name].values, rel=1e-12), name


def test_links_and_schemas_lead_to_what_is_there(tmp_path: Path) -> None:
    make_study(tmp_path / "mine")
    assert not (tmp_path / "mine" / "model" / "forecasts").exists()
    schemas = set()
    for path in (tmp_path / "mine").rglob("*.yaml"):
        named = re.findall(r"yaml-language-server: \$schema=(.*)", path.read_text("utf-8"))
        schemas |= {(path.parent / name).resolve() for name in named}
    assert len(schemas) > 10
    for schema in schemas:
        # As published with the documentation.
        assert json.loads(schema.read_text()) == json.loads(
            (ROOT / "docs" / "schemas" / schema.name).read_text("utf-8")
        )
    text = (tmp_path / "mine" / "model" / "README.md").read_text("utf-8")
    assert "../docs" not in text
    assert "This is the second edition. What\nchanged compares it with the first." in text


@pytest.mark.parametrize("horizon", [None, 2030])
def test_the_blank_study_is_sound(tmp_path: Path, horizon: int | None) -> None:
    (tmp_path / "mine").mkdir()
    make_study(tmp_path / "mine", blank=True, horizon=horizon)
    if horizon:
        with (tmp_path / "mine" / "model" / "targets.yaml").open("a", encoding="utf-8") as file:
            file.write(LATER)
    study = xhsim.open_study(tmp_path / "mine")
    found = check_study(study)
    assert found.passed
    assert (found.units, found.inconsistencies) == ([], [])
    # Every variable that a newcomer meets has a name in both languages.
    for name in (*study.model.variables.query("kind != 'constant'").index, *study.parameters):
        label = study.labels.variable(name)
        assert label.zh != label.en, name
    for scenario in study.scenarios:
        table = study.attainment(study.ensemble(scenario, draws=64))
        assert ((table["probability"] > 0.05) & (table["probability"] < 0.95)).loc["firms"]
        assert ("firms_2030" in table.index) == bool(horizon)


@pytest.mark.parametrize("horizon", [2024, 2036, -1])
def test_a_horizon_that_cannot_be(tmp_path: Path, horizon: int) -> None:
    with pytest.raises(InputError, match=r"give a year from 2025 to 2035"):
        make_study(tmp_path / "mine", blank=True, horizon=horizon)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = ((tmp_path, 'is not empty: it contains "file"'), (tmp_path / "file", "is a file"))
    for folder, said in refused:
        with pytest.raises(InputError, match=said):
            make_study(folder, blank=True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(new_study, "write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make_study(tmp_path / "mine", blank=True)
    assert list(tmp_path.iterdir()) == []
