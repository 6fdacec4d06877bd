"""Hashes of a study's files, which say from which inputs a result was computed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from xhsim.study.folder import MODEL_SUFFIXES

__all__ = ["changed_inputs", "input_hashes"]

INPUTS = {*MODEL_SUFFIXES, ".yaml", ".yml", ".csv", ".json"}
# Results that are kept with the study: no run depends on them.
RESULTS = ("model/forecasts/", "model/monitoring_twins.")


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
