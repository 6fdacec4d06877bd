"""Pictures are written to files, the same bytes each time, and shown in notebooks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from xhsim.errors import InputError
from xhsim.plots import save
from xhsim.plots.canvas import pictures


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_equal_pictures_give_equal_files(tmp_path: Path, ending: str) -> None:
    for name in ("one", "two"):
        ax = pictures.new_axes()
        ax.plot([1, 2], [3, 4])
        ax.fill_between([1, 2], [3, 4], hatch="//")
        written = save(ax, tmp_path / "made" / f"{name}.{ending}")
        assert written == tmp_path / "made" / f"{name}.{ending}"
    first, second = sorted((tmp_path / "made").iterdir())
    assert first.read_bytes() == second.read_bytes()
    assert sorted(p.name for p in (tmp_path / "made").iterdir()) == [
        f"one.{ending}",
        f"two.{ending}",
    ]


def test_png_has_200_dots_per_inch_and_no_date(tmp_path: Path) -> None:
    figure = pictures.new_figure(3, 2)
    figure.text(0, 0, "x")
    with Image.open(save(figure, tmp_path / "a.png")) as image:
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        assert set(image.info) == {"dpi"}


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'a\.jpg'\. end the file's name in \.png"):
        save(pictures.new_axes(), tmp_path / "a.jpg")
    with pytest.raises(InputError, match="no picture to write"):
        save([], tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_axes_in_a_part_of_a_figure_are_saved_with_the_whole(tmp_path: Path) -> None:
    figure = Figure(figsize=(4, 2))
    parts = np.asarray(figure.subfigures(1, 2))
    parts[0].add_subplot()
    ax = parts[1].add_subplot()
    with Image.open(save(ax, tmp_path / "a.png")) as image:
        assert image.width > 600


def test_a_notebook_shows_axes_and_pages() -> None:
    ax = pictures.new_axes()
    page = pictures.Page([ax])
    assert isinstance(ax, pictures.Picture)
    assert ax._repr_png_().startswith(b"\x89PNG")
    assert page._repr_png_().startswith(b"\x89PNG")


def test_a_page_keeps_the_size_of_its_paper(tmp_path: Path) -> None:
    ax = pictures.new_axes(5, 4)
    for picture, size in ((pictures.Page([ax]), (1000, 800)), (ax, None)):
        with Image.open(save(picture, tmp_path / "a.png")) as image:
            assert (image.size == (1000, 800)) == (size is not None)
