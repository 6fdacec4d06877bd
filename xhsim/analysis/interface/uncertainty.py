"""Where the spread comes from, and what would narrow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from xhsim.analysis.interface.ensembles import EnsembleStudy
from xhsim.study.scenarios.structures import StructureChoice
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["UncertaintyStudy"]


class UncertaintyStudy(EnsembleStudy):
    """A study with methods for uncertainty."""

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
