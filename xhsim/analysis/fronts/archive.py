"""The folder of a search: its state after each generation, from which it continues to the bit.

Everything in it is data: arrays, numbers and text. Reading it never runs code. A file is written
completely or not at all, so a search can be stopped at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xhsim.analysis.blocks import LOCK, UNREADABLE, Block, read_block, write_block
from xhsim.analysis.fronts.candidates import Candidates
from xhsim.analysis.fronts.front import PolicyFront, front_of_record
from xhsim.analysis.fronts.search import SearchState
from xhsim.analysis.fronts.starts import Scouting
from xhsim.arguments import checked
from xhsim.atomic import DRAFT, write_json
from xhsim.errors import InputError

__all__ = ["FrontArchive", "read_front"]

RECORD, SCOUTING, FRONT = "search.json", "scouting.npz", "front.json"


@dataclass(frozen=True)
class FrontArchive:
    """The folder of a search over several objectives.

    Parameters
    ----------
    folder : Path
        It need not exist.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     archive = FrontArchive(Path(folder))
    ...     archive.begin({"draws": 100})
    ...     archive.identity(), archive.state(1)
    ({'draws': 100}, None)
    """

    folder: Path

    @property
    def exists(self) -> bool:
        """Whether a search has begun here."""
        return (self.folder / RECORD).is_file()

    @property
    def is_finished(self) -> bool:
        """Whether a front was found here."""
        return (self.folder / FRONT).is_file()

    def identity(self) -> dict[str, Any]:
        """Return what the numbers of the search depend on, as it was when the search began.

        Raises
        ------
        InputError
            If there is no search, or its record cannot be read.
        """
        path = self.folder / RECORD
        if not self.exists:
            raise InputError(
                f'there is no search in "{self.folder}"', hint="xhsim front --out makes one"
            )
        try:
            identity: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["identity"]
        except (OSError, ValueError, KeyError, TypeError):
            raise InputError("the record of the search is damaged", file=path) from None
        return identity

    def check_free(self) -> None:
        """Check that the folder contains a search or nothing, before anything is written into it.

        Raises
        ------
        InputError
            If it contains other files.
        """
        if self.exists or not self.folder.is_dir():
            return
        names = sorted(path.name for path in self.folder.iterdir())
        others = [name for name in names if name != LOCK and not name.startswith(DRAFT)]
        if others:
            raise InputError(
                f'"{self.folder}" contains other files, such as "{others[0]}"',
                hint="name a new folder",
            )

    def begin(self, identity: Mapping[str, Any]) -> None:
        """Begin a search in the folder, or check that it can be continued there.

        Parameters
        ----------
        identity : mapping
            Everything that its numbers depend on, as JSON can represent it.

        Raises
        ------
        InputError
            If the folder contains another search or other files.
        """
        self.check_free()
        if self.exists:
            held = self.identity()
            changed = [key for key in identity if held.get(key) != identity[key]]
            if changed:
                raise InputError(
                    f'"{self.folder}" contains another search: '
                    f"{_what_changed(held, identity, changed)}",
                    hint=(
                        "name another folder; if you remove this one, its finished "
                        f"{'front is' if self.is_finished else 'generations are'} lost"
                    ),
                )
            return
        write_json(self.folder / RECORD, {"identity": dict(identity)}, durable=True)

    def scouting(self) -> Scouting | None:
        """Read the scouting of the levers, if it was done."""
        block = self._read(self.folder / SCOUTING)
        return None if block is None else Scouting(_candidates(block, ""), block["worst"])

    def store_scouting(self, scouting: Scouting) -> None:
        """Write the scouting of the levers."""
        block = _arrays(scouting.found, "") | {"worst": scouting.worst}
        write_block(self.folder / SCOUTING, block)

    def state(self, seed: int) -> SearchState | None:
        """Read the state of a seed's search after its last finished generation.

        Raises
        ------
        InputError
            If the file is damaged.
        """
        path = self._path(seed)
        block = self._read(path)
        if block is None:
            return None
        try:
            random = json.loads(str(block["random"]))
            np.random.PCG64().state = random
            return SearchState(
                seed=int(block["seed"]),
                tried=int(block["tried"]),
                population=_candidates(block, ""),
                rank=block["rank"],
                crowding=block["crowding"],
                best=_candidates(block, "best "),
                hypervolumes=block["hypervolumes"],
                random=random,
            )
        except (ValueError, KeyError, TypeError):
            raise _damaged(path) from None

    def store(self, state: SearchState) -> None:
        """Write the state of a seed's search in place of the one before."""
        block = {
            "seed": np.array(state.seed),
            "tried": np.array(state.tried),
            "rank": state.rank,
            "crowding": state.crowding,
            "hypervolumes": state.hypervolumes,
            "random": np.array(json.dumps(state.random)),
        }
        block |= _arrays(state.population, "") | _arrays(state.best, "best ")
        write_block(self._path(state.seed), block)

    def finish(self, record: Mapping[str, Any]) -> None:
        """Write the front that the search found, with what its numbers depend on."""
        write_json(self.folder / FRONT, {**record, "identity": self.identity()})

    def _path(self, seed: int) -> Path:
        return self.folder / f"seed-{seed}.npz"

    @staticmethod
    def _read(path: Path) -> Block | None:
        if not path.is_file():
            return None
        try:
            return read_block(path)
        except UNREADABLE:
            raise _damaged(path) from None


@checked
def read_front(place: Path | str) -> PolicyFront:
    """Read a front that was found before.

    Parameters
    ----------
    place : path
        The folder of a finished search, or its file ``front.json``.

    Returns
    -------
    PolicyFront

    Raises
    ------
    InputError
        If there is no front, or its file cannot be read.

    Examples
    --------
    >>> front = read_front("notebooks/12_front.json")  # in a clone of the repository
    >>> len(front.members), [each.text for each in front.objectives]
    (25, ['mean', 'money'])
    """
    path = Path(place)
    path = path / FRONT if path.is_dir() else path
    if not path.is_file():
        raise InputError(
            f'there is no front in "{place}"', hint="xhsim front --out makes one, or finishes it"
        )
    try:
        return front_of_record(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError("the file is not a front, or it is damaged", file=path) from None


def _damaged(path: Path) -> InputError:
    return InputError(
        "the file is damaged", file=path, hint="remove it, and this part is computed again"
    )


def _arrays(candidates: Candidates, before: str) -> Block:
    return {before + name: values for name, values in vars(candidates).items()}


def _candidates(block: Block, before: str) -> Candidates:
    return Candidates(block[f"{before}points"], block[f"{before}costs"], block[f"{before}excess"])


def _what_changed(held: Mapping[str, Any], now: Mapping[str, Any], changed: list[str]) -> str:
    """Name the files that changed, or the other parts of the identity."""
    before, after = held.get("inputs"), now.get("inputs")
    if "inputs" in changed and isinstance(before, Mapping) and isinstance(after, Mapping):
        files = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        return f"{', '.join(files)} changed since"
    return f"it has other {', '.join(changed)}"
