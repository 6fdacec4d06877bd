"""Bars of what each figure tells, in a panel for each target."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.plots.watched import watched
from xhsim.errors import InputError
from xhsim.plots import Page, what_to_watch_page


def bars(page: Page) -> list[list[float]]:
    return [[bar.get_width() for bar in ax.patches] for ax in page]  # type: ignore[attr-defined]


def texts(page: Page) -> set[str]:
    return {text.get_text() for ax in page for text in ax.texts}


def test_a_panel_for_each_open_target() -> None:
    page = what_to_watch_page(watched())
    assert bars(page) == [[22.0, 9.4], [31.0], []]
    said = texts(page)
    assert {"Research spending, 2022", "GDP, growth 2022", "7  R&D intensity", "now 69 %"} <= said
    assert {"22", "9", "31", "no single figure narrows it for sure"} <= said
    assert "not assessable without the base" in said
    around = [text.get_text() for text in page.figure.texts]
    assert "What to watch next: plan" in around
    assert "Nearly decided: Industrial output >99 %" in around
    assert any("1,000 draws" in text and "95 % interval" in text for text in around)
    assert len({ax.get_xlim() for ax in page}) == 1


def test_later_figures_and_fewer_bars() -> None:
    assert bars(what_to_watch_page(watched(), every_year=True)) == [[34.0, 22.0, 9.4], [31.0], []]
    assert bars(what_to_watch_page(watched(), top=1)) == [[22.0], [31.0], []]


def test_other_tables_are_refused() -> None:
    with pytest.raises(InputError, match=r"nothing to draw.*study.to_watch"):
        what_to_watch_page(pd.DataFrame({"target": ["x"]}))
    table = watched()
    with pytest.raises(InputError, match="nothing to draw"):
        what_to_watch_page(table[table["share"].isna()])
