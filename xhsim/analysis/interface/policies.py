"""What policies do, and which to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.analysis.interface.ensembles import EnsembleStudy

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fronts.front import PolicyFront
    from xhsim.analysis.packages.design import PackageDesign
    from xhsim.analysis.pathways.comparison import PolicyPathways
    from xhsim.analysis.pathways.thresholds import ThresholdSearch
    from xhsim.analysis.policies.needed_answer import Needed
    from xhsim.analysis.policies.objectives import Objective
    from xhsim.analysis.policies.split import Split

__all__ = ["PolicyStudy"]


class PolicyStudy(EnsembleStudy):
    """A study with methods for policies."""

    def front(
        self,
        objectives: Sequence[str] = ("mean", "money"),
        *,
        seeds: int = 3,
        generations: int = 20,
        population: int = 100,
        out: Path | str | None = None,
        **options: Any,
    ) -> PolicyFront:
        """Search for the packages of which none is better in every objective than another.

        Parameters
        ----------
        objectives : sequence of str
            Two or three, each as `xhsim.analysis.policies.objective_text.read_objective` reads it:
            ``mean``, ``at least 12``, a target, ``shortfall``, ``money``, ...
        seeds, generations, population : int
            How much is searched: independent searches, generations of each, packages in each.
        out : path, optional
            A folder that keeps each generation, from which a search that was stopped continues.
        **options
            ``money``, ``money_in_total``, ``shares``, ``limits``, ``scenario``, ``under``,
            ``keep``, ``bounds``, ``most_change``, ``draws`` and ``seed``: see
            `xhsim.analysis.fronts.question.front_question`.
            ``members``, ``fresh_draws`` and ``progress``: see
            `xhsim.analysis.fronts.find.find_front`.

        Returns
        -------
        PolicyFront
            Its packages are judged on draws that the search has not used.

        Examples
        --------
        >>> import xhsim
        >>> small = {"seeds": 1, "generations": 0, "population": 4, "draws": 8, "fresh_draws": 16}
        >>> front = xhsim.open_study().front(money=20, **small)
        >>> bool(front.table()["money"].max() <= 20)
        True
        """
        from xhsim.analysis.fronts.find import find_front
        from xhsim.analysis.fronts.question import front_question
        from xhsim.analysis.fronts.seeds import Effort

        judging = {
            name: options.pop(name)
            for name in ("members", "fresh_draws", "progress")
            if name in options
        }
        return find_front(
            front_question(self, objectives, **options),
            Effort(seeds, generations, population),
            out=None if out is None else Path(out),
            **judging,
        )

    def more_money(self, scenario: str = "baseline", **options: Any) -> pd.DataFrame:
        """Estimate what each spending line brings if it gets more money, one at a time.

        Parameters
        ----------
        scenario : str
        **options
            ``draws``, ``seed``, ``target``, ``amount``, ``years`` and ``scheme``: see
            `xhsim.analysis.policies.more_money.more_money`.

        Returns
        -------
        DataFrame
            A row for each line, the one that brings most first.

        Examples
        --------
        >>> import xhsim
        >>> table = xhsim.open_study().more_money("plan", draws=16, target="high_tech_firms")
        >>> table.attrs["amount"], table.attrs["unit"]
        (1.0, 'CNY100M/year')
        """
        from xhsim.analysis.policies.more_money import more_money

        return more_money(self, scenario, **options)

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

    def firings(self, ensemble: xr.Dataset) -> pd.DataFrame:
        """Tell how often each rule of a scenario acts, by the date of the check.

        Parameters
        ----------
        ensemble : Dataset
            What `ensemble` returned for a scenario with rules.

        Returns
        -------
        DataFrame
            See `xhsim.analysis.policies.firings.firings_table`.

        Raises
        ------
        InputError
            If the scenario has no rules.

        Examples
        --------
        >>> import xhsim
        >>> rule = {
        ...     "check": [2023, 2024],
        ...     "if": {"variable": "RD intensity", "below": 8.9, "rounded": 0.1},
        ...     "then": {"set": {"RD support": 6}},
        ... }
        >>> study = xhsim.open_study().with_scenario("mine", rules={"more research": rule})
        >>> table = study.firings(study.ensemble("mine", draws=8))
        >>> table.index.tolist()[-1], bool(table["probability"].between(0, 1).all())
        (('more research', 'any'), True)
        """
        from xhsim.analysis.policies.firings import firings_table

        return firings_table(ensemble)

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

    def needed(
        self,
        lever: str | Sequence[str] | Mapping[str, float | None],
        target: str,
        probability: float,
        scenario: str | None = None,
        **options: Any,
    ) -> Needed:
        """Search for the level of a lever, or the date of its change, that a probability needs.

        Parameters
        ----------
        lever : str, sequence of str, or mapping of str to float
            A lever; several that move together, each to the level of the mapping or to its bound;
            or the name of a scenario, for all that it changes.
        target : str
            A target's id.
        probability : float
            The wanted probability, between 0 and 1.
        scenario : str, optional
            The scenario in which the lever changes; by default ``baseline``.
        **options
            ``ask`` (``"level"``, ``"year"`` or ``"delay"``), ``since``, ``over``, ``bounds``,
            ``draws``, ``seed`` and ``progress``: see `xhsim.analysis.policies.needed.needed`.

        Returns
        -------
        Needed
            ``answer`` with ``low`` and ``high``; `xhsim.plots.needed_curve` draws it.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> found = study.needed("HQ scheme", "new_foreign_hq", 0.8, draws=32)
        >>> found.low <= found.answer <= found.high
        True
        """
        from xhsim.analysis.policies.needed import needed

        return needed(self, lever, target, probability, scenario, **options)

    def design(
        self,
        objective: str | Objective,
        *,
        money: float | Mapping[float, float] | None = None,
        **options: Any,
    ) -> PackageDesign:
        """Search for the package of levers that an objective likes best.

        Parameters
        ----------
        objective : str or Objective
            ``at least 14``, ``at least 3 of TARGET, TARGET``, ``all of GROUP``, a target's id,
            ``mean``, ``weakest``, ``shortfall``, ``money``, or a weighted sum of these, such as
            ``2 * mean + weakest``.
        money : float or mapping of float to float, optional
            The most money a year, or by year.
        **options
            ``at_least``, ``bounds``, ``most_change``, ``shares``, ``scenario``, ``under``,
            ``rule``, ``against``, ``draws`` and others: see
            `xhsim.analysis.packages.design.design_package`.

        Returns
        -------
        PackageDesign
            The levels, and what they are worth on draws that the search has not used.

        Examples
        --------
        >>> import xhsim
        >>> xhsim.open_study().design("at least 14", money=10)
        Traceback (most recent call last):
        xhsim.errors.InputError: Money a year: 10 is less than 15.9, the least that ...
        """
        from xhsim.analysis.packages.design import design_package

        return design_package(self, objective, money=money, **options)

    def pathways(
        self,
        static: str,
        adaptive: str,
        draws: int | None = None,
        seed: int | None = None,
        **options: Any,
    ) -> PolicyPathways:
        """Compare a policy that reacts to published figures with a fixed one, at equal money.

        Parameters
        ----------
        static : str
            A scenario without rules that changes levers. It is scaled to the expected money of the
            other.
        adaptive : str
            A scenario with rules.
        draws, seed : int, optional
            As for `Study.ensemble`.
        **options
            ``targets`` and ``progress``: see
            `xhsim.analysis.pathways.comparison.compare_pathways`.

        Returns
        -------
        PolicyPathways
            `xhsim.plots.pathway_chart` draws its ``map``.

        Examples
        --------
        >>> import xhsim
        >>> xhsim.open_study().pathways("rd-push", "plan")
        Traceback (most recent call last):
        xhsim.errors.InputError: scenario "plan" has no rules. name one with rules: ...
        """
        from xhsim.analysis.pathways.comparison import compare_pathways

        return compare_pathways(self, static, adaptive, draws, seed, **options)

    def thresholds(
        self,
        scenario: str,
        levels: Mapping[str, Sequence[float]],
        objective: str = "mean",
        **options: Any,
    ) -> ThresholdSearch:
        """Search for the thresholds of a scenario's rules that are best for an objective.

        Parameters
        ----------
        scenario : str
            A scenario with rules.
        levels : mapping of str to sequence of float
            For each rule the thresholds to try.
        objective : str
            What is wanted: a target, ``mean``, ``at least 14``, ``mean - 0.1 * money``.
        **options
            ``most_money``, ``draws``, ``seed``, ``fresh`` and ``progress``: see
            `xhsim.analysis.pathways.thresholds.search_thresholds`.

        Returns
        -------
        ThresholdSearch
            The best thresholds are judged on draws that the search has not used.

        Examples
        --------
        >>> import xhsim
        >>> xhsim.open_study().thresholds("plan", {"more": [8.5, 9.0]})
        Traceback (most recent call last):
        xhsim.errors.InputError: scenario "plan" has no rules. name one with rules: ...
        """
        from xhsim.analysis.pathways.thresholds import search_thresholds

        return search_thresholds(self, scenario, levels, objective, **options)
