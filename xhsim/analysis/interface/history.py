"""What was observed and published: calibration, hindcasts, monitoring, sealed forecasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xhsim.analysis.interface.ensembles import EnsembleStudy

if TYPE_CHECKING:
    from datetime import date

    import xarray as xr

    from xhsim.analysis.forecasts.sealed_scores import SealedScores
    from xhsim.analysis.history.calibration import Calibration
    from xhsim.analysis.history.hindcast import HindcastResult
    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.outlook.outlook import Outlook
    from xhsim.study.forecasts.seal import Seal

__all__ = ["HistoryStudy"]


class HistoryStudy(EnsembleStudy):
    """A study with methods for history and monitoring."""

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
            need the variables of `xhsim.analysis.forecasts.sealing.outputs_to_seal`.
        progress : callable, optional
            As for `ensemble`.
        **about
            ``name``, ``as_of``, ``note`` and ``made``: see
            `xhsim.analysis.forecasts.sealing.sealed`.

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
        from xhsim.analysis.forecasts.sealing import outputs_to_seal, sealed
        from xhsim.analysis.judging.failures import refuse_failed

        if ensemble is None:
            outputs = outputs_to_seal(self.files)
            ensemble = self.ensemble(scenario, draws, seed, outputs=outputs, progress=progress)
            refuse_failed(self, ensemble)
        return sealed(self, ensemble, self._assessed(ensemble, None), **about)

    def score(self) -> SealedScores:
        """Compare all sealed forecasts of the study with what was published since.

        Returns
        -------
        SealedScores
            See `xhsim.analysis.forecasts.sealed_scores.SealedScores`.

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().score()
        >>> len(found.changed)
        0
        """
        from xhsim.analysis.forecasts.sealed_scores import score_register

        return score_register(self)
