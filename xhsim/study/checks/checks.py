"""checks.yaml: what a model has to pass before anybody believes it.

The file says what an economist knows of the district and the model does not: what happens under
extreme conditions, which flows belong to which stocks, what each lever moves and what it leaves
alone, how each feedback loop shows. `xhsim.analysis.validation` runs the model and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xhsim.study.checks.names import ModelVariable
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.history.observations import Observation
from xhsim.study.names import find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.scenario import Change
from xhsim.study.targets import Target

if TYPE_CHECKING:
    pass

__all__ = [
    "Chain",
    "Checks",
    "Conservation",
    "Extreme",
    "Extremes",
    "Fit",
    "LeverEffects",
    "Levers",
    "LoopCheck",
    "Loops",
    "Mention",
    "NonNegative",
    "RealGrowth",
    "Steps",
    "check_names",
]


@dataclass(frozen=True)
class Steps:
    """How far annual results may depend on the solver, in per cent.

    Parameters
    ----------
    halved, methods, euler : float
        When the time step is halved; against adaptive methods; against Euler at `fine_step`.
    fine_step : float
        In units of time.
    """

    halved: float = 0.5
    methods: float = 0.5
    euler: float = 0.5
    fine_step: float = 1 / 256


@dataclass(frozen=True)
class NonNegative:
    """What must not fall below zero: every stock but the exceptions, and some variables more.

    Parameters
    ----------
    draws : int
        How many worlds of each scenario are looked at.
    exceptions : mapping of str to str
        Stocks that may be negative, with the reason.
    also : tuple of str
        Variables that are no stocks.
    """

    draws: int = 200
    exceptions: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extreme:
    """An extreme condition: what is set, and where variables then go.

    Parameters
    ----------
    name, says : str
    changes : tuple of Change
    expect : mapping of str to {"up", "down", "same"}
        By variable, against the undisturbed run, in the last year.
    differs : mapping of str to str
        Of these, where the model is known to do otherwise, and why.
    """

    name: str
    says: str
    changes: tuple[Change, ...]
    expect: Mapping[str, str]
    differs: Mapping[str, str]


@dataclass(frozen=True)
class Extremes:
    """Extreme conditions, and what holds for all of them.

    Parameters
    ----------
    horizon : int or None
        Last year of the runs; by default the model's.
    growth : float
        Per cent a year that nothing may exceed in the last five years: what explodes does.
    threshold : float
        Per cent below which a change counts as none.
    conditions : tuple of Extreme
    """

    horizon: int | None
    growth: float
    threshold: float
    conditions: tuple[Extreme, ...]


@dataclass(frozen=True)
class Chain:
    """Stocks between which something moves, with all that comes in and goes out.

    A chain without stocks is an identity of flows: what comes in goes out at once.
    """

    name: str
    says: str
    stocks: tuple[str, ...]
    inflows: tuple[str, ...]
    outflows: tuple[str, ...]


@dataclass(frozen=True)
class Conservation:
    """All chains, and the stocks that are in none, with the reason."""

    chains: tuple[Chain, ...]
    outside: Mapping[str, str]


@dataclass(frozen=True)
class LeverEffects:
    """What a lever moves.

    Parameters
    ----------
    lever : str
        A parameter, or one element of it.
    aim : str
        The target for whose sake the money is spent.
    raises, lowers, leaves : tuple of str
        Targets, `aim` among the first two.
    differs : mapping of str to str
        Of these, where the model is known to do otherwise, and why.
    """

    lever: str
    aim: str
    raises: tuple[str, ...]
    lowers: tuple[str, ...]
    leaves: tuple[str, ...]
    differs: Mapping[str, str]


@dataclass(frozen=True)
class Levers:
    """The matrix of levers and targets.

    Parameters
    ----------
    year, times : float
        Each lever in turn is multiplied from that year on.
    threshold : float
        Per cent from which a target counts as moved.
    funded, tight : tuple of Change
        Settings under which there is money for every lever; under which money is short.
    levers : tuple of LeverEffects
    """

    year: float
    times: float
    threshold: float
    funded: tuple[Change, ...]
    tight: tuple[Change, ...]
    levers: tuple[LeverEffects, ...]


@dataclass(frozen=True)
class LoopCheck:
    """A feedback loop, how it is cut, and how that shows.

    Parameters
    ----------
    name, says : str
    push : tuple of Change
        A disturbance.
    base : tuple of Change
        Settings of every run of this loop, cut or not, pushed or not.
    hold : tuple of str
        Variables that keep their path of the undisturbed run when the loop is cut.
    cut : tuple of Change
        Settings that cut it, instead or as well.
    watch : str
        The variable whose response to the push is compared.
    does : {"amplifies", "dampens"}
        What the loop does with the response.
    """

    name: str
    says: str
    push: tuple[Change, ...]
    base: tuple[Change, ...]
    hold: tuple[str, ...]
    cut: tuple[Change, ...]
    watch: str
    does: str


@dataclass(frozen=True)
class Loops:
    """All loops; `threshold` is the least difference, in per cent of the response."""

    horizon: int | None
    threshold: float
    loops: tuple[LoopCheck, ...]


@dataclass(frozen=True)
class Fit:
    """How near the central run has to come to what was observed; limits are per cent.

    Parameters
    ----------
    years : tuple of int
        First and last year.
    limit, limits : float, mapping of str to float
        Of the mean absolute percentage error, in general and by series.
    plan_year, plan_limit, plan_status : int, float, str
        The year whose observations of that status are to be met one by one, and how nearly.
    """

    years: tuple[int, int]
    limit: float
    limits: Mapping[str, float]
    plan_year: int
    plan_limit: float
    plan_status: str


@dataclass(frozen=True)
class RealGrowth:
    """Real growth of a variable, the series of yearly growth it is to meet (`limit`: points).

    `use` and `intensity` are series whose changes imply another figure, which is shown beside.
    """

    variable: str
    first_year: int
    last_year: int
    published: str
    use: str | None
    intensity: str | None
    limit: float


@dataclass(frozen=True)
class Mention:
    """A name in the file, with what it has to be the name of."""

    kind: str
    name: str
    where: Place


@dataclass(frozen=True)
class Checks:
    """All of checks.yaml; parts that the file leaves out are None, or have their defaults.

    `budget` is the variable that says what was requested and could not be paid.
    """

    steps: Steps = Steps()
    non_negative: NonNegative = NonNegative()
    extremes: Extremes | None = None
    conservation: Conservation | None = None
    levers: Levers | None = None
    loops: Loops | None = None
    fit: Fit | None = None
    real_growth: RealGrowth | None = None
    budget: str | None = None
    mentions: tuple[Mention, ...] = ()


def check_names(
    checks: Checks,
    variables: Iterable[ModelVariable],
    parameters: Mapping[str, Parameter],
    targets: Mapping[str, Target],
    history: Iterable[Observation],
) -> None:
    """See that everything that checks.yaml names is there.

    Parameters
    ----------
    checks : Checks
    variables : iterable of ModelVariable
        All of the model's.
    parameters, targets : mapping
    history : iterable of Observation
        As read.

    Raises
    ------
    InputError
        With every name that is unknown, each with the nearest known one.
    """
    every = list(variables)
    mistakes = Mistakes()
    known = {variable.name: variable.elements for variable in every}
    elements: dict[str, Mapping[str, tuple[tuple[str, ...], ...]]] = {
        "variable": known,
        "stock": {variable.name: variable.elements for variable in every if variable.is_stock},
        "parameter": {name: (p.elements,) for name, p in parameters.items()},
        "lever": {name: (p.elements,) for name, p in parameters.items() if p.role == "lever"},
        "target": dict.fromkeys(targets, ()),
        "series": dict.fromkeys((row.series for row in history), ()),
    }
    for mention in checks.mentions:
        with mistakes.collecting():
            reference = parse_reference(mention.name, mention.where)
            found = find_name(reference.name, elements[mention.kind], mention.kind, mention.where)
            find_elements(reference, found[0] if found else (), mention.where)
    mistakes.check()
