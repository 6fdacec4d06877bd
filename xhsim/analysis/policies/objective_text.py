"""Reading objectives from text: "at least 14", "all of clusters", "2 * mean + weakest"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from xhsim.analysis.policies.objectives import (
    KINDS,
    ONE_TARGET,
    Direction,
    Objective,
    ObjectivePart,
)
from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.names import find_name
from xhsim.study.targets import Target
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["read_objective"]

# Words for sets of targets, beside the study's groups. The first is the default.
WORDS = ("indicators", "targets")
# A name may contain a minus, so one that separates parts has blanks around it or a weight behind.
PLUS_OR_MINUS = re.compile(r"\s*(\+)\s*|\s+([-−])\s+|\s*([-−])\s*(?=[0-9.]+\s*[*×])")
WEIGHTED = re.compile(r"([0-9]*\.?[0-9]+)\s*[*×]\s*(.+)")
FORM = re.compile(
    rf"({'|'.join(map(re.escape, KINDS))})\b(?:\s+([0-9]+))?(?:\s+of\s+(.+))?", re.IGNORECASE
)
FORMS = "at least 14, at least 3 of A, B, all of GROUP, TARGET, mean, weakest, shortfall, money"


@checked
def read_objective(text: str, study: FittedStudy) -> Objective:
    """Read an objective.

    Parameters
    ----------
    text : str
        ``at least 14``, ``at least 3 of TARGET, TARGET, ...``, ``all of GROUP``, a target's id,
        ``mean``, ``weakest``, ``shortfall`` or ``money``; or a weighted sum of these, such as
        ``2 * mean + weakest``. ``of`` takes targets, groups of targets, ``indicators`` (the
        default: the targets with a rank, or all if none has one) and ``targets`` (all). Of a
        group, as in joint probabilities, the indicators count, or all if none has a rank.
    study : FittedStudy

    Returns
    -------
    Objective

    Raises
    ------
    InputError
        If there is no such kind of objective or target, or the parts pull in different directions.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> objective = read_objective("2 * mean of clusters + weakest", study)
    >>> len(objective.targets), objective.direction
    (18, 'maximise')
    >>> read_objective("all of cluster", study)
    Traceback (most recent call last):
    xhsim.study.names.UnknownName: unknown target or group "cluster". did you mean "clusters"?
    """
    if not text.strip():
        raise InputError("an objective is needed", hint=f"write one of: {FORMS}")
    parts = [_part(sign, words, study) for sign, words in _terms(text.strip())]
    return Objective(tuple(parts), _direction(parts))


def _terms(text: str) -> list[tuple[float, str]]:
    """Split a sum into its terms, each with its sign."""
    first = 1.0
    if text[0] in "-−":
        first, text = -1.0, text[1:].strip()
    pieces = PLUS_OR_MINUS.split(text)
    terms = [(first, pieces[0])]
    for plus, words in zip(pieces[1::4], pieces[4::4], strict=True):
        terms.append((1.0 if plus else -1.0, words))
    return terms


def _part(sign: float, text: str, study: FittedStudy) -> ObjectivePart:
    weight, words = sign, text.strip()
    if weighted := WEIGHTED.fullmatch(words):
        weight, words = sign * float(weighted[1]), weighted[2].strip()
    if weight == 0 or not words:
        raise InputError(f'"{text}" is not a part of an objective', hint=f"write one of: {FORMS}")
    form = FORM.fullmatch(words)
    if form is None:
        return _one_target(words, weight, study)
    kind, number, of = form[1].lower(), form[2], form[3]
    row = KINDS[kind]
    if row.takes_number != (number is not None):
        hint = f'write "{kind} 3"' if row.takes_number else f'write "{kind}" without a number'
        raise InputError(f'"{words}" is not an objective', hint=hint)
    if not row.takes_targets:
        if of is not None:
            raise InputError(f'"{kind}" is about no targets', hint=f'write "{kind}"')
        return ObjectivePart(kind, weight=weight)
    if kind == ONE_TARGET:
        return _one_target(of or "", weight, study)
    chosen, about, spelled = _targets(of, study)
    count = int(number or 0)
    if number is not None and not 1 <= count <= len(chosen):
        raise InputError(
            f'"{words}" asks for {count} of {len(chosen)} targets',
            hint=f"write a number from 1 to {len(chosen)}",
        )
    return ObjectivePart(kind, chosen, about, count, weight, spelled)


def _one_target(name: str, weight: float, study: FittedStudy) -> ObjectivePart:
    known: dict[str, Target | None] = dict(study.targets)
    try:
        target = find_name(name, study.targets, "target", None)
    except InputError:
        if any(name.lower() == group.lower() for group in (*_groups(study), *WORDS)):
            raise InputError(
                f'"{name}" is a group of targets', hint=f'write "all of {name}" or "mean of {name}"'
            ) from None
        near = did_you_mean(name, [*known, *KINDS])
        raise InputError(
            f'unknown objective or target "{name}"', hint=near or f"write one of: {FORMS}"
        ) from None
    return ObjectivePart(ONE_TARGET, (target.id,), target.label, 0, weight, target.id)


def _targets(of: str | None, study: FittedStudy) -> tuple[tuple[str, ...], Label, str]:
    """Return the targets that a text means, their name for readers, and the text as spelled."""
    if of is None or of.strip().lower() == WORDS[0]:
        chosen = tuple(study.indicators or study.targets)
        return chosen, _counted(len(chosen)), ""
    sets: dict[str, tuple[str, ...]] = {
        **{name: tuple(study.indicators or study.targets) for name in WORDS[:1]},
        **{name: tuple(study.targets) for name in WORDS[1:]},
        **_groups(study),
        **{name: (name,) for name in study.targets},
    }
    spelled = []
    for name in of.split(","):
        find_name(name.strip(), sets, "target or group", None)
        spelled.append(_spelling(name.strip(), sets))
    chosen = tuple(dict.fromkeys(each for name in spelled for each in sets[name]))
    words = ", ".join(dict.fromkeys(spelled))
    if words in study.targets:
        return chosen, study.targets[words].label, words
    if words in _groups(study):
        group = study.labels.group(words)
        return chosen, _counted(len(chosen), group), words
    return chosen, _counted(len(chosen)), words


def _groups(study: FittedStudy) -> dict[str, tuple[str, ...]]:
    """Return the targets of each group: its indicators or, in a group without one, all."""
    found: dict[str, tuple[str, ...]] = {}
    for targets in (study.indicators, study.targets):
        rest = [target for target in targets.values() if target.group not in found]
        for target in rest:
            found[target.group] = (*found.get(target.group, ()), target.id)
    return found


def _spelling(name: str, sets: Mapping[str, object]) -> str:
    """Return the key under which `find_name` found a name."""
    return name if name in sets else find_name(name, {key: key for key in sets}, "target", None)


def _counted(count: int, group: Label | None = None) -> Label:
    """Name a set of targets by how many they are, and their group."""
    noun = "target" if count == 1 else "targets"
    if group is None:
        return Label(f"{count} {noun}", f"{count}项指标")
    return Label(f"{count} {noun} ({group.en})", f"{group.zh}{count}项指标")


def _direction(parts: list[ObjectivePart]) -> Direction:
    """Return whether more or less of a sum is better; every part must agree."""
    rising = [(KINDS[part.kind].direction == "maximise") == (part.weight > 0) for part in parts]
    if all(rising):
        return "maximise"
    lower = [part for part in parts if KINDS[part.kind].direction == "minimise"]
    if not any(rising) and len(lower) == len(parts):
        return "minimise"
    if any(part.weight > 0 for part in lower):
        kind = lower[0].kind
        raise InputError(
            f'the parts pull in different directions: less "{kind}" is better',
            hint=f'write it with a minus, such as "mean - 0.1 * {kind}"',
        )
    raise InputError(
        "with a minus, a probability or a number met would be made small",
        hint="write this part with a plus",
    )
