"""The draws after published figures: months, thinning, and words."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.monitoring.conftest import SIZE, YIELD, study_with
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.design import make_design
from xhsim.explorer.known_figures import figure_label, joined, known_figures

DRAWS = 120
LATER = "size,2021,104,,unit,size,level,point,0.005,,2023-01-10,office\n"
FLOOR = "yield,2024,9,,unit/year,yield,level,floor,0.02,,2025-02,office\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("months") / "study"
    return study_with(folder, SIZE, YIELD, LATER, FLOOR)


def test_a_month_has_what_was_published_by_its_end(study: Study) -> None:
    months = known_figures(study, "baseline", DRAWS, 3)
    assert [known.month for known in months] == ["2023-01", "2024-01", "2025-02"]
    assert [len(known.figures) for known in months] == [2, 3, 4]
    for known in months:
        assert (known.every, known.design.draws, known.scenario) == (2, DRAWS // 2, "baseline")
        update = study.monitor(known.month, draws=DRAWS, seed=3).updates[-1]
        assert known.worth == update.thinned(2).worth > update.worth


def test_the_draws_of_months_stand_after_those_of_the_page(study: Study) -> None:
    months = known_figures(study, "baseline", DRAWS, 3)
    own = make_design(study.files, DRAWS, 3)
    both = joined(own, months)
    assert both.draws == DRAWS + 3 * (DRAWS // 2)
    np.testing.assert_array_equal(both.points[:, :DRAWS], own.points)
    np.testing.assert_array_equal(both.points[:, -DRAWS // 2 :], months[-1].design.points)


def test_a_study_without_releases_has_no_months(linear: Study) -> None:
    assert known_figures(linear, "baseline", DRAWS, 0) == ()
    assert joined(make_design(linear.files, 8, 0), ()).draws == 8


def test_what_was_published_is_said_in_full(study: Study) -> None:
    told = [figure_label(study, release) for release in study.files.releases]
    assert told[0].en == "size, 2022: 108 (unit; published 2023-01)"
    assert told[3].in_("zh").endswith("下限：9（unit/年，2025-02公布）")
