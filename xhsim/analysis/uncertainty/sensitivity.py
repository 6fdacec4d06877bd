"""Sensitivity of a target: a tornado of single constants, and SALib's indices.

Each uncertain constant has a coordinate between 0 and 1, which its distribution turns into a value.
That is its prior, or for a calibrated constant its marginal posterior (correlations in the
posterior are ignored). Yearly shocks are at their central values.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.names import element_name, find_name
from xhsim.wording.punctuation import with_elements

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.labels import Labels
    from xhsim.study.scenarios.resolve import Setting
    from xhsim.study.targets import Target
    from xhsim.wording.label import Label

__all__ = ["METHODS", "indices", "tornado"]

Array = NDArray[np.float64]
METHODS = ("sobol", "morris")
ENDS = (0.05, 0.95)
TAIL = 0.01  # the ends of Morris's grid, as probabilities
INSIDE = 1e-6  # distance of coordinates from 0 and 1, where quantiles may be infinite


@dataclass(frozen=True)
class _Number:
    """One uncertain constant, or one element of it."""

    setting: Setting
    element: str
    labels: Labels
    draws: Array | None  # of the posterior, sorted

    def __str__(self) -> str:
        return element_name(self.setting.parameter.name, self.element)

    @property
    def label(self) -> Label:
        """Its label in both languages."""
        elements = [self.labels.element(self.element)] if self.element else []
        return with_elements(self.setting.parameter.label, elements)

    def values(self, shares: Array) -> Array:
        """Turn coordinates into values of the constant."""
        inside = np.clip(shares, INSIDE, 1 - INSIDE)
        if self.draws is not None:
            return np.asarray(np.quantile(self.draws, inside))
        prior = self.setting.prior_of(self.element)
        assert prior is not None  # `_numbers` selects only constants that have one
        return prior.quantile(inside)


class _Experiment:
    """Computes a target's measure at points of the unit cube."""

    def __init__(self, study: FittedStudy, scenario: str, target: str) -> None:
        self.study = study
        self.target: Target = find_name(target, study.targets, "target", None)
        self.world = study.central_world(scenario)
        self.numbers = self._numbers()
        if not self.numbers:
            raise InputError(f'nothing is uncertain in scenario "{scenario}"')

    def _numbers(self) -> list[_Number]:
        posterior, found = self.study.files.posterior, []
        labels = self.study.labels
        for setting in self.world.scenario.settings.values():
            parameter = setting.parameter
            for element in parameter.elements or ("",):
                if setting.is_pinned(element) or setting.is_held(element):
                    continue
                if parameter.shock is not None:
                    continue
                calibrated = posterior is not None and posterior.has(parameter.name, element)
                if calibrated and posterior is not None and not setting.overrides_prior(element):
                    column = np.sort(posterior.column(parameter.name, element))
                    found.append(_Number(setting, element, labels, column))
                elif setting.prior_of(element) is not None:
                    found.append(_Number(setting, element, labels, None))
        return found

    def measured(self, points: Array) -> Array:
        """Return the target's measure at points of shape (points, numbers)."""
        drawn: dict[str, Any] = {}
        for number, column in zip(self.numbers, points.T, strict=True):
            parameter = number.setting.parameter
            if not parameter.elements:
                drawn[parameter.name] = number.values(column)
                continue
            if parameter.name not in drawn:
                level = np.asarray(parameter.array)[:, np.newaxis]
                drawn[parameter.name] = np.repeat(level, len(points), axis=1)
            place = parameter.elements.index(number.element)
            drawn[parameter.name][place] = number.values(column)
        settings = self.world.scenario.settings
        values = {name: settings[name].over(base) for name, base in drawn.items()}
        run = self.world.with_values(values, width=len(points)).run([self.target.variable.name])
        return target_values(run, self.target)


