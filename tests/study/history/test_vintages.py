"""As of a date: each figure counts once, and the others have a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhsim.study.bundled import bundled_folder
from xhsim.study.files.mistakes import Place
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.history.observations import Observation
from xhsim.study.history.releases import Release, parse_terms
from xhsim.study.history.vintages import Vintage, releases_as_of, vintage_as_of

END = date(2030, 1, 1)
HEADQUARTERS = "institutions brought in[ForeignHQ]"


def release(
    value: float = 100.0,
    year: int = 2022,
    published: date = date(2023, 1, 31),
    *,
    series: str = "gdp",
    variable: str = "GDP",
    measure: str = "level",
    kind: str = "point",
    part: float = 1.0,
    source: str = "report",
) -> Release:
    figure = Observation(
        *(series, year, year, value, "%" if measure == "growth" else "CNY", variable),
        *("", "press", source, "", Place("releases.csv", 2)),
        measure=measure,
        kind=kind,
    )
    terms = parse_terms(variable)
    return Release(figure, published, published.isoformat(), part, terms, None, figure.where)


def seen(value: float, year: int, **others: Any) -> Observation:
    """A row of history.csv."""
    row = release(value, year, **others).figure
    return Observation(**{**vars(row), "where": Place("history.csv", year)})


def whys(found: Vintage) -> dict[float, str]:
    """The reasons by value."""
    return {item.release.figure.value: item.why for item in found.not_counted}


def values(found: Vintage) -> list[float]:
    return [row.figure.value for row in found.counted]


def test_the_last_vintage_counts() -> None:
    rows = [release(100), release(103, published=date(2024, 5, 1)), release(7, variable="")]
    early = vintage_as_of(rows, date(2023, 6, 30))
    assert (values(early), whys(early)) == ([100], {103: "later", 7: "not compared"})
    late = vintage_as_of(rows, END)
    assert (values(late), whys(late)) == ([103], {100: "replaced", 7: "not compared"})
    assert late.not_counted[0].reason.has("zh")
    assert [row.figure.value for row in releases_as_of(rows, END)] == [7, 103]
    assert releases_as_of(rows, date(2022, 1, 1)) == ()


def test_the_same_from_two_sources_counts_once() -> None:
    rows = [release(), release(source="press")]
    for order in (rows, rows[::-1]):
        found = vintage_as_of(order, END)
        assert [row.figure.source for row in found.counted] == ["press"]
        assert whys(found) == {100: "same"}
        assert len(releases_as_of(order, END)) == 1


def test_a_longer_part_of_the_year_replaces_a_shorter_one() -> None:
    def growth(value: float, part: float, month: int, **others: Any) -> Release:
        day = date(2022 + month // 12, month % 12 + 1, 20)
        return release(value, published=day, measure="growth", part=part, **others)

    rows = [growth(1, 0.25, 3), growth(2, 0.5, 6), growth(3, 0.75, 9), growth(4, 1.0, 12)]
    for known, day in enumerate([date(2022, m, 25) for m in (4, 7, 10)] + [END], 1):
        found = vintage_as_of(rows, day)
        assert values(found) == [known]
        shorter = dict.fromkeys(range(1, known), "longer part")
        assert whys(found) == {**shorter, **dict.fromkeys(range(known + 1, 5), "later")}
    # The level of the year contains them too; "over 90" does not.
    assert values(vintage_as_of([rows[1], release(100)], END)) == [100]
    assert values(vintage_as_of([rows[1], release(90, kind="floor")], END)) == [2, 90]
    # Another variable is another matter.
    assert values(vintage_as_of([rows[1], release(9, variable="jobs", series="j")], END)) == [2, 9]


def test_growth_that_follows_from_levels_is_not_news() -> None:
    growth = release(5, measure="growth", series="growth")
    before = seen(100, 2021)
    found = vintage_as_of([release(105.3), growth], END, [before])
    assert (values(found), whys(found)) == ([105.3], {5: "follows"})
    # The level of the year before may be a release too.
    earlier = release(100, 2021, date(2022, 1, 31))
    assert values(vintage_as_of([release(105.3), growth, earlier], END)) == [100, 105.3]
    # Real growth and the nominal level are two variables.
    real = release(5, measure="growth", series="growth", variable="real GDP")
    assert values(vintage_as_of([release(105.3), real], END, [before])) == [105.3, 5]
    # Without a level of the year before, growth says what that was.
    assert values(vintage_as_of([release(105.3), growth], END)) == [105.3, 5]


def test_a_level_on_another_base_is_not_counted() -> None:
    growth = release(5, measure="growth", series="growth")
    found = vintage_as_of([release(112), growth], END, [seen(100, 2021)])
    assert (values(found), whys(found)) == ([5], {112: "other base"})
    assert "12.0 %" in found.not_counted[0].reason.en


@pytest.fixture(scope="module")
def xuhui() -> StudyFiles:
    return read_study(bundled_folder())


def test_what_the_calibration_used_is_not_used_again(xuhui: StudyFiles) -> None:
    day = date(2022, 3, 31)
    revenue: Any = {"series": "revenue", "variable": "Fiscal_Revenue"}
    rows = [
        release(220.6, 2021, day, **revenue),
        release(11.4, 2021, day, measure="growth", **revenue),  # 220.54 / 198.1
        release(99.0, 2021, day, series="foreign_hq", variable=HEADQUARTERS),
        release(226.25, 2022, date(2023, 1, 31), **revenue),
        release(111.0, 2021, day, series="population", variable="population"),
    ]
    found = vintage_as_of(rows, END, xuhui.observations, xuhui.calibration)
    assert values(found) == [111.0, 226.25]
    assert whys(found) == {220.6: "calibrated", 11.4: "calibrated", 99.0: "calibrated"}
    texts = [item.reason.en for item in found.not_counted]
    assert any("leaves it out: the arrivals of 2021" in text for text in texts)
    assert sum("already used it (history.csv, line" in text for text in texts) == 2


def test_the_shipped_releases(xuhui: StudyFiles) -> None:
    def counted(day: date) -> list[tuple[str, int]]:
        found = vintage_as_of(xuhui.releases, day, xuhui.observations, xuhui.calibration)
        assert len(found.counted) + len(found.not_counted) == len(xuhui.releases)
        return [(row.series, row.year) for row in found.counted]

    first = [(name, 2022) for name in ("fiscal_revenue", "gdp", "population", "real_gdp_growth")]
    assert counted(date(2022, 12, 31)) == []
    assert counted(date(2023, 6, 30)) == first
    assert counted(END) == [
        *first,
        *((name, 2023) for name in ("hq_and_rd_centres", "culture_output", "fiscal_revenue")),
    ]


ROWS = st.lists(
    st.builds(
        release,
        st.sampled_from([2.0, 5.0, 90.0, 100.0]),
        st.integers(2021, 2023),
        st.dates(date(2022, 1, 1), date(2025, 12, 31)),
        variable=st.sampled_from(["", "GDP", "jobs", "a[X] + b", "b + a[x]"]),
        measure=st.sampled_from(["level", "growth"]),
        kind=st.sampled_from(["point", "floor"]),
        part=st.sampled_from([0.25, 0.5, 0.75, 1.0]),
    ),
    max_size=8,
)


@settings(max_examples=100)
@given(rows=ROWS, day=st.dates(date(2022, 1, 1), date(2026, 12, 31)), order=st.randoms())
def test_each_figure_counts_once_in_any_order(rows: list[Release], day: date, order: Any) -> None:
    found = vintage_as_of(rows, day)
    every = [*found.counted, *(item.release for item in found.not_counted)]
    assert sorted(map(id, every)) == sorted(map(id, rows))
    keys = [(row.quantity, row.year, row.part, row.figure.measure) for row in found.counted]
    assert len(set(keys)) == len(keys)
    assert all(row.published <= day and row.terms for row in found.counted)
    shuffled = list(rows)
    order.shuffle(shuffled)
    assert vintage_as_of(shuffled, day).counted == found.counted
    # What one vintage counts is a matter of what is known at its date only.
    known = [row for row in rows if row.published <= day]
    assert vintage_as_of(known, day).counted == found.counted
