"""Explanation of one target: when it is met, what it depends on, what each policy adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.judging.by_structure import FIGURES, structure_column
from xhsim.analysis.judging.failures import refuse_failed
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import records_table
from xhsim.study.names import find_name
from xhsim.wording.numbers import probability_text

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.policies.split import Split
    from xhsim.analysis.study import Study
    from xhsim.study.scenarios.structures import StructureChoice
    from xhsim.study.targets import Target

__all__ = ["Explanation", "explain_target"]

DRIVERS, LEAST = 8, 0.01  # at most so many are shown, with at least this share of the spread


@dataclass(frozen=True)
class Explanation:
    """The explanation of one target in one scenario.

    Attributes
    ----------
    target : Target
    scenario : str
    row : mapping
        The target's row of `Study.attainment`.
    crossing : mapping
        The target's row of `Study.crossing`.
    drivers : Series
        Share of the target's spread by parameter, with the sign of the parameter's effect: of
        those that correlate more than irrelevant ones would.
    layers : mapping of str to float
        Share of the variable's variance at the deadline, by layer of uncertainty.
    split : Split or None
        What each policy adds to the probability. None if the scenario has no policies.
    bases : tuple of str
        The parameters that nobody has published and on which a target of the study hangs.
    structure : str or None
        The structure of all draws, if one was chosen.
    """

    target: Target
    scenario: str
    row: dict[str, Any]
    crossing: dict[Any, float]
    drivers: pd.Series[float]
    layers: dict[str, float]
    split: Split | None
    bases: tuple[str, ...] = ()
    structure: str | None = None

    def _by_structure(self) -> dict[str, list[Any]]:
        """Return the figures of each structure; none if the draws have one."""
        names = [key[len("draws[") : -1] for key in self.row if key.startswith("draws[")]
        return {name: [self.row[structure_column(key, name)] for key in FIGURES] for name in names}

    def parts(self) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        target, row = self.target, self.row
        chance = probability_text(row["probability"], row["ci_low"], row["ci_high"])
        yield Text(f"{target.label}, scenario {self.scenario}", "bold")
        yield Text(
            f"Target: {target.direction} {target.value:g} {target.unit}. Median "
            f"{row['median']:.4g}; nine in ten draws lie between {row['p05']:.4g} and "
            f"{row['p95']:.4g}.\n"
            f"Probability: {chance} %, {row['word']} (95 % interval {100 * row['ci_low']:.1f} to "
            f"{100 * row['ci_high']:.1f}, from the number of draws alone)."
        )
        apart = [
            f"{name} {probability_text(*figures[:3])} %"
            for name, figures in self._by_structure().items()
        ]
        if self.structure is not None and not apart:
            yield Text(f"Structure of all draws: {self.structure}.")
        if apart:
            yield Text(f"By structure: {', '.join(apart)}.")
        yield Text("\nFirst met in", "bold")
        shown = [key for key in self.crossing if key == "never" or isinstance(key, int)]
        names = [str(key) for key in shown]
        shares = [f"{100 * self.crossing[key]:.0f} %" for key in shown]
        yield records_table(names, [shares])
        if self.crossing["lost"] >= 0.005:
            yield Text(f"{100 * self.crossing['lost']:.0f} % meet it and later lose it again")
        yield Text("\nWhat the spread depends on", "bold")
        # An estimate of a share near zero may be negative.
        layers = (f"{layer} {100 * max(s, 0.0):.0f} %" for layer, s in self.layers.items())
        yield Text(f"{', '.join(layers)} (estimates)")
        yield from self._parameters()
        yield from self._policies()

    def _parameters(self) -> Iterator[RenderableType]:
        chance = "what irrelevant parameters would show with as many draws"
        if self.drivers.empty:
            yield Text(f"No single parameter is above {chance}.")
            return
        yield records_table(
            ["parameter", "share of the spread", "a larger value"],
            [
                [
                    f"{name} (unpublished base)" if name in self.bases else str(name),
                    f"{100 * abs(share):.0f} %",
                    "raises it" if share > 0 else "lowers it",
                ]
                for name, share in self.drivers.items()
            ],
        )
        if len(self.drivers) < DRIVERS:
            yield Text(f"The others are not above {chance}, or below {100 * LEAST:.0f} %.")

    def _policies(self) -> Iterator[RenderableType]:
        found = self.split
        if found is None:
            return
        # A variable that the scenario holds on a path is no policy.
        one, several = ("change", "changes") if found.holds else ("policy", "policies")
        yield Text(f"\nWhat each {one} adds, in percentage points", "bold")
        rows = [
            [
                str(name),
                *(_points(row[key]) for key in ("alone", "last", "shapley")),
                f"± {max(0.1, 200 * row['error']):.1f}",
            ]
            for name, row in found.table.head(DRIVERS).to_dict("index").items()
        ]
        yield records_table([one, "alone", "added last", "on average", "95 %"], rows)
        left = found.table["shapley"].iloc[DRIVERS:]
        if len(left):
            are = "is" if len(left) == 1 else "are"
            yield Text(
                f"{len(left)} more {are} not shown: {_points(left.sum())} points on average, "
                "all together."
            )
        yield Text(
            f"Together they change the probability from {100 * found.before:.0f} to "
            f"{100 * found.after:.0f} %, on the draws above. Of this, "
            f"{_points(found.interaction)} points are the interaction between {several}."
        )
        if found.used < found.draws:
            yield Text(
                f"The {several} were run one by one in {found.used:,} of the {found.draws:,} draws"
                ": those whose outcome they change together, and a sample of the others."
            )

    def _structures_record(self) -> dict[str, Any]:
        found = {
            name: dict(zip(FIGURES, figures, strict=True))
            for name, figures in self._by_structure().items()
        }
        return {"structures": found} if found else {}

    def as_record(self) -> dict[str, Any]:
        """Return the explanation as values that JSON can represent."""
        return {
            "target": self.target.id,
            "scenario": self.scenario,
            "probability": self.row["probability"],
            "ci_low": self.row["ci_low"],
            "ci_high": self.row["ci_high"],
            "word": self.row["word"],
            "median": self.row["median"],
            **self._structures_record(),
            "first_met": {
                str(key): float(value)
                for key, value in self.crossing.items()
                if not str(key).startswith("label")
            },
            "drivers": {str(key): float(value) for key, value in self.drivers.items()},
            **({"unpublished_bases": list(self.bases)} if self.bases else {}),
            "layers": self.layers,
            "policies": None
            if self.split is None
            else {str(k): v for k, v in self.split.table.to_dict("index").items()},
            **self._ends_record(),
        }

    def _ends_record(self) -> dict[str, Any]:
        found = self.split
        if found is None:
            return {}
        return {
            "without_policies": found.before,
            "interaction": found.interaction,
            "draws": found.draws,
            "draws_of_policies": found.used,
        }


def explain_target(
    study: Study,
    scenario: str,
    target: str,
    *,
    draws: int,
    seed: int,
    quiet: bool,
    structure: StructureChoice = None,
) -> Explanation:
    """Explain a target in a scenario. All parts are about the same draws.

    Parameters
    ----------
    study : Study
    scenario, target : str
    draws, seed : int
    structure : str or mapping of str to float, optional
        As for `Study.ensemble`.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        If there is no such scenario or target, or every draw fails.
    """
    wanted = find_name(target, study.targets, "target", None)
    chosen = {wanted.id: wanted}
    ensemble = study.ensemble(scenario, draws, seed, structure=structure)
    refuse_failed(study, ensemble, structure=structure)
    judged = study.judge(ensemble, chosen)
    # Every part is about the draws of the headline.
    same: dict[str, Any] = {"structure": structure, "ensemble": ensemble}
    table = study.importance(scenario, draws, seed, chosen, **same)
    correlations = table.loc[table.attrs["above_chance"][wanted.id], wanted.id]
    shares = correlations * correlations.abs()
    shares = shares[shares.abs() >= LEAST].sort_values(key=np.abs, ascending=False).head(DRIVERS)
    layers = study.partition(scenario, draws, seed, [str(wanted.variable)], **same)
    at_end = layers[str(wanted.variable)].sel(time=wanted.deadline)
    split = None
    own = study.scenarios[scenario]
    if own.extends is not None and (own.changes or own.rules or own.paths or own.meets):
        with progress_bar(quiet) as bar:
            task = bar.add_task("groups of policies", total=None)
            split = study.split(
                scenario,
                target,
                draws=draws,
                seed=seed,
                **same,
                progress=lambda count: bar.advance(task, count),
            )
    return Explanation(
        wanted,
        scenario,
        {str(key): value for key, value in judged.table.to_dict("records")[0].items()},
        judged.crossing.to_dict("records")[0],
        shares,
        dict(zip(map(str, layers["layer"].values), map(float, at_end.values), strict=True)),
        split,
        study.unpublished_bases,
        structure if isinstance(structure, str) else None,
    )


def _points(share: float) -> str:
    """Write a share in points with its sign; nothing has none."""
    points = round(100 * share, 1)
    return f"{points:+.1f}" if points else "0.0"
