"""Evidence cards: what a study found about a policy line or a link, or that none was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, read_records
from xhsim.study.names import (
    Reference,
    canonical,
    element_name,
    find_elements,
    find_name,
    parse_reference,
)
from xhsim.study.parameters.parameter import Parameter
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.study.evidence.keys import EvidenceRecord

__all__ = [
    "GRADES",
    "EvidenceCard",
    "check_cards",
    "evidence_frame",
    "read_cards",
    "select_cards",
]

COLUMNS = (
    *("line", "link", "effect", "size", "low", "high", "unit"),
    *("study", "year", "setting", "grade", "source", "used"),
)
GRADES = {
    "found": Label("found", "已查到原文"),
    "memory": Label("from memory, not verified", "凭记忆引用，未核实"),
    "none": Label("none found: judgement", "未找到，属判断"),
}


@dataclass(frozen=True)
class EvidenceCard:
    """What one study found about a policy line or a link of the model.

    Parameters
    ----------
    id : str
        Its name in the file.
    line : Reference or None
        The policy line: a lever, or elements of one.
    link : Label or None
        Instead of a line: the link of the model.
    effect : str
        What was measured and found; without a study, what is assumed.
    study : str or None
        Authors, title, journal.
    year : int or None
        Year of publication.
    setting : str or None
        Country, years, and the unit that was observed.
    size : float or None
        The effect, in `unit`.
    range : tuple of float, or None
        The plausible range of the effect, in `unit`.
    unit : str or None
        The study's unit.
    grade : str
        A key of `GRADES`.
    source : str or None
        The address of the text that was seen.
    used : mapping of Reference to str
        The parameters that it informs, and how.
    where : Place
        File and line.
    """

    id: str
    line: Reference | None
    link: Label | None
    effect: str
    study: str | None
    year: int | None
    setting: str | None
    size: float | None
    range: tuple[float, float] | None
    unit: str | None
    grade: str
    source: str | None
    used: Mapping[Reference, str]
    where: Place

    @property
    def about(self) -> Label:
        """The line or the link."""
        return self.link if self.link is not None else Label(str(self.line), str(self.line))


@checked
def read_cards(path: Path) -> tuple[EvidenceCard, ...]:
    """Read ``evidence.yaml``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of EvidenceCard
        In the order of the file.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> cards = read_cards(bundled_folder() / "model" / "evidence.yaml")
    >>> sorted({card.grade for card in cards})
    ['found', 'memory', 'none']
    """
    from xhsim.study.evidence.keys import EvidenceRecord

    mistakes = Mistakes()
    found = [_card(card) for card in read_records(EvidenceRecord, path, "card", mistakes)]
    mistakes.check()
    return tuple(card for card in found if card is not None)


def _card(written: Written[EvidenceRecord]) -> EvidenceCard | None:
    record = written.record
    line = None
    if record.line is not None:
        line = _reference(written, record.line, "line")
    used = {}
    for name, how in record.used.items():
        reference = _reference(written, name, "used", name)
        if reference is not None:
            used[reference] = how
    return EvidenceCard(
        written.name,
        line,
        record.link.as_label() if record.link is not None else None,
        record.effect,
        record.study,
        record.year,
        record.setting,
        record.size,
        (record.range[0], record.range[1]) if record.range is not None else None,
        record.unit,
        record.grade,
        record.source,
        used,
        written.where,
    )


def _reference(written: Written[EvidenceRecord], text: str, *steps: str) -> Reference | None:
    try:
        return parse_reference(text, written.place(*steps))
    except InputError as error:
        written.mistakes.extend(error)
        return None


def check_cards(
    cards: Sequence[EvidenceCard], parameters: Mapping[str, Parameter], file: Path
) -> None:
    """Check that cards name parameters that exist, and that each lever has a card.

    Parameters
    ----------
    cards : sequence of EvidenceCard
    parameters : mapping of str to Parameter
        By name as in the model file.
    file : Path
        The file of the cards, for messages about levers without a card.

    Raises
    ------
    InputError
        With every unknown name, and every lever or element of one without a card.
    """
    mistakes = Mistakes()
    covered: set[str] = set()
    for card in cards:
        if card.line is not None:
            with mistakes.collecting():
                covered.update(_lines(card.line, parameters, card.where))
        for reference in card.used:
            with mistakes.collecting():
                parameter = find_name(reference.name, parameters, "parameter", card.where)
                find_elements(reference, parameter.elements, card.where)
    for parameter in parameters.values():
        if parameter.role == "lever":
            for element in parameter.elements or ("",):
                name = element_name(parameter.name, element)
                if name not in covered:
                    mistakes.add(
                        f'the lever "{name}" has no evidence card',
                        file=file,
                        hint='add a card; "grade: none" says that no study was found',
                    )
    mistakes.check()


def _lines(line: Reference, parameters: Mapping[str, Parameter], where: Place) -> list[str]:
    parameter = find_name(line.name, parameters, "lever", where)
    if parameter.role != "lever":
        raise InputError(
            f'"{parameter.name}" is not a lever',
            file=where.file,
            line=where.line,
            hint="name a parameter with the role lever, or give a link instead",
        )
    elements = find_elements(line, parameter.elements, where) or ("",)
    return [element_name(parameter.name, element) for element in elements]


def select_cards(cards: Sequence[EvidenceCard], wanted: str) -> list[EvidenceCard]:
    """Return the cards about a line or a link, or those that inform a parameter.

    Parameters
    ----------
    cards : sequence of EvidenceCard
    wanted : str
        A lever or an element of one, a link in either language, a card's name, or a parameter.

    Returns
    -------
    list of EvidenceCard
        Those about the line or the link if there are any; otherwise those used for the parameter.

    Raises
    ------
    InputError
        If no card has to do with it.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> cards = read_cards(bundled_folder() / "model" / "evidence.yaml")
    >>> {str(card.line) for card in select_cards(cards, "rd support")}
    {'RD support'}
    """
    reference = parse_reference(wanted)
    about = [card for card in cards if _is_about(card, reference, wanted)]
    about = about or [
        card for card in cards if any(_overlap(reference, other) for other in card.used)
    ]
    if not about:
        names = {card.about.en for card in cards} | {str(r) for card in cards for r in card.used}
        raise InputError(
            f'no evidence card is about "{wanted}"',
            hint=did_you_mean(wanted, sorted(names)) or "xhsim evidence lists all cards",
        )
    return about


def _is_about(card: EvidenceCard, reference: Reference, wanted: str) -> bool:
    if card.line is not None and _overlap(reference, card.line):
        return True
    texts = [card.id] if card.link is None else [card.id, card.link.en, card.link.zh]
    return wanted.strip().casefold() in (text.casefold() for text in texts)


def _overlap(one: Reference, other: Reference) -> bool:
    """Tell whether two references to a quantity share an element."""
    if canonical(one.name) != canonical(other.name):
        return False
    mine, its = set(map(canonical, one.elements)), set(map(canonical, other.elements))
    return not mine or not its or bool(mine & its)


def evidence_frame(cards: Iterable[EvidenceCard]) -> pd.DataFrame:
    """Convert cards to a table.

    Parameters
    ----------
    cards : iterable of EvidenceCard

    Returns
    -------
    DataFrame
        A row for each card, by its name; columns line, link, effect, size, low, high, unit,
        study, year, setting, grade, source and used. A text that is not given is empty.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> cards = read_cards(bundled_folder() / "model" / "evidence.yaml")
    >>> evidence_frame(cards).loc["rd_support_listed_firms", "grade"]
    'found'
    """
    import pandas as pd  # slow to import, and most commands show no cards

    rows = []
    for card in cards:
        low, high = card.range or (None, None)
        rows.append(
            {
                "card": card.id,
                "line": str(card.line) if card.line is not None else "",
                "link": card.link.en if card.link is not None else "",
                "effect": card.effect,
                "size": card.size,
                "low": low,
                "high": high,
                "unit": card.unit or "",
                "study": card.study or "",
                "year": card.year,
                "setting": card.setting or "",
                "grade": card.grade,
                "source": card.source or "",
                "used": "; ".join(f"{name}: {how}" for name, how in card.used.items()),
            }
        )
    frame = pd.DataFrame(rows, columns=["card", *COLUMNS]).set_index("card")
    numbers = ["size", "low", "high"]
    frame[numbers] = frame[numbers].astype(float)
    frame["year"] = frame["year"].astype("Int64")
    return frame
