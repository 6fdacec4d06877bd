"""What else can be asked of a study: each question has a module of its own that answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from xhsim.study.names import find_name

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.calibration import Calibration
    from xhsim.analysis.hindcast import HindcastResult
    from xhsim.analysis.split import Split
    from xhsim.analysis.study import Study
    from xhsim.study.targets import Target

__all__ = ["Questions"]


class Questions:
    """The part of a `Study` that asks other modules."""

    @property
    def _study(self) -> Study:
        return cast("Study", self)

    def importance(
        self,
        scenario: str = "baseline",
        draws: int = 4096,
        seed: int = 0,
        targets: Mapping[str, Target] | None = None,
    ) -> pd.DataFrame:
        """Tell which uncertain parameters the targets depend on.

        Parameters
        ----------
        scenario, draws, seed
            As for `ensemble`.
        targets : mapping of str to Target, optional
            By default `indicators`.

        Returns
        -------
        DataFrame
            Rank correlations, see `xhsim.analysis.importance.importance`.

        Examples
        --------
        >>> import xhsim
        >>> table = xhsim.open_study().importance(draws=256)
        >>> float(table.loc["patent propensity", "pct_filings"].round(1)) >= 0
        True
        """
        from xhsim.analysis.importance import importance

        chosen = (self._study.indicators or self._study.targets) if targets is None else targets
        return importance(self._study, scenario, draws, seed, chosen)

    def calibrate(self, **options: Any) -> Calibration:
        """Estimate parameters from history, as ``calibration.yaml`` asks for.

        Parameters
        ----------
        **options
            As for `xhsim.analysis.calibrate.calibrate`, which does it.

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
        from xhsim.analysis.calibrate import calibrate

        return calibrate(self._study, **options)

    def hindcast(self, **options: Any) -> HindcastResult:
        """Forecast years that have passed from what was known before, and score that.

        Parameters
        ----------
        **options
            As for `xhsim.analysis.hindcast.hindcast`, which does it.

        Returns
        -------
        HindcastResult

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study(posterior=False)
        >>> found = study.hindcast(draws=64, steps=2, ensembles=1, starts=1)  # too few
        >>> found.table.loc[0, "series"] in found.by_series().index
        True
        """
        from xhsim.analysis.hindcast import hindcast

        return hindcast(self._study, **options)

    def partition(
        self,
        scenario: str = "baseline",
        draws: int = 1024,
        seed: int = 0,
        outputs: Iterable[str] | None = None,
    ) -> xr.Dataset:
        """Tell how much of the spread comes from parameters, yearly shocks, and delivery.

        Parameters
        ----------
        scenario, draws, seed
            As for `ensemble`.
        outputs : iterable of str, optional
            Variables, or elements of them; by default those of the indicators.

        Returns
        -------
        Dataset
            Shares of the variance by layer and year, see `xhsim.analysis.partition.partition`.

        Examples
        --------
        >>> import xhsim
        >>> shares = xhsim.open_study().partition(draws=64, outputs=["GDP"])["GDP"]
        >>> float(shares.sel(time=2025).sum().round(9))
        1.0
        """
        from xhsim.analysis.partition import partition

        return partition(self._study, scenario, draws, seed, outputs)

    def split(self, scenario: str, target: str, **options: Any) -> Split:
        """Divide what a scenario does to a target among its policies.

        Parameters
        ----------
        scenario : str
            It extends another, against which the effect is measured.
        target : str
            A target's id.
        **options
            As for `xhsim.analysis.split.split_effect`, which does it.

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
        from xhsim.analysis.split import split_effect

        return split_effect(self._study, scenario, target, **options)

    def difference(
        self,
        scenario: str,
        against: str = "baseline",
        draws: int = 1000,
        seed: int = 0,
        targets: Mapping[str, Target] | None = None,
    ) -> pd.DataFrame:
        """Tell by how much a scenario moves probabilities, on the same draws as another.

        Parameters
        ----------
        scenario, against : str
        draws, seed
            As for `ensemble`.
        targets : mapping of str to Target, optional
            By default all of the study.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.differences.difference_table`.

        Examples
        --------
        >>> import xhsim
        >>> table = xhsim.open_study().difference("plan", draws=64)
        >>> bool((table["low"] <= table["difference"]).all())
        True
        """
        from xhsim.analysis.differences import difference_table

        both = [self._study.ensemble(name, draws, seed) for name in (against, scenario)]
        return difference_table(
            both[0], both[1], self._study.targets if targets is None else targets
        )

    def sweep(
        self, grid: Mapping[str, Sequence[float]], scenario: str = "baseline", **options: Any
    ) -> pd.DataFrame:
        """Run a scenario with every combination of levers' values, on the same draws.

        Parameters
        ----------
        grid : mapping of str to sequence of float
            Levers with their values.
        scenario : str
            What is varied.
        **options
            ``since``, ``draws``, ``seed``, ``targets`` and ``together``: see
            `xhsim.analysis.sweep_table.sweep_table`, which does it. ``xhsim sweep`` keeps what is
            too large for memory on disk.

        Returns
        -------
        DataFrame
            A row for each point and target, for `xhsim.plots.lever_contour`.

        Examples
        --------
        >>> import xhsim
        >>> grid = {"RD support": [3.0, 6.0], "investment promotion": [0.6, 2.0]}
        >>> table = xhsim.open_study().sweep(grid, since=2022, draws=16)
        >>> len(table) == 4 * len(xhsim.open_study().targets)
        True
        """
        from xhsim.analysis.sweep_table import sweep_table

        return sweep_table(self._study, grid, scenario, **options)

    def by_year(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Estimate how likely targets are to be met by the standards of each year, and ever.

        Parameters
        ----------
        ensemble : Dataset
        targets : mapping of str to Target, optional
            By default all of the study.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.timing.probability_by_year`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> ensemble = study.ensemble("baseline", draws=64)
        >>> table = study.by_year(ensemble, study.indicators)
        >>> bool(table.loc["industrial_output", "probability"].min() > 0.9)
        True
        """
        from xhsim.analysis.timing import probability_by_year

        return probability_by_year(ensemble, self._study.targets if targets is None else targets)

    def required(self, ensemble: xr.Dataset, target: str) -> pd.DataFrame:
        """Hold a projection against the path that leads to a target.

        Parameters
        ----------
        ensemble : Dataset
        target : str
            A target's id.

        Returns
        -------
        DataFrame
            By year, see `xhsim.analysis.required.required_path`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> path = study.required(study.ensemble("plan", draws=32), "retail_sales")
        >>> float(path.loc[2025, "required"])
        1500.0
        """
        from xhsim.analysis.required import required_path

        return required_path(ensemble, find_name(target, self._study.targets, "target", None))

    def crossing(
        self, ensemble: xr.Dataset, targets: Mapping[str, Target] | None = None
    ) -> pd.DataFrame:
        """Distribute draws over the year in which they first meet each target, or never.

        Parameters
        ----------
        ensemble : Dataset
        targets : mapping of str to Target, optional
            By default all of the study.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.timing.crossing_table`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> ensemble = study.ensemble("baseline", draws=64)
        >>> table = study.crossing(ensemble, study.indicators)
        >>> float(table.loc["industrial_output", 2021])  # met from the first year on
        1.0
        """
        from xhsim.analysis.timing import crossing_table

        return crossing_table(ensemble, self._study.targets if targets is None else targets)
