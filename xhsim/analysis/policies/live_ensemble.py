"""An ensemble that is run again and again while a lever moves, as fast as possible.

The draws are made once, and the model is compiled once for everything that any scenario sets. Each
answer then costs little more than the run. The numbers are those of `Study.ensemble`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xhsim.analysis.judging.attainment import attainment_table, joint_table
from xhsim.analysis.worlds.design import Design, make_design
from xhsim.analysis.worlds.world import World
from xhsim.engine.language.syntax import canonical
from xhsim.engine.running.shared_start import Beginning
from xhsim.study.names import find_name
from xhsim.study.scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["Answer", "LiveEnsemble"]

MANY = 1_000_000  # expected runs: enough to make compiling machine code worthwhile


@dataclass(frozen=True)
class Answer:
    """An ensemble with the attainment probabilities of the indicators.

    Parameters
    ----------
    ensemble : Dataset
        The variables of the indicators and of the budget; dimensions ``draw, time, ...``.
    table : DataFrame
        As from `Study.attainment`, for the indicators.
    joint : DataFrame
        As from `Study.joint`.
    """

    ensemble: xr.Dataset
    table: pd.DataFrame
    joint: pd.DataFrame


class LiveEnsemble:
    """Run one ensemble after another on the same draws, as fast as possible.

    Parameters
    ----------
    study : Study
    draws, seed : int
        As for `Study.ensemble`.

    Raises
    ------
    InputError
        If `draws` or `seed` is not a valid number.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> live = LiveEnsemble(study, draws=64)
    >>> said = live.ask("plan").table["probability"]
    >>> same = study.attainment(study.ensemble("plan", draws=64), study.indicators)["probability"]
    >>> bool((said == same).all())
    True
    """

    def __init__(self, study: FittedStudy, draws: int = 1000, seed: int = 0) -> None:
        self.study = study
        self.seed = int(seed)
        self.design: Design = make_design(study.files, draws, seed)
        self.targets = study.indicators or dict(study.targets)
        wanted = [canonical(target.variable.name) for target in self.targets.values()]
        wanted += study.budget.variables if study.budget else ()
        self.outputs = tuple(dict.fromkeys(wanted))
        # Policies begin after the base year: most scenarios have the same run until then.
        first = min(target.base_year for target in self.targets.values())
        self._beginning = Beginning(first)
        self._compiled: set[str] = set()
        self._parent: World | None = None

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.design.draws

    def compile(self, scenarios: Iterable[str]) -> None:
        """Compile the model for scenarios and those that extend them, in the order given.

        Before a scenario is compiled, its answers come from the slower backend.

        Parameters
        ----------
        scenarios : iterable of str
            Later scenarios must have the uncertain parameters of one of these to be fast.
        """
        for scenario in scenarios:
            self._run(self._drawn(scenario), MANY)
            self._compiled.add(scenario)

    def ask(self, scenario: str | Scenario) -> Answer:
        """Run a scenario and estimate attainment of the indicators.

        Parameters
        ----------
        scenario : str or Scenario
            The name of a scenario of the study, or a scenario that extends one of the study.

        Returns
        -------
        Answer

        Raises
        ------
        InputError
            If there is no such scenario, or it sets something that does not exist.
        """
        study = self.study
        if isinstance(scenario, Scenario):
            chosen = scenario
            world = self._changed(chosen)
        else:
            chosen = find_name(scenario, study.scenarios, "scenario", None)
            world = self._drawn(chosen.name)
        known = {chosen.name, chosen.extends} & self._compiled
        run = self._run(world, MANY if known else 1)
        run.attrs = {
            "scenario": chosen.name,
            "scenario_label_zh": chosen.label.zh,
            "draws": self.draws,
            "seed": self.seed,
            "beliefs": study.beliefs,
        }
        return Answer(run, attainment_table(run, self.targets), joint_table(run, self.targets))

    def _drawn(self, scenario: str, study: FittedStudy | None = None) -> World:
        # A scenario that the study lacks may need random numbers that the others do not.
        design = make_design(study.files, self.draws, self.seed) if study else self.design
        files = (study or self.study).files
        world = World.drawn(self.study.model, files.resolve(scenario), design)
        return world.with_paths(self.study.movable)

    def _changed(self, scenario: Scenario) -> World:
        """Return the world of a scenario that the study lacks.

        It usually moves some levers of a scenario of the study, question after question. The draws
        of that scenario are kept, because making all of them takes as long as the run.
        """
        study, parent = self.study.with_scenario(scenario), scenario.extends
        if parent is None or not scenario.only_changes:
            return self._drawn(scenario.name, study)
        if self._parent is None or self._parent.scenario.name != parent:
            self._parent = self._drawn(parent)
        changed = self._parent.changed_to(study.files.resolve(scenario.name))
        return changed.with_paths(self.study.movable)

    def _run(self, world: World, runs: int) -> xr.Dataset:
        # Two blocks, so that both halves of the draws run at the same time.
        half = -(-self.draws // 2) if runs > 1 else None
        return world.run(self.outputs, runs=runs, block=half, beginning=self._beginning)
