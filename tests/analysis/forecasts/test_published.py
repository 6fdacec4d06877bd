"""Published figures: which are known on a day, and what they are about."""

from __future__ import annotations

from datetime import date

import pytest

from tests.analysis.forecasts.figures import figure
from xhsim.analysis.forecasts.published import (
    known_on,
    last_whole_year,
    published_figures,
    same_quantity,
    sealed_quantities,
)
from xhsim.analysis.study import Study


@pytest.mark.parametrize(
    ("day", "year"), [("2021-12-31", 2021), ("2021-12-30", 2020), ("2022-01-01", 2021)]
)
def test_a_year_has_ended_on_its_last_day(day: str, year: int) -> None:
    assert last_whole_year(date.fromisoformat(day)) == year


def test_a_figure_is_known_from_its_date_or_from_the_end_of_its_year() -> None:
    dated = figure(2022, 1.0, published=date(2023, 1, 20))
    undated = figure(2022, 1.0)
    assert known_on([dated, undated], date(2022, 12, 31)) == (undated,)
    assert known_on([dated, undated], date(2023, 1, 20)) == (dated, undated)
    assert known_on([dated, undated], date(2022, 12, 30)) == ()


def test_rows_about_a_variable_are_figures(linear: Study) -> None:
    figures = published_figures(linear.files)
    assert [each.quantity for each in figures] == ["size", "zone size[south]", "yield", "size"]


def test_releases_are_figures_with_a_date(xuhui: Study) -> None:
    dated = [each for each in published_figures(xuhui.files) if each.published is not None]
    assert len(dated) == len(xuhui.files.releases)
    by_series = {each.row.series: each for each in dated}
    both = by_series["hq_and_rd_centres"]
    assert both.quantity == "institutions brought in[ForeignHQ] + institutions[ResearchCentres]"
    assert both.quantity in sealed_quantities(xuhui.files)
    assert by_series["population"].published == date(2023, 1, 31)


def test_vintages_have_one_key() -> None:
    assert figure(2021, 1.0).key == figure(2021, 2.0, published=date(2022, 3, 1)).key
    assert figure(2021, 1.0).key != figure(2021, 1.0, kind="floor").key


def test_each_quantity_is_sealed_once(linear: Study) -> None:
    """A target writes zone_size[south], and history zone size[south]."""
    assert list(sealed_quantities(linear.files)) == ["size", "zone_size[south]", "yield"]


def test_spelling_and_order_do_not_matter() -> None:
    assert same_quantity("Zone size[ South ] + yield") == same_quantity("Yield + zone_size[south]")
    assert same_quantity("size") != same_quantity("size[South]")
