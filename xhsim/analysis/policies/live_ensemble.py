"""An ensemble asked again and again while a lever moves: what does not change is kept.

The draws are made once, the model is compiled once for everything that any scenario sets, and each
answer then costs little more than the run itself. The numbers are those of `Study.ensemble`.
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
from xhsim.study.scenarios.scenario import Scenario
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["Answer", "LiveEnsemble"]

MANY = 1_000_000  # runs to come: enough for machine code to be worth compiling


@dataclass(frozen=True)
class Answer:
    """What an ensemble says of the indicators.

    Parameters
    ----------
    ensemble : Dataset
        Variables of the indicators and of the budget; dimensions ``draw, time, ...``.
    table : DataFrame
        As `Study.attainment` gives it, for the indicators.
    joint : DataFrame
        As `Study.joint` gives it.
    """

    ensemble: xr.Dataset
    table: pd.DataFrame
    joint: pd.DataFrame


class LiveEnsemble:
    """Ask one ensemble after another on the same draws, as quickly as can be.

    Parameters
    ----------
    study : Study
    draws, seed : int
        As for `Study.ensemble`.

    Raises
    ------
    InputError
        If `draws` or `seed` is no such number.

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
        self._opened = _opened(study)
        # Policy begins after the base year: until then most questions have the same answer.
        first = min(target.base_year for target in self.targets.values())
        self._beginning = Beginning(first)
        self._compiled: set[str] = set()

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return self.design.draws

    def compile(self, scenarios: Iterable[str]) -> None:
        """Compile the model for scenarios and what extends them, the first ones first.

        Until it is done for one of them, its answers come from the slower runner.

        Parameters
        ----------
        scenarios : iterable of str
            What is asked about later has the uncertainties of one of these.
        """
        for scenario in scenarios:
            self._run(self.study, scenario, MANY)
            self._compiled.add(scenario)

    def ask(self, scenario: str | Scenario) -> Answer:
        """Run a scenario and judge the indicators.

        Parameters
        ----------
        scenario : str or Scenario
            One of the study's, or one made of levers of its own that extends one of these.

        Returns
        -------
        Answer

        Raises
        ------
        InputError
            If there is no such scenario, or it sets what does not exist.
        """
        study = self.study
        if isinstance(scenario, Scenario):
            study, scenario = study.with_scenario(scenario), scenario.name
        known = {scenario, study.scenarios[scenario].extends} & self._compiled
        run = self._run(study, scenario, MANY if known else 1)
        run.attrs = {
            "scenario": scenario,
            "scenario_label_zh": study.scenarios[scenario].label.zh,
            "draws": self.draws,
            "seed": self.seed,
            "beliefs": study.beliefs,
        }
        return Answer(run, attainment_table(run, self.targets), joint_table(run, self.targets))

    def _run(self, study: FittedStudy, scenario: str, runs: int) -> xr.Dataset:
        world = World.drawn(study.model, study.files.resolve(scenario), self.design)
        # One set of paths for whatever is asked, so that one compiled form serves all questions.
        opened = {name: as_path(world.value(name)) for name in self._opened}
        # Two blocks, so that both halves of the draws run at once.
        half = -(-self.draws // 2) if runs > 1 else None
        return world.with_values(opened).run(
            self.outputs, runs=runs, block=half, beginning=self._beginning
        )


def _opened(study: FittedStudy) -> tuple[str, ...]:
    """Name the scalar and element-wise parameters that are levers, or that any scenario sets."""
    levers = [p.name for p in study.parameters.values() if p.role == "lever"]
    changed = [
        name
        for scenario in study.scenarios
        for name, setting in study.files.resolve(scenario).settings.items()
        if setting.is_changed
    ]
    return tuple(dict.fromkeys(levers + changed))
