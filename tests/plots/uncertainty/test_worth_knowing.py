"""A matrix of unknowns and targets."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from tests.plots.worth import narrowed
from xhsim.errors import InputError
from xhsim.plots import worth_knowing_matrix


def test_cells_names_and_notes() -> None:
    ax = worth_knowing_matrix(narrowed())
    shares = [text.get_text() for text in ax.texts if text.get_gid() == "share"]
    # The tax spread narrows most; a share that is not sure is left out.
    assert shares == ["29", "20", "5"]
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert len(cells) == 9
    said = {text.get_text() for text in ax.texts}
    assert {"Tax spread", "17  Buildings", "Listed firms", "What is worth knowing: plan"} <= said
    assert any("Nearly decided: Industrial output >99 %" in text for text in said)
    assert any("4,096 draws" in text for text in said)


def test_an_error_and_fewer_rows() -> None:
    table = narrowed()
    table.attrs["error"] = 0.5
    ax = worth_knowing_matrix(table, top=1)
    said = {text.get_text() for text in ax.texts}
    assert "Listing window, 2021" not in said
    assert any("error of 50 %" in text for text in said)


def test_other_tables_are_refused() -> None:
    with pytest.raises(InputError, match=r"nothing to draw.*study.worth_knowing"):
        worth_knowing_matrix(pd.DataFrame({"target": ["x"]}))
    with pytest.raises(InputError, match="nothing to draw"):
        worth_knowing_matrix(narrowed().assign(sure=False))
