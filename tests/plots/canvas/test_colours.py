"""Colours of scenarios and of probabilities: fixed, different, readable."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from tests.plots.examples import SCENARIOS
from xhsim.analysis.study import Study
from xhsim.plots.canvas import colours
from xhsim.plots.canvas.colours import scenario_colour, scenario_colours, tint


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


def _least_distance(shades: list[str], sight: str) -> float:
    """Return the distance in CIE L*a*b* of the two colours that are most alike."""
    srgb = np.array([to_rgb(shade) for shade in shades])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(SIGHTS[sight]).T, 0, 1)
    to_xyz = np.array(
        ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    )
    x, y, z = np.cbrt(np.maximum(seen @ to_xyz.T / (0.9505, 1.0, 1.089), 0.008856)).T
    places = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])
    apart = np.linalg.norm(places[:, :, None] - places[:, None, :], axis=0)
    return float(apart[~np.eye(len(shades), dtype=bool)].min())


@pytest.mark.parametrize("sight", SIGHTS)
def test_scenario_colours_can_be_told_apart(sight: str) -> None:
    shades = [*colours.SCENARIO_COLOURS.values(), colours.TARGET_COLOUR]
    assert _least_distance(shades, sight) > (35 if sight == "normal" else 15)


@pytest.mark.parametrize("sight", SIGHTS)
def test_lights_can_be_told_apart(sight: str) -> None:
    shades = list(colours.LIGHT_COLOURS.values())
    assert _least_distance(shades, sight) > 20


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
    light = [colours.luminance(shade) for shade in shades]
    assert (np.diff(light) < 0).all()
    assert light[0] > 0.75
    assert light[-1] < 0.06
    for shade, strength in zip(shades, light, strict=True):
        ink = colours.luminance(colours.text_colour_on(shade))
        contrast = (max(ink, strength) + 0.05) / (min(ink, strength) + 0.05)
        assert contrast > 4.0  # 4.5 is the rule for body text, 3 for large


def test_a_tint_is_between_white_and_the_colour() -> None:
    assert tint("#000000", 0.4) == "#999999"  # 255 x 0.6 = 153
    assert tint("#ff0000", 0.2) == "#ffcccc"
