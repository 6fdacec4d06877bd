"""What ensembles say about targets: how likely, when, in which structure, against what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xhsim.analysis.interface.ensembles import EnsembleStudy
from xhsim.analysis.judging.attainment import (
    attainment_table,
    comparison_table,
    joint_group,
    joint_table,
)
from xhsim.analysis.judging.by_structure import structure_table
from xhsim.analysis.judging.failures import refuse_failed
from xhsim.analysis.worlds.world import draws_of
from xhsim.errors import InputError
from xhsim.study.names import find_name
from xhsim.study.scenarios.structures import StructureChoice
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.judging.judgement import Judgement

__all__ = ["JudgingStudy"]


class JudgingStudy(EnsembleStudy):
    """A study with methods for judging targets."""

    def attainment(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that each target is attained.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all targets of the study; `indicators` contains the
            plan's numbered ones.

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

    def judge(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None = None
    ) -> Judgement:
        """Make every table of one ensemble at once.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all targets of the study.

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
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability of targets by each reading of the plan's wording.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all targets of the study. Those with only one reading
            are left out.

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
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that each target is attained, in each structure of the model.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all targets of the study.

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
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that targets are attained together, overall and by group.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all targets of the study; only the numbered indicators
            among them count.

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
        return self._grouped(joint_table(ensemble, self.chosen_targets(targets)))

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
            refuse_failed(self, ensemble, structure=structure)
            parts[name] = (self.attainment(ensemble), self.joint(ensemble))
        return comparison_table(parts, self.scenarios, draws=many, seed=which)

    def difference(
        self,
        scenario: str,
        against: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        targets: Mapping[str, Target] | Iterable[str] | None = None,
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
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all of the study.
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
        for each in both:
            refuse_failed(self, each, structure=structure)
        return difference_table(both[0], both[1], self.chosen_targets(targets))

    def by_year(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Estimate the probability that each target is met in each year, and in any year.

        Parameters
        ----------
        ensemble : Dataset
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all of the study.

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

        return probability_by_year(ensemble, self.chosen_targets(targets))

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
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Compute the share of draws that first meet each target in each year, or never.

        Parameters
        ----------
        ensemble : Dataset
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default all of the study.

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

        return crossing_table(ensemble, self.chosen_targets(targets))

    def _grouped(self, joint: pd.DataFrame) -> pd.DataFrame:
        """Add the groups' names in Chinese to a table of joint probabilities."""
        groups = [joint_group(str(name)) for name in joint.index]
        return joint.assign(group_zh=[self.labels.group(group).zh for group in groups])
