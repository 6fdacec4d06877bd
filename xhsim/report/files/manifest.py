"""Manifests: what produced a folder of results (inputs by hash, versions, seed, command)."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xhsim
from xhsim.atomic import write_json
from xhsim.study.bundled import bundled_folder
from xhsim.study.folder import StudyFiles
from xhsim.study.input_hashes import run_hashes

__all__ = ["MANIFEST", "hash_of", "manifest", "way_to_study", "without_places", "write_manifest"]

MANIFEST = "manifest.json"

PACKAGES = ("numpy", "scipy", "pandas", "xarray", "pysd", "pydantic", "matplotlib")


def manifest(files: StudyFiles, *, command: list[str], **settings: Any) -> dict[str, Any]:
    """Describe what results are computed from.

    Parameters
    ----------
    files : StudyFiles
        The files of the study, which are hashed.
    command : list of str
        The command line.
    **settings
        Scenario names, draws, seed and the like.

    Returns
    -------
    dict
        Values that JSON can represent.
    """
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        **settings,
        "inputs": run_hashes(files),
        "versions": {
            "xhsim": xhsim.__version__,
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        },
        "git": _git_state(Path(xhsim.__file__).parent),
    }


def write_manifest(
    draft: Path, record: Mapping[str, Any], study: Path, out: Path, also: Sequence[Path] = ()
) -> None:
    """Write the manifest of a folder of results, after all its other files.

    Parameters
    ----------
    draft : Path
        Where the files are now.
    record : mapping
        The result of `manifest`.
    study : Path
        The folder of the study.
    out : Path
        Where the files will be. The manifest says from there where the study is, and has a hash of
        each file, so that ``xhsim verify`` needs nothing but this folder.
    also : sequence of Path
        Files that are in `out` already.
    """
    files = sorted([*draft.iterdir(), *also], key=lambda path: path.name)
    results = {path.name: hash_of(path) for path in files if path.name != MANIFEST}
    place = {"study": way_to_study(out, study), "results": results}
    write_json(draft / MANIFEST, {**record, **place})


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def way_to_study(folder: Path, study: Path) -> str | None:
    """Return the place of a study as seen from results; None for the one that ships.

    Parameters
    ----------
    folder, study : Path

    Examples
    --------
    >>> way_to_study(Path("results"), Path("my-study"))
    '../my-study'
    """
    if study.resolve() == bundled_folder().resolve():
        return None
    try:
        return Path(os.path.relpath(study.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return str(study.resolve())


def without_places(command: Sequence[str]) -> list[str]:
    """Remove the folders from a command line: they exist on one machine only.

    Examples
    --------
    >>> without_places(["xhsim", "calibrate", "--out", "results", "--store"])
    ['xhsim', 'calibrate', '--store']
    """
    kept: list[str] = []
    skip = False
    for word in command:
        if not skip and not word.startswith(("--out", "--study")):
            kept.append(word)
        skip = not skip and word in ("--out", "--study")
    return kept


def _git_state(folder: Path) -> dict[str, Any] | None:
    """Return the commit and whether files differ from it; None if xhsim is not a checkout."""

    def git(*words: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return done.stdout.strip()

    # An installed package may be inside the checkout of another project.
    if git("ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    return {"commit": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain"))}
