"""A study's files together with its model: the object that every analysis takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from xhsim.analysis.assembly import (
    check_alone,
    check_decided,
    check_rules,
    fitted_together,
    model_variables,
)
from xhsim.analysis.naming import StudyNames, naming_what_is_meant
from xhsim.analysis.worlds.design import make_design
from xhsim.analysis.worlds.draws import LAYERS
from xhsim.analysis.worlds.world import DRAWS, World, draws_of
from xhsim.engine.insight.polarity import link_polarities
from xhsim.engine.language.syntax import canonical
from xhsim.engine.model import Model, load_model
from xhsim.errors import InputError
from xhsim.study.budget import Budget, read_budget
from xhsim.study.checks.checks import Checks, check_names
from xhsim.study.coverage import check_coverage, coverage_frame
from xhsim.study.evidence.cards import check_cards, evidence_frame
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.folder import StudyFiles
from xhsim.study.labels import Labels
from xhsim.study.names import element_name, named_parts, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.checks import check_scenario, check_scenarios
from xhsim.study.scenarios.scenario import Scenario, ancestry, understood_scenario
from xhsim.study.scenarios.structures import (
    StructureChoice,
    Structures,
    check_fixed_structures,
)
from xhsim.study.targets import Target, base_of
from xhsim.wording.label import LANGUAGES

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd
    import xarray as xr

__all__ = ["FittedStudy", "TargetChoice"]

TargetChoice: TypeAlias = Mapping[str, Target] | Iterable[str] | None


class FittedStudy:
    """A study's files and its model, checked against each other.

    Analyses take a fitted study and make worlds of its scenarios. `xhsim.Study` is a subclass with
    a method for each analysis, so a study can be passed wherever a fitted study is expected.

    Parameters
    ----------
    files : StudyFiles
        As read from the folder.

    Raises
    ------
    InputError
        If the files contradict the model.
    """

    def __init__(self, files: StudyFiles) -> None:
        self.model: Model = load_model(files.model_path)
        self.files_read = files  # calibrated parameters have the values of their file
        self.files = fitted_together(files, self.model)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters by name, in the order of their file."""
        return self.files.parameters

    @property
    def targets(self) -> Mapping[str, Target]:
        """The targets by id, with the plan's indicators first."""
        return self.files.targets

    def chosen_targets(self, targets: TargetChoice = None) -> Mapping[str, Target]:
        """Return the targets that somebody chose: all, a mapping of some, or their ids.

        Parameters
        ----------
        targets : mapping of str to Target, or iterable of str, optional
            By default all targets of the study.

        Returns
        -------
        mapping of str to Target

        Raises
        ------
        InputError
            If there is no target of an id.

        Examples
        --------
        >>> import xhsim
        >>> list(xhsim.open_study().chosen_targets(["retail_sales"]))
        ['retail_sales']
        """
        if targets is None:
            return self.targets
        if isinstance(targets, Mapping):
            return targets
        return {name: self.targets[name] for name in targets}

    @property
    def indicators(self) -> dict[str, Target]:
        """The targets that have a number in the plan's table of indicators."""
        return {name: target for name, target in self.targets.items() if target.rank is not None}

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenarios by name, with the baseline first."""
        return self.files.scenarios

    @property
    def history(self) -> pd.DataFrame:
        """The observations, one row each."""
        return self.files.history

    @property
    def unpublished_bases(self) -> tuple[str, ...]:
        """The parameters that nobody has published and on which a target hangs, each once."""
        bases = (base_of(target, self.parameters) for target in self.targets.values())
        return tuple(dict.fromkeys(element_name(*base) for base in bases if base is not None))

    @property
    def beliefs(self) -> str:
        """The distribution of calibrated parameters in draws: ``posterior`` or ``prior``."""
        return "prior" if self.files.posterior is None else "posterior"

    @property
    def structures(self) -> Structures | None:
        """The causal readings of the model and their weights; None if the study has none."""
        return self.files.structures

    def with_scenario(
        self,
        scenario: Scenario | str,
        changes: Mapping[str, Any] | None = None,
        *,
        replace: bool = False,
        **others: Any,
    ) -> Self:
        """Return this study with a scenario added.

        Parameters
        ----------
        scenario : str or Scenario
            The name of a new scenario, which `changes` and `others` describe; or a complete
            scenario, such as `xhsim.study.scenarios.scenario.read_scenario` returns.
        changes : mapping of str to number or mapping, optional
            What the scenario sets, as under ``set`` in a scenario file: a number for the whole
            run, or a shape over time.
        replace : bool
            Whether the scenario may take the place of one of the same name.
        **others
            Other keys of a scenario file, such as ``extends`` (by default ``"baseline"``),
            ``uncertain``, ``delivery`` or ``label``.

        Returns
        -------
        Study
            A new study; this one does not change.

        Raises
        ------
        InputError
            If the study has a scenario of this name and `replace` is not true; if the scenario
            extends or sets something that does not exist, or for any other mistake that a scenario
            file can have. The message names the scenario and the key.

        Examples
        --------
        >>> import xhsim
        >>> push = {"RD support": {"step": {"year": 2022, "to": 5.0}}}
        >>> study = xhsim.open_study().with_scenario("my push", push)
        >>> study.scenarios["my push"].extends
        'baseline'
        """
        if isinstance(scenario, str):
            mistakes = Mistakes()
            scenario = understood_scenario(scenario, changes, others, mistakes)
            return self.joined_by(scenario, mistakes, replace=replace)
        if changes is not None or others:
            raise InputError(
                "a complete scenario cannot be changed here",
                hint="pass the scenario alone, or a name with changes",
            )
        return self.joined_by(scenario, Mistakes(), replace=replace)

    def joined_by(self, scenario: Scenario, mistakes: Mistakes, *, replace: bool = False) -> Self:
        """Return this study with a scenario added that may have been read with mistakes.

        Parameters
        ----------
        scenario : Scenario
        mistakes : Mistakes
            Those that were found when it was read; all are raised together.
        replace : bool
            As for `with_scenario`.

        Returns
        -------
        Study

        Raises
        ------
        InputError
            As for `with_scenario`.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.study.files.mistakes import Mistakes
        >>> from xhsim.study.scenarios.scenario import make_scenario
        >>> study, mistakes = xhsim.open_study(), Mistakes()
        >>> "mine" in study.joined_by(make_scenario("mine"), mistakes).scenarios
        True
        """
        if scenario.name in self.scenarios and not replace:
            raise InputError(
                f'the study has a scenario "{scenario.name}" already',
                hint="choose another name, or replace it with replace=True",
            )
        scenarios = named_parts("scenario", {**self.scenarios, scenario.name: scenario})
        other = copy(self)
        other.files = dataclasses.replace(self.files, scenarios=scenarios)
        with naming_what_is_meant(lambda: self.names):
            self._check_added(scenario, other.files, mistakes)
            mistakes.check()
        other.__dict__.pop("movable", None)
        return other

    def _check_added(self, scenario: Scenario, files: StudyFiles, mistakes: Mistakes) -> None:
        """Add what is wrong with the scenarios of a study, of which one was added."""
        if mistakes:  # it may lack what others expect of it
            check_scenario(scenario, self.parameters, mistakes)
        else:
            with mistakes.collecting():
                check_scenarios(files.scenarios, self.parameters)
        if mistakes:
            check_alone([scenario], self.parameters, self.model, mistakes)
            with mistakes.collecting():
                ancestry(scenario.name, files.scenarios)
            with mistakes.collecting():
                check_fixed_structures({scenario.name: scenario}, files.structures)
            return
        if scenario.paths or scenario.meets:
            with mistakes.collecting():
                check_decided(files.scenarios, self.parameters, self.model)
        with mistakes.collecting():
            check_fixed_structures(files.scenarios, self.files.structures)
        with mistakes.collecting():
            check_rules(files, self.model)

    @cached_property
    def names(self) -> StudyNames:
        """The names of the study, for messages about unknown ones."""
        return StudyNames(self.model, self.parameters, self.files.labels)

    @cached_property
    def checks(self) -> Checks:
        """The checks of the model, from checks.yaml; without that file, the defaults."""
        checks = self.files.checks
        variables = model_variables(self.model)
        check_names(checks, variables, self.parameters, self.targets, self.files.observations)
        return checks

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The evidence cards of policy lines and links, one row each, from evidence.yaml.

        Every lever has a card, and every parameter that a card names exists; see
        `xhsim.study.evidence.cards.evidence_frame`.
        """
        cards = self.files.evidence
        if cards:
            file = self.files.folder / "model" / "evidence.yaml"
            check_cards(cards, self.parameters, file)
        return evidence_frame(cards)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """The plan's numbers and headings and what holds them, one row each, from coverage.csv.

        All that a row names exists; see `xhsim.study.coverage.coverage_frame`.
        """
        rows = self.files.coverage
        observations = self.files.observations
        variables = model_variables(self.model)
        check_coverage(rows, variables, self.parameters, self.targets, observations)
        return coverage_frame(rows)

    @cached_property
    def budget(self) -> Budget | None:
        """The variables of the policy budget, from budget.yaml; None without that file."""
        path = self.files.folder / "model" / "budget.yaml"
        return read_budget(path, self.model.variables.index) if path.exists() else None

    @cached_property
    def labels(self) -> Labels:
        """The labels of variables, sectors and elements in English and in Chinese."""
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
        labels.check_maps(
            {dimension.name: dimension.elements for dimension in dimensions},
            {
                canonical(variable.name): variable.dimensions
                for variable in self.model.equations.variables.values()
            },
        )
        return labels

    @property
    def mapped(self) -> tuple[str, ...]:
        """The variables that reports show on maps, for the outputs of a run."""
        return tuple(dict.fromkeys(canonical(one.name) for one in self.labels.mapped))

    @cached_property
    def polarities(self) -> Mapping[tuple[str, str], int]:
        """The signs of the model's links, see `xhsim.engine.insight.polarity.link_polarities`."""
        return link_polarities(self.model)

    @cached_property
    def reported(self) -> tuple[str, ...]:
        """The variables that an ensemble keeps by default: those of targets and history."""
        read = (each for one in self.targets.values() for each in one.by_reading.values())
        names = [target.variable.name for target in read]
        names += [
            parse_reference(row.variable).name for row in self.files.observations if row.variable
        ]
        return tuple(dict.fromkeys(canonical(name) for name in names))

    @cached_property
    def movable(self) -> tuple[str, ...]:
        """The levers, and the other parameters that any scenario sets."""
        levers = [p.name for p in self.parameters.values() if p.role == "lever"]
        changed = [
            name
            for scenario in self.scenarios
            for name, setting in self.files.resolve(scenario).settings.items()
            if setting.is_changed
        ]
        return tuple(dict.fromkeys(levers + changed))

    def world(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        *,
        method: str | None = None,
        until: float | None = None,
        layers: Collection[str] = LAYERS,
        scheme: str = "sobol",
        structure: StructureChoice = None,
        default_draws: int = DRAWS,
        default_seed: int = 0,
    ) -> World:
        """Make a scenario ready to run on draws.

        Parameters
        ----------
        scenario : str
            Name of a scenario.
        draws, seed : int, optional
            Number of draws, and their random seed; by default those of the scenario, or else the
            defaults below.
        method : str, optional
            Integration method; by default that of the scenario, or else of the model.
        until : float, optional
            Year in which the run ends; by default that of the scenario, or else of the model.
        layers : collection of str
            The layers of uncertainty that are drawn, see `Study.ensemble`.
        scheme : str
            How draws are spread, see `Study.ensemble`.
        structure : str or mapping of str to float, optional
            The structure of the draws, or weights, see `Study.ensemble`.
        default_draws, default_seed : int
            Used where neither the caller nor the scenario sets a number.

        Returns
        -------
        World

        Raises
        ------
        InputError
            If there is no such scenario, layer, scheme or structure, or `draws` or `seed` is not a
            valid number.

        Examples
        --------
        >>> import xhsim
        >>> world = xhsim.open_study().world("plan", draws=4)
        >>> world.run(["GDP"])["gdp"].sizes["draw"]
        4
        """
        resolved = self.files.resolve(scenario, structure)
        many, which = draws_of(
            [resolved], draws, seed, default=default_draws, default_seed=default_seed
        )
        design = make_design(self.files, many, which, scheme)
        return World.drawn(self.model, resolved, design, layers=layers, method=method, until=until)

    def central_world(
        self,
        scenario: str = "baseline",
        *,
        method: str | None = None,
        until: float | None = None,
        structure: StructureChoice = None,
    ) -> World:
        """Make a scenario ready for a single run, with everything uncertain at its central value.

        Parameters
        ----------
        scenario : str
            Name of a scenario.
        method, until, structure : optional
            As for `world`.

        Returns
        -------
        World

        Raises
        ------
        InputError
            If there is no such scenario or structure.

        Examples
        --------
        >>> import xhsim
        >>> xhsim.open_study().central_world("plan").run(["GDP"])["gdp"].dims
        ('time',)
        """
        resolved = self.files.resolve(scenario, structure)
        return World.at_centre(self.model, resolved, method=method, until=until)

    def labelled(self, result: xr.Dataset, **about: Any) -> xr.Dataset:
        """Add labels in both languages, and how a result was computed.

        Parameters
        ----------
        result : Dataset
            Of a run. Its attributes are changed.
        **about
            Further attributes; ``scenario`` is one of them.

        Returns
        -------
        Dataset
            The same.

        Raises
        ------
        InputError
            If the scenario is not given.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> run = study.central_world("plan").run(["GDP"])
        >>> study.labelled(run, scenario="plan").attrs["study"] == study.files.folder.name
        True
        """
        if "scenario" not in about:
            raise InputError("labelled: the scenario is not given", hint='add scenario="plan"')
        labels = self.labels
        for name, array in result.data_vars.items():
            own_name = str(array.attrs.get("long_name", name))
            if "rule" not in array.attrs:  # a rule has its own label
                array.attrs |= labels.variable(own_name).attributes()
        for dimension in set(result.dims) & set(result.coords) - {"time", "draw"}:
            elements = [str(element) for element in result[dimension].values]
            result[dimension].attrs |= {
                f"labels_{lang}": [labels.element(element).in_(lang) for element in elements]
                for lang in LANGUAGES
            } | labels.tiles(str(dimension), elements)
        result.attrs |= about | {
            "scenario_label_zh": self.scenarios[about["scenario"]].label.zh,
            "study": self.files.folder.name,
            "model": self.files.model_path.name,
        }
        return result
