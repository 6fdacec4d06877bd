"""checks.yaml: the checks that a model must pass.

The file contains what an economist knows about the district independently of the model: what
happens under extreme conditions, which flows belong to which stocks, which targets each lever moves
and which it leaves unchanged, and the effect of each feedback loop. `xhsim.analysis.validation`
runs the model and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xhsim.study.checks.names import ModelVariable
from xhsim.study.checks.responses import ShockCheck
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.history.observations import Observation
from xhsim.study.names import find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.scenario import Change
from xhsim.study.targets import Target

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
    "Variance",
    "YearlyShare",
    "check_names",
]


@dataclass(frozen=True)
class Steps:
    """Tolerances for the dependence of annual results on the solver, in per cent.

    Parameters
    ----------
    halved, methods, euler : float
        Compared with half the time step; with adaptive methods; with Euler at `fine_step`.
    fine_step : float
        In units of time.
    """

    halved: float = 0.5
    methods: float = 0.5
    euler: float = 0.5
    fine_step: float = 1 / 256


@dataclass(frozen=True)
class NonNegative:
    """The variables that must not be negative: all stocks except some, and further variables.

    Parameters
    ----------
    draws : int
        Number of draws of each scenario that are checked.
    exceptions : mapping of str to str
        Stocks that may be negative, with the reason.
    also : tuple of str
        Further variables, which are not stocks.
    """

    draws: int = 200
    exceptions: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extreme:
    """An extreme condition: the settings, and the expected direction of variables.

    Parameters
    ----------
    name, says : str
        Name, and the condition in words.
    changes : tuple of Change
    expect : mapping of str to {"up", "down", "same"}
        By variable, compared with the undisturbed run, in the last year.
    differs : mapping of str to str
        The expected variables for which the model is known to differ, with the reason.
    """

    name: str
    says: str
    changes: tuple[Change, ...]
    expect: Mapping[str, str]
    differs: Mapping[str, str]


@dataclass(frozen=True)
class Extremes:
    """All extreme conditions, and the settings that they share.

    Parameters
    ----------
    horizon : int or None
        Last year of the runs; by default the model's.
    growth : float
        Maximum growth of any variable over the last five years, in per cent a year. Faster growth
        means that the run explodes.
    threshold : float
        A smaller change, in per cent, counts as no change.
    conditions : tuple of Extreme
    """

    horizon: int | None
    growth: float
    threshold: float
    conditions: tuple[Extreme, ...]


@dataclass(frozen=True)
class Chain:
    """Stocks between which a quantity moves, with all inflows and outflows.

    A chain without stocks is an identity of flows: inflows equal outflows at all times.
    """

    name: str
    says: str
    stocks: tuple[str, ...]
    inflows: tuple[str, ...]
    outflows: tuple[str, ...]


@dataclass(frozen=True)
class Conservation:
    """All chains, and the stocks outside any chain, with the reason."""

    chains: tuple[Chain, ...]
    outside: Mapping[str, str]


@dataclass(frozen=True)
class LeverEffects:
    """The expected effects of a lever on the targets.

    Parameters
    ----------
    lever : str
        A parameter, or one element of it.
    aim : str
        The target that the lever is meant to serve.
    raises, lowers, leaves : tuple of str
        Targets that the lever raises, lowers or leaves unchanged; `aim` is in one of the first
        two.
    differs : mapping of str to str
        The listed targets for which the model is known to differ, with the reason.
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
        Each lever in turn is multiplied by `times` from `year` on.
    threshold : float
        A target counts as moved if it changes by at least this, in per cent.
    funded, tight : tuple of Change
        Settings with enough money for every lever; settings with too little money.
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
    """A feedback loop, how to cut it, and the expected effect of the cut.

    Parameters
    ----------
    name, says : str
        Name, and the loop in words.
    push : tuple of Change
        A disturbance.
    base : tuple of Change
        Settings of all runs of this loop, with and without the cut or the push.
    hold : tuple of str
        Variables that keep their path of the undisturbed run when the loop is cut.
    cut : tuple of Change
        Settings that cut the loop, instead of `hold` or in addition.
    watch : str
        The variable whose response to the push is compared.
    does : {"amplifies", "dampens"}
        The effect of the loop on the response.
    at : int or None
        The year in which it must have this effect; by default the last one.
    """

    name: str
    says: str
    push: tuple[Change, ...]
    base: tuple[Change, ...]
    hold: tuple[str, ...]
    cut: tuple[Change, ...]
    watch: str
    does: str
    at: int | None = None


