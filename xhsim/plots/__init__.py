"""Charts and diagrams for reports: one module for each kind, one style for all.

A function is imported when it is first asked for: a fan chart needs none of the packages that lay
out diagrams. These modules import matplotlib (never pyplot); nothing else in xhsim does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOMES = {
    "Page": "canvas.pictures",
    "attainment_bars": "charts.bars",
    "attainment_heatmap": "charts.heatmap",
    "causal_tree": "structure.loops",
    "crossing_chart": "charts.crossing",
    "fan_chart": "charts.fan",
    "fan_grid": "charts.fan_page",
    "found_loop_diagram": "structure.found_loops",
    "front_chart": "policies.front_chart",
    "hindcast_page": "past.hindcast",
    "hindcast_scores_page": "past.hindcast_scores",
    "hypervolume_chart": "policies.hypervolume",
    "knowing_or_money": "uncertainty.knowing_or_money",
    "lever_contour": "charts.contour",
    "lights_board": "monitoring.lights_board",
    "loop_diagram": "structure.loops",
    "loop_shares": "structure.loop_shares",
    "marginal_gain_chart": "policies.marginal_gain",
    "needed_curve": "policies.needed",
    "package_lines": "policies.package_lines",
    "pathway_chart": "policies.pathway_chart",
    "phase_plot": "charts.phase",
    "pit_histogram": "past.pit",
    "posterior_chart": "charts.posterior",
    "probability_by_base": "uncertainty.by_base",
    "probability_by_date": "monitoring.by_date",
    "probability_by_year": "charts.by_year",
    "required_path_chart": "charts.required",
    "residuals_chart": "policies.residuals",
    "response_matrix": "structure.responses",
    "revised_fan": "monitoring.revised_fan",
    "revision_waterfall": "monitoring.revision_waterfall",
    "save": "canvas.pictures",
    "scenario_colour": "canvas.colours",
    "scenario_colours": "canvas.colours",
    "scenario_comparison": "charts.comparison",
    "sealed_scores_page": "monitoring.sealed_scores_page",
    "sector_diagram": "structure.diagram",
    "separation_chart": "uncertainty.separation",
    "spaghetti": "charts.spaghetti",
    "split_waterfall": "charts.waterfall",
    "spread_page": "charts.spread",
    "targets_by_date": "monitoring.targets_by_date",
    "tornado_chart": "charts.tornado",
    "what_to_watch_page": "uncertainty.what_to_watch",
    "worth_knowing_matrix": "uncertainty.worth_knowing",
    "zone_map": "places.zone_map",
}

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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'xhsim.plots' has no attribute {name!r}")
    return getattr(importlib.import_module(f"xhsim.plots.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