@checked
def tornado(study: FittedStudy, scenario: str, target: str) -> pd.DataFrame:
    """Move each uncertain constant from low to high, with the others at their medians.

    Parameters
    ----------
    study : Study
    scenario, target : str

    Returns
    -------
    DataFrame
        Indexed by constant, with the largest swing first: ``label``, ``label_zh``, ``low`` and
        ``high`` (its 5 and 95 % quantiles), ``unit``, ``at_low`` and ``at_high`` (the target's
        measure there), and ``swing``. The attributes are ``middle`` (the measure with all constants
        at their medians), ``scenario`` and ``target`` (its id).

    Raises
    ------
    InputError
        If there is no such scenario or target, or nothing is uncertain.

    Examples
    --------
    >>> import xhsim
    >>> table = tornado(xhsim.open_study(), "baseline", "energy_intensity_cut")
    >>> table.index[0]
    'services efficiency growth'
    """
    import pandas as pd

    made = _Experiment(study, scenario, target)
    count = len(made.numbers)
    points = np.full((2 * count + 1, count), 0.5)
    for place in range(count):
        points[2 * place, place], points[2 * place + 1, place] = ENDS
    measured = made.measured(points)
    rows = [
        {
            **number.label.columns(),
            "low": float(number.values(np.array([ENDS[0]]))[0]),
            "high": float(number.values(np.array([ENDS[1]]))[0]),
            "unit": number.setting.parameter.unit,
            "at_low": float(measured[2 * place]),
            "at_high": float(measured[2 * place + 1]),
            "swing": float(abs(measured[2 * place + 1] - measured[2 * place])),
        }
        for place, number in enumerate(made.numbers)
    ]
    index = pd.Index([str(number) for number in made.numbers], name="parameter")
    table = pd.DataFrame(rows, index=index).sort_values("swing", ascending=False, kind="stable")
    table.attrs = {
        "middle": float(measured[-1]),
        "target": made.target.id,
        "scenario": scenario,
        "scenario_label_zh": study.scenarios[scenario].label.zh,
    }
    return table


@checked
def indices(
    study: FittedStudy,
    scenario: str,
    target: str,
    *,
    method: str = "sobol",
    size: int = 256,
    seed: int = 0,
) -> pd.DataFrame:
    """Compute SALib's sensitivity indices of a target for each uncertain constant.

    Parameters
    ----------
    study : Study
    scenario, target : str
    method : {"sobol", "morris"}
        Sobol's shares of variance (Saltelli 2010), or Morris's screening.
    size : int
        SALib's N: the number of runs is about ``size`` times the number of constants. Use a power
        of two for Sobol.
    seed : int

    Returns
    -------
    DataFrame
        Indexed by constant. For Sobol ``S1``, ``S1_conf``, ``ST``, ``ST_conf``, sorted by ``ST``;
        for Morris ``mu``, ``mu_star``, ``sigma``, ``mu_star_conf``, sorted by ``mu_star``.

    Raises
    ------
    InputError
        If there is no such scenario, target or method, or SALib is not installed.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> table = indices(study, "baseline", "new_listed_firms", method="morris", size=2)
    >>> table.index[0]
    'listing chance'
    """
    import pandas as pd

    if method not in METHODS:
        raise InputError(f'unknown method "{method}"', hint=f"methods: {', '.join(METHODS)}")
    made = _Experiment(study, scenario, target)
    names = [str(number) for number in made.numbers]
    # Morris's grid has points at its ends, where a heavy tail is so far out that runs overflow.
    ends = [0.0, 1.0] if method == "sobol" else [TAIL, 1 - TAIL]
    problem = {"num_vars": len(names), "names": names, "bounds": [ends] * len(names)}
    sampler, analyser = (_salib(f"SALib.{part}.{method}") for part in ("sample", "analyze"))
    if method == "sobol":
        points = sampler.sample(problem, size, calc_second_order=False, seed=seed)
        # SALib ignores a seed of 0, and its intervals would then differ from call to call.
        found = analyser.analyze(
            problem, made.measured(points), calc_second_order=False, seed=seed + 1
        )
        keys, order = ("S1", "S1_conf", "ST", "ST_conf"), "ST"
    else:
        points = sampler.sample(problem, size, seed=seed)
        found = analyser.analyze(problem, points, made.measured(points), seed=seed)
        keys, order = ("mu", "mu_star", "sigma", "mu_star_conf"), "mu_star"
    table = pd.DataFrame(
        {key: np.asarray(found[key], dtype=float) for key in keys},
        index=pd.Index(names, name="parameter"),
    )
    return table.sort_values(order, ascending=False, kind="stable")


def _salib(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise InputError(
            "this needs the package SALib", hint='pip install "xhsim[sensitivity]"'
        ) from None
