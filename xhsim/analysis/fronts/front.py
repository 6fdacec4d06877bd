"""A front: packages of which none is better in every objective, as found and as judged again.

It is data: `PolicyFront.as_record` turns it into values that JSON can represent, and
`front_of_record` turns them back. It says how it was made, so that it can be made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.fronts.candidates import Array
from xhsim.analysis.fronts.judged import FrontValue, MarginalGain
from xhsim.errors import InputError
from xhsim.study.scenarios.scenario import Scenario, make_scenario
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FrontMember",
    "FrontObjective",
    "FrontScenario",
    "PolicyFront",
    "front_of_record",
]

FORMAT = 1  # of the record
MONEY = "money"  # the text of the objective that is spending


@dataclass(frozen=True)
class FrontObjective:
    """One objective of a front, for readers.

    Parameters
    ----------
    text : str
        As the user wrote it.
    label : Label
    unit : Label
        Empty for a probability.
    is_probability : bool
    more_is_better : bool
    """

    text: str
    label: Label
    unit: Label
    is_probability: bool
    more_is_better: bool


@dataclass(frozen=True)
class FrontMember:
    """One package of a front.

    Parameters
    ----------
    levels : mapping of str to float
        The levers that it moves, each with its level.
    searched : tuple of float
        The value of each objective on the draws of the search, which tend to be too good.
    judged : tuple of FrontValue
        The same on fresh draws.
    holds : bool
        Whether no other package of the front is better in every objective on fresh draws too.
    """

    levels: Mapping[str, float]
    searched: tuple[float, ...]
    judged: tuple[FrontValue, ...]
    holds: bool


@dataclass(frozen=True)
class FrontScenario:
    """A scenario of the study that moves levers alone, judged on the same fresh draws.

    Parameters
    ----------
    name : str
    label : Label
    judged : tuple of FrontValue
    beaten : bool
        Whether a package of the front is better in every objective.
    """

    name: str
    label: Label
    judged: tuple[FrontValue, ...]
    beaten: bool


@dataclass(frozen=True)
class PolicyFront:
    """Packages of which none is better in every objective than another.

    Parameters
    ----------
    objectives : tuple of FrontObjective
    members : tuple of FrontMember
        In the order of the first objective.
    scenarios : tuple of FrontScenario
    shares : ndarray, shape (seeds, generations + 1)
        Each seed's hypervolume as a share of that of all seeds together.
    gains : mapping of str to tuple of MarginalGain
        What one more unit of money buys of each other objective; empty if money is no objective.
    levers : mapping of str to tuple of float
        The lowest and the highest level of each lever in the search.
    starts : mapping of str to float
        The level of each lever in the scenario that packages extend.
    labels : mapping of str to Label
        Of levers.
    made : mapping
        How it was made: scenario, draws, seeds, limits, number of packages tried and so on.
    """

    objectives: tuple[FrontObjective, ...]
    members: tuple[FrontMember, ...]
    scenarios: tuple[FrontScenario, ...]
    shares: Array
    gains: Mapping[str, tuple[MarginalGain, ...]]
    levers: Mapping[str, tuple[float, float]]
    starts: Mapping[str, float]
    labels: Mapping[str, Label]
    made: Mapping[str, Any]

    def column(self, objective: str) -> int:
        """Return the place of an objective.

        Parameters
        ----------
        objective : str
            Its text, such as ``mean``.

        Returns
        -------
        int

        Raises
        ------
        InputError
            If the front does not have it.

        Examples
        --------
        >>> from xhsim.analysis.fronts.archive import read_front
        >>> front = read_front("notebooks/12_front.json")  # in a clone of the repository
        >>> front.column("money")
        1
        """
        texts = [each.text for each in self.objectives]
        if objective not in texts:
            raise InputError(
                f'the front has no objective "{objective}"', hint=f"it has {', '.join(texts)}"
            )
        return texts.index(objective)

    def table(self) -> pd.DataFrame:
        """Return the packages as a table.

        Returns
        -------
        DataFrame
            A row for each package, numbered from 1. For each objective its value on fresh draws
            with its 95 % interval (``TEXT``, ``TEXT low``, ``TEXT high``) and its value in the
            search (``TEXT searched``); ``holds``; and the level of each lever.

        Examples
        --------
        >>> from xhsim.analysis.fronts.archive import read_front
        >>> front = read_front("notebooks/12_front.json")  # in a clone of the repository
        >>> front.table().loc[6, ["mean", "money", "HQ scheme"]].round(2).tolist()
        [11.37, 24.12, 1.74]
        """
        import pandas as pd

        rows = []
        for member in self.members:
            row: dict[str, Any] = {}
            for objective, value, found in zip(
                self.objectives, member.judged, member.searched, strict=True
            ):
                name = objective.text
                row |= {name: value.value, f"{name} low": value.low, f"{name} high": value.high}
                row[f"{name} searched"] = found
            rows.append(row | {"holds": member.holds} | {**self.starts, **member.levels})
        return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="package"))

    def values(self) -> pd.DataFrame:
        """Return the values of packages and scenarios as a long table, with labels.

        Returns
        -------
        DataFrame
            A row for each package or scenario and objective: ``package`` (a number, or the name
            of a scenario), ``objective``, ``label``, ``label_zh``, ``unit``, ``unit_zh``,
            ``value``, ``low``, ``high``, ``searched`` and ``holds`` (of a scenario: whether no
            package beats it).

        Examples
        --------
        >>> from xhsim.analysis.fronts.archive import read_front
        >>> front = read_front("notebooks/12_front.json")  # in a clone of the repository
        >>> front.values().loc[0, ["objective", "label_zh"]].tolist()
        ['mean', '18项指标平均完成项数']
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        every: list[tuple[Any, tuple[FrontValue, ...], Any, bool]] = [
            (number, member.judged, member.searched, member.holds)
            for number, member in enumerate(self.members, start=1)
        ]
        every += [(each.name, each.judged, None, not each.beaten) for each in self.scenarios]
        for name, judged, searched, holds in every:
            for place, (objective, value) in enumerate(zip(self.objectives, judged, strict=True)):
                rows.append(
                    {
                        "package": name,
                        "objective": objective.text,
                        **objective.label.columns(),
                        **objective.unit.columns("unit"),
                        **value._asdict(),
                        "searched": searched[place] if searched else None,
                        "holds": holds,
                    }
                )
        return pd.DataFrame(rows)

    def moves(self) -> pd.DataFrame:
        """Return what each package moves as a long table, with labels.

        Returns
        -------
        DataFrame
            A row for each package and lever that it moves: ``package``, ``lever``, ``label``,
            ``label_zh``, ``start`` and ``level``.

        Examples
        --------
        >>> from xhsim.analysis.fronts.archive import read_front
        >>> front = read_front("notebooks/12_front.json")  # in a clone of the repository
        >>> front.moves()["lever"].iloc[-1]
        'investment promotion'
        """
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "package": number,
                    "lever": lever,
                    **self.labels[lever].columns(),
                    "start": self.starts[lever],
                    "level": level,
                }
                for number, member in enumerate(self.members, start=1)
                for lever, level in member.levels.items()
            ]
        )

    def scenario(self, package: int, name: str) -> Scenario:
        """Turn a package into a scenario.

        Parameters
        ----------
        package : int
            Its number in the table, from 1.
        name : str

        Returns
        -------
        Scenario
            `Study.with_scenario` adds it to a study;
            `xhsim.study.scenarios.writer.scenario_text` gives the text of its file.

        Raises
        ------
        InputError
            If there is no such package.

        Examples
        --------
        >>> from xhsim.analysis.fronts.archive import read_front
        >>> front = read_front("notebooks/12_front.json")  # in a clone of the repository
        >>> front.scenario(20, "modest").changes[0].shape.to
        1.89
        """
        if not 1 <= package <= len(self.members):
            raise InputError(
                f"the front has no package {package}",
                hint=f"name one from 1 to {len(self.members)}",
            )
        member = self.members[package - 1]
        first, last = self.made["years"]
        return make_scenario(
            name,
            {
                lever: {"ramp": {"from": first, "until": last, "to": level}}
                for lever, level in member.levels.items()
            },
            extends=self.made["scenario"],
            description=f"Package {package} of a front of "
            f"{' and '.join(each.text for each in self.objectives)}. "
            f"Searched on {self.made['draws']} draws among {self.made['tried']} packages.",
            reference="found by xhsim front",
        )

    def as_record(self) -> dict[str, Any]:
        """Return the front as values that JSON can represent.

        Returns
        -------
        dict
            `front_of_record` reads it.

        Examples
        --------
        >>> from xhsim.analysis.fronts.archive import read_front
        >>> front = read_front("notebooks/12_front.json")  # in a clone of the repository
        >>> sorted(front.as_record())[:4]
        ['format', 'gains', 'hypervolume', 'levers']
        """
        return {
            "format": FORMAT,
            "made": dict(self.made),
            "objectives": [
                {
                    "text": each.text,
                    "label": vars(each.label),
                    "unit": vars(each.unit),
                    "is_probability": each.is_probability,
                    "more_is_better": each.more_is_better,
                }
                for each in self.objectives
            ],
            "levers": {
                name: {
                    "label": vars(self.labels[name]),
                    "from": low,
                    "to": high,
                    "start": self.starts[name],
                }
                for name, (low, high) in self.levers.items()
            },
            "packages": [
                {
                    "levels": dict(each.levels),
                    "searched": list(each.searched),
                    "judged": [list(value) for value in each.judged],
                    "holds": each.holds,
                }
                for each in self.members
            ],
            "scenarios": [
                {
                    "name": each.name,
                    "label": vars(each.label),
                    "judged": [list(value) for value in each.judged],
                    "beaten": each.beaten,
                }
                for each in self.scenarios
            ],
            "gains": {text: [list(gain) for gain in gains] for text, gains in self.gains.items()},
            "hypervolume": np.asarray(self.shares).tolist(),
        }


