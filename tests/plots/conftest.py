"""What the tests of pictures share."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from xhsim.errors import InputError
from xhsim.plots.canvas import style


@pytest.fixture
def chinese_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Chinese pictures be made: without such a font, with one that comes with matplotlib.

    What is written is then tested all the same; only the letters would be seen as boxes.
    """
    with warnings.catch_warnings():
        try:
            style.font("zh")
        except InputError:
            monkeypatch.setattr(style, "chinese_font", lambda: "DejaVu Serif")
            warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        yield
