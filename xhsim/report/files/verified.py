"""The verification of a folder of results by its manifest: inputs, files and, if asked, numbers."""

from __future__ import annotations

import json
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import xhsim
from xhsim.errors import InputError
from xhsim.report.files.manifest import MANIFEST, hash_of
from xhsim.report.files.sweep_folder import ARRAYS, RECORD
from xhsim.study.bundled import bundled_folder
from xhsim.study.input_hashes import changed_inputs, input_hashes

__all__ = ["FolderVerification", "Verification", "holds_sweep", "verify_folder"]

FRONT = "search.json"  # of a search for a front, from its beginning
NUMBERS = (".csv", ".json", ".yaml")  # the same bytes each time: no dates, fonts or versions
MAKERS = "attain, calibrate, front, hindcast, monitor or sweep"


@dataclass(frozen=True)
class Verification:
    """The result of a verification.

    Attributes
    ----------
    changed : tuple of str
        Inputs that have changed since the results were computed.
    damaged : tuple of str
        What has changed since it was written: files of results, or chunks of stored arrays.
    different : tuple
        What has other numbers when computed again.
    checked : tuple
        What was computed again.
    """

    changed: tuple[str, ...]
    damaged: tuple[str, ...]
    different: tuple[Any, ...]
    checked: tuple[Any, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing has changed."""
        return not (self.changed or self.damaged or self.different)

    @property
    def extent(self) -> str:
        """How much was compared, in words."""
        raise NotImplementedError

    def as_record(self) -> dict[str, Any]:
        """Return the result as values that JSON can represent."""
        fields = {key: list(x) if isinstance(x, tuple) else x for key, x in vars(self).items()}
        return {"passed": self.passed, **fields}

    def lines(self) -> Iterator[str]:
        """Yield the lines to print."""
        for what in self.changed:
            yield f"changed: {what}"
        for what in self.damaged:
            yield f"damaged: {what}"
        for what in self.different:
            name = what if isinstance(what, str) else f"block {what}"
            yield f"different: {name} has other numbers when computed again"
        yield f"{self.extent}: the stored results {'match' if self.passed else 'do NOT match'}"


@dataclass(frozen=True)
class FolderVerification(Verification):
    """The result for a folder of files; `files` were compared with their hash."""

    files: int

    @property
    def extent(self) -> str:
        """How much was compared, in words."""
        again = f"{len(self.checked)} computed again" if self.checked else "none computed again"
        more = "" if self.checked or not self.passed else " (--all does it)"
        return f"{self.files} files compared, {again}{more}"


def holds_sweep(folder: Path) -> bool:
    """Tell whether a folder holds a sweep, finished or not.

    Examples
    --------
    >>> holds_sweep(Path("model"))
    False
    """
    return any((folder / name).exists() for name in (RECORD, ARRAYS))


def verify_folder(
    folder: Path,
    *,
    study: str | None = None,
    again: Callable[[list[str], Mapping[str, Any], str | None, Path], None] | None = None,
) -> FolderVerification:
    """Compare a folder of results with its manifest and with the present files of the study.

    Parameters
    ----------
    folder : Path
        Which `xhsim.report.files.manifest.write_manifest` has finished.
    study : str, optional
        The folder of the study, if it is elsewhere now.
    again : callable, optional
        Computes the results again; gets the command line, the manifest, the folder of the study
        (None for the one that ships) and a folder to write to. By default nothing is computed.

    Returns
    -------
    FolderVerification
        If an input has changed, nothing is computed again.

    Raises
    ------
    InputError
        If the folder has no manifest, or it is damaged, or the study is not found.
    """
    record = _record(folder)
    place = _study_of(record, folder, study)
    changed = tuple(_changes(record, place))
    wanted: Mapping[str, str] = record["results"]
    damaged = tuple(_damage(folder, wanted))
    if changed or again is None:
        return FolderVerification(changed, damaged, (), (), len(wanted))
    numbers = tuple(name for name in wanted if name.endswith(NUMBERS))
    with tempfile.TemporaryDirectory() as made:
        shown = None if place == bundled_folder() else str(place)
        again(record["command"], record, shown, Path(made))
        different = tuple(
            name
            for name in numbers
            if not (Path(made) / name).is_file() or hash_of(Path(made) / name) != wanted[name]
        )
    return FolderVerification((), damaged, different, numbers, len(wanted))


def _record(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        if (folder / FRONT).is_file():
            raise InputError(
                f'the search for a front in "{folder}" has no {MANIFEST}',
                hint="it is not finished, or Python made it: the same call goes on or confirms it",
            )
        raise InputError(
            f'there are no results with a {MANIFEST} in "{folder}"',
            hint=f"name a folder that xhsim {MAKERS} has written; pictures, pages and single files "
            "have no manifest",
        )
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        whole = _are_texts(record["inputs"]) and _are_texts(record["versions"])
        whole &= all(isinstance(word, str) for word in [*record["command"], "xhsim"])
        known = record.get("results", {"": ""})
        whole &= bool(known) and _are_texts(known)
        whole &= all(Path(name).name == name for name in known)
        whole &= isinstance(record.get("study", ""), str | None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise InputError("the manifest is damaged", file=path)
    if "results" not in record:
        raise InputError(
            "an older xhsim wrote these results, and kept no hashes of its files",
            file=path,
            hint=f"make them again: {shlex.join(record['command'])}",
        )
    return record


def _are_texts(values: Any) -> bool:
    return isinstance(values, dict) and all(isinstance(value, str) for value in values.values())


def _study_of(record: Mapping[str, Any], folder: Path, study: str | None) -> Path:
    if study is not None:
        return Path(study)
    if record.get("study") is None:
        return bundled_folder()
    there = (folder / str(record["study"])).resolve()
    if not there.is_dir():
        raise InputError(
            f'the study of these results is no longer at "{there}"',
            hint="say where it is: --study DIR",
        )
    return there


def _changes(record: Mapping[str, Any], study: Path) -> Iterator[str]:
    held, now = record["inputs"], input_hashes(study)
    # Files of scenarios that lie outside the study are named as they were given.
    outside = [name for name in held if name not in now and Path(name).is_file()]
    now |= {name: hash_of(Path(name)) for name in outside}
    yield from changed_inputs(held, now)
    versions = {"xhsim": xhsim.__version__, "numpy": version("numpy"), "scipy": version("scipy")}
    yield from (name for name, each in versions.items() if record["versions"].get(name) != each)


def _damage(folder: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    for name, digest in wanted.items():
        if not (folder / name).is_file():
            yield f"{name} is missing"
        elif hash_of(folder / name) != digest:
            yield f"{name} has changed since it was written"
