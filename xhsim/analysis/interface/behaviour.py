"""Why variables behave as they do: the feedback loops behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xhsim.analysis.interface.ensembles import EnsembleStudy
from xhsim.engine.insight.loops_in_run import MOST
from xhsim.study.scenarios.structures import StructureChoice

if TYPE_CHECKING:
    from xhsim.analysis.loops.shares import LoopsOverDraws

__all__ = ["BehaviourStudy"]


class BehaviourStudy(EnsembleStudy):
    """A study with methods for behaviour."""

    def loops(
        self,
        variable: str,
        scenario: str = "baseline",
        draws: int | None = None,
        seed: int | None = None,
        *,
        structure: StructureChoice = None,
        most: int = MOST,
        apart: bool | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> LoopsOverDraws:
        """Compute which feedback loops the change of a variable comes from, year by year.

        Parameters
        ----------
        variable : str
            ``name`` or ``name[element]``; without an element the sum over all.
        scenario : str
        draws, seed
            As for `ensemble`, but with 256 draws by default.
        structure : str or mapping of str to float, optional
            As for `ensemble`.
        most, apart
            As for `Model.loops`. Loops are searched in the first 64 draws together.
        progress : callable, optional
            As for `ensemble`.

        Returns
        -------
        LoopsOverDraws
            Its ``table()`` gives shares by year, ``largest(year)`` the largest loops.

        Raises
        ------
        InputError
            If there is no such scenario, variable or structure, or the variable does not change.

        Examples
        --------
        >>> import xhsim
        >>> loops = xhsim.open_study().loops("high tech firms", "plan", draws=4, most=300)
        >>> table = loops.table()
        >>> shares = table.loc[2024, "share"]
        >>> float(shares.sum().round(9))
        1.0
        """
        from xhsim.analysis.loops.over_draws import loops_over_draws

        return loops_over_draws(
            self,
            variable,
            scenario,
            draws,
            seed,
            structure=structure,
            most=most,
            apart=apart,
            progress=progress,
        )
