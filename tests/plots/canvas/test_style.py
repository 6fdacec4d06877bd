"""Fonts, texts and axes that all pictures share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from matplotlib import font_manager

from xhsim.errors import InputError
from xhsim.plots.canvas import pictures, style


@pytest.fixture
def forgotten_font() -> Iterator[None]:
    style.chinese_font.cache_clear()
    yield
    style.chinese_font.cache_clear()


def _fonts(monkeypatch: pytest.MonkeyPatch, names: list[str]) -> list[SimpleNamespace]:
    fonts = [SimpleNamespace(name=name, fname=f"{name}.ttf") for name in names]
    manager = SimpleNamespace(ttflist=fonts)
    manager.addfont = lambda path: fonts.append(SimpleNamespace(name=Path(path).stem, fname=path))
    monkeypatch.setattr(font_manager, "fontManager", manager)
    return fonts


@pytest.mark.usefixtures("forgotten_font")
def test_best_installed_chinese_font_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    _fonts(monkeypatch, ["SimHei", "DejaVu Sans", "WenQuanYi Zen Hei"])
    assert style.font("zh").get_family() == ["WenQuanYi Zen Hei", "DejaVu Sans"]
    assert style.font("en").get_family() == ["DejaVu Sans"]


@pytest.mark.usefixtures("forgotten_font")
def test_font_installed_after_matplotlib_listed_fonts_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fonts = _fonts(monkeypatch, ["DejaVu Sans"])
    seen = ["damaged.ttf", "Noto Sans SC.otf"]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: seen)
    add = font_manager.fontManager.addfont

    def addfont(path: str) -> None:
        if path == "damaged.ttf":
            raise RuntimeError("cannot open")
        add(path)

    monkeypatch.setattr(font_manager.fontManager, "addfont", addfont)
    assert style.font("zh").get_family()[0] == "Noto Sans SC"
    assert len(fonts) == 2


@pytest.mark.usefixtures("forgotten_font")
def test_without_a_chinese_font_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _fonts(monkeypatch, ["DejaVu Sans"])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: ["DejaVu Sans.ttf"])
    monkeypatch.setattr(style, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"no font with Chinese letters.*fonts-noto-cjk"):
        style.font("zh")


@pytest.mark.usefixtures("forgotten_font")
def test_without_a_chinese_font_of_the_system_a_shipped_one_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = font_manager.FontManager()
    real.ttflist = [entry for entry in real.ttflist if entry.name == "DejaVu Sans"]
    monkeypatch.setattr(font_manager, "fontManager", real)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    assert style.font("zh").get_family() == ["Noto Sans CJK SC", "DejaVu Sans"]
    assert "mplfonts" in font_manager.fontManager.findfont("Noto Sans CJK SC")


def test_source_says_scenario_draws_and_seed() -> None:
    assert style.source_text(scenario="plan", draws=1000, failed=3, seed=0) == (
        "scenario plan, 1,000 draws (3 failed), seed 0"
    )
    assert style.source_text(scenario="plan", draws=1000, seed=0, lang="zh") == (
        "情景：plan，1,000次抽样，随机种子0"
    )
    assert style.source_text() == ""


def test_text_is_written_at_its_place_and_offset() -> None:
    ax = pictures.new_axes(4, 3, (1, 1, 1, 1))
    text = style.write(ax, "Ag", (0, 1), offset=(36, 0), size=9, colour="red")
    assert text.get_window_extent().x0 == pytest.approx(ax.bbox.x0 + 0.5 * ax.figure.dpi, abs=2)
    assert text.get_color() == "red"
    assert not text.get_annotation_clip()


def test_width_of_a_text_grows_with_its_letters_and_size() -> None:
    one = style.text_width("m", size=10)
    assert style.text_width("mm", size=10) == pytest.approx(2 * one, rel=0.1)
    assert style.text_width("m", size=20) == pytest.approx(2 * one, rel=0.1)


def test_the_left_edge_is_where_the_longest_text_begins() -> None:
    ax = pictures.new_axes()
    ax.set_yticks([])
    assert style.left_edge(ax) == pytest.approx(0, abs=1)
    style.write(ax, "x", (0, 0), offset=(-50, 0))
    assert style.left_edge(ax) == pytest.approx(-50, abs=1.5)


def test_clean_axes_keep_one_line_and_a_grid() -> None:
    ax = pictures.new_axes()
    style.clean_axes(ax)
    assert [side for side, spine in ax.spines.items() if spine.get_visible()] == ["bottom"]
    assert all(line.get_visible() for line in ax.get_ygridlines())
    assert not any(line.get_visible() for line in ax.get_xgridlines())
