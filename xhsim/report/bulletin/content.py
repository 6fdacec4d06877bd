"""What a bulletin says: one record, from which each form of file is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import xhsim
from xhsim.report.bulletin.annex import Annex, Origin, annexes_of
from xhsim.report.bulletin.findings import Findings
from xhsim.report.bulletin.front import Front, front_of
from xhsim.report.bulletin.words import BulletinWords
from xhsim.wording.label import Language, check_language

if TYPE_CHECKING:
    from xhsim.analysis.monitoring.monitor import Monitoring

__all__ = ["Bulletin", "bulletin_of"]


@dataclass(frozen=True)
class Bulletin:
    """What a bulletin says, in one language.

    Attributes
    ----------
    lang : {"en", "zh"}
    as_of : date
    front : Front
        The first page.
    annexes : tuple of Annex
    footer : str
    """

    lang: Language
    as_of: date
    front: Front
    annexes: tuple[Annex, ...]
    footer: str


def bulletin_of(
    monitoring: Monitoring,
    findings: Findings,
    *,
    lang: str = "en",
    title: str | None = None,
    origin: Origin | None = None,
) -> Bulletin:
    """Write a bulletin. Nothing is run or read.

    Parameters
    ----------
    monitoring : Monitoring
    findings : Findings
        From `xhsim.report.bulletin.findings.findings_of`.
    lang : {"en", "zh"}
    title : str, optional
        By default that of ``monitoring.yaml``, or else a general one.
    origin : Origin, optional
        How the bulletin can be made again.

    Returns
    -------
    Bulletin
        Texts of the study's files are in it as they are: a writer must treat them as texts, never
        as markup.

    Raises
    ------
    InputError
        If the language is unknown, or no font has Chinese letters.
    """
    study = monitoring.study
    words = BulletinWords(check_language(lang), study.labels, study.unpublished_bases)
    return Bulletin(
        words.lang,
        monitoring.as_of,
        front_of(monitoring, findings, words, title),
        annexes_of(monitoring, findings, words, origin),
        words.say("footer", version=xhsim.__version__),
    )
