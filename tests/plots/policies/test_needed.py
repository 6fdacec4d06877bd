"""The response with the answer in it: what is drawn, and where."""

from __future__ import annotations

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim import plots
from xhsim.analysis.policies.needed_answer import Needed


@pytest.fixture(scope="module")
def found() -> Needed:
    return xhsim.open_study(LINEAR).needed("policy", "size", 0.8, draws=256)


def test_the_answer_is_on_the_curve(found: Needed) -> None:
    ax = plots.needed_curve(found)
    lines = {line.get_gid(): line for line in ax.lines}
    assert lines["response"].get_xdata() == pytest.approx(found.curve.points)
    assert lines["answer"].get_xdata() == [found.answer]
    assert lines["answer"].get_ydata() == [100 * found.chance.probability]
    assert lines["interval"].get_xdata() == pytest.approx([found.low, found.high])
    assert np.all(np.asarray(lines["wanted"].get_ydata()) == 80.0)
    assert lines["without"].get_xdata() == [0.0]


@pytest.mark.usefixtures("chinese_font")
def test_in_chinese(found: Needed) -> None:
    texts = [text.get_text() for text in plots.needed_curve(found, lang="zh").texts]
    assert texts[0] == "要求：80%"
    assert any(text.startswith("要达到80%，政策自2021年起须为") for text in texts)


def test_without_an_answer_there_is_no_point() -> None:
    easy = xhsim.open_study(LINEAR).needed("policy", "size", 0.1, draws=64)
    gids = {line.get_gid() for line in plots.needed_curve(easy).lines}
    assert gids == {"response", "wanted", "without"}
