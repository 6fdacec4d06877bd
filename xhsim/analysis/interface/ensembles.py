"""Runs of a scenario: once at central values, and many times on draws."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from xhsim.analysis.fitted import FittedStudy
from xhsim.analysis.judging.attainment import failed_draws, origin
from xhsim.analysis.worlds.draws import LAYERS
from xhsim.engine.request import names_of
from xhsim.study.names import parse_reference
from xhsim.study.scenarios.structures import StructureChoice
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["EnsembleStudy"]


class EnsembleStudy(FittedStudy):
    """A study with methods for runs."""

    def run(
        self,
        scenario: str = "baseline",
        *,
        method: str | None = None,
        outputs: Iterable[str] | None = None,
        structure: StructureChoice = None,
    ) -> xr.Dataset:
        """Run a scenario once, with everything uncertain at its central value.

        For a calibrated parameter that is its most probable value in the posterior.

        Parameters
        ----------
        scenario : str
            Name of a scenario.
        method : str, optional
            As for `Model.run`; by default that of the scenario, or else of the model.
        outputs : iterable of str, optional
            The variables to return; by default all. Those that say when rules act are always there.
        structure : str, optional
            Name of a structure; by default that of the scenario, or else the main one.

        Returns
        -------
        xarray.Dataset
            With dimensions ``time, ...``.

        Raises
        ------
        InputError
            If there is no such scenario, output or structure.

        Examples
        --------
        >>> import xhsim
        >>> run = xhsim.open_study().run("baseline", outputs=["gdp"])
        >>> bool(run["gdp"].sel(time=2020) > 2000)
        True
        """
        world = self.central_world(scenario, method=method, structure=structure)
        wanted = names_of(outputs)
        result = world.run(None if wanted is None else (*wanted, *world.rule_variables))
        return self.labelled(result, scenario=scenario)

    def ensemble(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        *,
        method: str | None = None,
        outputs: Iterable[str] | None = None,
        layers: Collection[str] = LAYERS,
        scheme: str = "sobol",
        structure: StructureChoice = None,
        progress: Callable[[int], None] | None = None,
        runs: int = 1,
    ) -> xr.Dataset:
        """Run a scenario on many draws of its parameters and yearly shocks.

        Parameters are drawn from the stored posterior if the study has one that covers them, and
        from their priors otherwise.

        Draw i uses the same random numbers in every scenario, whatever the number of draws.

        Parameters
        ----------
        scenario : str
            Name of a scenario.
        draws : int, optional
            Number of draws; by default that of the scenario, or else 1,000.
        seed : int, optional
            Random seed; by default that of the scenario, or else 0.
        method : str, optional
            As for `run`.
        outputs : iterable of str, optional
            The variables to keep; by default `reported`. Those that say when rules act are always
            there, see `firings`.
        layers : collection of str
            The layers of uncertainty that are drawn: ``structure`` (which causal reading holds),
            ``parameters``, ``environment`` (yearly shocks), ``delivery``. The other layers are at
            their central values; without ``structure``, the main structure holds.
        scheme : str
            Sampling scheme: ``sobol`` (evenly spread, which needs the fewest draws),
            ``latin_hypercube``, or ``independent`` (plain Monte Carlo).
        structure : str or mapping of str to float, optional
            The structure of all draws; or ``"equal"``, for equal weights; or weights by name (the
            others have none). By default that of the scenario, or else by the study's weights.
        progress : callable, optional
            Called with the number of draws finished since the last call.
        runs : int
            About how many such runs follow, of this scenario and others. If they are many, machine
            code is compiled, once for all of them.

        Returns
        -------
        xarray.Dataset
            With dimensions ``draw, time, ...``. Its ``attrs`` contain the scenario, ``draws``,
            ``seed``, ``beliefs`` (``posterior`` or ``prior``), and the number of ``failed`` draws
            (in which numbers overflowed). In a study with structures the coordinate ``structure``
            names that of each draw.

        Raises
        ------
        InputError
            If there is no such scenario, output, layer, scheme or structure, or `draws` or `seed`
            is not a valid number.

        Examples
        --------
        >>> import xhsim
        >>> ensemble = xhsim.open_study().ensemble("baseline", draws=8, seed=1)
        >>> ensemble.sizes["draw"]
        8
        """
        world = self.world(
            scenario,
            draws,
            seed,
            method=method,
            layers=layers,
            scheme=scheme,
            structure=structure,
        )
        if runs > 1:
            world = world.with_paths(self.movable)
        wanted = (*(names_of(outputs) or self.reported), *world.rule_variables)
        result = world.run(wanted, progress=progress, runs=runs)
        failed = int(failed_draws(result).sum())
        about = {"scenario": scenario, "draws": world.draws, "seed": world.seed, "failed": failed}
        return self.labelled(result, **about, beliefs=self.beliefs)

    def _assessed(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None
    ) -> Mapping[str, Target]:
        """Return targets (by default all) that hang only on bases which are not known."""
        chosen = self.chosen_targets(targets)
        if all(target.hangs_on is None for target in chosen.values()):
            return chosen
        from xhsim.analysis.uncertainty.by_base import with_known_bases

        return with_known_bases(self, str(ensemble.attrs.get("scenario", "")), chosen)

    def residuals(self, ensemble: xr.Dataset) -> pd.DataFrame:
        """Summarise what the instruments have to be so that the scenario's targets are met.

        Parameters
        ----------
        ensemble : Dataset
            Of a scenario with ``meet``, from `ensemble` or `run`.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.worlds.residuals.residuals_table`. The attribute ``labels`` has the
            labels of instruments and variables by language. `xhsim.plots.residuals_chart` draws it.

        Examples
        --------
        >>> import xhsim
        >>> held = {"real GDP": {"growth": "4 %", "by": "district shock", "from": 2025}}
        >>> study = xhsim.open_study().with_scenario("held", meet=held)
        >>> table = study.residuals(study.ensemble("held", draws=8))
        >>> table.index.names, int(table["failed"].sum())
        (FrozenList(['instrument', 'year']), 0)
        """
        from xhsim.analysis.worlds.residuals import residuals_table

        table = residuals_table(ensemble)
        names = [*table.index.get_level_values("instrument"), *table["variable"]]
        labels = {name: self.labels.reference(parse_reference(name)) for name in names}
        table.attrs = origin(ensemble)
        table.attrs["labels"] = {name: asdict(label) for name, label in labels.items()}
        return table
