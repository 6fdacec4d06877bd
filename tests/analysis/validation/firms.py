"""A study of firms small enough to know what every check must say of it.

Firms enter a pool, get a certificate and leave. Money for entry raises entry; the pool crowds
itself (a loop that dampens) and certified firms attract others (a loop that amplifies).
"""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study
from xhsim.analysis.validation.findings import Finding

MODEL = """{UTF-8}
help = 1 ~ unit/year ~ Money for entry. |
waste = 1 ~ unit/year ~ Money for nothing. |
crowding = 0.02 ~ 1/unit ~ How much firms keep others away. |
pull = 0.01 ~ 1/unit ~ How much certified firms attract others. |
normal entry = 10 ~ unit/year ~ Entry without help. |
certification time = 4 ~ year ~ Years in the pool. |
life = 10 ~ year ~ Years with a certificate. |
attraction = 1 + pull*certified ~ Dmnl ~ What certified firms do to entry. |
room = 1/(1 + crowding*pool) ~ Dmnl ~ What the pool does to entry. |
entry = (normal entry + help)*attraction*room ~ unit/year ~ Firms that enter. |
certification = pool/certification time ~ unit/year ~ Firms certified. |
exits = certified/life ~ unit/year ~ Firms that leave. |
pool = INTEG(entry - certification, 40) ~ unit ~ Firms without a certificate. |
certified = INTEG(certification - exits, 30) ~ unit ~ Firms with one. |
all firms = pool + certified ~ unit ~ All firms. |
INITIAL TIME = 2015 ~ year ~ First year. |
FINAL TIME = 2025 ~ year ~ Last year. |
TIME STEP = 0.25 ~ year ~ Step. |
SAVEPER = 1 ~ year ~ Saved years. |

\\\\\\---/// Sketch information
///---\\\\\\
:L<%^E!@
15:0,0,0,5,0,0
"""
LEVER = """{name}:
  unit: unit/year
  value: 1
  role: lever
  range: [0, 5]
  source: "assumption: made up"
  label: {{en: {name}, zh: 政策}}
"""
FIXED = """{name}:
  unit: "{unit}"
  value: {value}
  role: fixed
  range: [0, 100]
  source: "assumption: made up"
  label: {{en: {name}, zh: 常数}}
"""
CONSTANTS = (
    ("crowding", "1/unit", 0.02),
    ("pull", "1/unit", 0.01),
    ("normal entry", "unit/year", 10),
    ("certification time", "year", 4),
    ("life", "year", 10),
)
PARAMETERS = "".join(LEVER.format(name=name) for name in ("help", "waste")) + "".join(
    FIXED.format(name=name, unit=unit, value=value) for name, unit, value in CONSTANTS
)
TARGETS = """
certified:
  label: {en: Certified, zh: 认定}
  variable: certified
  measure: level
  direction: ">="
  value: 60
  unit: unit
  period: [2020, 2025]
  group: all
  place: made up
size:
  label: {en: Size, zh: 规模}
  variable: all firms
  measure: average_growth
  direction: ">="
  value: 1
  unit: "%/year"
  period: [2020, 2025]
  group: all
  place: made up
"""
HISTORY = """series,year,value,unit,variable,status,grade,source,note
certified,2015,30,unit,certified,plan,plan,made up,
all,2015,70,unit,all firms,plan,plan,made up,
all_growth_real,2016-2020,10,%/year,,published,official,made up,
"""
CHECKS = """
steps: {halved: 0.01}
non_negative: {draws: 5, also: [entry]}
extremes:
  horizon: 2035
  growth: 20
  conditions:
    nobody enters:
      says: From 2020 there are no entries.
      set: {normal entry: {step: {year: 2020, to: 0}}, help: {step: {year: 2020, to: 0}}}
      expect: {pool: down, certified: down, room: up, certification time: same}
conservation:
  chains:
    firms:
      says: Enter, are certified, leave.
      stocks: [pool, certified]
      in: [entry]
      out: [exits]
levers:
  year: 2021
  levers:
    help:
      aim: certified
      raises: [certified, size]
    waste:
      aim: certified
      raises: [certified]
      leaves: [size]
      differs: {certified: it is waste}
loops:
  horizon: 2030
  loops:
    crowding:
      says: More firms leave less room.
      push: {help: {step: {year: 2020, to: 5}}}
      hold: [room]
      watch: pool
      does: dampens
    attraction:
      says: Certified firms attract others.
      push: {help: {step: {year: 2020, to: 5}}}
      hold: [attraction]
      watch: pool
      does: amplifies
fit: {years: [2015, 2020], plan_year: 2015}
"""
SCENARIOS: dict[str, str | None] = {
    "scenarios/baseline.yaml": "label: {en: Baseline, zh: 基准}\ndescription: Nothing new.\n",
    "scenarios/doubt.yaml": None,
    "scenarios/nothing.yaml": None,
    "scenarios/programme.yaml": None,
}


def firms_study(
    folder: Path,
    checks: str = CHECKS,
    model: str = MODEL,
    history: str = HISTORY,
    parameters: str = PARAMETERS,
) -> Study:
    """Open the study of firms, in a folder of its own."""
    copy_of_linear(
        folder,
        **{
            "model/linear.mdl": model,
            "model/parameters.yaml": parameters,
            "model/targets.yaml": TARGETS,
            "model/history.csv": history,
            "model/checks.yaml": checks,
            **SCENARIOS,
        },
    )
    return xhsim.open_study(folder)


def changed(text: str, old: str, new: str) -> str:
    """Replace the one occurrence of a text."""
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    return text.replace(old, new)


def failures(findings: list[Finding]) -> list[str]:
    """Return the lines of all findings that failed."""
    return [line for finding in findings if finding.passed is False for line in finding.details]
