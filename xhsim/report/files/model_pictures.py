"""Diagrams of a study's model as files: sectors, feedback loops, causes; views for Vensim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.atomic import writing
from xhsim.errors import InputError, did_you_mean
from xhsim.plots.canvas.pictures import save
from xhsim.plots.structure import causal_tree, loop_diagram, sector_diagram
from xhsim.report.files.vensim_views import write_views

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from xhsim.analysis.study import Study

__all__ = ["KINDS", "DrawingWish", "draw_study", "sectors_of", "write_study_views"]

KINDS = ("png", "svg", "pdf")
CONTROL = "Control"  # the group of TIME STEP and the other control variables


@dataclass(frozen=True)
class DrawingWish:
    """What to draw.

    Attributes
    ----------
    sectors : tuple of str
        Groups of the model. Empty: all of them, and the loops.
    causes : str or None
        A variable whose tree of causes is drawn instead.
    depth : int
        Number of links in the tree.
    kind : {"png", "svg", "pdf"}
    lang : {"en", "zh"}
        Language of the labels.
    """

    sectors: tuple[str, ...] = ()
    causes: str | None = None
    depth: int = 3
    kind: str = "png"
    lang: str = "en"


def sectors_of(study: Study) -> list[str]:
    """List the groups of a study's model that can be drawn."""
    groups = dict.fromkeys(str(group) for group in study.model.variables["group"])
    return [group for group in groups if group and group != CONTROL]


def draw_study(study: Study, wish: DrawingWish, out: Path) -> list[Path]:
    """Draw a study's model into a folder.

    Parameters
    ----------
    study : Study
    wish : DrawingWish
    out : Path
        Receives all pictures or none.

    Returns
    -------
    list of Path
        The files. Each is named after what it shows.

    Raises
    ------
    InputError
        If there is no such sector or variable, or a loop of loops.yaml is not one.
    """
    if wish.causes is not None:
        variable = study.model.names.find(wish.causes)
        tree = causal_tree(study, variable.name, wish.depth, lang=wish.lang)
        return _written({variable.name: tree}, wish.kind, out)
    known = sectors_of(study)
    for name in wish.sectors:
        if name not in known:
            raise InputError(
                f'the model has no sector "{name}"',
                hint=did_you_mean(name, known) or f"sectors: {', '.join(known)}",
            )
    pictures = {name: sector_diagram(study, name, lang=wish.lang) for name in wish.sectors or known}
    if study.files.loops and not wish.sectors:
        pictures["loops"] = loop_diagram(study, lang=wish.lang)
    return _written(pictures, wish.kind, out)


def write_study_views(study: Study) -> Path:
    """Write views into a study's Vensim file, one for each sector.

    Returns
    -------
    Path
        The file. Its old views are replaced; equations and settings stay.

    Raises
    ------
    InputError
        If the model is not in a Vensim file.
    """
    levers = [p.name for p in study.parameters.values() if p.role == "lever"]
    path, signs = study.files.model_path, study.polarities
    return write_views(study.model, path, levers=levers, polarities=signs)


def _written(pictures: dict[str, Axes], kind: str, out: Path) -> list[Path]:
    files = {name: re.sub(r"[^\w-]+", "-", name) + f".{kind}" for name in pictures}
    with writing(out) as draft:
        for name, picture in pictures.items():
            save(picture, draft / files[name])
    return [out / file for file in files.values()]
