"""A scenario made ready to run: every analysis makes one before it runs the model.

A scenario may set how it is run (``run: {until, method, draws, seed}``). An argument of the caller
overrides the scenario; a default applies where neither sets a value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.draws import LAYERS, readings_of, sample
from xhsim.analysis.worlds.meeting import Settled, settle
from xhsim.analysis.worlds.residuals import settled_beside, with_instruments, with_residuals
from xhsim.analysis.worlds.rules import RulesInForce, rules_in_force, rules_together
from xhsim.analysis.worlds.side_by_side import inputs_beside
from xhsim.engine.model import Model
from xhsim.engine.request import Request, names_of
from xhsim.errors import InputError
from xhsim.study.scenarios.resolve import ResolvedScenario
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.worlds.design import Design
    from xhsim.engine.running.shared_start import Beginning
    from xhsim.study.scenarios.changes import Change
    from xhsim.study.scenarios.meet import Meet

__all__ = ["DRAWS", "World", "draws_of", "side_by_side"]

Array = NDArray[np.float64]
DRAWS = 1000  # where neither the caller nor the scenario sets a number


@dataclass(frozen=True, eq=False)
class World:
    """A scenario made ready to run on given draws, or once at central values.

    Attributes
    ----------
    model : Model
    scenario : ResolvedScenario
    values : mapping of str to float, ndarray or Path
        The inputs of the run by parameter name, with draws as last axis.
    method : str
        Integration method.
    until : float or None
        Year in which the run ends; None for the model's own.
    layers : tuple of str
        The layers that are drawn, of `xhsim.analysis.worlds.draws.LAYERS`; the others are at their
        central values.
    design : Design or None
        The random numbers; None for a world at central values.
    width : int or None
        Length of the draw axis of the run; None for a run without one.
    structures : ndarray of int or None
        For each draw the number of its structure in `structure_names`; None without draws, and in
        a study without structures.
    rules : RulesInForce or None
        The rules of policy; None if the scenario has none.
    joined : Settled or None
        The inputs of worlds side by side whose scenarios decide different variables.

    Examples
    --------
    >>> import xhsim
    >>> world = xhsim.open_study().world("plan", draws=8)
    >>> world.run(["GDP"]).sizes["draw"], world.method, world.seed
    (8, 'rk4', 0)
    """

    model: Model
    scenario: ResolvedScenario
    values: Mapping[str, Any]
    method: str
    until: float | None
    layers: tuple[str, ...]
    design: Design | None
    width: int | None
    structures: NDArray[np.int64] | None = None
    rules: RulesInForce | None = None
    joined: Settled | None = None

    @classmethod
    def drawn(
        cls,
        model: Model,
        scenario: ResolvedScenario,
        design: Design,
        *,
        layers: Collection[str] = LAYERS,
        method: str | None = None,
        until: float | None = None,
    ) -> World:
        """Make a scenario ready to run on draws.

        Parameters
        ----------
        model : Model
        scenario : ResolvedScenario
        design : Design
            The random numbers of its study.
        layers : collection of str
            The layers that are drawn.
        method, until : optional
            In place of what the scenario says.

        Returns
        -------
        World

        Raises
        ------
        InputError
            If there is no such layer.
        """
        values = sample(scenario, design, layers)
        solver, end = _method_and_end(model, scenario, method, until)
        return cls(
            model,
            scenario,
            values,
            solver,
            end,
            tuple(layers),
            design,
            design.draws,
            readings_of(scenario, design, layers),
            rules_in_force(scenario, design, layers),
        )

    @classmethod
    def at_centre(
        cls,
        model: Model,
        scenario: ResolvedScenario,
        *,
        method: str | None = None,
        until: float | None = None,
    ) -> World:
        """Make a scenario ready for a single run, with everything uncertain at its central value.

        Parameters
        ----------
        model : Model
        scenario : ResolvedScenario
        method, until : optional
            In place of what the scenario says.

        Returns
        -------
        World
        """
        solver, end = _method_and_end(model, scenario, method, until)
        rules = rules_in_force(scenario)
        return cls(model, scenario, scenario.values, solver, end, (), None, None, rules=rules)

    @property
    def draws(self) -> int:
        """Number of draws; 1 for a world at central values."""
        return 1 if self.design is None else self.design.draws

    @property
    def seed(self) -> int:
        """Random seed of the draws; 0 for a world at central values."""
        return 0 if self.design is None else self.design.seed

    @property
    def structure_names(self) -> tuple[str, ...]:
        """The names of the study's structures; none in a study without structures."""
        return () if self.scenario.structures is None else self.scenario.structures.names

    @cached_property
    def steps(self) -> Array:
        """The times of the model's steps, from its initial time to the end of this run."""
        first, step = (float(self.model.default(name)) for name in ("INITIAL TIME", "TIME STEP"))
        last = float(self.model.default("FINAL TIME")) if self.until is None else self.until
        if not last > first:
            raise InputError(
                f'the run of "{self.scenario.name}" ends in {last:g}, and the model begins in '
                f"{first:g}",
                hint=f"let it end later, such as run: {{until: {first + 10:g}}}",
            )
        return np.asarray(first + step * np.arange(round((last - first) / step) + 1))

    @cached_property
    def settled(self) -> Settled:
        """All inputs of its run: its values, and what paths and targets make of them.

        Raises
        ------
        InputError
            If a target of the scenario is met in no draw.
        """
        if self.joined is not None:
            return self.joined
        return settle(
            self._model_with_rules,
            self.scenario,
            self.values,
            self._rule_inputs,
            method=self.method,
            end=float(self.steps[-1]),
            width=self.width,
        )

    def value(self, name: str) -> Any:
        """Return the value of a parameter in this world, whether or not it is drawn or changed.

        Parameters
        ----------
        name : str
            As in the parameters' file.

        Returns
        -------
        float, ndarray or Path
        """
        if name in self.values:
            return self.values[name]
        return self.scenario.settings[name].parameter.array

    def has_elements(self, name: str) -> bool:
        """Return whether a parameter has elements, and so an axis for them before the draws."""
        return bool(self.scenario.settings[name].parameter.elements)

    def drawing(self, layers: Collection[str]) -> World:
        """Return the same scenario on the same random numbers, with other layers drawn.

        Parameters
        ----------
        layers : collection of str

        Returns
        -------
        World
            Without the values that `with_values` has replaced.

        Raises
        ------
        InputError
            If there is no such layer.
        """
        assert self.design is not None, "a world at central values has no random numbers"
        return World.drawn(
            self.model,
            self.scenario,
            self.design,
            layers=layers,
            method=self.method,
            until=self.until,
        )

    def changed_to(self, scenario: ResolvedScenario) -> World:
        """Return a scenario that differs from this one only in its changes, on the same draws.

        Only what the changes differ in is drawn anew, which takes a tenth of the time.

        Parameters
        ----------
        scenario : ResolvedScenario
            With the same priors, shocks, correlations, delivery, structures and run settings.

        Returns
        -------
        World
            What `World.drawn` returns for the scenario, with the values that `with_values` has
            replaced in this world and that do not differ.
        """
        assert self.design is not None, "a world at central values has no random numbers"
        mine = self.scenario.settings
        names = [
            name
            for name, setting in scenario.settings.items()
            if setting.changes != mine[name].changes
        ]
        # What the scenario no longer changes has the model's own value, which `sample` leaves out.
        kept = {name: value for name, value in self.values.items() if name not in names}
        values = kept | sample(scenario, self.design, self.layers, names)
        rules = rules_in_force(scenario, self.design, self.layers)
        return replace(self, scenario=scenario, values=values, rules=rules)

    def on(self, design: Design, *, until: float | None = None) -> World:
        """Return the same scenario, layers and method on other random numbers.

        Parameters
        ----------
        design : Design
            Of the same study.
        until : float, optional
            Year in which the run ends; by default that of this world.

        Returns
        -------
        World
            Without the values that `with_values` has replaced.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> world, other = (study.world("plan", draws=4, seed=seed) for seed in (0, 1))
        >>> bool((world.on(other.design).value("tax level") == other.value("tax level")).all())
        True
        """
        return World.drawn(
            self.model,
            self.scenario,
            design,
            layers=self.layers,
            method=self.method,
            until=self.until if until is None else until,
        )

    def with_values(self, values: Mapping[str, Any], *, width: int | None = None) -> World:
        """Return this world with some of its values replaced.

        Parameters
        ----------
        values : mapping of str to float, ndarray or Path
            By name of a parameter, or of a variable that a path replaces.
        width : int, optional
            Length of their draw axis, if it differs from that of this world.

        Returns
        -------
        World
        """
        if self.joined is not None:
            raise ValueError("worlds that decide different variables are joined: change each first")
        both = {**self.values, **values}
        if width is None or width == self.width:
            return replace(self, values=both)
        return replace(self, values=both, width=width, structures=None)

    def with_rule_numbers(
        self, rule: str, numbers: Mapping[tuple[str, int], float | Array]
    ) -> World:
        """Return this world with other thresholds or levels of a rule; no code is compiled anew.

        Parameters
        ----------
        rule : str
            Its name in the scenario.
        numbers : mapping of (str, int) to float or ndarray
            By role and item: ``("threshold", 0)`` and ``("release", 0)`` of the first condition,
            ``("then", 0)`` and ``("otherwise", 0)`` for the levels of the first lever, ``("limit",
            0)``; a number, or one for each draw.

        Returns
        -------
        World

        Raises
        ------
        InputError
            If the scenario has no such rule, or the rule no such number.
        """
        if self.rules is None:
            raise InputError(f'the scenario "{self.scenario.name}" has no rules')
        return replace(self, rules=self.rules.with_numbers(rule, numbers))

    def deciding(self, paths: Sequence[Change], meets: Sequence[Meet]) -> World:
        """Return this world with other computed variables decided than those of its scenario.

        Parameters
        ----------
        paths : sequence of Change
        meets : sequence of Meet

        Returns
        -------
        World
        """
        scenario = replace(self.scenario, paths=tuple(paths), meets=tuple(meets))
        return replace(self, scenario=scenario)

    def with_paths(self, names: Iterable[str]) -> World:
        """Return this world with some of its parameters as paths, which may be constant.

        Parameters
        ----------
        names : iterable of str
            If they are the same for several scenarios, one compiled form of the model serves all.

        Returns
        -------
        World
            It runs with the same numbers.
        """
        return self.with_values({name: as_path(self.value(name)) for name in names})

    @property
    def rule_variables(self) -> tuple[str, ...]:
        """The variables of results that say when each rule acts; none without rules."""
        return () if self.rules is None else tuple(self.rules.results(self._model_with_rules))

    @property
    def _rule_inputs(self) -> Mapping[str, Any]:
        return {} if self.rules is None else self.rules.inputs

    @property
    def _model_with_rules(self) -> Model:
        return self.model if self.rules is None else self.model.with_decisions(self.rules.decisions)

    def run(
        self,
        outputs: Iterable[str] | None = None,
        *,
        times: Sequence[float] | Array | None = None,
        progress: Callable[[int], None] | None = None,
        runs: int = 1,
        threads: int | None = None,
        block: int | None = None,
        beginning: Beginning | None = None,
    ) -> xr.Dataset:
        """Run the model.

        Parameters
        ----------
        outputs : iterable of str, optional
            The variables to return; by default all. The instruments of targets that the scenario
            meets are added.
        times, progress, runs, threads, block, beginning
            As for `xhsim.engine.model.Model.run`.

        Returns
        -------
        Dataset
            With dimensions ``draw, time, ...``; at central values without ``draw``. In a study with
            structures the coordinate ``structure`` names that of each draw. A draw that does not
            meet a target of the scenario is NaN from then on, and the attribute ``unmet`` says so.

        Raises
        ------
        InputError
            If an output, a value, the method or a time does not fit the model, or a target of the
            scenario is met in no draw.
        """
        end = {} if self.until is None else {"FINAL TIME": float(self.until)}
        settled = self.settled
        # Draws that are not finite are counted as failed, and need no warning.
        request = Request(
            params={**settled.inputs, **self._rule_inputs, **end},
            method=self.method,
            outputs=names_of(with_instruments(outputs, settled)),
            times=times,
            progress=progress,
            runs=runs,
            threads=threads,
            block=block,
            beginning=beginning,
        )
        result = self._model_with_rules.solve(request).dataset()
        if self.width is None or "draw" in result.dims:
            return self._labelled(with_residuals(result, settled))
        if progress:
            progress(self.width - 1)  # the draws do not differ: one run stands for all of them
        result = with_residuals(result.expand_dims(draw=np.arange(self.width)), settled)
        return self._labelled(result)

    def _labelled(self, result: xr.Dataset) -> xr.Dataset:
        """Add the structure of each draw, and which rule a variable is about."""
        if self.rules is not None:
            for name, about in self.rules.results(self._model_with_rules).items():
                if name in result:
                    result[name].attrs |= about
        return self._with_structures(result)

    def _with_structures(self, result: xr.Dataset) -> xr.Dataset:
        known = self.scenario.structures
        if known is None or self.structures is None:
            return result
        names = np.array(known.names)[self.structures]
        return result.assign_coords(structure=("draw", names, known.about))


