"""The study of a command, and the scenarios that its command line names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.errors import InputError, did_you_mean
from xhsim.study.bundled import bundled_folder, check_own
from xhsim.study.nearest import nearest_study

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["NamedScenario", "open_study", "scenario", "scenario_of_study", "study_folder"]

SCENARIO_SUFFIXES = (".yaml", ".yml")


class NamedScenario(str):
    """A scenario as the command line names it; `file` is None unless it is given as a file."""

    file: Path | None = None


def scenario(text: str) -> NamedScenario:
    """Read a scenario from the command line: the name of one of the study, or a file anywhere."""
    path = Path(text)
    if path.suffix.lower() not in SCENARIO_SUFFIXES:
        return NamedScenario(text)
    found = NamedScenario(path.stem)
    found.file = path
    return found


def scenario_of_study(text: str) -> str:
    """Read the name of a scenario that the study keeps, because another one will extend it."""
    if scenario(text).file is not None:
        raise argparse.ArgumentTypeError(
            "it has to be a scenario of the study: move the file into its scenarios/, and give "
            "the name"
        )
    return text


def study_folder(options: argparse.Namespace) -> Path | None:
    """Return the study of a command, and say which it is if the command line does not.

    Returns
    -------
    Path or None
        The folder that ``--study`` names, or else the study of the working folder; None for the
        study that ships with xhsim.
    """
    if options.study is not None:
        return Path(options.study)
    found = nearest_study()
    found = None if found == bundled_folder() else found
    if not (options.quiet or options.json):
        shipped = "Xuhui, which ships with xhsim"
        print(f"Study: {shipped if found is None else found}", file=sys.stderr)
    return found


def open_study(
    options: argparse.Namespace,
    *,
    posterior: bool | None = None,
    every: bool = False,
    keeps: bool = False,
    remarks: bool = True,
) -> Study:
    """Open the study of a command, and add the scenario files that the command line names.

    Parameters
    ----------
    options : Namespace
    posterior : bool, optional
        Whether to use the stored posterior; by default unless ``--prior`` is given.
    every : bool
        Whether the command uses every scenario of the study. If not, mistakes in the files of
        others do not stop it.
    keeps : bool
        Whether the command keeps its result in the study.
    remarks : bool
        Whether changes that the run does not reach are named.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        If files that the command uses contain mistakes, a scenario file does not exist, or has the
        name of another scenario; or if the study cannot keep anything.
    """
    import xhsim
    from xhsim.analysis.opening import open_for

    uses_posterior = not getattr(options, "prior", False) if posterior is None else posterior
    place = study_folder(options)
    if keeps:
        check_own(place or bundled_folder())
    named = list(_named_scenarios(options))
    own = ((place or bundled_folder()) / "scenarios").resolve()
    # A file in the study's own folder is a long way to write the scenario's name.
    files = {
        name.file.resolve(): name
        for name in named
        if name.file is not None and name.file.resolve().parent != own
    }
    if every:
        study = xhsim.open_study(place, posterior=uses_posterior)
    else:
        needed = ["baseline", *(name for name in named if name not in files.values())]
        study = open_for(needed, place, posterior=uses_posterior)
    left_out = study.files.left_out
    if left_out and not (options.quiet or options.json):
        names = ", ".join(left_out)
        print(f"Left out because of mistakes (see xhsim check): {names}", file=sys.stderr)
    for name in named:
        hint = Path(f"{name}.yaml")
        if name.file is None and name not in study.scenarios and _is_file(hint):
            raise InputError(f'unknown scenario "{name}"', hint=f'did you mean the file "{hint}"?')
        if name.file is None and name not in study.scenarios and _is_file(Path(name)):
            raise InputError(
                "the name of a scenario file ends in .yaml",
                file=str(name),
                hint=f'rename it, if it is one: "{Path(name).with_suffix(".yaml")}"',
            )
    study = _with_files(study, list(files.values()))
    if remarks and not (options.quiet or options.json):
        _warn(study, list(study.scenarios) if every else list(map(str, named)))
    return study


def _warn(study: Study, names: list[str]) -> None:
    """Say which changes come too late to matter, since a probability would hide it."""
    from xhsim.analysis.policies.lint import outside_run

    for name in dict.fromkeys(names):
        if name in study.scenarios:
            for remark in outside_run(study, study.scenarios[name]):
                print(f"Warning: {remark}", file=sys.stderr)


def _named_scenarios(options: argparse.Namespace) -> Iterator[NamedScenario]:
    """Yield every scenario that the command line names, and leave plain names in its place."""
    for key, value in list(vars(options).items()):
        several = value if isinstance(value, list) else [value]
        yield from (one for one in several if isinstance(one, NamedScenario))
        plain = [str(one) if isinstance(one, NamedScenario) else one for one in several]
        setattr(options, key, plain if isinstance(value, list) else plain[0])


def _with_files(study: Study, named: list[NamedScenario]) -> Study:
    """Add scenario files to a study; one may extend another."""
    from xhsim.study.files.mistakes import Mistakes
    from xhsim.study.scenarios.scenario import read_scenario

    waiting = {}
    for name in named:
        file = Path(name.file or "")
        if not _is_file(file):
            raise _no_file(file, study)
        if name in waiting or name in study.scenarios or name in study.files.left_out:
            raise InputError(
                f'there is another scenario "{name}"',
                file=file,
                hint="rename the file: its name is that of the scenario",
            )
        mistakes = Mistakes()
        waiting[str(name)] = (read_scenario(file, mistakes), mistakes)
    while waiting:
        ready = [name for name, (one, _) in waiting.items() if one.extends not in waiting]
        study = study.joined_by(*waiting.pop((ready or list(waiting))[0]))
    return study


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


def _no_file(file: Path, study: Study) -> InputError:
    if file.is_dir():
        return InputError(
            "this is a folder, not a scenario file",
            file=file,
            hint=f'name a file in it, such as "{file / "mine.yaml"}"',
        )
    if file.stem in study.scenarios:
        hint: str | None = f'the study has a scenario "{file.stem}": write it without the ending'
    else:
        beside = file.parent.glob("*.y*ml") if file.parent.is_dir() else []
        hint = did_you_mean(file.name, [each.name for each in beside])
    return InputError("there is no such scenario file", file=file, hint=hint)
