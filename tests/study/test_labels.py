"""Labels: which of several applies, and labels of things that do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.studies import target
from tests.places import DATA
from xhsim.errors import InputError, InputErrors
from xhsim.study.labels import Labels, read_labels
from xhsim.study.measures import MEASURES
from xhsim.study.names import parse_reference
from xhsim.study.parameters.parameter import read_parameters
from xhsim.wording.label import Label

TEXT = """\
variables:
  Office rent: {zh: 写字楼租金}
  gdp: {en: GDP, zh: 地区生产总值}
elements:
  AI: {en: Artificial intelligence, zh: 人工智能}
"""


@pytest.fixture
def labels(tmp_path: Path) -> Labels:
    return read_labels(written(tmp_path, TEXT))


def written(folder: Path, text: str) -> Path:
    """Write a label file."""
    path = folder / "labels.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_name_is_its_own_label_where_there_is_no_other(labels: Labels) -> None:
    assert labels.variable("office_rent") == Label("office_rent", "写字楼租金")
    assert labels.variable("GDP") == Label("GDP", "地区生产总值")
    assert labels.element("AI").en == "Artificial intelligence"
    assert labels.sector("energy") == Label("energy", "energy")
    assert labels.group("clusters").zh == "clusters"


def test_a_reference_is_called_by_its_variable_and_its_elements(labels: Labels) -> None:
    assert labels.reference(parse_reference("GDP")) == Label("GDP", "地区生产总值")
    chosen = labels.reference(parse_reference("gdp[AI]"))
    assert chosen == Label("GDP (Artificial intelligence)", "地区生产总值（人工智能）")
    other = labels.reference(parse_reference("rent[North]"))
    assert (other.en, other.in_("zh")) == ("rent (North)", "rent（North）")


def test_the_file_goes_before_parameters_and_they_before_targets(labels: Labels) -> None:
    parameters = read_parameters(DATA / "study" / "good" / "model" / "parameters.yaml")
    support = parameters["RD support"]
    level = target(variable="RD support", label=Label("Aim", "目标"))
    rent = target(variable="office rent", label=Label("Aim", "目标"))
    other = target(variable="floor", label=Label("Aim", "目标"))
    growth = target(
        variable="homes", label=Label("Aim", "目标"), measure=MEASURES["average_growth"]
    )
    every = labels.with_parameters([support]).with_targets([level, rent, other, growth])
    assert every.variable("RD support") == support.label
    assert every.variable("office rent").zh == "写字楼租金"
    assert every.variable("floor") == Label("floor", "目标")
    assert every.variable("homes") == Label("homes", "homes")


def test_labels_of_unknown_names(labels: Labels) -> None:
    known = {"variables": ["office_rent", "gdp"], "sectors": [], "elements": ["AI"], "groups": []}
    labels.check(known)
    with pytest.raises(InputErrors) as caught:
        labels.check(known | {"variables": ["office_rents"], "elements": []})
    messages = str(caught.value).splitlines()
    assert 'labels.yaml:2: there is no variable "office_rent". did you mean' in messages[0]
    assert 'labels.yaml:5: there is no element "AI". remove the label' in messages[2]


def test_two_labels_of_one_variable(tmp_path: Path) -> None:
    text = "variables:\n  GDP: {zh: 甲}\n  gdp: {zh: 乙}\n"
    with pytest.raises(InputError, match=r'labels.yaml:3:.* "gdp" has two labels'):
        read_labels(written(tmp_path, text))
    with pytest.raises(InputError, match="must map variables"):
        read_labels(written(tmp_path, "- a\n"))


MAP = """\
map:
  Zone:
    North: [1, 1]
    South: [2, 1]
mapped: [zone size, "output[AI]"]
"""
ZONES = {"Zone": ("North", "South"), "Cluster": ("AI", "Finance")}
DIMENSIONS = {"zone_size": ("Zone",), "output": ("Cluster", "Zone"), "gdp": ()}


def test_a_map_gives_elements_their_tiles(tmp_path: Path) -> None:
    labels = read_labels(written(tmp_path, MAP))
    labels.check_maps(ZONES, DIMENSIONS)
    assert labels.tiles("zone", ["South", "North"]) == {"tile_columns": [2, 1], "tile_rows": [1, 1]}
    assert labels.tiles("cluster", ["AI"]) == {}
    assert labels.tiles("zone", ["East"]) == {}
    assert [str(one) for one in labels.mapped] == ["zone size", "output[AI]"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  Zone:", "  Zones:", r'labels.yaml:2: there is no dimension "zones".*mean "Zone"'),
        ("South:", "Suoth:", r':2: there is no element "Suoth" of "Zone".*mean "South"'),
        ("    South: [2, 1]\n", "", r':2: the map of "Zone" lacks South'),
        ("zone size", "zone sizes", r':5: there is no variable "zone sizes".*mean "zone_size"'),
        ("zone size", "GDP", r':5: "GDP" has no dimension with a map'),
        ("[2, 1]", "[1, 1]", r':4:\d+: "South" and "North" have the same tile \[1, 1\]'),
        ("[2, 1]", "[0, 1]", r":4:\d+: .*0"),
        ("[2, 1]", "[1.5, 1]", r":4:\d+: .*1.5"),
        ("[2, 1]", "[1]", r":4:"),
        ("output[AI]", "output[AI", r':5: "output\[AI" is not a name'),
    ],
)
def test_maps_that_do_not_fit(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_labels(written(tmp_path, MAP.replace(old, new))).check_maps(ZONES, DIMENSIONS)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, unique=True))
def test_any_places_come_back_in_the_order_asked_for(places: list[tuple[int, int]]) -> None:
    names = [f"zone {number}" for number in range(len(places))]
    labels = Labels(maps={"zone": dict(zip(names, places, strict=True))})
    tiles = labels.tiles("Zone", reversed(names))
    pairs = zip(tiles["tile_columns"], tiles["tile_rows"], strict=True)
    assert list(pairs) == places[::-1]
