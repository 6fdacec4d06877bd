"""A world whose best forecast is known: many series with a trend, and waves after a year."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import xhsim
from xhsim.analysis.study import Study

ORIGIN, FIRST, LAST, SERIES = 2015, 2010, 2018, 60
TREND, PERSISTENCE, WAVE, ERROR = (0.02, 0.08), 0.5, 0.03, 0.01
SIGMAS = 1.6448536269514722  # of a 90 % interval
NAMES = [f"s{number}" for number in range(SERIES)]


def study_of(folder: Path, *, seed: int = 1, structures: str = "") -> Study:
    """Write and open a study of series drawn from the study's own assumptions."""
    for name in ("model", "scenarios"):
        (folder / name).mkdir(parents=True)
    texts = {
        "model/waves.mdl": _model(),
        "model/parameters.yaml": _parameters(),
        "model/history.csv": _history(np.random.default_rng(seed)),
        "model/calibration.yaml": PLAN,
        "model/targets.yaml": TARGETS,
        "scenarios/baseline.yaml": "label: {en: B, zh: 甲}\ndescription: As before.\n",
    }
    if structures:
        texts["model/structures.yaml"] = structures
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return xhsim.open_study(folder)


def _model() -> str:
    return f"""{{UTF-8}}
Series: {", ".join(NAMES)} ~~|
trend[Series] = 0.05 ~ 1/year ~ Growth of each year. |
drag = 0 ~ 1/year ~ Less growth in all years. |
wave[Series] = 0 ~ 1/year ~ More or less growth in single years. |
level[Series] = INTEG(level[Series] * (trend[Series] + wave[Series] - drag), 100) ~ unit ~ Grows. |
INITIAL TIME = {FIRST} ~ year ~ First year. |
FINAL TIME = {LAST} ~ year ~ Last year. |
TIME STEP = 0.25 ~ year ~ Step. |
SAVEPER = 1 ~ year ~ Saved years. |

\\\\\\---/// Sketch information
///---\\\\\\
:L<%^E!@
15:0,0,0,5,0,0
"""


def _parameters() -> str:
    trends = ", ".join(f"{name}: 0.05" for name in NAMES)
    stills = ", ".join(f"{name}: 0" for name in NAMES)
    reach = SIGMAS * WAVE
    return f"""
trend:
  unit: 1/year
  value: {{{trends}}}
  role: uncertain
  range: [-1, 1]
  prior: 90% in [{TREND[0]}, {TREND[1]}]
  source: "assumption: made up"
  label: {{en: Trend, zh: 趋势}}
drag:
  unit: 1/year
  value: 0
  role: fixed
  range: [-1, 1]
  source: "assumption: made up"
  label: {{en: Drag, zh: 阻力}}
wave:
  unit: 1/year
  value: {{{stills}}}
  role: uncertain
  range: [-1, 1]
  shock:
    first_year: {LAST + 1}
    spread: "90% in [{-reach}, {reach}]"
    persistence: {PERSISTENCE}
    over: year
  source: "assumption: made up"
  label: {{en: Wave, zh: 波动}}
"""


def _history(generator: np.random.Generator) -> str:
    spread = (TREND[1] - TREND[0]) / (2 * SIGMAS)
    lines = ["series,year,value,unit,variable,status,grade,source,note"]
    for name in NAMES:
        trend = sum(TREND) / 2 + spread * generator.standard_normal()
        log, wave = np.log(100.0), WAVE * generator.standard_normal()
        for year in range(FIRST, LAST + 1):
            if year > FIRST:
                log += trend
            if year > ORIGIN:
                log += wave
                fresh = WAVE * np.sqrt(1 - PERSISTENCE**2)
                wave = PERSISTENCE * wave + fresh * generator.standard_normal()
            seen = np.exp(log + ERROR * generator.standard_normal())
            lines.append(f"{name},{year},{seen:.6g},unit,level[{name}],published,good,made up,")
    return "\n".join(lines) + "\n"


PLAN = f"""
until: {LAST}
parameters: [trend]
errors: {{by_grade: {{good: {ERROR}}}, estimate: 0.02}}
hindcast: {{until: {ORIGIN}, parameters: [trend], apart: [s0]}}
"""
TARGETS = f"""
first:
  rank: 1
  label: {{en: First, zh: 第一}}
  variable: level[s0]
  measure: level
  direction: ">="
  value: 120
  unit: unit
  period: [{ORIGIN}, {LAST}]
  group: all
  base: {{value: 100, source: made up}}
  place: table 1
"""
