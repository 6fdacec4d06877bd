"""The style of all pictures: fonts, grid, texts, source lines."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.text import Annotation

from xhsim.errors import InputError
from xhsim.plots.canvas.colours import GREY, GRID, INK
from xhsim.plots.canvas.pictures import new_figure, points_a_pixel
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA

__all__ = ["clean_axes", "font", "left_edge", "source_text", "text_width", "write"]

LINE_SPACING: dict[Language, float] = {"en": 1.2, "zh": 1.35}
LATIN_FONT = "DejaVu Sans"  # part of matplotlib, so pictures are the same on every machine
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "SimHei",
    "Heiti SC",
    "STHeiti",
    "Arial Unicode MS",
    "Droid Sans Fallback",
)


def clean_axes(ax: Axes, lang: str = "en", size: float = 8) -> None:
    """Style axes: thin grey horizontal grid, one axis line, small grey tick labels."""
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color("#9a9a9a")
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=GRID, linewidth=0.6)
    ax.tick_params(
        length=0, colors=GREY, labelsize=size, labelfontfamily=list(_families(lang)), pad=3
    )
    ax.tick_params(axis="x", length=3, color="#9a9a9a")


def font(lang: str = "en", size: float = 9, weight: str = "normal") -> FontProperties:
    """Return the font of a language.

    Raises
    ------
    InputError
        For Chinese, if no font with Chinese letters is installed; the hint says what to install.

    Examples
    --------
    >>> font("en", 8).get_family()
    ['DejaVu Sans']
    """
    return FontProperties(family=list(_families(lang)), size=size, weight=weight)


def _families(lang: str) -> tuple[str, ...]:
    if check_language(lang) == "en":
        return (LATIN_FONT,)
    return (chinese_font(), LATIN_FONT)


@lru_cache(maxsize=1)
def chinese_font() -> str:
    """Return the first of the preferred fonts with Chinese letters that is installed.

    The name is cached. A failure is not, because a font may be installed later.

    Raises
    ------
    InputError
        If there is none; the hint says what to install.
    """
    for notice in (None, _notice_new_fonts, _notice_shipped_fonts):
        if notice:
            notice()
        installed = {entry.name for entry in font_manager.fontManager.ttflist}
        for name in CHINESE_FONTS:
            if name in installed:
                return name
    raise InputError(
        "no font with Chinese letters is installed",
        hint="install one (pip install 'xhsim[chinese]' brings Noto Sans CJK SC everywhere; Debian "
        "and Ubuntu: apt install fonts-noto-cjk; Fedora: dnf install google-noto-sans-cjk-fonts), "
        'or use lang="en"',
    )


def _notice_new_fonts() -> None:
    # Matplotlib lists fonts once and stores the list on disk. Add fonts installed since then.
    listed = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in listed:
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError, ValueError):
                continue  # skip a damaged font file


def _notice_shipped_fonts() -> None:
    # Find the package without importing it: the import would load its dependencies.
    package = find_spec("mplfonts")
    for folder in (package and package.submodule_search_locations) or ():
        for path in sorted((Path(folder) / "fonts").glob("NotoSansCJK*.otf")):
            font_manager.fontManager.addfont(path)


def write(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    *,
    coordinates: Any = "axes fraction",
    offset: tuple[float, float] = (0, 0),
    lang: str = "en",
    size: float = 9,
    weight: str = "normal",
    colour: str = INK,
    ha: Literal["left", "center", "right"] = "left",
    va: Literal["bottom", "baseline", "center", "center_baseline", "top"] = "baseline",
) -> Annotation:
    """Write a text on axes in the project's fonts.

    Parameters
    ----------
    at : tuple of float
        Place in `coordinates`: the name of a matplotlib coordinate system, or one each for x and
        y.
    offset : tuple of float
        Points to the right of that place and above it.

    Examples
    --------
    >>> from xhsim.plots.canvas.pictures import new_axes
    >>> write(new_axes(), "2020", (0, 1), offset=(0, 6)).get_text()
    '2020'
    """
    return ax.annotate(
        text,
        at,
        xycoords=coordinates,
        xytext=offset,
        textcoords="offset points",
        fontproperties=font(lang, size, weight),
        color=colour,
        ha=ha,
        va=va,
        annotation_clip=False,
        linespacing=LINE_SPACING[check_language(lang)],
    )


@lru_cache(maxsize=4096)
def text_width(text: str, lang: str = "en", size: float = 9) -> float:
    """Return the width of a text in points.

    Examples
    --------
    >>> text_width("wide", "en", 9) < text_width("wider", "en", 9)
    True
    """
    figure = new_figure(1, 1)
    probe = figure.text(0, 0, text, fontproperties=font(lang, size))
    return float(probe.get_window_extent().width) * 72 / figure.dpi


def left_edge(ax: Axes) -> float:
    """Return the left end of tick labels and texts, in points from the left edge of the axes.

    Titles and source lines begin there.

    Examples
    --------
    >>> from xhsim.plots.canvas.pictures import new_axes
    >>> ax = new_axes()
    >>> left_edge(ax) < 0
    True
    """
    boxes = [ax.yaxis.get_tightbbox(), *(text.get_window_extent() for text in ax.texts)]
    leftmost = min([box.x0 for box in boxes if box is not None] + [ax.bbox.x0])
    return float(leftmost - ax.bbox.x0) * points_a_pixel(ax)


def source_text(
    *,
    scenario: str | None = None,
    draws: int | None = None,
    failed: int = 0,
    seed: int | None = None,
    lang: str = "en",
) -> str:
    """Return the source line of a picture: scenario, draws and seed.

    Examples
    --------
    >>> source_text(scenario="plan", draws=1000, seed=0)
    'scenario plan, 1,000 draws, seed 0'
    >>> source_text(draws=1000, failed=2)
    '1,000 draws (2 failed)'
    """
    parts = []
    if scenario is not None:
        parts.append(PICTURES.say("scenario", lang, name=scenario))
    if draws is not None:
        key = "failed" if failed else "draws"
        parts.append(PICTURES.say(key, lang, n=number_text(draws), failed=number_text(failed)))
    if seed is not None:
        parts.append(PICTURES.say("seed", lang, n=seed))
    return COMMA.in_(lang).join(parts)
