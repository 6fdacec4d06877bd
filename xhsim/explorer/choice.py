"""A user's choice: a scenario to start from, and levers that were moved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xhsim.study.scenarios.scenario import Scenario, make_scenario
from xhsim.study.scenarios.writer import check_new_name, scenario_text

__all__ = ["Choice"]

YEARS = 1  # in which a lever goes from its old value to the new one
DIGITS = 10  # decimals of a value; a slider accumulates rounding errors of its steps


@dataclass(frozen=True)
class Choice:
    """A scenario made by moving levers.

    Parameters
    ----------
    start : str
        The scenario it starts from.
    since : int
        The year in which levers begin to move. They reach their values one year later.
    moved : mapping of str to float
        Levers, named as in scenario files, with their new values. All other parameters are those
        of `start`, bit for bit.

    Examples
    --------
    >>> mine = Choice("plan", 2021, {"RD support": 6.0})
    >>> mine.changes
    {'RD support': {'ramp': {'from': 2021, 'until': 2022, 'to': 6.0}}}
    """

    start: str
    since: int
    moved: Mapping[str, float] = field(default_factory=dict)

    @property
    def changes(self) -> dict[str, Any]:
        """The content of ``set`` in a scenario file."""
        until = self.since + YEARS
        return {
            name: {"ramp": {"from": self.since, "until": until, "to": round(value, DIGITS)}}
            for name, value in self.moved.items()
        }

    def scenario(self, name: str = "my-scenario") -> Scenario:
        """Return the choice as a scenario.

        Raises
        ------
        InputError
            If the name cannot be that of a scenario file.
        """
        return make_scenario(
            check_new_name(name),
            self.changes,
            extends=self.start,
            description=f"Put together in the explorer, starting from {self.start}.",
        )

    def file_text(self, name: str) -> str:
        """Return the choice as the content of a scenario file.

        Parameters
        ----------
        name : str
            Name of the file without its ending.

        Raises
        ------
        InputError
            If the name cannot be that of a scenario file.

        Examples
        --------
        >>> print(Choice("plan", 2021, {"RD support": 6.0}).file_text("more-research"))
        label: {en: more-research, zh: more-research}
        description: Put together in the explorer, starting from plan.
        extends: plan
        set:
          RD support: {ramp: {from: 2021, until: 2022, to: 6.0}}
        <BLANKLINE>
        """
        return scenario_text(self.scenario(name))

    def code(self, name: str, draws: int, seed: int, opening: str = "") -> str:
        """Return the choice as Python code that gives the same probabilities.

        Parameters
        ----------
        name : str
        draws, seed : int
        opening : str
            Arguments of ``open_study``, as Python.

        Examples
        --------
        >>> print(Choice("plan", 2021).code("mine", 1000, 0))
        import xhsim
        <BLANKLINE>
        study = xhsim.open_study()
        study = study.with_scenario("mine", {}, extends="plan")
        ensemble = study.ensemble("mine", draws=1000, seed=0)
        study.attainment(ensemble, study.indicators)
        <BLANKLINE>
        """
        name = check_new_name(name)
        rows = [f"    {_literal(key)}: {value!r},\n" for key, value in self.changes.items()]
        changes = "{\n" + "".join(rows) + "}" if rows else "{}"
        return (
            "import xhsim\n\n"
            f"study = xhsim.open_study({opening})\n"
            f'study = study.with_scenario("{name}", {changes}, extends={_literal(self.start)})\n'
            f'ensemble = study.ensemble("{name}", draws={draws}, seed={seed})\n'
            "study.attainment(ensemble, study.indicators)\n"
        )


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
