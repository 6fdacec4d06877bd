"""Small matrices on one thread: linear algebra libraries start more than these can use."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

__all__ = ["on_one_thread"]

Given = ParamSpec("Given")
Found = TypeVar("Found")


def on_one_thread(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Run a function with one thread for linear algebra.

    The matrices of an outlook have a few hundred rows. With a thread on each core, the threads
    spend more time on waiting for each other than on the sums, above all if other processes use
    the cores, too: the back-test took five times as long, and twenty-five times beside another.

    Parameters
    ----------
    function : callable

    Returns
    -------
    callable
        Other threads of the process are held to one as well until it returns.

    Examples
    --------
    >>> @on_one_thread
    ... def solved(matrix, right):
    ...     return np.linalg.solve(matrix, right)
    >>> import numpy as np
    >>> solved(2 * np.eye(2), np.ones(2)).tolist()
    [0.5, 0.5]
    """

    @wraps(function)
    def held(*arguments: Given.args, **options: Given.kwargs) -> Found:
        # Only libraries that are loaded can be held, and SciPy has one of its own.
        import scipy.linalg  # noqa: F401
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1, user_api="blas"):
            return function(*arguments, **options)

    return held
