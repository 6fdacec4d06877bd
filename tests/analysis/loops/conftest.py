"""A study whose loops have shares in closed form: a crowd that grows up to a limit."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.analysis.study import Study

MODEL = """
birth rate = 0.8 ~ 1/year ~ |
limit = 60 ~ unit ~ |
crowd[Zone] = INTEG(born[Zone] - limited[Zone], 10) ~ unit ~ Grows up to the limit. |
born[Zone] = birth rate*crowd[Zone] ~ unit/year ~ |
limited[Zone] = birth rate*crowd[Zone]*crowd[Zone]/limit ~ unit/year ~ |
people = SUM(crowd[Zone!]) ~ unit ~ |
"""
PARAMETERS = """
birth rate:
  unit: 1/year
  value: 0.8
  role: fixed
  range: [0, 9]
  source: "assumption: made up"
  label: {en: Birth rate, zh: 增长率}

limit:
  unit: unit
  value: 60
  role: uncertain
  range: [10, 500]
  prior: 90% in [40, 90]
  source: "assumption: made up"
  label: {en: Limit, zh: 上限}
"""
LOOPS = """
R1:
  label: {en: Growth, zh: 增长}
  kind: reinforcing
  through: [crowd, born]
"""


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The linear study with a crowd in each zone; one of its two loops has a name."""
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    parameters = (LINEAR / "model" / "parameters.yaml").read_text(encoding="utf-8")
    files = {
        "model/linear.mdl": model.replace("INITIAL TIME", MODEL + "INITIAL TIME", 1),
        "model/parameters.yaml": parameters + PARAMETERS,
        "model/loops.yaml": LOOPS,
    }
    return xhsim.open_study(copy_of_linear(tmp_path_factory.mktemp("crowd") / "study", **files))
