"""A study with a target that hangs on an unpublished base and has other readings.

It is the linear study with the sum of two straight lines, so every probability has a closed form.
"""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.analysis.study import Study

__all__ = ["TOTAL", "chance_of_total", "hanging_study"]

# In 2025 the sum is 110 + 5 growth + 5 growth of the south, which is uniform.
TOTAL = """
total:
  rank: 4
  label: {en: Total size, zh: 总规模}
  variable: total
  measure: level
  direction: ">="
  value: 136
  unit: unit
  period: [2020, 2025]
  group: zones
  base: {value: 110, source: "made up"}
  place: table 4
  hangs_on: Growth
  readings:
    increase:
      label: {en: Total size, as an increase, zh: 总规模（按增量）}
      measure: cumulative_increase
      value: 26
    south:
      label: {en: Size of the south, zh: 南部规模}
      variable: zone size[South]
      value: 20
""".replace("Total size, as an increase", '"Total size, as an increase"')
SOUTH = (2 - 0.5 / 0.9, 2 + 0.5 / 0.9)  # the ends of the growth of the south


def chance_of_total(growth: float) -> float:
    """Return the probability of the target if the growth is known."""
    low, high = SOUTH
    return min(1.0, max(0.0, (high - (5.2 - growth)) / (high - low)))


def hanging_study(folder: Path, **files: str) -> Study:
    """Write the study into a folder and open it."""
    model = (LINEAR / "model/linear.mdl").read_text(encoding="utf-8")
    total = "total = size + zone size[South] ~ unit ~ Two straight lines together. |\n"
    targets = (LINEAR / "model/targets.yaml").read_text(encoding="utf-8")
    content = {
        "model/linear.mdl": model.replace("spent = ", total + "spent = "),
        "model/targets.yaml": targets + TOTAL,
        **files,
    }
    return xhsim.open_study(copy_of_linear(folder, **content))
