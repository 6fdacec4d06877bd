"""What policies do, and which to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xhsim.analysis.interface.ensembles import EnsembleStudy

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.policies.split import Split

__all__ = ["PolicyStudy"]


class PolicyStudy(EnsembleStudy):
    """A study with methods for policies."""

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
