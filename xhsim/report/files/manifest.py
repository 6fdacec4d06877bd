"""Manifests: what produced a folder of results (inputs by hash, versions, seed, command)."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xhsim
from xhsim.study.folder import StudyFiles
from xhsim.study.input_hashes import run_hashes

__all__ = ["manifest", "without_places"]

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
