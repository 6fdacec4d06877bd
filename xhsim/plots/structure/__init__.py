"""Diagrams of a model's structure: stocks and flows of a sector, loops, trees of causes."""

from xhsim.plots.structure.diagram import sector_diagram
from xhsim.plots.structure.loops import causal_tree, loop_diagram

__all__ = ["causal_tree", "loop_diagram", "sector_diagram"]


def __dir__() -> list[str]:
    return __all__