def front_of_record(record: Mapping[str, Any]) -> PolicyFront:
    """Read a front from its record.

    Parameters
    ----------
    record : mapping
        As from `PolicyFront.as_record`.

    Returns
    -------
    PolicyFront

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is not the record of a front.
    """
    if record["format"] != FORMAT:
        raise ValueError(f"a front of format {record['format']}, not {FORMAT}")
    levers = record["levers"]
    return PolicyFront(
        objectives=tuple(
            FrontObjective(
                str(each["text"]),
                Label(**each["label"]),
                Label(**each["unit"]),
                bool(each["is_probability"]),
                bool(each["more_is_better"]),
            )
            for each in record["objectives"]
        ),
        members=tuple(
            FrontMember(
                {name: float(level) for name, level in each["levels"].items()},
                tuple(map(float, each["searched"])),
                _values(each["judged"]),
                bool(each["holds"]),
            )
            for each in record["packages"]
        ),
        scenarios=tuple(
            FrontScenario(
                str(each["name"]),
                Label(**each["label"]),
                _values(each["judged"]),
                bool(each["beaten"]),
            )
            for each in record["scenarios"]
        ),
        shares=np.array(record["hypervolume"], dtype=np.float64),
        gains={
            text: tuple(MarginalGain(*map(float, gain)) for gain in gains)
            for text, gains in record["gains"].items()
        },
        levers={name: (float(each["from"]), float(each["to"])) for name, each in levers.items()},
        starts={name: float(each["start"]) for name, each in levers.items()},
        labels={name: Label(**each["label"]) for name, each in levers.items()},
        made=dict(record["made"]),
    )


def _values(written: Any) -> tuple[FrontValue, ...]:
    return tuple(FrontValue(*map(float, value)) for value in written)
