"""Studies in which the best package of levers is known."""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study

__all__ = ["returns", "straight"]

TARGETS = """
far:
  label: {en: Far, zh: 远}
  variable: size
  direction: ">="
  value: 120
  unit: unit
  measure: level
  period: [2020, 2025]
  group: all
  place: made up
"""
MORE = """
second policy:
  unit: unit/year
  value: 0
  role: lever
  range: [0, 5]
  source: "assumption: another programme"
  label: {en: Second, zh: 第二}
first gain:
  unit: Dmnl
  value: 2
  role: fixed
  range: [0, 5]
  source: "assumption: what the first programme gives"
  label: {en: First gain, zh: 甲}
second gain:
  unit: Dmnl
  value: 1
  role: fixed
  range: [0, 5]
  source: "assumption: what the second programme gives"
  label: {en: Second gain, zh: 乙}
"""
TURNED = """
label: {en: Turned, zh: 相反}
description: The second programme gives what the first gave, and the first what the second gave.
extends: baseline
set: {first gain: 1, second gain: 2}
"""
EQUATIONS = [
    (
        "INTEG(growth + policy, 100)",
        "INTEG(growth + first gain*SQRT(policy) + second gain*SQRT(second policy), 100)",
    ),
    (
        "idle = 1",
        "second policy = 0 ~ unit/year ~ Another programme. |\n"
        "first gain = 2 ~ Dmnl ~ Of the first. |\n"
        "second gain = 1 ~ Dmnl ~ Of the second. |\n"
        "idle = 1",
    ),
]


def straight(folder: Path) -> Study:
    """Return a study with one lever: at x from 2022 on, it adds 3.5 x by 2025.

    Growth adds 15 at the median, and 20 are needed.
    """
    return xhsim.open_study(copy_of_linear(folder / "straight", **{"model/targets.yaml": TARGETS}))


def returns(folder: Path) -> Study:
    """Return a study in which size goes with 2 sqrt(policy) + sqrt(second policy).

    The best split of money is four to one; in the scenario ``turned`` one to four.
    """
    place = copy_of_linear(
        folder / "returns", **{"model/targets.yaml": TARGETS, "scenarios/turned.yaml": TURNED}
    )
    model, parameters = (place / "model" / name for name in ("linear.mdl", "parameters.yaml"))
    text = model.read_text(encoding="utf-8")
    for before, after in EQUATIONS:
        text = text.replace(before, after)
    model.write_text(text, encoding="utf-8")
    parameters.write_text(parameters.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    return xhsim.open_study(place)
