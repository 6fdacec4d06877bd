"""The report: one self-contained HTML file, for a reader without Python."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

import xhsim
from xhsim.analysis.worlds.design import check_draws
from xhsim.analysis.worlds.world import draws_of
from xhsim.arguments import checked
from xhsim.atomic import check_folder, write_text
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.report.files.manifest import manifest
from xhsim.report.page.basis import Basis
from xhsim.report.page.facts import Facts, ReportWish, gather, others_of
from xhsim.report.page.live import POLICY, LivePage
from xhsim.report.page.results import Results
from xhsim.report.page.svg import Pictures
from xhsim.report.page.words import Words
from xhsim.study.nearest import is_default_study

if TYPE_CHECKING:
    from typing import Any

    from xhsim.analysis.study import Study

__all__ = ["check_file", "write_report"]

TEMPLATE, STYLE = "page.html.jinja", "page.css"
SUFFIXES = (".html", ".htm")
LANGUAGES = {"en": "en", "zh": "zh-Hans"}


def check_file(path: Path) -> None:
    """Check that a report can be written to a file, before the runs begin.

    Raises
    ------
    InputError
        If it is a folder, does not end in ``.html``, or its folder cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f'"{path.name}" is not an HTML file', hint="end the name in .html")
    if path.is_dir():
        raise InputError(f'"{path}" is a folder', hint="name a file in it")
    check_folder(path.parent)


@checked
def write_report(
    study: Study,
    scenarios: Sequence[str],
    path: str | os.PathLike[str],
    *,
    lang: str = "en",
    draws: int | None = None,
    seed: int | None = None,
    against: str | None = None,
    structure: str | None = None,
    title: str | None = None,
    live: LivePage | None = None,
    command: list[str] | None = None,
    quiet: bool = True,
) -> Path:
    """Write a report on one or more scenarios.

    Parameters
    ----------
    study : Study
    scenarios : sequence of str
        Names of scenarios, in the order of the page.
    path : path
        A name that ends in ``.html``. An existing file is replaced. The file is written completely
        or not at all.
    lang : {"en", "zh"}
        Language of the page. Texts that a study's files have only in English (descriptions,
        sources) are left out in Chinese.
    draws, seed : int, optional
        As for `Study.compare`. All parts of the page are about these draws.
    against : str, optional
        The scenario that all are compared with. By default, the one that each extends, or the
        baseline.
    structure : str, optional
        One structure of the model in all draws, or ``"equal"``; by default by weight.
    title : str, optional
        By default, a general title.
    live : LivePage, optional
        A page on which the reader moves levers; the report contains it or links to it.
    command : list of str, optional
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If a scenario does not exist, none is given, or one is compared with itself; if the language
        is unknown, the ending is wrong, or `draws` or `seed` is not valid; if no font has Chinese
        letters, or the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> study = xhsim.open_study()
    >>> with TemporaryDirectory() as folder:
    ...     file = write_report(study, ["baseline"], Path(folder) / "baseline.html", draws=16)
    ...     file.name, file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    ('baseline.html', True)
    """
    target = Path(path)
    names = tuple(dict.fromkeys(scenarios))
    together = [
        study.files.resolve(name, structure) for name in (*names, *([against] if against else ()))
    ]
    many, which = draws_of(together, draws, seed)
    check_draws(many, which)
    words = Words.of(lang, study.labels, study.unpublished_bases)
    style.font(words.lang)  # a missing font is reported before the draws take time
    wish = ReportWish(names, against, many, which, structure)
    others_of(study, wish)
    check_file(target)
    again = _again(study, wish, target, lang, title, live)
    # Before the runs: the manifest describes the files that were read, not later versions.
    record = manifest(study.files, command=command or again)
    facts = gather(study, wish, quiet=quiet)
    html = render(study, facts, words, record, shlex.join(again), title, live)
    write_text(target, html)
    return target


def render(
    study: Study,
    facts: Facts,
    words: Words,
    record: dict[str, Any],
    again: str,
    title: str | None = None,
    live: LivePage | None = None,
) -> str:
    """Make the page of a report from its facts.

    Parameters
    ----------
    study : Study
    facts : Facts
    words : Words
    record : dict
        The manifest.
    again : str
        The command that makes the page again.
    title : str, optional
    live : LivePage, optional

    Returns
    -------
    str
        HTML. Text from a study's files is escaped.
    """
    pictures = Pictures()
    model = study.files.model_path
    results = Results(facts, words, study.history, pictures)
    basis = Basis(facts, words, study.scenarios, record, again, model.name)
    moved = [live.section(words)] if live else []
    sections = [*results.sections(), *moved, *basis.sections()]
    names = words.listed(words.scenario(one.scenario) for one in facts.scenarios)
    here = files("xhsim.report.page")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    template = environment.from_string(here.joinpath(TEMPLATE).read_text(encoding="utf-8"))
    return template.render(
        say=words.say,
        language=LANGUAGES[words.lang],
        policy="; ".join(live.policy if live else POLICY),
        version=xhsim.__version__,
        style=Markup(here.joinpath(STYLE).read_text(encoding="utf-8")),
        title=title or words.say("title"),
        about=words.say("about", study=model.stem, scenarios=names),
        made=words.say(
            "made",
            date=words.date(record["created"]),
            draws=f"{facts.wish.draws:,}",
            seed=facts.wish.seed,
        ),
        letters=pictures.letters(),
        sections=sections,
    )


def _again(
    study: Study, wish: ReportWish, path: Path, lang: str, title: str | None, live: LivePage | None
) -> list[str]:
    """Return the command that makes the page again."""
    folder = study.files.folder
    return [
        *("xhsim", "report", *map(study.files.named, wish.scenarios)),
        *("--draws", str(wish.draws), "--seed", str(wish.seed), "--lang", lang),
        *([] if wish.against is None else ["--against", study.files.named(wish.against)]),
        *([] if wish.structure is None else ["--structure", wish.structure]),
        *([] if title is None else ["--title", title]),
        *([] if live is None else ["--interactive" if live.file is None else "--with-page"]),
        *([] if study.files.posterior is not None else ["--prior"]),
        *([] if is_default_study(folder) else ["--study", str(folder)]),
        *("--out", path.name),
    ]
