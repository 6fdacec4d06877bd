"""The values of an instrument by year: bands, medians and texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim import plots
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    meet = {
        "size": {"path": {"knots": {2022: 110, 2024: 130}}, "by": "growth"},
        "zone size[South]": {"path": 30, "by": "zone growth[South]", "from": 2025},
    }
    study = xhsim.open_study(LINEAR).with_scenario("held", meet=meet)
    return study.residuals(study.ensemble("held", 64))


def test_each_year_has_its_median(table: pd.DataFrame) -> None:
    ax = plots.residuals_chart(table)
    medians = [np.asarray(line.get_ydata())[0] for line in ax.lines[1:]]  # the first one is zero
    assert medians == pytest.approx(table["median"].tolist()[:4])
    texts = [text.get_text() for text in ax.texts]
    assert "What it takes that size is as asked in every draw" in texts
    assert "unit per year" in texts


def test_another_instrument(table: pd.DataFrame) -> None:
    ax = plots.residuals_chart(table, "zone growth[South]")
    assert len(ax.lines) == 2
    with pytest.raises(InputError, match=r'no instrument "policy"\. it has growth, zone growth'):
        plots.residuals_chart(table, "policy")
