"""checks.yaml: what a model has to pass before anybody believes it.

The file says what an economist knows of the district and the model does not: what happens under
extreme conditions, which flows belong to which stocks, what each lever moves and what it leaves
alone, how each feedback loop shows. `xhsim.analysis.validation` runs the model and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.errors import did_you_mean
from xhsim.study.crosscheck import ModelVariable
from xhsim.study.history import Observation
from xhsim.study.mistakes import Mistakes, Place
from xhsim.study.names import find_elements, find_name, parse_reference
from xhsim.study.parameters import Parameter
from xhsim.study.scenarios import Change, make_change
from xhsim.study.targets import Target
from xhsim.study.yaml_reader import Node, read_yaml

if TYPE_CHECKING:
    from xhsim.study import checks_schema as schema
    from xhsim.study.schema import ShapeRecord

__all__ = [
    "Chain",
    "Checks",
    "Conservation",
    "Extreme",
    "Extremes",
    "Fit",
    "LeverEffects",
    "Levers",
    "Loop",
    "Loops",
    "NonNegative",
    "RealGrowth",
    "Steps",
    "check_names",
    "read_checks",
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
class Loop:
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
    loops: tuple[Loop, ...]


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
    """All of checks.yaml; parts that the file leaves out are None, or have their defaults."""

    steps: Steps = Steps()
    non_negative: NonNegative = NonNegative()
    extremes: Extremes | None = None
    conservation: Conservation | None = None
    levers: Levers | None = None
    loops: Loops | None = None
    fit: Fit | None = None
    real_growth: RealGrowth | None = None
    mentions: tuple[Mention, ...] = ()


def read_checks(path: Path) -> Checks:
    """Read ``checks.yaml``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Checks

    Raises
    ------
    InputError
        With every mistake in the file. Whether the names in it exist is for `check_names`.
    """
    from xhsim.study.checks_schema import ChecksRecord
    from xhsim.study.schema import validate

    mistakes = Mistakes()
    tree = read_yaml(path, mistakes)
    record = validate(ChecksRecord, tree, path, mistakes, "checks")
    mistakes.check()
    assert record is not None  # otherwise a mistake was noted
    reader = _Reader(path, tree, mistakes)
    found = reader.checks(record)
    mistakes.check()
    return found


class _Reader:
    """Turns records into what they mean, and keeps every name with its line."""

    def __init__(self, path: Path, tree: Node, mistakes: Mistakes) -> None:
        self.path = path
        self.tree = tree
        self.mistakes = mistakes
        self.mentions: list[Mention] = []

    def checks(self, record: schema.ChecksRecord) -> Checks:
        steps, signs = record.steps, record.non_negative
        return Checks(
            steps=Steps(steps.halved, steps.methods, steps.euler, steps.fine_step),
            non_negative=NonNegative(
                signs.draws,
                dict(
                    zip(
                        self.names("stock", signs.exceptions, "non_negative", "except"),
                        signs.exceptions.values(),
                        strict=True,
                    )
                ),
                self.names("variable", signs.also, "non_negative", "also"),
            ),
            extremes=None if record.extremes is None else self.extremes(record.extremes),
            conservation=None
            if record.conservation is None
            else self.conservation(record.conservation),
            levers=None if record.levers is None else self.levers(record.levers),
            loops=None if record.loops is None else self.loops(record.loops),
            fit=None if record.fit is None else self.fit(record.fit),
            real_growth=None if record.real_growth is None else self.growth(record.real_growth),
            mentions=tuple(self.mentions),
        )

    def name(self, kind: str, name: str, *steps: str | int) -> str:
        place = Place(str(self.path), self.tree.find(list(steps))[0])
        self.mentions.append(Mention(kind, name, place))
        with self.mistakes.collecting():
            parse_reference(name, place)
        return name

    def names(self, kind: str, names: Iterable[str], *steps: str) -> tuple[str, ...]:
        """Note the entries of a list, or the keys of a mapping."""
        is_list = isinstance(names, Sequence)
        return tuple(
            self.name(kind, name, *steps, index if is_list else name)
            for index, name in enumerate(names)
        )

    def changes(
        self, settings: Mapping[str, float | ShapeRecord], *steps: str
    ) -> tuple[Change, ...]:
        found = []
        for key, value in settings.items():
            self.name("parameter", key, *steps, key)
            with self.mistakes.collecting():
                place = Place(str(self.path), self.tree.find([*steps, key])[0])
                found.append(make_change(key, value, place))
        return tuple(found)

    def extremes(self, record: schema.ExtremesRecord) -> Extremes:
        conditions = []
        for name, one in record.conditions.items():
            steps = ("extremes", "conditions", name)
            self.names("variable", one.expect.keys(), *steps, "expect")
            changes = self.changes(one.set, *steps, "set")
            self.known(one.differs, one.expect, *steps)
            conditions.append(Extreme(name, one.says, changes, one.expect, one.differs))
        return Extremes(record.horizon, record.growth, record.threshold, tuple(conditions))

    def conservation(self, record: schema.ChainsRecord) -> Conservation:
        chains = []
        for name, one in record.chains.items():
            steps = ("conservation", "chains", name)
            chains.append(
                Chain(
                    name,
                    one.says,
                    self.names("stock", one.stocks, *steps, "stocks"),
                    self.names("variable", one.inflows, *steps, "in"),
                    self.names("variable", one.outflows, *steps, "out"),
                )
            )
        self.names("stock", record.outside.keys(), "conservation", "outside")
        return Conservation(tuple(chains), record.outside)

    def levers(self, record: schema.LeversRecord) -> Levers:
        effects = []
        for name, one in record.levers.items():
            steps = ("levers", "levers", name)
            self.name("lever", name, *steps)
            lists = {
                key: self.names("target", getattr(one, key), *steps, key)
                for key in ("raises", "lowers", "leaves")
            }
            line, column = self.tree.find([*steps, "aim"])
            if one.aim not in (*lists["raises"], *lists["lowers"]):
                self.mistakes.add(
                    f'checks: the aim "{one.aim}" of "{name}" is not among what it moves',
                    file=self.path,
                    line=line,
                    column=column,
                    hint="add it to raises or lowers",
                )
            self.known(one.differs, [n for names in lists.values() for n in names], *steps)
            effects.append(LeverEffects(name, one.aim, **lists, differs=one.differs))
            self.once(name, effects[-1], steps)
        funded = self.changes(record.funded, "levers", "funded")
        tight = self.changes(record.tight, "levers", "tight")
        return Levers(record.year, record.times, record.threshold, funded, tight, tuple(effects))

    def known(self, differs: Iterable[str], expected: Iterable[str], *steps: str) -> None:
        """See that differences are of what is expected."""
        every = list(expected)
        for name in differs:
            if name not in every:
                line, column = self.tree.find([*steps, "differs", name])
                self.mistakes.add(
                    f'checks: nothing is expected of "{name}", so it cannot differ',
                    file=self.path,
                    line=line,
                    column=column,
                    hint=did_you_mean(name, every) or "name one of what is expected",
                )

    def once(self, name: str, effects: LeverEffects, steps: tuple[str, ...]) -> None:
        every = [*effects.raises, *effects.lowers, *effects.leaves]
        for target in dict.fromkeys(every):
            if every.count(target) > 1:
                line, column = self.tree.find(list(steps))
                self.mistakes.add(
                    f'checks: "{target}" is listed twice for "{name}"',
                    file=self.path,
                    line=line,
                    column=column,
                    hint="a target is raised, lowered or left alone",
                )

    def loops(self, record: schema.LoopsRecord) -> Loops:
        loops = []
        for name, one in record.loops.items():
            steps = ("loops", "loops", name)
            if not one.hold and not one.cut:
                line, column = self.tree.find(list(steps))
                self.mistakes.add(
                    f'checks: nothing cuts the loop "{name}"',
                    file=self.path,
                    line=line,
                    column=column,
                    hint='name variables under "hold", or settings under "cut"',
                )
            loops.append(
                Loop(
                    name,
                    one.says,
                    self.changes(one.push, *steps, "push"),
                    self.changes(one.base, *steps, "base"),
                    self.names("variable", one.hold, *steps, "hold"),
                    self.changes(one.cut, *steps, "cut"),
                    self.name("variable", one.watch, *steps, "watch"),
                    one.does,
                )
            )
        return Loops(record.horizon, record.threshold, tuple(loops))

    def fit(self, record: schema.FitRecord) -> Fit:
        self.names("series", record.limits.keys(), "fit", "limits")
        first, last = record.years
        return Fit(
            (first, last),
            record.limit,
            record.limits,
            record.plan_year,
            record.plan_limit,
            record.plan_status,
        )

    def growth(self, record: schema.RealGrowthRecord) -> RealGrowth:
        self.name("variable", record.variable, "real_growth", "variable")
        for key in ("published", "use", "intensity"):
            if getattr(record, key) is not None:
                self.name("series", getattr(record, key), "real_growth", key)
        first, last = record.period
        return RealGrowth(
            record.variable,
            first,
            last,
            record.published,
            record.use,
            record.intensity,
            record.limit,
        )


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
