"""Pictures as SVG elements of a page."""

from __future__ import annotations

from tests.report.page.pages import HTML
from xhsim.plots.canvas.pictures import new_axes
from xhsim.report.page.svg import Pictures


def test_letters_are_shared_and_markers_are_not() -> None:
    pictures = Pictures()
    ax = new_axes(2, 2, (0.3, 0.3, 0.3, 0.3))
    ax.plot([0, 1], [0, 1], marker="o")
    one, two = (HTML.fromstring(pictures.take(ax, "A line")) for _ in range(2))
    names = [set(each.xpath("//@id")) for each in (one, two)]
    assert names[0]
    assert not names[0] & names[1]
    assert "DejaVuSans-" not in " ".join(names[0] | names[1])
    letters = [HTML.fromstring(letter).get("id") for letter in pictures.letters()]
    assert len(letters) == len(set(letters)) > 5
    for each, own in zip((one, two), names, strict=True):
        assert {value[1:] for value in each.xpath("//@href")} <= own | set(letters)
