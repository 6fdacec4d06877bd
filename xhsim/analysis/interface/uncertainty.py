"""Where the spread comes from, and what would narrow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xhsim.analysis.interface.ensembles import EnsembleStudy
from xhsim.study.scenarios.structures import StructureChoice
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.uncertainty.separating import Separation

__all__ = ["UncertaintyStudy"]


class UncertaintyStudy(EnsembleStudy):
    """A study with methods for uncertainty."""

    def importance(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        targets: Mapping[str, Target] | Iterable[str] | None = None,
        *,
        structure: StructureChoice = None,
        ensemble: xr.Dataset | None = None,
    ) -> pd.DataFrame:
        """Compute which uncertain parameters the targets depend on.

        Parameters
        ----------
        scenario, draws, seed
            As for `ensemble`, but with 4,096 draws by default.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default `indicators`.
        structure : str or mapping of str to float, optional
            As for `ensemble`.
        ensemble : Dataset, optional
            What `ensemble` returned for these arguments: the answer is then about the same draws
            without another run.

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

        chosen = self.chosen_targets((self.indicators or None) if targets is None else targets)
        return importance(
            self, scenario, draws, seed, chosen, structure=structure, ensemble=ensemble
        )

    def partition(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        outputs: Iterable[str] | None = None,
        *,
        structure: StructureChoice = None,
        ensemble: xr.Dataset | None = None,
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
        ensemble : Dataset, optional
            As for `importance`.

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

        return partition(
            self, scenario, draws, seed, outputs, structure=structure, ensemble=ensemble
        )

    def to_watch(
        self,
        ensemble: xr.Dataset,
        targets: Mapping[str, Target] | Iterable[str] | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Rank the unpublished figures by how much each would narrow each target.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned. Nothing more is run.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default `indicators`.
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

        chosen = None if targets is None else self.chosen_targets(targets)
        return what_to_watch(self, ensemble, chosen, **options)

    def worth_knowing(
        self,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        targets: Mapping[str, Target] | Iterable[str] | None = None,
        *,
        error: float = 0.0,
    ) -> pd.DataFrame:
        """Rank the unknowns by how much each would narrow each target, if it were known.

        Parameters
        ----------
        scenario, draws, seed
            As for `ensemble`, but with 4,096 draws by default.
        targets : mapping of str to Target, or iterable of str, optional
            Targets, or their ids. By default `indicators`.
        error : float
            The standard deviation of a measurement, as a share of that of the unknown.

        Returns
        -------
        DataFrame
            A row for each target and unknown, see
            `xhsim.analysis.uncertainty.worth_knowing.worth_knowing`;
            `xhsim.plots.worth_knowing_matrix` draws it.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> own = {"commodity_sales": study.targets["commodity_sales"]}
        >>> study.worth_knowing("plan", 512, targets=own).loc[0, "unknown"]
        'outlook growth[Trade]'
        """
        from xhsim.analysis.uncertainty.worth_knowing import worth_knowing

        chosen = None if targets is None else self.chosen_targets(targets)
        return worth_knowing(self, scenario, draws, seed, chosen, error=error)

    def value_of_information(
        self,
        scenarios: Sequence[str],
        draws: int | None = None,
        seed: int | None = None,
        *,
        target: str | None = None,
        error: float = 0.0,
    ) -> pd.DataFrame:
        """Estimate what knowing each unknown is worth to a choice among scenarios.

        Parameters
        ----------
        scenarios : sequence of str
            At least two.
        draws, seed
            As for `compare`, but with 4,096 draws by default.
        target : str, optional
            The id of the target to meet; by default the number of indicators that are met counts.
        error : float
            As for `worth_knowing`.

        Returns
        -------
        DataFrame
            A row for each unknown, see
            `xhsim.analysis.uncertainty.value_of_information.value_of_information`;
            `xhsim.plots.knowing_or_money` draws it beside what more money buys.

        Examples
        --------
        >>> import xhsim
        >>> table = xhsim.open_study().value_of_information(["rd-push", "talent-first"], 128)
        >>> bool((table["value"] <= table.attrs["everything"]).all())
        True
        """
        from xhsim.analysis.uncertainty.value_of_information import value_of_information

        return value_of_information(self, scenarios, draws, seed, target=target, error=error)

    def separating(self, scenario: str, target: str, *args: Any, **options: Any) -> Separation:
        """Find what separates the draws that meet a target from those that do not.

        Parameters
        ----------
        scenario : str
        target : str
            A target's id.
        *args, **options
            ``draws``, ``seed``, ``outcome``, ``limits``, ``density`` and ``boxes``: see
            `xhsim.analysis.uncertainty.separating.separating`.

        Returns
        -------
        Separation
            Its ``sentences("en")`` say it in words; `xhsim.plots.separation_chart` draws it.

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().separating("plan", "retail_sales", 512)
        >>> found.boxes[0].limits[0].unknown.id
        'outlook growth[Retail]'
        """
        from xhsim.analysis.uncertainty.separating import separating

        return separating(self, scenario, target, *args, **options)
