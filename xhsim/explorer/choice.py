"""What a reader of the page has chosen, as a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xhsim.errors import InputError
from xhsim.study.names import find_name
from xhsim.study.scenarios.scenario import Scenario, make_scenario
from xhsim.study.scenarios.writer import check_new_name
from xhsim.wording.label import check_language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import EXPLORER
from xhsim.wording.punctuation import SENTENCES

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["Choice", "read_choice"]

DIGITS = 10  # decimals of a value; a slider accumulates rounding errors of its steps


@dataclass(frozen=True)
class Choice:
    """A scenario to start from, levers that were moved, and unknowns that are held.

    Attributes
    ----------
    start : str
        The scenario it starts from.
    since : int
        The year in which levers begin to move.
    over : int
        In how many years they reach their values.
    levers : mapping of str to float
        Moved levers, named as in scenario files. All others are those of `start`, bit for bit.
    held : mapping of str to float
        Unknowns that have one value in all draws.
    structure : str or None
        The structure that holds in all draws.
    shocks : mapping of str to int
        For each held unknown that is a yearly shock, the year from which it is held.
    ends : float or None
        The last year of a run, if known: levers may not reach their values by then.
    lang : {"en", "zh"}
        The language of the description.

    Examples
    --------
    >>> Choice("plan", 2021, levers={"RD support": 6.0}).scenario("mine").changes[0].shape
    Ramp(start=2021.0, until=2022.0, to=6.0)
    """

    start: str
    since: int
    over: int = 1
    levers: Mapping[str, float] = field(default_factory=dict)
    held: Mapping[str, float] = field(default_factory=dict)
    structure: str | None = None
    shocks: Mapping[str, int] = field(default_factory=dict)
    ends: float | None = None
    lang: str = "en"

    @property
    def changes(self) -> dict[str, Any]:
        """The content of ``set`` in a scenario file."""
        until = self.since + self.over
        moved: dict[str, Any] = {
            name: {"ramp": {"from": self.since, "until": until, "to": round(value, DIGITS)}}
            for name, value in self.levers.items()
        }
        for name, value in self.held.items():
            year, level = self.shocks.get(name), round(value, DIGITS)
            moved[name] = level if year is None else {"step": {"year": year, "to": level}}
        return moved

    @property
    def description(self) -> str:
        """The content of ``description``: where the scenario is from, and how far levers get."""
        text = EXPLORER.say("made", self.lang, start=self.start)
        if not self.levers or self.ends is None or self.since + self.over <= self.ends:
            return text
        share = percent_text(100 * (self.ends - self.since) / self.over, self.lang)
        late = EXPLORER.say("unreached", self.lang, year=f"{self.ends:g}", share=share)
        return text + SENTENCES[self.lang] + late

    def scenario(self, name: str = "my-scenario") -> Scenario:
        """Return the choice as a scenario.

        Parameters
        ----------
        name : str
            Small letters, digits and hyphens.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            If the name cannot be that of a scenario file.

        Examples
        --------
        >>> Choice("plan", 2021).scenario("mine").extends
        'plan'
        """
        run = {} if self.structure is None else {"run": {"structure": self.structure}}
        return make_scenario(
            check_new_name(name),
            self.changes,
            extends=self.start,
            description=self.description,
            **run,
        )


def read_choice(study: Study, state: Mapping[str, Any]) -> Choice:
    """Read a choice from the state of a page.

    Parameters
    ----------
    study : Study
    state : mapping
        As JSON from the page: ``start``, ``since``, ``over``, ``levers``, ``held``, ``structure``,
        and ``lang``, by default English.

    Returns
    -------
    Choice

    Raises
    ------
    InputError
        If it names something that the study does not have, or a value is not a number.

    Examples
    --------
    >>> import xhsim
    >>> state = {"start": "plan", "since": 2021, "over": 1, "levers": {"RD support": 6}}
    >>> read_choice(xhsim.open_study(), state).levers
    {'RD support': 6.0}
    """
    start = find_name(str(state.get("start")), study.scenarios, "scenario", None).name
    levers, held = (_numbers(state.get(key, {}), key) for key in ("levers", "held"))
    shocks = {}
    for name in held:
        parameter = find_name(name.partition("[")[0], study.parameters, "parameter", None)
        if parameter.shock is not None:
            shocks[name] = int(parameter.shock.first_year)
    number, structures = state.get("structure"), study.structures
    structure = None
    if number is not None:
        if structures is None or number not in range(len(structures.names)):
            raise InputError(f"the study has no structure number {number!r:.20}")
        structure = structures.names[number]
    since, over = (_years(state.get(key), key) for key in ("since", "over"))
    until = study.files.resolve(start).run.until
    ends = float(study.model.default("FINAL TIME") if until is None else until)
    lang = check_language(str(state.get("lang", "en")))
    return Choice(start, since, over, levers, held, structure, shocks, ends, lang)


def _years(given: Any, key: str) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= 9999:
        raise InputError(f"{key} must be a whole number of years, not {given!r:.20}")
    return given


def _numbers(given: Any, key: str) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise InputError(f"{key} must map names to numbers")
    for name, value in given.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise InputError(f"{key}: {name!r:.40} must be a number, not {value!r:.20}")
    return {str(name): float(value) for name, value in given.items()}