@dataclass(frozen=True)
class Loops:
    """All loops.

    Parameters
    ----------
    horizon : int or None
        Last year of the runs; by default the last of `years`, or else the model's.
    threshold : float
        The minimum difference, in per cent of the response.
    loops : tuple of LoopCheck
    years : tuple of int
        The years in which closed and cut loops are compared; by default the last one.
    """

    horizon: int | None
    threshold: float
    loops: tuple[LoopCheck, ...]
    years: tuple[int, ...] = ()

    @property
    def until(self) -> int | None:
        """Last year of the runs; None for the model's."""
        return max([*self.years, *([] if self.horizon is None else [self.horizon])], default=None)


@dataclass(frozen=True)
class YearlyShare:
    """The expected share of yearly shocks in the variance of variables, in per cent.

    Parameters
    ----------
    variables : tuple of str
    year : int or None
        By default the last deadline of the targets.
    low, high : float
        Ends of the range.
    """

    variables: tuple[str, ...]
    year: int | None
    low: float
    high: float


@dataclass(frozen=True)
class Variance:
    """How much of the variance of a target a single drawn number may explain.

    Parameters
    ----------
    limit : float
        In per cent.
    draws : int
    exceptions : mapping of str to str
        Parameters, or elements of them, that may explain more, with the reason.
    yearly : YearlyShare or None
    """

    limit: float
    draws: int
    exceptions: Mapping[str, str]
    yearly: YearlyShare | None


@dataclass(frozen=True)
class Fit:
    """Required fit of the central run to the observations; limits are in per cent.

    Parameters
    ----------
    years : tuple of int
        First and last year.
    limit, limits : float, mapping of str to float
        Maximum mean absolute percentage error, in general and by series.
    plan_year, plan_limit, plan_status : int, float, str
        Each observation of this year with this status must be met within this limit.
    """

    years: tuple[int, int]
    limit: float
    limits: Mapping[str, float]
    plan_year: int
    plan_limit: float
    plan_status: str


@dataclass(frozen=True)
class RealGrowth:
    """Real growth of a variable and the published growth series that it must match.

    `limit` is in percentage points. The changes of the series `use` and `intensity` imply another
    growth figure, which is shown for comparison.
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
    """A name in the file, with the kind of thing that it must refer to."""

    kind: str
    name: str
    where: Place


@dataclass(frozen=True)
class Checks:
    """The content of checks.yaml; parts missing in the file are None or have their defaults.

    `budget` is the model variable for money that was requested and could not be paid.
    """

    steps: Steps = Steps()
    non_negative: NonNegative = NonNegative()
    extremes: Extremes | None = None
    conservation: Conservation | None = None
    levers: Levers | None = None
    loops: Loops | None = None
    fit: Fit | None = None
    real_growth: RealGrowth | None = None
    responses: tuple[ShockCheck, ...] = ()
    variance: Variance | None = None
    budget: str | None = None
    mentions: tuple[Mention, ...] = ()


def check_names(
    checks: Checks,
    variables: Iterable[ModelVariable],
    parameters: Mapping[str, Parameter],
    targets: Mapping[str, Target],
    history: Iterable[Observation],
) -> None:
    """Check that every name in checks.yaml exists.

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
        With every unknown name and the nearest known one.
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
