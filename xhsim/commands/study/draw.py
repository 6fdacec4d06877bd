"""``xhsim draw``: pictures of the model's structure."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import GOOD, folder, print_json, whole_number
from xhsim.commands.opening import open_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    draw = commands.add_parser(
        "draw",
        parents=[common],
        help="diagrams of the model: stocks and flows by sector, feedback loops, causes",
        description="Draw the model: each sector as a diagram of stocks and flows, and the "
        "feedback loops of model/loops.yaml with their signs.",
    )
    draw.add_argument(
        "sectors", nargs="*", metavar="SECTOR", help="sectors to draw (default: all, and the loops)"
    )
    draw.add_argument(
        "--causes", metavar="VARIABLE", help="draw the causes of this variable instead"
    )
    draw.add_argument(
        "--depth", type=whole_number, default=3, metavar="N", help="links from it (default: 3)"
    )
    draw.add_argument(
        "--out",
        type=folder,
        default=Path("pictures"),
        metavar="DIR",
        help="folder for the pictures (default: pictures)",
    )
    draw.add_argument("--format", choices=("png", "svg", "pdf"), default="png", help="default: png")
    draw.add_argument(
        "--lang", choices=("en", "zh"), default="en", help="language of labels (default: en)"
    )
    draw.add_argument(
        "--views",
        action="store_true",
        help="instead, write the diagrams into the model file as views for Vensim",
    )
    draw.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.atomic import check_folder
    from xhsim.report.files.model_pictures import DrawingWish, draw_study, write_study_views

    # Only the structure is drawn: the posterior is not needed.
    study = open_study(options, posterior=False)
    if options.views:
        files = [write_study_views(study)]
    else:
        check_folder(options.out)
        wish = DrawingWish(
            tuple(options.sectors), options.causes, options.depth, options.format, options.lang
        )
        files = draw_study(study, wish, options.out)
    if options.json:
        print_json({"files": [str(path) for path in files]})
    elif not options.quiet:
        print("\n".join(str(path) for path in files))
    return GOOD
