"""Pictures for reports: one module for each idiom, one style for all.

Importing this package imports matplotlib (never pyplot); nothing else in xhsim does.
"""

from xhsim.plots.bars import attainment_bars
from xhsim.plots.by_year import probability_by_year
from xhsim.plots.colours import scenario_colour, scenario_colours
from xhsim.plots.comparison import scenario_comparison
from xhsim.plots.contour import lever_contour
from xhsim.plots.crossing import crossing_chart
from xhsim.plots.fan import fan_chart
from xhsim.plots.fan_page import fan_grid
from xhsim.plots.heatmap import attainment_heatmap
from xhsim.plots.hindcast import hindcast_page
from xhsim.plots.phase import phase_plot
from xhsim.plots.pictures import Page, save
from xhsim.plots.posterior import posterior_chart
from xhsim.plots.required import required_path_chart
from xhsim.plots.spaghetti import spaghetti
from xhsim.plots.spread import spread_page
from xhsim.plots.structure import causal_tree, loop_diagram, sector_diagram
from xhsim.plots.tornado import tornado_chart
from xhsim.plots.waterfall import split_waterfall

__all__ = [
    "Page",
    "attainment_bars",
    "attainment_heatmap",
    "causal_tree",
    "crossing_chart",
    "fan_chart",
    "fan_grid",
    "hindcast_page",
    "lever_contour",
    "loop_diagram",
    "phase_plot",
    "posterior_chart",
    "probability_by_year",
    "required_path_chart",
    "save",
    "scenario_colour",
    "scenario_colours",
    "scenario_comparison",
    "sector_diagram",
    "spaghetti",
    "split_waterfall",
    "spread_page",
    "tornado_chart",
]
