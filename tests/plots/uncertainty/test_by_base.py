"""Dots at the probabilities of a study, over the density of the base."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis.hanging import hanging_study
from xhsim.errors import InputError
from xhsim.plots import probability_by_base


def test_it_draws_what_the_study_says(tmp_path: Path) -> None:
    table = hanging_study(tmp_path / "study").by_base("total", draws=64)
    above, below = probability_by_base(table)
    line = next(line for line in above.lines if line.get_gid() == "probability")
    dots = np.asarray(line.get_xydata())
    assert dots[:, 0] == pytest.approx(table["base"].to_numpy())
    assert dots[:, 1] == pytest.approx(100 * table["probability"].to_numpy())
    assert above.get_xlim() == below.get_xlim()
    texts = [text.get_text() for ax in (above, below) for text in ax.texts]
    assert {"Total size", "Not assessable without the base", "Growth, unit per year"} <= set(texts)
    assert {"5 %", "25 %", "50 %", "75 %", "95 %"} <= set(texts)
    assert "scenario baseline, 64 draws, seed 0" in texts


def test_a_base_without_data_is_marked(tmp_path: Path) -> None:
    table = hanging_study(tmp_path / "study").by_base("total", draws=8)
    empty = table.assign(probability=np.nan, ci_low=np.nan, ci_high=np.nan)
    empty.attrs = table.attrs
    above, _ = probability_by_base(empty)
    assert [text.get_text() for text in above.texts].count("no data") == 5


def test_other_tables_are_refused() -> None:
    with pytest.raises(InputError, match=r"nothing to draw.*study.by_base"):
        probability_by_base(pd.DataFrame({"base": [1.0]}))
