"""A study that can be asked: its files, its model, and the questions of this layer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.assembly import described, fitted_together
from xhsim.analysis.attainment import attainment_table, failed_draws, joint_table
from xhsim.analysis.draws import LAYERS, horizon, make_design, sample
from xhsim.analysis.questions import Questions
from xhsim.engine.model import Model, load_model
from xhsim.engine.polarity import link_polarities
from xhsim.engine.syntax import canonical
from xhsim.errors import InputError
from xhsim.study.budget import Budget, read_budget
from xhsim.study.checks import Checks, check_names
from xhsim.study.folder import StudyFiles
from xhsim.study.labels import Labels
from xhsim.study.names import parse_reference
from xhsim.study.parameters import Parameter
from xhsim.study.resolve import Setting
from xhsim.study.scenario_checks import check_scenarios
from xhsim.study.scenarios import Scenario, make_scenario
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


__all__ = ["Study"]


LANGUAGES = ("en", "zh")
METHOD, DRAWS = "rk4", 1000  # where neither the caller nor the scenario says otherwise


class Study(Questions):
    """A model with its parameters, targets, history and scenarios.

    Parameters
    ----------
    files : StudyFiles
        What the files say.

    Raises
    ------
    InputError
        If the files and the model do not fit together.
    """

    def __init__(self, files: StudyFiles) -> None:
        self.model: Model = load_model(files.model_path)
        self.files = fitted_together(files, self.model)

    def __repr__(self) -> str:
        """Name the model and count what the study holds."""
        return (
            f"<Study of {self.files.model_path.name}: {len(self.targets)} targets, "
            f"{len(self.parameters)} parameters, {len(self.scenarios)} scenarios>"
        )

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters by name, in the order of their file."""
        return self.files.parameters

    @property
    def targets(self) -> Mapping[str, Target]:
        """The targets by id, the plan's indicators first."""
        return self.files.targets

    @property
    def indicators(self) -> dict[str, Target]:
        """The targets that have a number in the plan's table of indicators."""
        return {name: target for name, target in self.targets.items() if target.rank is not None}

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenarios by name, baseline first."""
        return self.files.scenarios

    @property
    def history(self) -> pd.DataFrame:
        """What was observed, one row per observation."""
        return self.files.history

    @property
    def beliefs(self) -> str:
        """Where calibrated parameters are drawn from: ``posterior`` or ``prior``."""
        return "prior" if self.files.posterior is None else "posterior"

    def with_scenario(
        self,
        scenario: Scenario | str,
        changes: Mapping[str, Any] | None = None,
        **others: Any,
    ) -> Study:
        """Give the same study with one more scenario, or one in place of its namesake.

        Parameters
        ----------
        scenario : str or Scenario
            The name of a scenario that is made here; or a whole one, such as
            `xhsim.study.scenarios.read_scenario` returns.
        changes : mapping of str to number or mapping, optional
            What it sets, as under ``set`` in a scenario file: a number for the whole run, or a
            shape over time.
        **others
            Other keys of a scenario file, such as ``extends`` (``"baseline"`` unless it is given),
            ``uncertain``, ``delivery`` or ``label``.

        Returns
        -------
        Study
            This study is not changed.

        Raises
        ------
        InputError
            If it extends or sets what does not exist, or for any other mistake that a file can
            have: the message names scenario and key.

        Examples
        --------
        >>> import xhsim
        >>> push = {"RD support": {"step": {"year": 2022, "to": 5.0}}}
        >>> study = xhsim.open_study().with_scenario("my push", push)
        >>> study.scenarios["my push"].extends
        'baseline'
        """
        if isinstance(scenario, str):
            scenario = make_scenario(scenario, changes, **others)
        elif changes is not None or others:
            raise InputError("a scenario that is made already takes no changes", hint="give a name")
        scenarios = MappingProxyType({**self.scenarios, scenario.name: scenario})
        check_scenarios(scenarios, self.parameters)
        other = copy(self)
        other.files = replace(self.files, scenarios=scenarios)
        return other

    @cached_property
    def checks(self) -> Checks:
        """What the model has to pass, from checks.yaml; without that file, the defaults."""
        checks = self.files.checks
        check_names(
            checks, described(self.model), self.parameters, self.targets, self.files.observations
        )
        return checks

    @cached_property
    def budget(self) -> Budget | None:
        """Which variables tell of the money for policy, from budget.yaml if there is one."""
        path = self.files.folder / "model" / "budget.yaml"
        return read_budget(path, self.model.variables.index) if path.exists() else None

    @cached_property
    def labels(self) -> Labels:
        """What variables, sectors and elements are called in English and in Chinese."""
        labels = self.files.labels
        listed = self.model.variables
        dimensions = self.model.equations.dimensions.values()
        elements = [element for dimension in dimensions for element in dimension.elements]
        labels.check(
            {
                "variables": listed.index,
                "sectors": listed["group"],
                "elements": elements,
                "groups": [target.group for target in self.targets.values()],
            }
        )
        return labels

    @cached_property
    def polarities(self) -> Mapping[tuple[str, str], int]:
        """Signs of the model's links, see `xhsim.engine.polarity.link_polarities`."""
        return link_polarities(self.model)

    @cached_property
    def reported(self) -> tuple[str, ...]:
        """Variables an ensemble keeps unless told otherwise: those of targets and history."""
        names = [target.variable.name for target in self.targets.values()]
        names += [
            parse_reference(row.variable).name for row in self.files.observations if row.variable
        ]
        return tuple(dict.fromkeys(canonical(name) for name in names))

    def run(
        self,
        scenario: str = "baseline",
        *,
        method: str | None = None,
        outputs: Iterable[str] | None = None,
    ) -> xr.Dataset:
        """Run a scenario once, with everything uncertain at its central value.

        That is the most probable value where the study has a posterior.

        Parameters
        ----------
        scenario : str
            Name of a scenario.
        method : str, optional
            As for `Model.run`; by default what the scenario says, or ``rk4``.
        outputs : iterable of str, optional
            The variables wanted; by default all.

        Returns
        -------
        xarray.Dataset
            With dimensions ``time, ...``.

        Raises
        ------
        InputError
            If there is no such scenario or output.

        Examples
        --------
        >>> import xhsim
        >>> run = xhsim.open_study().run("baseline", outputs=["gdp"])
        >>> bool(run["gdp"].sel(time=2020) > 2000)
        True
        """
        resolved = self.files.resolve(scenario)
        values: dict[str, Any] = {
            name: setting.value
            for name, setting in resolved.settings.items()
            if setting.is_changed or self._differs(setting)
        }
        values |= horizon(resolved)
        how = method or resolved.run.method or METHOD
        result = self.model.run(values, method=how, outputs=outputs)
        return self._labelled(result, scenario=scenario)

    def ensemble(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        *,
        method: str | None = None,
        outputs: Iterable[str] | None = None,
        layers: Collection[str] = LAYERS,
        progress: Callable[[int], None] | None = None,
    ) -> xr.Dataset:
        """Run a scenario in many worlds: parameters drawn, shocks year by year.

        Parameters are drawn from the stored posterior if the study has one that tells about them,
        else from their priors.

        Draw i is the same world in every scenario, whatever the number of draws.

        Parameters
        ----------
        scenario : str
            Name of a scenario.
        draws : int, optional
            How many worlds; by default what the scenario says, or 1,000.
        seed : int, optional
            Which worlds; by default what the scenario says, or 0.
        method : str, optional
            As for `run`.
        outputs : iterable of str, optional
            The variables kept; by default `reported`.
        layers : collection of str
            What is drawn: ``parameters``, ``environment`` (yearly shocks), ``delivery``. What is
            left out stands at its centre.
        progress : callable, optional
            Called with the number of draws that have just been finished.

        Returns
        -------
        xarray.Dataset
            With dimensions ``draw, time, ...``; ``attrs`` tell scenario, draws, seed, ``beliefs``
            (``posterior`` or ``prior``), and how many draws failed (have numbers that overflowed).

        Raises
        ------
        InputError
            If there is no such scenario or output, or `draws` or `seed` is no such number.

        Examples
        --------
        >>> import xhsim
        >>> ensemble = xhsim.open_study().ensemble("baseline", draws=8, seed=1)
        >>> ensemble.sizes["draw"]
        8
        """
        resolved = self.files.resolve(scenario)
        said = resolved.run
        draws = said.draws or DRAWS if draws is None else draws
        seed = said.seed or 0 if seed is None else seed
        design = make_design(self.files, draws, seed)
        values = sample(resolved, design, layers) | horizon(resolved)
        how, kept = method or said.method or METHOD, outputs or self.reported
        result = self.model.run(values, method=how, outputs=kept, progress=progress)
        if "draw" not in result.dims:  # nothing is uncertain: all worlds are one
            result = result.expand_dims(draw=np.arange(draws))
            if progress:
                progress(draws - 1)
        failed = int(failed_draws(result).sum())
        about = {"scenario": scenario, "draws": int(draws), "seed": int(seed), "failed": failed}
        return self._labelled(result, **about, beliefs=self.beliefs)

    def attainment(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that each target is attained.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, optional
            By default all of the study; `indicators` has the plan's numbered ones.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.attainment.attainment_table`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> table = study.attainment(study.ensemble("baseline", draws=64))
        >>> bool(table["probability"].between(0, 1).all())
        True
        """
        return attainment_table(ensemble, self.targets if targets is None else targets)

    def joint(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that targets are attained together, in all and by group.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, optional
            By default all of the study; of these the numbered indicators are meant.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.attainment.joint_table`; ``group_zh`` is the group in Chinese.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> ensemble = study.ensemble("baseline", draws=64)
        >>> study.joint(ensemble, study.indicators).loc["joint", "label"]
        'All 18 targets together'
        """
        table = joint_table(ensemble, self.targets if targets is None else targets)
        groups = [str(name).partition(":")[2] for name in table.index]
        table["group_zh"] = [self.labels.group(group, "zh") for group in groups]
        return table

    def compare(
        self,
        scenarios: Sequence[str] | None = None,
        draws: int = 1000,
        seed: int = 0,
        *,
        method: str = "rk4",
        progress: Callable[[int], None] | None = None,
    ) -> pd.DataFrame:
        """Estimate attainment in several scenarios, on the same draws.

        Parameters
        ----------
        scenarios : sequence of str, optional
            By default all.
        draws, seed, method, progress
            As for `ensemble`.

        Returns
        -------
        DataFrame
            Indexed by (scenario, target_id): the rows of `attainment`, then those of `joint`.

        Raises
        ------
        InputError
            If there is no scenario, or none of that name, or as for `ensemble`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> table = study.compare(["baseline", "plan"], draws=64)
        >>> chances = table["probability"]
        >>> bool(chances["plan", "new_foreign_hq"] > chances["baseline", "new_foreign_hq"])
        True
        """
        import pandas as pd

        if isinstance(scenarios, str):
            raise InputError("compare takes a list of scenarios", hint=f'write ["{scenarios}"]')
        names = list(self.scenarios if scenarios is None else scenarios)
        if not names:
            raise InputError("there is no scenario to compare", hint="name one or more")
        for name in names:
            self.files.resolve(name)  # a mistyped last one should not cost the others' time
        parts = {}
        for name in names:
            ensemble = self.ensemble(name, draws, seed, method=method, progress=progress)
            parts[name] = pd.concat([self.attainment(ensemble), self.joint(ensemble)])
        table = pd.concat(parts, names=["scenario", "target_id"])
        chinese = {name: self.scenarios[name].label_zh for name in names}
        table.attrs = {"draws": draws, "seed": seed, "scenario_labels_zh": chinese}
        return table

    def _differs(self, setting: Setting) -> bool:
        """Tell whether a parameter's central value is not the model file's."""
        posterior, name = self.files.posterior, setting.parameter.name
        elements = setting.parameter.elements or ("",)
        return any(
            setting.is_doubted(element) or (posterior is not None and posterior.has(name, element))
            for element in elements
        )

    def _labelled(self, result: xr.Dataset, **about: Any) -> xr.Dataset:
        """Add what only the study knows: labels in two languages, and how the result came about."""
        labels = self.labels
        for name, array in result.data_vars.items():
            own_name = str(array.attrs.get("long_name", name))
            array.attrs |= {f"label_{lang}": labels.variable(own_name, lang) for lang in LANGUAGES}
        for dimension in set(result.dims) & set(result.coords) - {"time", "draw"}:
            elements = [str(element) for element in result[dimension].values]
            result[dimension].attrs |= {
                f"labels_{lang}": [labels.element(element, lang) for element in elements]
                for lang in LANGUAGES
            }
        result.attrs |= about | {
            "scenario_label_zh": self.scenarios[about["scenario"]].label_zh,
            "study": self.files.folder.name,
            "model": self.files.model_path.name,
        }
        return result
