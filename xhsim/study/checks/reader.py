"""The reader of checks.yaml, which records the line of every name in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import did_you_mean
from xhsim.study.checks.checks import (
    Chain,
    Checks,
    Conservation,
    Extreme,
    Extremes,
    Fit,
    LeverEffects,
    Levers,
    LoopCheck,
    Loops,
    Mention,
    NonNegative,
    RealGrowth,
    Steps,
    Variance,
    YearlyShare,
)
from xhsim.study.checks.responses import ExpectedResponse, Scaling, ShockCheck, parts_of
from xhsim.study.files.records import Written, read_record
from xhsim.study.names import parse_reference
from xhsim.study.scenarios.scenario import Change, make_change

if TYPE_CHECKING:
    from xhsim.study.checks import keys as schema
    from xhsim.study.scenarios.setting_keys import ShapeRecord

__all__ = ["read_checks"]


@checked
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
        With every mistake in the file. `check_names` checks whether the names exist.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> read_checks(bundled_folder() / "model" / "checks.yaml").budget
    'programme cut'
    """
    from xhsim.study.checks.keys import ChecksRecord

    written = read_record(ChecksRecord, path, "checks")
    found = _ChecksReader(written).checks(written.record)
    written.mistakes.check()
    return found


class _ChecksReader:
    """Converts records to `Checks`, and records every name with its line."""

    def __init__(self, written: Written[schema.ChecksRecord]) -> None:
        self.written = written
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
            responses=self.responses(record.responses),
            variance=None if record.variance is None else self.variance(record.variance),
            budget=record.budget and self.name("variable", record.budget, "budget"),
            mentions=tuple(self.mentions),
        )

    def name(self, kind: str, name: str, *steps: str | int) -> str:
        place = self.written.place(*steps)
        self.mentions.append(Mention(kind, name, place))
        with self.written.mistakes.collecting():
            parse_reference(name, place)
        return name

    def names(self, kind: str, names: Iterable[str], *steps: str | int) -> tuple[str, ...]:
        """Record the entries of a list, or the keys of a mapping."""
        is_list = isinstance(names, Sequence)
        return tuple(
            self.name(kind, name, *steps, index if is_list else name)
            for index, name in enumerate(names)
        )

    def changes(
        self, settings: Mapping[str, float | ShapeRecord], *steps: str | int
    ) -> tuple[Change, ...]:
        found = []
        for key, value in settings.items():
            self.name("parameter", key, *steps, key)
            with self.written.mistakes.collecting():
                found.append(make_change(key, value, self.written.place(*steps, key)))
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
            if one.aim not in (*lists["raises"], *lists["lowers"]):
                self.written.wrong(
                    f'checks: the aim "{one.aim}" of "{name}" is not in "raises" or "lowers"',
                    *steps,
                    "aim",
                    hint="add it to one of them",
                )
            self.known(one.differs, [n for names in lists.values() for n in names], *steps)
            effects.append(LeverEffects(name, one.aim, **lists, differs=one.differs))
            self.once(name, effects[-1], steps)
        funded = self.changes(record.funded, "levers", "funded")
        tight = self.changes(record.tight, "levers", "tight")
        return Levers(record.year, record.times, record.threshold, funded, tight, tuple(effects))

    def known(self, differs: Iterable[str], expected: Iterable[str], *steps: str) -> None:
        """Check that every known difference concerns an expected effect."""
        every = list(expected)
        for name in differs:
            if name not in every:
                self.written.wrong(
                    f'checks: "{name}" cannot differ because no effect on it is expected',
                    *steps,
                    "differs",
                    name,
                    hint=did_you_mean(name, every) or "name one of the expected effects",
                )

    def once(self, name: str, effects: LeverEffects, steps: tuple[str, ...]) -> None:
        every = [*effects.raises, *effects.lowers, *effects.leaves]
        for target in dict.fromkeys(every):
            if every.count(target) > 1:
                self.written.wrong(
                    f'checks: "{target}" is listed twice for "{name}"',
                    *steps,
                    hint="list it once, under raises, lowers or leaves",
                )

    def loops(self, record: schema.LoopsRecord) -> Loops:
        loops = []
        for name, one in record.loops.items():
            steps = ("loops", "loops", name)
            if not one.hold and not one.cut:
                self.written.wrong(
                    f'checks: nothing cuts the loop "{name}"',
                    *steps,
                    hint='name variables under "hold", or settings under "cut"',
                )
            loops.append(
                LoopCheck(
                    name,
                    one.says,
                    self.changes(one.push, *steps, "push"),
                    self.changes(one.base, *steps, "base"),
                    self.names("variable", one.hold, *steps, "hold"),
                    self.changes(one.cut, *steps, "cut"),
                    self.name("variable", one.watch, *steps, "watch"),
                    one.does,
                    one.at,
                )
            )
            if one.at is not None and one.at not in (record.years or ()):
                self.written.wrong(
                    f'checks: {one.at} of the loop "{name}" is not a year of the comparison',
                    *steps,
                    "at",
                    hint=f'add it to "years: [{one.at}]" of all loops',
                )
        years = tuple(sorted(record.years or ()))
        return Loops(record.horizon, record.threshold, tuple(loops), years)

    def responses(self, records: Sequence[schema.ShockCheckRecord]) -> tuple[ShockCheck, ...]:
        found: dict[str, ShockCheck] = {}
        for index, one in enumerate(records):
            steps = ("responses", index)
            if one.name in found:
                self.written.wrong(
                    f'checks: the shock "{one.name}" is there twice',
                    *steps,
                    hint="give each a name of its own",
                )
            if not one.set and one.scale is None:
                self.written.wrong(
                    f'checks: the shock "{one.name}" changes nothing',
                    *steps,
                    hint='add settings under "set", or "scale: {from: 2022, by: 1.5}"',
                )
            scaling = None
            if one.scale is not None:
                levers = self.names("lever", one.scale.levers or (), *steps, "scale", "levers")
                scaling = Scaling(one.scale.start, one.scale.by, levers)
            found[one.name] = ShockCheck(
                one.name,
                one.zh,
                one.says,
                one.base,
                self.changes(one.set, *steps, "set"),
                scaling,
                tuple(self.expected(one.expect, *steps, "expect")),
                self.written.place(*steps),
            )
        return tuple(found.values())

    def expected(
        self, records: Sequence[schema.ResponseRecord], *steps: str | int
    ) -> Iterator[ExpectedResponse]:
        for index, row in enumerate(records):
            for part in parts_of(row.variable):
                self.name("variable", part, *steps, index, "variable")
            unit = "%" if row.points is None else "points"
            for year, (low, high) in row.ranges.items():
                known = row.exceptions.get(year, "")
                yield ExpectedResponse(row.variable, year, low, high, unit, row.evidence, known)

    def variance(self, record: schema.VarianceRecord) -> Variance:
        self.names("parameter", record.exceptions.keys(), "variance", "except")
        yearly = None
        if record.yearly is not None:
            names = self.names(
                "variable", record.yearly.variables, "variance", "yearly", "variables"
            )
            low, high = record.yearly.share
            yearly = YearlyShare(names, record.yearly.year, low, high)
        return Variance(record.limit, record.draws, record.exceptions, yearly)

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
