"""What a run has in place of figures: levels, growth and sums of elements."""

import numpy as np
import pytest

from tests.analysis.monitoring.conftest import study_with
from xhsim.analysis.monitoring.counterparts import Counterparts


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_with(
        tmp_path_factory.mktemp("counterparts") / "study",
        "size,2022,2,,percent,size,growth,point,0.5,,2023-01,office\n",
        "zones,2023,29,,unit,zone size[North] + zone size[South],,,0.02,,2024-01,office\n",
        "south,2023,15,17,unit,zone size[South],level,interval,0.02,,2024-01,office\n",
    )


def test_growth_level_and_sum(study):
    parts = Counterparts(study.files.releases, (0.5, 0.02, 0.02))
    assert parts.outputs == ("size", "zone_size")
    assert parts.times.tolist() == [2021, 2022, 2023]
    run = study.world("baseline", draws=8).run(parts.outputs, times=parts.times)
    growth, total, south = parts.of(run).T
    size, zones = run["size"], run["zone_size"].sel(time=2023)
    ratio = size.sel(time=2022) / size.sel(time=2021)
    assert growth == pytest.approx(100 * (ratio.to_numpy() - 1))
    assert total == pytest.approx(np.log(zones.sum("zone").to_numpy()))
    assert south == pytest.approx(np.log(zones.sel(zone="South").to_numpy()))


def test_bounds_are_on_the_same_scale(study):
    figures = Counterparts(study.files.releases, (0.5, 0.02, 0.02)).figures
    assert figures.low == pytest.approx([2, np.log(29), np.log(15)])
    assert figures.high == pytest.approx([2, np.log(29), np.log(17)])
    assert figures.errors.tolist() == [0.5, 0.02, 0.02]


def test_some_of_them(study):
    parts = Counterparts(study.files.releases, (0.5, 0.02, 0.03)).taken([2, 0])
    assert [row.series for row in parts.releases] == ["south", "size"]
    assert parts.errors == (0.03, 0.5)
