"""Fonts, colours and files that all pictures share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from tests.plots.examples import SCENARIOS
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.plots import save
from xhsim.plots.canvas import colours, pictures, style
from xhsim.plots.canvas.colours import scenario_colour, scenario_colours


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


def test_scenario_colours_are_fixed_and_apart() -> None:
    assert scenario_colour("baseline") == "#4d4d4d"
    assert scenario_colour("plan") == scenario_colour("Plan") == "#0072b2"
    assert scenario_colour("rd_push") == scenario_colour("rd-push")
    assert len({scenario_colour(name) for name in SCENARIOS}) == len(SCENARIOS)
    assert colours.TARGET_COLOUR not in colours.SCENARIO_COLOURS.values()


def test_every_shipped_scenario_has_a_colour_of_its_own(xuhui: Study) -> None:
    assert set(colours.SCENARIO_COLOURS) == set(xuhui.scenarios)


# What the colour-blind see of linear RGB: Machado, Oliveira and Fernandes (2009), IEEE
# Transactions on Visualization and Computer Graphics 15, severity 1.
SIGHTS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "normal": np.eye(3),
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_scenario_colours_can_be_told_apart(sight: str) -> None:
    shades = [*colours.SCENARIO_COLOURS.values(), colours.TARGET_COLOUR]
    srgb = np.array([to_rgb(shade) for shade in shades])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(SIGHTS[sight]).T, 0, 1)
    to_xyz = np.array(
        ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    )
    x, y, z = np.cbrt(np.maximum(seen @ to_xyz.T / (0.9505, 1.0, 1.089), 0.008856)).T
    places = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])  # CIE L*a*b*
    apart = np.linalg.norm(places[:, :, None] - places[:, None, :], axis=0)
    assert apart[~np.eye(len(shades), dtype=bool)].min() > (35 if sight == "normal" else 15)


def test_scenarios_drawn_together_do_not_share_a_colour() -> None:
    names = ["plan", "baseline", "rd-push", "mine", "yours", "theirs", "a", "b"]
    together = scenario_colours(names)
    assert list(together) == names
    assert len(set(together.values())) == len(names)
    assert together["rd-push"] == scenario_colour("rd-push")
    assert set(scenario_colours(f"s{i}" for i in range(20)).values()) == set(colours.FREE_COLOURS)


def test_probability_colours_darken_all_the_way_and_carry_readable_text() -> None:
    scale = colours.probability_colours()
    shades = [scale(share) for share in np.linspace(0, 1, 101)]
    light = [colours.colour_strength(shade) for shade in shades]
    assert (np.diff(light) < 0).all()
    assert light[0] > 0.75
    assert light[-1] < 0.06
    for shade, strength in zip(shades, light, strict=True):
        ink = colours.colour_strength(colours.text_colour_on(shade))
        contrast = (max(ink, strength) + 0.05) / (min(ink, strength) + 0.05)
        assert contrast > 4.0  # 4.5 is the rule for body text, 3 for large


def test_source_says_scenario_draws_and_seed() -> None:
    assert style.source_text(scenario="plan", draws=1000, failed=3, seed=0) == (
        "scenario plan, 1,000 draws (3 failed), seed 0"
    )
    assert style.source_text(scenario="plan", draws=1000, seed=0, lang="zh") == (
        "情景：plan，1,000次抽样，随机种子0"
    )
    assert style.source_text() == ""


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
