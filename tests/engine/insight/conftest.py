"""A small model with every kind of flow, made by hand."""

from __future__ import annotations

import pytest

from xhsim.engine.model import Model, load_model

MODEL = """{UTF-8}
Area: north, south ~~|
rate = 0.1 ~ 1/year ~ |
share[Area] = 0.4, 0.6 ~ Dmnl ~ |
need = 3 ~ unit/year ~ |
effect((0,2),(10,0)) ~ Dmnl ~ |
entry = need*effect(pool) ~ unit/year ~ |
moving = pool*rate ~ unit/year ~ |
leaving = good*rate ~ unit/year ~ |
pool = INTEG(entry - moving, 5) ~ unit ~ |
good = INTEG(moving - leaving, 2) ~ unit ~ |
moved = INTEG(moving, 0) ~ unit ~ |
inline = INTEG(need - inline*rate + entry/2, 1) ~ unit ~ |
area flow[Area] = share[Area]*entry ~ unit/year ~ |
areas = INTEG(SUM(area flow[Area!]) - rate*areas, 1) ~ unit ~ |
level = INTEG(rate*(need - level), 1) ~ unit ~ |
ratio = pool/good ~ Dmnl ~ |
gap = pool - good ~ unit ~ |
distance = ABS(pool - 7) ~ unit ~ |
capped = MIN(pool, 1000) ~ unit ~ |
falling = effect(pool) ~ Dmnl ~ |
blind = 0*good + pool ~ unit ~ |
INITIAL TIME = 0 ~ year ~ |
FINAL TIME = 20 ~ year ~ |
TIME STEP = 0.25 ~ year ~ |
SAVEPER = 1 ~ year ~ |
"""


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("structure") / "small.mdl"
    path.write_text(MODEL, encoding="utf-8")
    return load_model(path)
