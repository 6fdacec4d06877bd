"""The folder of a search: a search that was stopped continues to the bit."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.fronts.quadratic import Quadratic
from xhsim.analysis.blocks import digest, read_block
from xhsim.analysis.fronts.archive import FrontArchive
from xhsim.analysis.fronts.seeds import Effort, Searched, search
from xhsim.errors import InputError

EFFORT = Effort(seeds=2, generations=5, population=8)
CALLS = 1 + 2 * 6  # the scouting, and the generations of both seeds


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of a search that was not stopped."""
    folder = tmp_path_factory.mktemp("whole")
    archive = FrontArchive(folder / "out")
    archive.begin({"draws": 1})
    _search(archive)
    return _bits(folder / "out")


def _search(archive: FrontArchive | None, stop_at: int | None = None) -> Searched:
    return search(Quadratic(limit=2.6, stop_at=stop_at), EFFORT, archive=archive)


def _bits(folder: Path) -> dict[str, str]:
    return {path.name: digest(read_block(path)) for path in sorted(folder.glob("*.npz"))}


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stops=st.lists(st.integers(0, CALLS - 1), max_size=3))
def test_a_stopped_search_continues_to_the_bit(
    whole: dict[str, str], tmp_path_factory: pytest.TempPathFactory, stops: list[int]
) -> None:
    archive = FrontArchive(tmp_path_factory.mktemp("stopped") / "out")
    for stop in stops:
        archive.begin({"draws": 1})
        with suppress(KeyboardInterrupt):
            _search(archive, stop)
    archive.begin({"draws": 1})
    found = _search(archive)
    assert _bits(archive.folder) == whole
    without = _search(None)
    assert np.array_equal(found.best.points, without.best.points)
    assert np.array_equal(found.shares, without.shares)


def test_more_generations_continue_a_finished_search(whole: dict[str, str], tmp_path: Path) -> None:
    archive = FrontArchive(tmp_path / "out")
    search(Quadratic(limit=2.6), replace(EFFORT, generations=2), archive=archive)
    _search(archive)
    assert _bits(archive.folder) == whole
    with pytest.raises(InputError, match="has 5 generations already"):
        search(Quadratic(limit=2.6), replace(EFFORT, generations=2), archive=archive)


def test_another_search_other_files_and_damage_are_refused(tmp_path: Path) -> None:
    archive = FrontArchive(tmp_path / "out")
    with pytest.raises(InputError, match="there is no search in"):
        archive.identity()
    archive.begin({"draws": 1, "inputs": {"model/x.mdl": "1"}})
    archive.begin({"draws": 1, "inputs": {"model/x.mdl": "1"}})
    with pytest.raises(InputError, match=r"another search: model/x\.mdl changed since"):
        archive.begin({"draws": 1, "inputs": {"model/x.mdl": "2"}})
    with pytest.raises(InputError, match="another search: it has other draws"):
        archive.begin({"draws": 2, "inputs": {"model/x.mdl": "1"}})
    (tmp_path / "mine.txt").touch()
    with pytest.raises(InputError, match="contains other files"):
        FrontArchive(tmp_path).begin({})
    (archive.folder / "search.json").write_text("[]")
    with pytest.raises(InputError, match="the record of the search is damaged"):
        archive.identity()


@pytest.mark.parametrize("content", [b"", b"\x80\x04}.", b"PK\x03\x04 half"])
def test_a_damaged_state_is_named(tmp_path: Path, content: bytes) -> None:
    archive = FrontArchive(tmp_path)
    (tmp_path / "seed-1.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"seed-1\.npz: the file is damaged\. remove it"):
        archive.state(1)


def test_a_state_with_other_contents_is_damaged_too(tmp_path: Path) -> None:
    archive = FrontArchive(tmp_path)
    state = search(Quadratic(), Effort(1, 0, 4), archive=archive).states[0]
    archive.store(replace(state, random={"bit_generator": "MT19937"}))
    with pytest.raises(InputError, match="the file is damaged"):
        archive.state(1)