def side_by_side(worlds: Sequence[World]) -> World:
    """Join worlds along the draw axis, so that one run solves all of them.

    Parameters
    ----------
    worlds : sequence of World
        All of one study, method, horizon and number of draws: for example one scenario with
        different values, several scenarios on the same draws, or several at central values.

    Returns
    -------
    World
        Everything except its values is that of the first world.

    Raises
    ------
    ValueError
        If methods, horizons or numbers of draws differ.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> both = side_by_side([study.world(name, draws=4) for name in ("baseline", "plan")])
    >>> gdp = both.run(["GDP"])["gdp"]
    >>> alone = study.world("plan", draws=4).run(["GDP"])["gdp"]
    >>> bool((gdp.values[4:] == alone.values).all())
    True
    """
    first = worlds[0]
    if len({(world.method, world.until, world.width) for world in worlds}) > 1:
        raise ValueError("worlds that run together need one method, horizon and number of draws")
    width = first.width or 1
    parts = [world.structures for world in worlds if world.structures is not None]
    structures = np.concatenate(parts) if len(parts) == len(worlds) else None
    known = first.model, first.scenario.parameters
    rules = rules_together([world.rules for world in worlds], width)
    whole = replace(first, values={}, width=len(worlds) * width, structures=structures, rules=rules)
    if all(
        world.joined is None
        and world.scenario.paths == first.scenario.paths
        and world.scenario.meets == first.scenario.meets
        for world in worlds
    ):
        values = inputs_beside([world.values for world in worlds], width, *known)
        return replace(whole, values=values)
    # Each is solved by itself: what is asked of one is not asked of the others.
    settled = settled_beside([world.settled for world in worlds], width, *known)
    return replace(whole, joined=settled)


