"""The register: the folder of a study's sealed forecasts. Seals are added, never replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xhsim.arguments import checked
from xhsim.atomic import DRAFT, WriteError, write_text
from xhsim.errors import InputError
from xhsim.study.files.text import read_text
from xhsim.study.forecasts.seal import Seal, read_seal, seal_text

__all__ = ["ChangedSeal", "Register", "check_name", "read_register", "seal_path", "write_seal"]

_NAME = re.compile(r"\w[\w.-]*")
SUFFIX = ".json"


@dataclass(frozen=True)
class ChangedSeal:
    """A seal that is no longer what was sealed.

    Parameters
    ----------
    name : str
    what : str
        What has changed.
    """

    name: str
    what: str


@dataclass(frozen=True)
class Register:
    """All sealed forecasts of a study.

    Parameters
    ----------
    seals : tuple of Seal
        Those that are as they were sealed, by date (`as_of`), then by name.
    changed : tuple of ChangedSeal
        The others, and those that are missing.
    """

    seals: tuple[Seal, ...]
    changed: tuple[ChangedSeal, ...]


def seal_path(folder: Path, name: str) -> Path:
    """Return the file of a seal.

    Parameters
    ----------
    folder : Path
        The study folder.
    name : str

    Returns
    -------
    Path
    """
    return folder / "model" / "forecasts" / f"{name}{SUFFIX}"


def check_name(folder: Path, name: str) -> None:
    """Check that a new seal can have a name.

    Parameters
    ----------
    folder : Path
        The study folder.
    name : str

    Raises
    ------
    InputError
        If the name cannot be that of a file, or a seal has it.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f'"{name}" cannot be the name of a seal', hint="use letters, digits, - and _"
        )
    path = seal_path(folder, name)
    if path.exists():
        raise InputError(
            f'there is a seal "{name}" already, and a seal is never replaced',
            file=path,
            hint="choose another --name",
        )


@checked
def write_seal(folder: Path, seal: Seal) -> Path:
    """Add a seal to the register of a study.

    Parameters
    ----------
    folder : Path
        The study folder.
    seal : Seal

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If there is a seal of this name, or the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> import xhsim
    >>> seal = xhsim.open_study().seal(draws=8, name="trial")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_seal(Path(folder), seal)
    ...     path.name, read_register(Path(folder)).seals[0].hash == seal.hash
    ('trial.json', True)
    """
    check_name(folder, seal.name)
    path = seal_path(folder, seal.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Mode "x" fails if another process has just made a seal of this name.
        path.open("x").close()
    except FileExistsError:
        check_name(folder, seal.name)
    except OSError as error:
        raise WriteError(path, error) from error
    try:
        write_text(path, seal_text(seal))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


@checked
def read_register(folder: Path) -> Register:
    """Read all sealed forecasts of a study.

    Parameters
    ----------
    folder : Path
        The study folder.

    Returns
    -------
    Register
        Without seals if the study has no folder ``model/forecasts``.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> read_register(bundled_folder()).changed
    ()
    """
    place = seal_path(folder, "any").parent
    sound: dict[str, Seal] = {}
    changed: dict[str, str] = {}
    paths = sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else []
    for path in paths:
        if path.name.startswith(DRAFT):
            continue
        try:
            seal = read_seal(read_text(path))
        except InputError as error:
            changed[path.stem] = error.message
            continue
        if seal.name == path.stem:
            sound[seal.name] = seal
        else:
            changed[path.stem] = f'it is the seal "{seal.name}" under another name'
    changed |= _replaced(sound, changed)
    kept = [seal for seal in sound.values() if seal.name not in changed]
    kept.sort(key=lambda seal: (seal.as_of, seal.name))
    return Register(tuple(kept), tuple(ChangedSeal(*item) for item in sorted(changed.items())))


def _replaced(seals: Mapping[str, Seal], changed: Mapping[str, str]) -> dict[str, str]:
    """Name the seals that later ones know with another hash, or that are missing."""
    found = {}
    for later in seals.values():
        for name, digest in later.earlier.items():
            if name in changed:
                continue
            if name not in seals:
                found[name] = f'missing: it was there when "{later.name}" was sealed'
            elif seals[name].hash != digest:
                found[name] = f'it is not the seal that was there when "{later.name}" was sealed'
    return found
