"""The fixed-step methods, each as one Butcher tableau.

A tableau defines a method completely. SciPy's solver (`xhsim.engine.running.steps`), the steps in
plain Python and the machine code are all built from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby

__all__ = ["EULER", "RK2", "RK4", "TABLEAUX", "Combination", "Tableau", "Term"]


@dataclass(frozen=True)
class Term:
    """A sum of flows, multiplied by one weight.

    Attributes
    ----------
    weight : int
    flows : tuple of int
        The numbers of the flows, from 0.
    """

    weight: int
    flows: tuple[int, ...]


@dataclass(frozen=True)
class Combination:
    """A change of state since the start of a step: a weighted sum of flows over a divisor.

    The order of the arithmetic is part of the method, since another order would change the last
    bits of every result. All forms of the code compute ``(length / divisor) * total``. The total
    adds up `terms` from left to right. A divisor or a weight of 1 is left out, which changes no
    bit. This is why weights are whole numbers over one divisor: RK4 is
    ``(length / 6) * (first + 2 * (second + third) + fourth)``.

    Attributes
    ----------
    weights : tuple of int
        One for each flow, in the order in which they are computed; 0 for an unused flow.
    divisor : int
        The common divisor of the weights.

    Examples
    --------
    >>> Combination((1, 2, 2, 1), 6).terms
    (Term(weight=1, flows=(0,)), Term(weight=2, flows=(1, 2)), Term(weight=1, flows=(3,)))
    """

    weights: tuple[int, ...]
    divisor: int = 1

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The used flows. Neighbours of equal weight are added first, then weighted."""
        used = [(weight, flow) for flow, weight in enumerate(self.weights) if weight]
        return tuple(
            Term(weight, tuple(flow for _, flow in same))
            for weight, same in groupby(used, key=lambda each: each[0])
        )

    @property
    def share(self) -> Fraction:
        """The share of a step that it covers: the sum of the weights over the divisor."""
        return Fraction(sum(self.weights), self.divisor)


@dataclass(frozen=True)
class Tableau:
    """An explicit Runge-Kutta method with a fixed step.

    The first flow is computed at the start of a step. Each further flow is computed at the state
    to which a combination of the earlier flows leads.

    Attributes
    ----------
    name : str
        The name for the argument `method` of `xhsim.engine.model.Model.run`.
    between : tuple of Combination
        Where each flow after the first is computed.
    whole : Combination
        The whole step.

    Examples
    --------
    Heun's method takes a whole step, computes the flow there, and uses the mean of both flows:

    >>> heun = Tableau("heun", (Combination((1,)),), Combination((1, 1), 2))
    >>> heun.stages, heun.nodes
    (2, (1.0,))
    """

    name: str
    between: tuple[Combination, ...]
    whole: Combination

    def __post_init__(self) -> None:
        """Check that each combination uses only flows that are already computed."""
        for known, combination in enumerate((*self.between, self.whole), 1):
            if len(combination.weights) > known:
                raise ValueError(f"{self.name}: combination {known} uses flows that come later")
            if not combination.terms:
                raise ValueError(f"{self.name}: combination {known} uses no flow")
        if self.whole.share != 1:
            raise ValueError(f"{self.name}: the weights of a whole step must add up to the divisor")

    @property
    def stages(self) -> int:
        """How often the flows are computed in a step."""
        return 1 + len(self.between)

    @cached_property
    def nodes(self) -> tuple[float, ...]:
        """The time at which each flow after the first is computed, as a share of the step."""
        return tuple(float(combination.share) for combination in self.between)


EULER = Tableau("euler", (), Combination((1,)))
# The midpoint method, of second order.
RK2 = Tableau("rk2", (Combination((1,), 2),), Combination((0, 1)))
# The classical Runge-Kutta method, of fourth order.
RK4 = Tableau(
    "rk4",
    (Combination((1,), 2), Combination((0, 1), 2), Combination((0, 0, 1))),
    Combination((1, 2, 2, 1), 6),
)

# All fixed-step methods, in the order in which messages list them.
TABLEAUX = (EULER, RK2, RK4)
