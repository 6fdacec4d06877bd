"""The page in a cell: code reads and changes what the reader has chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.explorer.notebook import Explorer


@pytest.fixture(scope="module")
def explorer(linear: Study) -> Iterator[Explorer]:
    made = Explorer(linear, draws=16, seed=0, start="programme", lang="en")
    yield made
    made.close()


def test_untouched_it_is_the_scenario_it_starts_from(explorer: Explorer) -> None:
    assert (explorer.choice.start, explorer.choice.changes) == ("programme", {})
    assert explorer.scenario.extends == "programme"


def test_a_lever_moves_inside_its_range(explorer: Explorer) -> None:
    explorer.move("policy", 9.0)
    assert explorer.state["levers"] == {"policy": 5.0}
    assert explorer.scenario.changes[0].shape.levels == (5.0,)
    with pytest.raises(InputError, match='did you mean "policy"'):
        explorer.move("polcy", 1.0)


def test_the_page_is_sent_to_whoever_shows_it(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[object, list[bytes]]] = []
    monkeypatch.setattr(explorer, "send", lambda message, buffers: sent.append((message, buffers)))
    explorer._answer(None, "page", [])
    explorer._answer(None, "something else", [])
    ((message, (page,)),) = sent
    assert message == "page"
    assert page.startswith(b"<!doctype html>")
    assert "_page" not in explorer.get_state(), "megabytes do not get into the notebook's file"
