"""Charts and diagrams for reports: one module for each kind, one style for all.

Importing this package imports matplotlib (never pyplot); nothing else in xhsim does.
"""

from xhsim.plots.canvas.colours import scenario_colour, scenario_colours
from xhsim.plots.canvas.pictures import Page, save
from xhsim.plots.charts.bars import attainment_bars
from xhsim.plots.charts.by_year import probability_by_year
from xhsim.plots.charts.comparison import scenario_comparison
from xhsim.plots.charts.contour import lever_contour
from xhsim.plots.charts.crossing import crossing_chart
from xhsim.plots.charts.fan import fan_chart
from xhsim.plots.charts.fan_page import fan_grid
from xhsim.plots.charts.heatmap import attainment_heatmap
from xhsim.plots.charts.phase import phase_plot
from xhsim.plots.charts.posterior import posterior_chart
from xhsim.plots.charts.required import required_path_chart
from xhsim.plots.charts.spaghetti import spaghetti
from xhsim.plots.charts.spread import spread_page
from xhsim.plots.charts.tornado import tornado_chart
from xhsim.plots.charts.waterfall import split_waterfall
from xhsim.plots.monitoring.by_date import probability_by_date
from xhsim.plots.monitoring.lights_board import lights_board
from xhsim.plots.monitoring.revised_fan import revised_fan
from xhsim.plots.monitoring.revision_waterfall import revision_waterfall
from xhsim.plots.monitoring.sealed_scores_page import sealed_scores_page
from xhsim.plots.monitoring.targets_by_date import targets_by_date
from xhsim.plots.past.hindcast import hindcast_page
from xhsim.plots.past.hindcast_scores import hindcast_scores_page
from xhsim.plots.past.pit import pit_histogram
from xhsim.plots.places.zone_map import zone_map
from xhsim.plots.policies.front_chart import front_chart
from xhsim.plots.policies.hypervolume import hypervolume_chart
from xhsim.plots.policies.marginal_gain import marginal_gain_chart
from xhsim.plots.policies.needed import needed_curve
from xhsim.plots.policies.package_lines import package_lines
from xhsim.plots.policies.pathway_chart import pathway_chart
from xhsim.plots.policies.residuals import residuals_chart
from xhsim.plots.structure import causal_tree, loop_diagram, sector_diagram
from xhsim.plots.structure.found_loops import found_loop_diagram
from xhsim.plots.structure.loop_shares import loop_shares
from xhsim.plots.structure.responses import response_matrix
from xhsim.plots.uncertainty.by_base import probability_by_base
from xhsim.plots.uncertainty.knowing_or_money import knowing_or_money
from xhsim.plots.uncertainty.separation import separation_chart
from xhsim.plots.uncertainty.what_to_watch import what_to_watch_page
from xhsim.plots.uncertainty.worth_knowing import worth_knowing_matrix

__all__ = [
    "Page",
    "attainment_bars",
    "attainment_heatmap",
    "causal_tree",
    "crossing_chart",
    "fan_chart",
    "fan_grid",
    "found_loop_diagram",
    "front_chart",
    "hindcast_page",
    "hindcast_scores_page",
    "hypervolume_chart",
    "knowing_or_money",
    "lever_contour",
    "lights_board",
    "loop_diagram",
    "loop_shares",
    "marginal_gain_chart",
    "needed_curve",
    "package_lines",
    "pathway_chart",
    "phase_plot",
    "pit_histogram",
    "posterior_chart",
    "probability_by_base",
    "probability_by_date",
    "probability_by_year",
    "required_path_chart",
    "residuals_chart",
    "response_matrix",
    "revised_fan",
    "revision_waterfall",
    "save",
    "scenario_colour",
    "scenario_colours",
    "scenario_comparison",
    "sealed_scores_page",
    "sector_diagram",
    "separation_chart",
    "spaghetti",
    "split_waterfall",
    "spread_page",
    "targets_by_date",
    "tornado_chart",
    "what_to_watch_page",
    "worth_knowing_matrix",
    "zone_map",
]


def __dir__() -> list[str]:
    return __all__
