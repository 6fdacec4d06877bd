"""Study folders: finding the files, and reading all of them except the model."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.checks.checks import Checks
from xhsim.study.checks.reader import read_checks
from xhsim.study.consistency import Inconsistency, inconsistencies, read_notes
from xhsim.study.coverage import CoverageRow, read_coverage
from xhsim.study.evidence.cards import EvidenceCard, read_cards
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.history.calibration import CalibrationPlan, check_plan, read_plan
from xhsim.study.history.monitoring import MonitoringPlan, check_monitoring, read_monitoring
from xhsim.study.history.observations import Observation, history_frame, read_history
from xhsim.study.history.reference import OutlookPlan, read_outlook_plan
from xhsim.study.history.releases import Release, read_releases
from xhsim.study.history.stored_twins import StoredTwins, read_twins
from xhsim.study.labels import Labels, read_labels
from xhsim.study.loops import Loop, read_loops
from xhsim.study.names import named_parts
from xhsim.study.nearest import MODEL_SUFFIXES
from xhsim.study.parameters.parameter import Parameter, read_parameters
from xhsim.study.parameters.posterior import Posterior, read_posterior
from xhsim.study.scenarios.checks import check_scenario, check_scenarios
from xhsim.study.scenarios.resolve import ResolvedScenario, resolve
from xhsim.study.scenarios.scenario import Scenario, read_scenario
from xhsim.study.scenarios.structures import (
    StructureChoice,
    Structures,
    check_fixed_structures,
    read_structures,
)
from xhsim.study.targets import Target, read_targets

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StudyFiles", "gather_study", "read_study"]

SCENARIO_SUFFIXES = (".yaml", ".yml")
FIRST_SCENARIOS = ("baseline", "plan")
CONTENT = (
    "a study folder contains model/ (one model file, parameters.yaml, targets.yaml, history.csv) "
    "and scenarios/ (one YAML file each)"
)


@dataclass(frozen=True)
class StudyFiles:
    """All files of a study, read and validated. The model file is located but not read.

    Parameters
    ----------
    folder : Path
        The study folder.
    model_path : Path
        Its one model file.
    parameters : mapping of str to Parameter
        By name as in the model file.
    targets : mapping of str to Target
        By id.
    observations : tuple of Observation
        The rows of history.csv.
    scenarios : mapping of str to Scenario
        Baseline first, then plan, then by name.
    notes : tuple of Inconsistency
        From inconsistencies.yaml, if there is one.
    calibration : CalibrationPlan or None
        From calibration.yaml, if there is one.
    posterior : Posterior or None
        From posterior.csv and posterior.json, if they exist.
    structures : Structures or None
        From structures.yaml and structures.json, if the first exists.
    releases : tuple of Release
        The rows of releases.csv, if there is one.
    monitoring : MonitoringPlan
        From monitoring.yaml, or its defaults, with the errors of calibration.yaml for grades that
        it does not name.
    left_out : tuple of str
        Scenarios of the folder that were not read, because nobody asks for them.
    """

    folder: Path
    model_path: Path
    parameters: Mapping[str, Parameter]
    targets: Mapping[str, Target]
    observations: tuple[Observation, ...]
    scenarios: Mapping[str, Scenario]
    notes: tuple[Inconsistency, ...]
    calibration: CalibrationPlan | None = None
    posterior: Posterior | None = None
    structures: Structures | None = None
    releases: tuple[Release, ...] = ()
    monitoring: MonitoringPlan = field(default_factory=MonitoringPlan)
    left_out: tuple[str, ...] = ()

    @cached_property
    def history(self) -> pd.DataFrame:
        """The observations as a table, see `xhsim.study.history.observations.history_frame`."""
        return history_frame(self.observations)

    @property
    def added(self) -> dict[str, Path]:
        """The files of scenarios that were added from outside the folder, by scenario."""
        own = (self.folder / "scenarios").resolve()
        paths = {name: Path(scenario.where.file) for name, scenario in self.scenarios.items()}
        return {
            name: path
            for name, path in paths.items()
            # A scenario made in code has a text here that is no file.
            if path.suffix in SCENARIO_SUFFIXES and path.is_file() and path.resolve().parent != own
        }

    def named(self, scenario: str) -> str:
        """Return how a command line names a scenario: by its name, or by its file elsewhere."""
        path = self.added.get(scenario)
        return scenario if path is None else path.as_posix()

    def resolve(self, scenario: str, structure: StructureChoice = None) -> ResolvedScenario:
        """Resolve a scenario with its ancestors, in a structure if one is chosen."""
        if structure is None and scenario in self._resolved:
            return self._resolved[scenario]
        found = resolve(
            scenario,
            self.scenarios,
            self.parameters,
            structures=self.structures,
            structure=structure,
        )
        if structure is None:
            self._resolved[scenario] = found
        return found

    @cached_property
    def _resolved(self) -> dict[str, ResolvedScenario]:
        """The scenarios that were resolved before: each analysis asks for them several times."""
        return {}

    @cached_property
    def checks(self) -> Checks:
        """The content of checks.yaml; read when needed, because only `xhsim check` uses it."""
        path = self.folder / "model" / "checks.yaml"
        return read_checks(path) if path.exists() else Checks()

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """The content of loops.yaml; read when needed, because only pictures use it."""
        path = self.folder / "model" / "loops.yaml"
        return read_loops(path) if path.exists() else ()

    @cached_property
    def evidence(self) -> tuple[EvidenceCard, ...]:
        """The cards of evidence.yaml; read when needed, because only few commands show them."""
        path = self.folder / "model" / "evidence.yaml"
        return read_cards(path) if path.exists() else ()

    @cached_property
    def twins(self) -> StoredTwins | None:
        """The stored twin experiments of lights, if any; read when needed.

        `xhsim.analysis.early_warning.lights.fitting_twins` says whether they still fit the study.
        """
        return read_twins(self.folder / "model")

    @cached_property
    def coverage(self) -> tuple[CoverageRow, ...]:
        """The rows of coverage.csv; read when needed, because only `xhsim check` uses them."""
        path = self.folder / "model" / "coverage.csv"
        return read_coverage(path) if path.exists() else ()

    @cached_property
    def labels(self) -> Labels:
        """Labels from labels.yaml and from the records of parameters and targets."""
        path = self.folder / "model" / "labels.yaml"
        own = read_labels(path) if path.exists() else Labels()
        return own.with_parameters(self.parameters.values()).with_targets(self.targets.values())

    @cached_property
    def outlook_plan(self) -> OutlookPlan:
        """The content of outlook.yaml and its figures; read when needed.

        Raises
        ------
        InputError
            If the study has none.
        """
        path = self.folder / "model" / "outlook.yaml"
        if not path.exists():
            raise InputError(
                "the study has no outlook",
                file=path,
                hint="describe the reference class in this file (docs/file-formats.md)",
            )
        return read_outlook_plan(path)

    def inconsistencies(self) -> list[Inconsistency]:
        """Return inconsistencies: first those found by arithmetic, then those noted by hand."""
        found = inconsistencies(self.targets.values(), self.observations, self.parameters.values())
        return [*found, *self.notes]


@checked
def read_study(
    folder: Path, *, posterior: bool = True, without: Collection[str] = ()
) -> StudyFiles:
    """Read every file of a study folder except the model.

    Parameters
    ----------
    folder : Path
        The study folder.
    posterior : bool
        Whether to read the stored posterior.
    without : collection of str
        Scenarios whose files are not read.

    Returns
    -------
    StudyFiles

    Raises
    ------
    InputError
        With every mistake in every file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> files = read_study(bundled_folder())
    >>> files.model_path.name, list(files.scenarios)[:2]
    ('xuhui.mdl', ['baseline', 'plan'])
    """
    mistakes = Mistakes()
    found = gather_study(folder, mistakes, posterior=posterior, without=without)
    mistakes.check()
    assert found is not None  # otherwise a mistake was noted
    return found


def gather_study(
    folder: Path, mistakes: Mistakes, *, posterior: bool = True, without: Collection[str] = ()
) -> StudyFiles | None:
    """Read what can be read of a study folder.

    Parameters
    ----------
    folder : Path
        The study folder.
    mistakes : Mistakes
        Receives every mistake in every file.
    posterior, without : optional
        As for `read_study`.

    Returns
    -------
    StudyFiles or None
        If there are mistakes, it lacks what they concern, and may only be used to look for more.
        None if the folder, its parameters or its model file are not there.
    """
    model, before = folder / "model", len(mistakes)
    _check_folder(folder, mistakes)
    if len(mistakes) > before:
        return None
    targets: dict[str, Target] = {}
    history: tuple[Observation, ...] = ()
    notes: tuple[Inconsistency, ...] = ()
    scenarios: dict[str, Scenario] = {}
    model_path = mistakes.understood(_model_file, model)
    parameters = mistakes.understood(read_parameters, model / "parameters.yaml")
    with mistakes.collecting():
        targets = read_targets(model / "targets.yaml")
    with mistakes.collecting():
        history = read_history(model / "history.csv")
    if (model / "inconsistencies.yaml").exists():
        with mistakes.collecting():
            notes = read_notes(model / "inconsistencies.yaml")
    plan: CalibrationPlan | None = None
    if (model / "calibration.yaml").exists():
        with mistakes.collecting():
            plan = read_plan(model / "calibration.yaml")
    releases: tuple[Release, ...] = ()
    if (model / "releases.csv").exists():
        with mistakes.collecting():
            releases = read_releases(model / "releases.csv")
    monitoring = MonitoringPlan()
    if (model / "monitoring.yaml").exists():
        with mistakes.collecting():
            monitoring = read_monitoring(model / "monitoring.yaml")
    data_read, every_read = len(mistakes) == before, True
    for path in _scenario_files(folder / "scenarios"):
        if path.stem in without:
            continue
        known = len(mistakes)
        with mistakes.collecting():
            scenarios[path.stem] = read_scenario(path, mistakes)
        every_read = every_read and len(mistakes) == known
    if parameters is None or model_path is None:
        return None
    # A scenario is not at fault if its parent cannot be read.
    for scenario in () if every_read else scenarios.values():
        check_scenario(scenario, parameters, mistakes)
    if every_read:
        with mistakes.collecting():
            check_scenarios(scenarios, parameters)
    monitoring = monitoring.with_calibration(plan)
    stored, structures = None, None
    if data_read:
        with mistakes.collecting():
            if plan is not None:
                check_plan(plan, parameters, history)
        with mistakes.collecting():
            check_monitoring(monitoring, releases, history)
        with mistakes.collecting():
            stored = read_posterior(model, parameters) if posterior else None
    with mistakes.collecting():
        structures = read_structures(model, parameters)
        check_fixed_structures(scenarios, structures)
    return StudyFiles(
        folder,
        model_path,
        named_parts("parameter", parameters),
        named_parts("target", targets),
        history,
        named_parts("scenario", scenarios),
        notes,
        plan,
        stored,
        structures,
        releases,
        monitoring,
        tuple(without),
    )


def _check_folder(folder: Path, mistakes: Mistakes) -> None:
    if not folder.exists():
        mistakes.add("no such folder", file=folder, hint=CONTENT)
    elif not folder.is_dir():
        mistakes.add("this is a file, not a folder", file=folder, hint=CONTENT)
    else:
        for name in ("model", "scenarios"):
            if not (folder / name).is_dir():
                mistakes.add(f'there is no folder "{name}" in it', file=folder, hint=CONTENT)


def _model_file(model: Path) -> Path:
    found = sorted(path for path in model.iterdir() if path.suffix.lower() in MODEL_SUFFIXES)
    if len(found) != 1:
        names = ", ".join(path.name for path in found)
        raise InputError(
            f"there are {len(found)} model files ({names}), not one"
            if found
            else "there is no model file",
            file=model,
            hint=f"keep exactly one file ending in {', '.join(MODEL_SUFFIXES)}",
        )
    return found[0]


def _scenario_files(scenarios: Path) -> list[Path]:
    """Return the scenario files: baseline first, then plan, then by name."""
    found = [path for path in scenarios.iterdir() if path.suffix.lower() in SCENARIO_SUFFIXES]

    def order(path: Path) -> tuple[int, str]:
        first = path.stem in FIRST_SCENARIOS
        return (FIRST_SCENARIOS.index(path.stem) if first else len(FIRST_SCENARIOS), path.name)

    return sorted(found, key=order)
