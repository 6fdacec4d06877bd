"""What is said of the structures of a model, in both languages."""

from __future__ import annotations

import pytest

from xhsim.wording.structures import stale_text, structure_labels, weights_text

ABOUT = {
    "names": ["a", "b"],
    "labels_en": ["Market", "Floor"],
    "labels_zh": ["市场", "楼宇"],
    "weights": [1.0, 0.0],
}


@pytest.mark.parametrize("origin", ["hindcast", "file", "equal", "chosen"])
def test_a_structure_without_weight_is_left_out(origin: str) -> None:
    english, chinese = (weights_text(ABOUT | {"origin": origin}, lang) for lang in ("en", "zh"))
    assert english.startswith("Market 100 % (")
    assert chinese.startswith("市场100%（")
    assert "weights" in english
    assert "权重" in chinese


def test_labels_and_warnings() -> None:
    assert structure_labels(ABOUT, "zh") == {"a": "市场", "b": "楼宇"}
    assert structure_labels({}, "en") == {}
    assert stale_text({}, "en") == ""
    assert "x and y changed" in stale_text({"stale": ["x", "y"]}, "en")
    assert "变更" in stale_text({"stale": ["x"]}, "zh")
