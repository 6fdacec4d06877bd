"""Open a study folder."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from xhsim.analysis.assembly import look_for_more
from xhsim.analysis.naming import StudyNames, names_of_files, naming_what_is_meant
from xhsim.analysis.study import Study
from xhsim.arguments import checked
from xhsim.engine.model import load_model
from xhsim.errors import InputError, InputErrors
from xhsim.study.bundled import bundled_folder
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.folder import gather_study
from xhsim.study.nearest import MODEL_SUFFIXES, nearest_study
from xhsim.study.scenarios.scenario import MissingParent

__all__ = ["open_for", "open_study"]


@checked
def open_study(folder: str | os.PathLike[str] | None = None, *, posterior: bool = True) -> Study:
    """Open a study folder: read its files, check them, and load the model.

    Parameters
    ----------
    folder : str or path-like, optional
        A folder with ``model/`` and ``scenarios/``, such as ``"."`` for the working folder; by
        default the Xuhui study that is installed with the package, also inside the folder of
        another study: a warning then says so. (Commands use the study of the working folder.)
    posterior : bool
        Whether to use the posterior that is stored with the study. Calibrated parameters are then
        drawn from it in ensembles, and are at their most probable values in single runs. If False,
        or if the study has no posterior, the priors and values of ``parameters.yaml`` apply.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        If the files contain mistakes; it lists all of them.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> "baseline" in study.scenarios
    True
    """
    here = nearest_study() if folder is None else None
    if here is not None and here != bundled_folder().resolve():
        warnings.warn(
            f'open_study() opens the study that ships with xhsim, and not the one in "{here}": for '
            f"that one write open_study({str(here)!r})",
            stacklevel=3,  # `checked` is in between
        )
    return _open(_place(folder), posterior, ())


def open_for(
    scenarios: Iterable[str],
    folder: str | os.PathLike[str] | None = None,
    *,
    posterior: bool = True,
) -> Study:
    """Open a study folder for some scenarios: mistakes in files of others do not matter.

    Parameters
    ----------
    scenarios : iterable of str
        The scenarios that are needed. Names that the study does not have are passed over.
    folder, posterior : optional
        As for `open_study`.

    Returns
    -------
    Study
        Without scenarios whose files contain mistakes, and without those that extend them;
        ``study.files.left_out`` names them.

    Raises
    ------
    InputError
        If the files of these scenarios, of those that they extend, or other files of the study
        contain mistakes.

    Examples
    --------
    >>> open_for(["plan"]).files.left_out
    ()
    """
    place = _place(folder)
    wrong: dict[str, list[InputError]] = {}
    while True:
        try:
            study = _open(place, posterior, wrong)
            break
        except InputError as error:
            found = _by_scenario(error, place / "scenarios")
            if found is None or found.keys() <= wrong.keys():
                raise
            wrong |= found
    needed = [error for name in scenarios for error in _own_or_inherited(name, wrong)]
    if needed:
        distinct = list({str(error): error for error in needed}.values())
        raise distinct[0] if len(distinct) == 1 else InputErrors(distinct)
    return study


def _place(folder: str | os.PathLike[str] | None) -> Path:
    place = bundled_folder() if folder is None else Path(folder)
    return place if place.name else place.resolve()  # results carry the folder's name


def _open(place: Path, posterior: bool, without: Iterable[str]) -> Study:
    def names() -> StudyNames:
        return names_of_files(place, load_model(next(_model_files(place))))

    with naming_what_is_meant(names):
        mistakes = Mistakes()
        files = gather_study(place, mistakes, posterior=posterior, without=tuple(without))
        if mistakes and files is not None:
            with mistakes.collecting():
                look_for_more(files, load_model(files.model_path), mistakes)
        mistakes.check()
    assert files is not None  # otherwise check() has raised
    return Study(files)


def _model_files(folder: Path) -> Iterator[Path]:
    return (path for path in (folder / "model").iterdir() if path.suffix in MODEL_SUFFIXES)


def _by_scenario(error: InputError, folder: Path) -> dict[str, list[InputError]] | None:
    """Sort mistakes by the scenario whose file contains them; None if one is elsewhere."""
    found: dict[str, list[InputError]] = {}
    for one in error.errors if isinstance(error, InputErrors) else (error,):
        if one.file is None or Path(one.file).parent != folder:
            return None
        found.setdefault(Path(one.file).stem, []).append(one)
    return found


def _own_or_inherited(name: str, wrong: dict[str, list[InputError]]) -> Iterator[InputError]:
    """Yield the mistakes in a scenario's file, or in that of the scenario it extends."""
    for error in wrong.get(name, ()):
        if isinstance(error, MissingParent) and error.parent in wrong:
            yield from _own_or_inherited(error.parent, wrong)
        else:
            yield error
