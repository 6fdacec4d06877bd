"""What the page contains: everything of the study that it shows, and nothing that it lacks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.explorer.content import PageContent, page_content
from xhsim.explorer.page import publish


@pytest.fixture(scope="module")
def content(linear: Study) -> PageContent:
    return page_content(linear, ["programme", "baseline"], draws=16, lang="zh")


def test_scenarios_stand_in_the_order_asked_for(content: PageContent) -> None:
    names = [scenario["name"] for scenario in content.record["scenarios"]]
    assert names == ["programme", "baseline"]
    assert (content.record["start"], content.record["lang"]) == ("programme", "zh")
    assert content.record["scenarios"][0]["levels"] == {"policy": 1.0}


def test_targets_have_what_their_measure_needs(content: PageContent) -> None:
    targets = {target["id"]: target for target in content.record["targets"]}
    south = targets["south"]
    assert (south["key"], south["elements"], south["direction"]) == ("zone_size", 2, ">")
    assert south["element"] == 1
    assert targets["size"]["path"][2025] == 117
    assert targets["size"]["label"] == {"en": "Size", "zh": "规模"}


def test_it_is_json_without_numbers_that_are_not_finite(content: PageContent) -> None:
    json.dumps(content.record, allow_nan=False)


def test_the_bytes_are_the_numbers(content: PageContent) -> None:
    rows = max(first + many for first, many in content.record["places"].values())
    numbers = np.frombuffer(content.numbers, dtype=np.uint8).reshape(8, -1).T
    found = np.ascontiguousarray(numbers).view("<f8").reshape(rows, 16)
    assert np.isfinite(found).all()


def test_a_function_that_no_browser_runs_is_named(tmp_path: Path) -> None:
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    tide = "tide = SIN(Time) ~ unit/year ~ Comes and goes. |\n"
    model = model.replace("size = INTEG(growth", f"{tide}size = INTEG(tide + growth")
    study = open_study(copy_of_linear(tmp_path / "study", **{"model/linear.mdl": model}))
    with pytest.raises(InputError, match='browser because of the function "sin" in "tide"'):
        publish(study, tmp_path / "page.html", draws=16)
    assert not (tmp_path / "page.html").exists()


def test_scenarios_that_change_equations_are_left_out_or_refused(linear: Study) -> None:
    study = linear.with_scenario("given", paths={"echo": 2})
    names = page_content(study, draws=16).record["scenarios"]
    assert "given" not in {scenario["name"] for scenario in names}
    with pytest.raises(InputError, match="paths of computed variables, which a page cannot"):
        page_content(study, ["given"], draws=16)
    with pytest.raises(InputError, match='unknown scenario "program"'):
        page_content(study, ["program"], draws=16)
