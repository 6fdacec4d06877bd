"""A study as a model of the EMA Workbench, with many experiments in one run.

The Workbench's samplers, scenario discovery (PRIM) and optimisers then work on a study. Uncertain
constants become its uncertainties, uniform between the 5 and 95 % quantiles of their distribution,
as is usual in exploratory modelling. Levers become its levers, which apply from a given date.
Measures of targets become its outcomes.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.arguments import checked
from xhsim.engine.language.syntax import canonical
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.scenarios.resolve import Setting

__all__ = ["study_model", "vectorised_evaluator"]

Array = NDArray[np.float64]
Number = tuple[str, str]  # parameter and element
AT_ONCE = 4096  # experiments of one run


@checked
def study_model(
    study: FittedStudy,
    scenario: str = "baseline",
    *,
    targets: Iterable[str] | None = None,
    since: float = 2022,
) -> Any:
    """Wrap a study as a model of the EMA Workbench.

    Parameters
    ----------
    study : Study
    scenario : str
        The scenario that uncertainties and levers change.
    targets : iterable of str, optional
        Ids of the targets whose measures are the outcomes; by default the indicators.
    since : float
        The date from which the Workbench's levels of levers apply.

    Returns
    -------
    ema_workbench.em_framework.model.AbstractModel
        Its names are canonical: ``rd_support``, ``cluster_support_digital``.

    Raises
    ------
    InputError
        If the Workbench is not installed, or there is no such scenario or target.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> model = study_model(study, targets=["retail_sales"])
    >>> [outcome.name for outcome in model.outcomes], "rd_support" in model.levers.keys()
    (['retail_sales'], True)
    """
    ema = _workbench()
    runner = _Runner(study, scenario, targets, since)

    base: Any = ema.em_framework.model.SingleReplication

    class StudyModel(base):  # type: ignore[misc]
        """A study; `runner` runs many experiments at once."""

        def __init__(self) -> None:
            super().__init__(canonical(study.files.model_path.stem).replace("_", ""))
            self.runner = runner
            self.uncertainties = [
                ema.RealParameter(name, *bounds) for name, bounds in runner.uncertain.items()
            ]
            self.levers = [ema.RealParameter(name, *b) for name, b in runner.levers.items()]
            self.outcomes = [ema.ScalarOutcome(name) for name in runner.targets]

        def run_experiment(self, experiment: Mapping[str, float]) -> dict[str, float]:
            """Run one experiment, as other evaluators of the Workbench require."""
            return {name: float(row[0]) for name, row in runner.run([experiment]).items()}

    return StudyModel()


def vectorised_evaluator(model: Any) -> Any:
    """Create an evaluator of the Workbench that runs a study's experiments together.

    Parameters
    ----------
    model : AbstractModel
        The result of `study_model`.

    Returns
    -------
    ema_workbench.em_framework.evaluators.BaseEvaluator
        Use it as ``with vectorised_evaluator(model) as evaluator:``. Its ``perform_experiments``
        takes a ``seed`` (by default 0) in addition to the Workbench's own arguments; the same seed
        gives the same experiments.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> model = study_model(study, targets=["retail_sales"])
    >>> with vectorised_evaluator(model) as evaluator:
    ...     experiments, outcomes = evaluator.perform_experiments(scenarios=8, policies=2)
    >>> outcomes["retail_sales"].shape
    (16,)
    """
    ema = _workbench()
    experiment_generator = ema.em_framework.points.experiment_generator

    base: Any = ema.em_framework.evaluators.BaseEvaluator

    class VectorisedEvaluator(base):  # type: ignore[misc]
        """Runs experiments together, a few thousand at a time."""

        def initialize(self) -> None:
            """Do nothing: there is nothing to start."""

        def finalize(self) -> None:
            """Do nothing: there is nothing to stop."""

        def perform_experiments(self, *given: Any, seed: int = 0, **options: Any) -> Any:
            """Sample and run experiments as the Workbench does, from a seed, without a bar."""
            # All runs finish together, so that a progress bar would only flash.
            options.setdefault("log_progress", True)
            with _seeded(seed):
                return super().perform_experiments(*given, **options)

        def evaluate_experiments(
            self, scenarios: Any, policies: Any, callback: Any, combine: str = "factorial"
        ) -> None:
            """Run all combinations and pass on their outcomes in order."""
            every = list(experiment_generator(scenarios, self._msis, policies, combine=combine))
            for start in range(0, len(every), AT_ONCE):
                part = every[start : start + AT_ONCE]
                given = [{**one.scenario, **one.policy} for one in part]
                found = model.runner.run(given)
                for place, experiment in enumerate(part):
                    callback(experiment, {name: row[place] for name, row in found.items()})

    return VectorisedEvaluator(model)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed NumPy's global generator, which the Workbench's samplers use, and restore it after."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


class _Runner:
    """Runs experiments on a study; an experiment is a mapping of names to numbers."""

    def __init__(
        self, study: FittedStudy, scenario: str, targets: Iterable[str] | None, since: float
    ) -> None:
        self.study, self.since = study, since
        self.world = study.central_world(scenario)
        known = study.indicators or study.targets
        wanted = list(known) if targets is None else list(targets)
        for name in wanted:
            if name not in study.targets:
                raise InputError(f'unknown target "{name}"', hint=f"known: {', '.join(known)}")
        self.targets = {name: study.targets[name] for name in wanted}
        self.uncertain: dict[str, tuple[float, float]] = {}
        self.levers: dict[str, tuple[float, float]] = {}
        self._places: dict[str, Number] = {}
        for setting in self.world.scenario.settings.values():
            for element in setting.parameter.elements or ("",):
                self._add(setting, element)

    def _add(self, setting: Setting, element: str) -> None:
        parameter, posterior = setting.parameter, self.study.files.posterior
        name = canonical(f"{parameter.name} {element}")
        if parameter.role == "lever" and parameter.range is not None:
            self.levers[name] = parameter.range
        elif posterior and posterior.has(parameter.name, element):
            low, high = np.quantile(posterior.column(parameter.name, element), [0.05, 0.95])
            self.uncertain[name] = float(low), float(high)
        elif parameter.shock is None and (prior := setting.prior_of(element)) is not None:
            self.uncertain[name] = prior.interval(0.9)
        else:
            return
        self._places[name] = (parameter.name, element)

    def run(self, experiments: Sequence[Mapping[str, float]]) -> dict[str, Array]:
        """Return the values of each outcome, one for each experiment."""
        given: dict[str, dict[str, Array]] = {}
        for name, (parameter, element) in self._places.items():
            if name in experiments[0]:
                column = np.array([one[name] for one in experiments], dtype=float)
                given.setdefault(parameter, {})[element] = column
        parameters = self.study.parameters
        values = {
            name: self._value(parameters[name], self.world.values[name], columns)
            for name, columns in given.items()
        }
        outputs = [target.variable.name for target in self.targets.values()]
        run = self.world.with_values(values, width=len(experiments)).run(outputs)
        return {name: target_values(run, target) for name, target in self.targets.items()}

    def _value(self, parameter: Parameter, own: Any, columns: Mapping[str, Array]) -> Any:
        """Return a parameter with the levels of all experiments along the last axis."""
        paths = []
        count = len(next(iter(columns.values())))
        for number, element in enumerate(parameter.elements or ("",)):
            path = as_path(own)
            if parameter.elements:
                path = Path(path.times, path.values[:, number], path.slopes[:, number])
            level = columns.get(element, None)
            if level is None:
                level = np.broadcast_to(path.values[..., np.newaxis], (*path.values.shape, count))
                paths.append(Path(path.times, level))
                continue
            later = Path([float(path.times[0])], level[np.newaxis])
            paths.append(path.splice(later, self.since) if parameter.role == "lever" else later)
        return Path.stack(paths) if parameter.elements else paths[0]


def _workbench() -> Any:
    try:
        with warnings.catch_warnings():
            # It warns of missing optional packages for clusters, which are not needed here.
            warnings.simplefilter("ignore")
            for part in ("evaluators", "model", "points"):
                import_module(f"ema_workbench.em_framework.{part}")
    except ImportError:
        raise InputError(
            "this needs the package ema_workbench", hint='pip install "xhsim[workbench]"'
        ) from None
    return import_module("ema_workbench")
