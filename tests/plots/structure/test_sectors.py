"""What a sector's diagram shows, and that nothing overlaps anything else."""

from __future__ import annotations

import itertools

import pytest

from tests.plots.structure.boxes import overlap
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.plots.structure.sectors import PAGE, Sector, lay_out
from xhsim.report.files.model_pictures import sectors_of


@pytest.fixture(scope="module")
def laid_out(xuhui: Study) -> dict[str, Sector]:
    levers = [p.name for p in xuhui.parameters.values() if p.role == "lever"]
    return {
        name: lay_out(xuhui.model, name, levers=levers, polarities=xuhui.polarities)
        for name in sectors_of(xuhui)
    }


def test_every_stock_flow_and_lever_is_in_its_sector(
    xuhui: Study, laid_out: dict[str, Sector]
) -> None:
    shown = {
        (name, item.kind): group
        for group, sector in laid_out.items()
        for item in sector.items.values()
        for name in item.names
        if not item.again
    }
    for variable in xuhui.model.equations.variables.values():
        if variable.kind == "stock" and not variable.hidden:
            assert shown[variable.canonical, "stock"] == variable.group
    chains = xuhui.checks.conservation
    assert chains is not None
    flows = {name for chain in chains.chains if chain.stocks for name in chain.inflows}
    drawn = {name for name, kind in shown if kind == "flow"}
    assert {xuhui.model.names.find(name).canonical for name in flows} <= drawn
    for parameter in xuhui.parameters.values():
        if parameter.role == "lever":
            assert (xuhui.model.names.find(parameter.name).canonical, "lever") in shown


def test_nothing_lies_on_anything_else(laid_out: dict[str, Sector]) -> None:
    for name, sector in laid_out.items():
        assert sector.placed.width <= PAGE * 1.6, name  # one long row may need more
        chains = {chain.block.key: chain.block for chain in sector.chains}
        boxes = {}
        for key, (x, y) in sector.placed.centres.items():
            width, height = (
                (chains[key].width, chains[key].height) if key in chains else sector.items[key].size
            )
            boxes[key] = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        for one, other in itertools.combinations(boxes, 2):
            assert not overlap(boxes[one], boxes[other]), (name, one, other)


def test_only_the_variables_chosen_are_shown_and_the_others_become_shadows(xuhui: Study) -> None:
    sector = lay_out(xuhui.model, "energy", only=["log services efficiency"])
    own = {item.names for item in sector.items.values() if item.kind in ("stock", "auxiliary")}
    assert own == {("log_services_efficiency",)}


def test_an_unknown_sector_is_refused(xuhui: Study) -> None:
    with pytest.raises(InputError, match=r'no sector "energie".*did you mean "energy"'):
        lay_out(xuhui.model, "energie")
