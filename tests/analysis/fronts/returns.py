"""A study in which the best package for any money is known: two levers with decreasing returns."""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study

FAR = """
far:
  label: {en: Far, zh: 远}
  variable: size
  direction: ">="
  value: 122
  unit: unit
  measure: level
  period: [2020, 2025]
  group: all
  place: made up
"""
SECOND = """
second policy:
  unit: unit/year
  value: 0
  role: lever
  range: [0, 5]
  source: "assumption: another programme"
  label: {en: Second, zh: 第二}
"""


def returns_study(folder: Path) -> Study:
    """Growth goes with 2 sqrt(first) + sqrt(second): the best split of money is four to one."""
    copy_of_linear(folder, **{"model/targets.yaml": FAR})
    model = folder / "model" / "linear.mdl"
    text = model.read_text(encoding="utf-8")
    text = text.replace(
        "INTEG(growth + policy, 100)",
        "INTEG(growth + 2*SQRT(policy) + SQRT(second policy), 100)",
    )
    text = text.replace(
        "idle = 1", "second policy = 0 ~ unit/year ~ Another programme. |\nidle = 1"
    )
    model.write_text(text, encoding="utf-8")
    parameters = folder / "model" / "parameters.yaml"
    parameters.write_text(parameters.read_text(encoding="utf-8") + SECOND, encoding="utf-8")
    return xhsim.open_study(folder)
