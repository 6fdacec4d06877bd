"""Write a bulletin into a file, from the files of a study."""

from __future__ import annotations

import hashlib
import os
import shlex
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.analysis.monitoring.monitor import DRAWS, monitor
from xhsim.analysis.worlds.design import check_draws
from xhsim.arguments import checked
from xhsim.atomic import check_folder, write_bytes, write_text
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.report.bulletin.annex import Origin
from xhsim.report.bulletin.content import bulletin_of
from xhsim.report.bulletin.findings import findings_of
from xhsim.report.bulletin.page import bulletin_page
from xhsim.study.history.releases import read_releases
from xhsim.study.input_hashes import run_hashes
from xhsim.study.nearest import is_default_study
from xhsim.wording.label import check_language

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["check_bulletin_file", "write_bulletin"]

PAGES, DOCUMENTS = (".html", ".htm"), (".docx",)


def check_bulletin_file(path: Path) -> None:
    """Check that a bulletin can be written to a file, before the runs begin.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        If it is a folder, ends neither in ``.html`` nor in ``.docx``, its folder cannot be written,
        or it is a Word file and python-docx is not installed.

    Examples
    --------
    >>> check_bulletin_file(Path("bulletin.html"))
    """
    kind = path.suffix.lower()
    if kind not in (*PAGES, *DOCUMENTS):
        raise InputError(
            f'cannot write a bulletin as "{path.name}"', hint="end the name in .html or .docx"
        )
    if path.is_dir():
        raise InputError(f'"{path}" is a folder', hint="name a file in it")
    if kind in DOCUMENTS and find_spec("docx") is None:
        raise InputError(
            "a Word file needs python-docx, which is not installed",
            hint="pip install 'xhsim[word]', or end the name in .html",
        )
    check_folder(path.parent)


@checked
def write_bulletin(
    study: Study,
    path: str | os.PathLike[str],
    *,
    as_of: date | str | None = None,
    scenario: str = "baseline",
    releases: str | os.PathLike[str] | None = None,
    lang: str = "en",
    draws: int = DRAWS,
    seed: int = 0,
    title: str | None = None,
) -> Path:
    """Monitor a study, and write a bulletin on it.

    Parameters
    ----------
    study : Study
    path : path
        A name that ends in ``.html`` or ``.docx``. An existing file is replaced. The file is
        written completely or not at all, and the same study and settings give the same bytes.
    as_of : date or str, optional
        As for ``study.monitor``.
    scenario : str
        The policy that is taken to be in force.
    releases : path, optional
        A file in the form of ``releases.csv``, in place of that of the study.
    lang : {"en", "zh"}
    draws, seed : int
    title : str, optional
        By default that of ``monitoring.yaml``, or else a general one.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the ending is wrong, python-docx is missing for a Word file, an argument is not valid, no
        font has Chinese letters, or the study cannot be monitored.

    Examples
    --------
    >>> import xhsim
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "bulletin.html"
    ...     write_bulletin(xhsim.open_study(), file, as_of="2022-12", draws=64).name
    'bulletin.html'
    """
    target = Path(path)
    language = check_language(lang)
    check_bulletin_file(target)
    check_draws(draws, seed)
    study.files.resolve(scenario)
    style.font(language)  # a missing font is reported before the draws take time
    inputs = run_hashes(study.files)
    own = None
    if releases is not None:
        own = read_releases(Path(releases))
        inputs[Path(releases).name] = hashlib.sha256(Path(releases).read_bytes()).hexdigest()
    found = monitor(study, as_of=as_of, releases=own, scenario=scenario, draws=draws, seed=seed)
    command = [
        *("xhsim", "bulletin", study.files.named(scenario), "--as-of", found.as_of.isoformat()),
        *("--draws", str(draws), "--seed", str(seed), "--lang", language),
        *([] if releases is None else ["--releases", Path(releases).name]),
        *([] if title is None else ["--title", title]),
        *([] if study.files.posterior is not None else ["--prior"]),
        *([] if is_default_study(study.files.folder) else ["--study", study.files.folder.name]),
        *("--out", target.name),
    ]
    bulletin = bulletin_of(
        found,
        findings_of(found),
        lang=language,
        title=title,
        origin=Origin.of(shlex.join(command), inputs),
    )
    if target.suffix.lower() in PAGES:
        write_text(target, bulletin_page(bulletin))
        return target
    from xhsim.report.bulletin.word import bulletin_document

    write_bytes(target, bulletin_document(bulletin))
    return target
