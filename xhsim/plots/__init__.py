"""Pictures for reports: one module for each idiom, one style for all.

Importing this package imports matplotlib (never pyplot); nothing else in xhsim does.
"""

from xhsim.analysis.chance import probability_text
from xhsim.plots.colours import scenario_colour, scenario_colours
from xhsim.plots.fan import fan_chart
from xhsim.plots.fan_page import fan_grid
from xhsim.plots.heatmap import attainment_heatmap
from xhsim.plots.hindcast import hindcast_page
from xhsim.plots.pictures import Page, save
from xhsim.plots.posterior import posterior_chart
from xhsim.plots.spread import spread_page
from xhsim.plots.wording import display_unit

__all__ = [
    "Page",
    "attainment_heatmap",
    "display_unit",
    "fan_chart",
    "fan_grid",
    "hindcast_page",
    "posterior_chart",
    "probability_text",
    "save",
    "scenario_colour",
    "scenario_colours",
    "spread_page",
]
