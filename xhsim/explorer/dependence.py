"""What indicators can depend on: the levers and unknowns that reach them in the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx

from xhsim.analysis.uncertainty.above_chance import chance_limit
from xhsim.analysis.uncertainty.importance import uncertain_numbers
from xhsim.engine.insight.graph import cause_graph
from xhsim.study.names import canonical, element_name
from xhsim.wording.label import LANGUAGES, Label

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.analysis.worlds.world import World
    from xhsim.explorer.levers import Slider
    from xhsim.study.targets import Target

__all__ = ["dependence_record"]


def dependence_record(
    study: Study, worlds: Iterable[World], targets: Sequence[Target], sliders: Sequence[Slider]
) -> dict[str, Any]:
    """Collect what the page needs to say on what an indicator depends.

    Parameters
    ----------
    study : Study
    worlds : iterable of World
        Of the scenarios of the page, with draws.
    targets : sequence of Target
    sliders : sequence of Slider

    Returns
    -------
    dict
        ``last``, the last year whose shocks count; ``numbers``, the uncertain numbers with key,
        element and label; ``limits``, the size that a normal number exceeds by chance if it is the
        largest of 1, 2, ... numbers; and ``reach``, for each target the places of the levers and of
        the numbers that reach it.
    """
    last = max(target.deadline for target in targets)
    names = list(dict.fromkeys(name for world in worlds for name in uncertain_numbers(world, last)))
    numbers = [_number(study, name) for name in names]
    graph = cause_graph(study.model.equations)
    reach = {}
    for target in targets:
        causes = nx.ancestors(graph, canonical(target.variable.name))
        reach[target.id] = {
            "levers": _places([canonical(each.name.partition("[")[0]) for each in sliders], causes),
            "numbers": _places([number["key"] for number in numbers], causes),
        }
    limits = [round(chance_limit(count), 12) for count in range(1, len(names) + 1)]
    return {"last": last, "numbers": numbers, "limits": limits, "reach": reach}


def _places(keys: Sequence[str], wanted: Iterable[str]) -> list[int]:
    inside = set(wanted)
    return [place for place, key in enumerate(keys) if key in inside]


def _number(study: Study, name: str) -> dict[str, Any]:
    parameter = study.parameters[name.partition("[")[0]]
    element = name[len(parameter.name) + 1 : -1]
    assert name == element_name(parameter.name, element)
    label = parameter.label.or_name(parameter.name)
    if element:
        part = study.labels.element(element)
        label = Label(f"{label.en}: {part.en}", f"{label.zh}（{part.zh}）")
    return {
        "key": parameter.canonical,
        "element": parameter.elements.index(element) if element else 0,
        "label": {lang: label.in_(lang) for lang in LANGUAGES},
    }