def draws_of(
    scenarios: Sequence[ResolvedScenario],
    draws: int | None,
    seed: int | None,
    *,
    default: int = DRAWS,
    default_seed: int = 0,
) -> tuple[int, int]:
    """Return the number of draws and the seed on which scenarios are run together.

    Parameters
    ----------
    scenarios : sequence of ResolvedScenario
    draws, seed : int, optional
        The caller's numbers.
    default, default_seed : int
        Used where neither the caller nor a scenario sets a number.

    Returns
    -------
    draws, seed : int

    Raises
    ------
    InputError
        If the scenarios set different numbers and the caller none: the comparison would not be on
        the same draws.
    """
    many = _agreed("draws", draws, {one.name: one.run.draws for one in scenarios}, default)
    which = _agreed("seed", seed, {one.name: one.run.seed for one in scenarios}, default_seed)
    return many, which


def _agreed(key: str, given: int | None, said: Mapping[str, int | None], default: int) -> int:
    if given is not None:
        return given
    found = {name: number for name, number in said.items() if number is not None}
    if len(set(found.values())) > 1:
        told = ", ".join(f"{name} {number}" for name, number in found.items())
        raise InputError(
            f'compared scenarios set different numbers under "run: {key}": {told}',
            hint=f"set one for all: {key}=..., or --{key} on the command line",
        )
    return next(iter(found.values()), default)


def _method_and_end(
    model: Model, scenario: ResolvedScenario, method: str | None, until: float | None
) -> tuple[str, float | None]:
    said = scenario.run
    return method or said.method or model.method, said.until if until is None else until
