"""Probabilities year by year: a panel for each target."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xhsim.errors import InputError
from xhsim.plots import probability_by_year

INDEX = pd.MultiIndex.from_product([["sales", "firms"], [2024, 2025]])
TABLE = pd.DataFrame(
    {
        "probability": [0.2, 0.5, 0.75, 0.25],
        "ci_low": [0.1, 0.4, 0.7, 0.2],
        "ci_high": [0.3, 0.6, 0.8, 0.3],
        "ever": [0.2, 0.6, 0.75, 0.8],
        "label": ["Sales", "Sales", "Firms", "Firms"],
        "label_zh": ["销售额", "销售额", "企业", "企业"],
    },
    index=INDEX,
)


def test_each_target_has_a_panel_with_both_probabilities_in_percent() -> None:
    page = probability_by_year(TABLE)
    assert len(page) == 2
    lines = {line.get_gid(): np.asarray(line.get_xydata()).tolist() for line in page[1].lines}
    assert lines["probability"] == [[2024, 75], [2025, 25]]
    assert lines["ever"] == [[2024, 75], [2025, 80]]
    band = np.asarray(page[1].collections[0].get_paths()[0].vertices)
    assert set(map(tuple, band.tolist())) >= {(2024, 70), (2024, 80), (2025, 20), (2025, 30)}
    assert "Firms" in [text.get_text() for text in page[1].texts]


def test_the_page_names_the_scenario() -> None:
    table = TABLE.copy()
    table.attrs = {"scenario": "plan", "draws": 100, "seed": 1}
    texts = [text.get_text() for text in probability_by_year(table).figure.texts]
    assert texts[0].endswith(": plan")
    assert texts[1] == "scenario plan, 100 draws, seed 1"


@pytest.mark.parametrize("table", [TABLE.iloc[:0], TABLE.drop(columns="ever"), TABLE.loc["sales"]])
def test_other_tables_are_refused(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"nothing to draw.*study.by_year"):
        probability_by_year(table)
