"""The fan chart of the explorer: what its SVG shows and says."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from lxml import etree

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.study import Study
from xhsim.explorer.fan import fan_svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def study() -> Study:
    return xhsim.open_study(LINEAR)


def _drawn(study: Study, label: str = "Size") -> str:
    now, before = (study.ensemble(name, 32) for name in ("programme", "baseline"))
    return fan_svg(now, before, study.targets["size"], study.history, label, "As before", "en")


def test_it_says_the_median_and_the_range_in_words(study: Study) -> None:
    sizes = study.ensemble("programme", 32)["size"].sel(time=2025)
    title = re.search(r"<title>(.*?)</title>", _drawn(study))
    assert title is not None
    label, median, low, high = re.fullmatch(  # type: ignore[union-attr]
        r"(\w+), 2025: median ([\d.]+), 5-95 % of draws ([\d.]+) - ([\d.]+) unit", title[1]
    ).groups()
    assert label == "Size"
    for text, share in ((low, 0.05), (median, 0.5), (high, 0.95)):
        assert float(text) == pytest.approx(np.quantile(sizes, share), rel=5e-3)


def test_each_published_figure_is_a_point_and_labels_do_not_overlap(study: Study) -> None:
    picture = etree.fromstring(_drawn(study))
    own = study.history[study.history["variable"] == "size"]
    assert len(picture.findall(".//circle")) == len(own)
    labels = [text for text in picture.findall(".//text") if text.get("font-size") == "12"]
    heights = [float(label.get("y")) for label in labels]
    assert len(labels) == 4
    assert all(below - above >= 14 - 1e-9 for above, below in pairwise(heights))


def test_text_is_escaped(study: Study) -> None:
    text = _drawn(study, "<script>a & b</script>")
    assert "<script>" not in text
    assert "&lt;script&gt;a &amp; b" in text
