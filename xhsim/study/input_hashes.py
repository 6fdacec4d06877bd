"""Hashes of a study's files, which say from which inputs a result was computed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.study.nearest import MODEL_SUFFIXES

if TYPE_CHECKING:
    from xhsim.study.folder import StudyFiles

__all__ = ["changed_inputs", "input_hashes", "run_hashes"]

INPUTS = {*MODEL_SUFFIXES, ".yaml", ".yml", ".csv", ".json"}
# Results that are kept with the study: no run depends on them.
RESULTS = ("model/forecasts/", "model/monitoring_twins.")


@checked
def input_hashes(folder: Path) -> dict[str, str]:
    """Hash the files of a study.

    Parameters
    ----------
    folder : Path
        The study folder.

    Returns
    -------
    dict of str to str
        SHA-256 by path inside the folder, in the order of the paths. Sealed forecasts and
        twin experiments are left out: they are results.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> len(input_hashes(bundled_folder())["model/xuhui.mdl"])
    64
    """
    paths = {
        path.relative_to(folder).as_posix(): path
        for part in ("model", "scenarios")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file() and path.suffix.lower() in INPUTS
    }
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in paths.items()
        if not name.startswith(RESULTS)
    }


def run_hashes(files: StudyFiles) -> dict[str, str]:
    """Hash the files of a study, and those of scenarios that lie elsewhere.

    Parameters
    ----------
    files : StudyFiles

    Returns
    -------
    dict of str to str
        As `input_hashes`; files outside the folder are named as they were given.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> from xhsim.study.folder import read_study
    >>> files = read_study(bundled_folder())
    >>> run_hashes(files) == input_hashes(bundled_folder())
    True
    """
    return input_hashes(files.folder) | {
        path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files.added.values()
    }


def changed_inputs(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Name the files that differ, in the order of their paths.

    Parameters
    ----------
    before, now : mapping of str to str
        As returned by `input_hashes`.

    Returns
    -------
    tuple of str
        Files that changed, are new, or are gone.

    Examples
    --------
    >>> changed_inputs({"a": "1", "b": "1"}, {"a": "1", "b": "2", "c": "1"})
    ('b', 'c')
    """
    names = sorted({*before, *now})
    return tuple(name for name in names if before.get(name) != now.get(name))
