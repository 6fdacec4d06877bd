"""The order of a delay that fits the time step: n stages need at least n time steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.equations import Equations
from xhsim.errors import InputError

__all__ = ["fitting_orders"]


def fitting_orders(
    equations: Equations, delay_times: Mapping[int, NDArray[np.float64]], step: float
) -> dict[int, int]:
    """Return the orders that fit, for the delays whose order does not fit.

    As in PySD, a delay gets a lower order if the time step is too long for it.

    Parameters
    ----------
    equations : Equations
    delay_times : mapping of int to ndarray, each of shape ``(..., draws)``
        The delay times by the number of the delay.
    step : float
        The time step.

    Returns
    -------
    dict of int to int
        The orders by the number of the delay. Empty if the order of every delay fits.

    Raises
    ------
    InputError
        If a delay is shorter than one time step, or its draws need different orders.
    """
    fitting = {}
    for number, times in delay_times.items():
        delay = equations.delays[number]
        shortest = times.reshape(-1, times.shape[-1]).min(axis=0)
        most = np.floor(shortest / step + 1e-9)
        orders = np.unique(np.clip(most[np.isfinite(most)], 0, delay.wanted))
        if orders.size and (orders[0] < 1 or orders.size > 1):
            raise InputError(
                f'the delay in "{delay.owner}" takes {shortest.min():g}, which is less than '
                f"{delay.wanted} time steps of {step:g}",
                hint=f"use dt={shortest.min() / delay.wanted:g} or less, or a longer delay",
            )
        if orders.size and orders[0] != delay.order:
            fitting[number] = int(orders[0])
    return fitting
