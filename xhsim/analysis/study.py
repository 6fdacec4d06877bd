"""The study with a method for each analysis, each of which calls the module that does the work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xhsim.analysis.fitted import FittedStudy
from xhsim.analysis.judging.attainment import (
    attainment_table,
    comparison_table,
    failed_draws,
    joint_group,
    joint_table,
)
from xhsim.analysis.judging.by_structure import structure_table
from xhsim.analysis.worlds.draws import LAYERS
from xhsim.analysis.worlds.world import draws_of
from xhsim.errors import InputError
from xhsim.study.names import find_name
from xhsim.study.scenarios.structures import StructureChoice
from xhsim.study.targets import Target

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import xarray as xr

    from xhsim.analysis.history.calibration import Calibration
    from xhsim.analysis.history.hindcast import HindcastResult
    from xhsim.analysis.judging.judgement import Judgement
    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.monitoring.sealed_scores import SealedScores
    from xhsim.analysis.outlook.outlook import Outlook
    from xhsim.analysis.policies.split import Split
    from xhsim.study.forecasts.seal import Seal

__all__ = ["Study"]


class Study(FittedStudy):
    """A model with its parameters, targets, history and scenarios.

    Parameters
    ----------
    files : StudyFiles
        As read from the folder.

    Raises
    ------
    InputError
        If the files contradict the model.
    """

    def __repr__(self) -> str:
        """Name the model and count targets, parameters and scenarios."""
        return (
            f"<Study of {self.files.model_path.name}: {len(self.targets)} targets, "
            f"{len(self.parameters)} parameters, {len(self.scenarios)} scenarios>"
        )

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
            As for `Model.run`; by default that of the scenario, or else ``rk4``.
        outputs : iterable of str, optional
            The variables to return; by default all.
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
        result = self.central_world(scenario, method=method, structure=structure).run(outputs)
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
            The variables to keep; by default `reported`.
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
        result = world.run(outputs or self.reported, progress=progress, runs=runs)
        failed = int(failed_draws(result).sum())
        about = {"scenario": scenario, "draws": world.draws, "seed": world.seed, "failed": failed}
        return self.labelled(result, **about, beliefs=self.beliefs)

    def attainment(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that each target is attained.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, optional
            By default all targets of the study; `indicators` contains the plan's numbered ones.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.attainment.attainment_table`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> table = study.attainment(study.ensemble("baseline", draws=64))
        >>> bool(table["probability"].between(0, 1).all())
        True
        """
        return attainment_table(ensemble, self._assessed(ensemble, targets))

    def judge(self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None) -> Judgement:
        """Make every table of one ensemble at once.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, optional
            By default all targets of the study.

        Returns
        -------
        Judgement
            See `xhsim.analysis.judging.judgement.Judgement`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> judged = study.judge(study.ensemble("baseline", draws=16), study.indicators)
        >>> len(judged.table), len(judged.crossing), int(judged.failed.sum())
        (18, 18, 0)
        """
        from xhsim.analysis.judging.judgement import judge

        judged = judge(ensemble, self._assessed(ensemble, targets))
        return replace(judged, joint=self._grouped(judged.joint))

    def attainment_of_readings(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability of targets by each reading of the plan's wording.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, optional
            By default all targets of the study. Those with only one reading are left out.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.readings.readings_table`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> study.attainment_of_readings(study.ensemble("baseline", draws=64)).index.names
        FrozenList(['target_id', 'reading'])
        """
        from xhsim.analysis.judging.readings import readings_table

        return readings_table(ensemble, self._assessed(ensemble, targets))

    def by_base(
        self,
        target: str,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Estimate the probability of a target for fixed values of its unpublished base.

        Parameters
        ----------
        target : str
            The id of a target that hangs on an unpublished base (``hangs_on`` in targets.yaml).
        scenario : str
        draws, seed : int, optional
            As for `ensemble`; the number of draws is that of each row.
        **options
            ``quantiles`` and ``progress``: see `xhsim.analysis.uncertainty.by_base.by_base`.

        Returns
        -------
        DataFrame
            A row for each value of the base; `xhsim.plots.probability_by_base` draws it.

        Raises
        ------
        InputError
            If the target hangs on no unpublished base, or the scenario sets it.

        Examples
        --------
        >>> import xhsim
        >>> xhsim.open_study().by_base("retail_sales")
        Traceback (most recent call last):
        xhsim.errors.InputError: ...target "retail_sales" hangs on no unpublished base...
        """
        from xhsim.analysis.uncertainty.by_base import by_base

        wanted = find_name(target, self.targets, "target", None)
        return by_base(self, wanted, scenario, draws, seed, **options)

    def by_structure(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that each target is attained, in each structure of the model.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, optional
            By default all targets of the study.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.by_structure.structure_table`. Without rows if the study has
            no structures.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> study.by_structure(study.ensemble("baseline", draws=16)).index.names
        FrozenList(['target_id', 'structure'])
        """
        return structure_table(self.attainment(ensemble, targets))

    def joint(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that targets are attained together, overall and by group.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, optional
            By default all targets of the study; only the numbered indicators among them count.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.attainment.joint_table`; ``group_zh`` is the group's name
            in Chinese.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> ensemble = study.ensemble("baseline", draws=64)
        >>> study.joint(ensemble, study.indicators).loc["joint", "label"]
        'All 18 targets together'
        """
        return self._grouped(joint_table(ensemble, self.targets if targets is None else targets))

    def compare(
        self,
        scenarios: Sequence[str] | None = None,
        draws: int | None = None,
        seed: int | None = None,
        *,
        method: str | None = None,
        structure: StructureChoice = None,
        progress: Callable[[int], None] | None = None,
    ) -> pd.DataFrame:
        """Estimate attainment probabilities in several scenarios on the same draws.

        Parameters
        ----------
        scenarios : sequence of str, optional
            By default all.
        draws, seed : int, optional
            As for `ensemble`. If the scenarios set different numbers, the caller must set one.
        method, structure, progress
            As for `ensemble`.

        Returns
        -------
        DataFrame
            Indexed by (scenario, target_id): the rows of `attainment`, then those of `joint`.

        Raises
        ------
        InputError
            If no scenario is named, or one does not exist, or as for `ensemble`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> chances = study.compare(["baseline", "plan"], draws=64)["probability"]
        >>> bool(chances["plan", "new_foreign_hq"] > chances["baseline", "new_foreign_hq"])
        True
        """
        if isinstance(scenarios, str):
            raise InputError("compare takes a list of scenarios", hint=f'write ["{scenarios}"]')
        names = list(self.scenarios if scenarios is None else scenarios)
        if not names:
            raise InputError("there is no scenario to compare", hint="name at least one")
        # Resolve all names first: a typing error in the last one should not cost the others' time.
        resolved = [self.files.resolve(name) for name in names]
        many, which = draws_of(resolved, draws, seed)
        parts = {}
        for name in names:
            ensemble = self.ensemble(
                name,
                many,
                which,
                method=method,
                structure=structure,
                progress=progress,
                runs=len(names),
            )
            parts[name] = (self.attainment(ensemble), self.joint(ensemble))
        return comparison_table(parts, self.scenarios, draws=many, seed=which)

    def importance(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        targets: Mapping[str, Target] | None = None,
        *,
        structure: StructureChoice = None,
    ) -> pd.DataFrame:
        """Compute which uncertain parameters the targets depend on.

        Parameters
        ----------
        scenario, draws, seed
            As for `ensemble`, but with 4,096 draws by default.
        targets : mapping of str to Target, optional
            By default `indicators`.
        structure : str or mapping of str to float, optional
            As for `ensemble`.

        Returns
        -------
        DataFrame
            Rank correlations, see `xhsim.analysis.uncertainty.importance.importance`.

        Examples
        --------
        >>> import xhsim
        >>> table = xhsim.open_study().importance(draws=256)
        >>> float(table.loc["PCT elasticity", "pct_filings"].round(1)) >= 0
        True
        """
        from xhsim.analysis.uncertainty.importance import importance

        chosen = (self.indicators or self.targets) if targets is None else targets
        return importance(self, scenario, draws, seed, chosen, structure=structure)

    def to_watch(
        self,
        ensemble: xr.Dataset,
        targets: Mapping[str, Target] | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Rank the unpublished figures by how much each would narrow each target.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned. Nothing more is run.
        targets : mapping of str to Target, optional
            By default `indicators`.
        **options
            ``figures``, ``published`` and ``seed``: see
            `xhsim.analysis.uncertainty.what_to_watch.what_to_watch`.

        Returns
        -------
        DataFrame
            A row for each target and figure; `xhsim.plots.what_to_watch_page` draws it.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> table = study.to_watch(study.ensemble("plan", draws=64))
        >>> table.loc[table["target"] == "retail_sales", "series"].iloc[0]
        'retail sales'
        """
        from xhsim.analysis.uncertainty.what_to_watch import what_to_watch

        return what_to_watch(self, ensemble, targets, **options)

    def calibrate(self, **options: Any) -> Calibration:
        """Estimate parameters from history, as ``calibration.yaml`` describes.

        Parameters
        ----------
        **options
            See `xhsim.analysis.history.calibrate.calibrate`.

        Returns
        -------
        Calibration

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().calibrate(steps=2, ensembles=1, starts=1)
        >>> bool((found.fit()["distance"].abs() < 3).all())
        True
        """
        from xhsim.analysis.history.calibrate import calibrate

        return calibrate(self, **options)

    def hindcast(self, **options: Any) -> HindcastResult:
        """Forecast past years from earlier data only, and score the forecasts.

        Parameters
        ----------
        **options
            See `xhsim.analysis.history.hindcast.hindcast`.

        Returns
        -------
        HindcastResult

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().hindcast(origins=[2018], draws=64)
        >>> found.table.loc[0, "series"] in found.by_series().index
        True
        """
        from xhsim.analysis.history.hindcast import hindcast

        return hindcast(self, **options)

    def outlook(self) -> Outlook:
        """Forecast growth from what happened to similar places, as ``outlook.yaml`` describes.

        Returns
        -------
        Outlook
            ``table`` has a row for each quantity; ``backtest`` computes when it is first asked for.

        Raises
        ------
        InputError
            If the study has no ``outlook.yaml``.

        Examples
        --------
        >>> import xhsim
        >>> outlook = xhsim.open_study().outlook()
        >>> bool(outlook.table.loc["fiscal_revenue", "sd"] > outlook.table.loc["gdp", "sd"])
        True
        """
        from xhsim.analysis.outlook.outlook import make_outlook

        return make_outlook(self.files.outlook_plan)

    def monitor(self, as_of: date | str | None = None, **options: Any) -> Monitoring:
        """Update the study with the figures published up to a date.

        Parameters
        ----------
        as_of : date or str, optional
            By default the date of ``monitoring.yaml``, or of the last release.
        **options
            As for `xhsim.analysis.monitoring.monitor.monitor`: releases, scenario, draws, seed,
            progress.

        Returns
        -------
        Monitoring

        Examples
        --------
        >>> import xhsim
        >>> xhsim.open_study().monitor("2022-12", draws=64).releases  # before the first release
        ()
        """
        from xhsim.analysis.monitoring.monitor import monitor

        return monitor(self, as_of=as_of, **options)

    def partition(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        outputs: Iterable[str] | None = None,
        *,
        structure: StructureChoice = None,
    ) -> xr.Dataset:
        """Divide the variance among structures, parameters, yearly shocks and delivery.

        Parameters
        ----------
        scenario, draws, seed
            As for `ensemble`, but with 1,024 draws by default.
        outputs : iterable of str, optional
            Variables or elements of variables; by default those of the indicators.
        structure : str or mapping of str to float, optional
            As for `ensemble`.

        Returns
        -------
        Dataset
            Shares of the variance by layer and year, see
            `xhsim.analysis.uncertainty.partition.partition`.

        Examples
        --------
        >>> import xhsim
        >>> shares = xhsim.open_study().partition(draws=64, outputs=["GDP"])["GDP"]
        >>> float(shares.sel(time=2025).sum().round(9))
        1.0
        """
        from xhsim.analysis.uncertainty.partition import partition

        return partition(self, scenario, draws, seed, outputs, structure=structure)

    def split(self, scenario: str, target: str, **options: Any) -> Split:
        """Divide a scenario's effect on a target among its policies.

        Parameters
        ----------
        scenario : str
            A scenario that extends another; the effect is measured against that parent.
        target : str
            A target's id.
        **options
            See `xhsim.analysis.policies.split.split_effect`.

        Returns
        -------
        Split

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().split("rd-push", "rd_intensity", draws=32, orders=1)
        >>> bool(abs(found.table["shapley"].sum() - (found.after - found.before)) < 1e-9)
        True
        """
        from xhsim.analysis.policies.split import split_effect

        return split_effect(self, scenario, target, **options)

    def difference(
        self,
        scenario: str,
        against: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        targets: Mapping[str, Target] | None = None,
        *,
        structure: StructureChoice = None,
    ) -> pd.DataFrame:
        """Estimate by how much attainment probabilities differ between two scenarios.

        Both scenarios run on the same draws.

        Parameters
        ----------
        scenario, against : str
            The table contains `scenario` minus `against`.
        draws, seed
            As for `compare`.
        targets : mapping of str to Target, optional
            By default all of the study.
        structure : str or mapping of str to float, optional
            As for `ensemble`.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.differences.difference_table`.

        Examples
        --------
        >>> import xhsim
        >>> table = xhsim.open_study().difference("plan", draws=64)
        >>> bool((table["low"] <= table["difference"]).all())
        True
        """
        from xhsim.analysis.judging.differences import difference_table

        names = (against, scenario)
        many, which = draws_of([self.files.resolve(name) for name in names], draws, seed)
        both = [self.ensemble(name, many, which, structure=structure) for name in names]
        return difference_table(both[0], both[1], self.targets if targets is None else targets)

    def sweep(
        self, grid: Mapping[str, Sequence[float]], scenario: str = "baseline", **options: Any
    ) -> pd.DataFrame:
        """Run a scenario with every combination of lever values, on the same draws.

        Parameters
        ----------
        grid : mapping of str to sequence of float
            Levers and the values of each.
        scenario : str
            The scenario whose levers are varied.
        **options
            ``since``, ``draws``, ``seed``, ``targets`` and ``together``: see
            `xhsim.analysis.policies.sweep_table.sweep_table`. For results too large for memory,
            ``xhsim sweep`` writes to disk.

        Returns
        -------
        DataFrame
            A row for each point of the grid and target; `xhsim.plots.lever_contour` draws it.

        Examples
        --------
        >>> import xhsim
        >>> grid = {"RD support": [3.0, 6.0], "investment promotion": [0.6, 2.0]}
        >>> table = xhsim.open_study().sweep(grid, since=2022, draws=16)
        >>> len(table) == 4 * len(xhsim.open_study().targets)
        True
        """
        from xhsim.analysis.policies.sweep_table import sweep_table

        return sweep_table(self, grid, scenario, **options)

    def by_year(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that each target is met in each year, and in any year.

        Parameters
        ----------
        ensemble : Dataset
        targets : mapping of str to Target, optional
            By default all of the study.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.timing.probability_by_year`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> ensemble = study.ensemble("baseline", draws=64)
        >>> table = study.by_year(ensemble, study.indicators)
        >>> bool(table.loc["industrial_output", "probability"].min() > 0.9)
        True
        """
        from xhsim.analysis.judging.timing import probability_by_year

        return probability_by_year(ensemble, self.targets if targets is None else targets)

    def required(self, ensemble: xr.Dataset, target: str) -> pd.DataFrame:
        """Compare a projection with the path that leads to a target.

        Parameters
        ----------
        ensemble : Dataset
        target : str
            A target's id.

        Returns
        -------
        DataFrame
            By year, see `xhsim.analysis.judging.required.required_path`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> path = study.required(study.ensemble("plan", draws=32), "retail_sales")
        >>> float(path.loc[2025, "required"])
        1500.0
        """
        from xhsim.analysis.judging.required import required_path

        return required_path(ensemble, find_name(target, self.targets, "target", None))

    def crossing(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Compute the share of draws that first meet each target in each year, or never.

        Parameters
        ----------
        ensemble : Dataset
        targets : mapping of str to Target, optional
            By default all of the study.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.timing.crossing_table`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> ensemble = study.ensemble("baseline", draws=64)
        >>> table = study.crossing(ensemble, study.indicators)
        >>> float(table.loc["industrial_output", 2021])  # met from the first year on
        1.0
        """
        from xhsim.analysis.judging.timing import crossing_table

        return crossing_table(ensemble, self.targets if targets is None else targets)

    def seal(
        self,
        scenario: str = "baseline",
        draws: int = 4096,
        seed: int | None = None,
        *,
        ensemble: xr.Dataset | None = None,
        progress: Callable[[int], None] | None = None,
        **about: Any,
    ) -> Seal:
        """Make a dated forecast with a hash, to be compared later with what is published.

        Parameters
        ----------
        scenario : str
        draws, seed : int, optional
            As for `ensemble`.
        ensemble : Dataset, optional
            Draws to seal in place of new ones, such as those that are conditional on figures. They
            need the variables of `xhsim.analysis.monitoring.sealing.outputs_to_seal`.
        progress : callable, optional
            As for `ensemble`.
        **about
            ``name``, ``as_of``, ``note`` and ``made``: see
            `xhsim.analysis.monitoring.sealing.sealed`.

        Returns
        -------
        Seal
            It is not written; `xhsim.study.forecasts.register.write_seal` adds it to the study.

        Raises
        ------
        InputError
            As for `ensemble`, or if the name is taken, or the model knows later figures.

        Examples
        --------
        >>> import datetime
        >>> import xhsim
        >>> day = datetime.date(2021, 12, 31)
        >>> seal = xhsim.open_study().seal(draws=16, as_of=day, name="trial")
        >>> len(seal.hash), seal.targets[0].deadline
        (64, 2025)
        """
        from xhsim.analysis.monitoring.sealing import outputs_to_seal, sealed

        if ensemble is None:
            outputs = outputs_to_seal(self.files)
            ensemble = self.ensemble(scenario, draws, seed, outputs=outputs, progress=progress)
        return sealed(self, ensemble, self._assessed(ensemble, None), **about)

    def score(self) -> SealedScores:
        """Compare all sealed forecasts of the study with what was published since.

        Returns
        -------
        SealedScores
            See `xhsim.analysis.monitoring.sealed_scores.SealedScores`.

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().score()
        >>> len(found.changed)
        0
        """
        from xhsim.analysis.monitoring.sealed_scores import score_register

        return score_register(self)

    def _grouped(self, joint: pd.DataFrame) -> pd.DataFrame:
        """Add the groups' names in Chinese to a table of joint probabilities."""
        groups = [joint_group(str(name)) for name in joint.index]
        return joint.assign(group_zh=[self.labels.group(group).zh for group in groups])

    def _assessed(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None
    ) -> Mapping[str, Target]:
        """Return targets (by default all) that hang only on bases which are not known."""
        chosen = self.targets if targets is None else targets
        if all(target.hangs_on is None for target in chosen.values()):
            return chosen
        from xhsim.analysis.uncertainty.by_base import with_known_bases

        return with_known_bases(self, str(ensemble.attrs.get("scenario", "")), chosen)
