"""Loading a model and running it: one call for a single run and for an ensemble."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.blocks import Compiled, Ensemble, Times, inputs_of
from xhsim.engine.book import TIME
from xhsim.engine.cache import cached_read
from xhsim.engine.emit import emit
from xhsim.engine.equations import Equations, Variable
from xhsim.engine.inputs import Inputs, Names, default_value, read_inputs
from xhsim.engine.plan import Plan, make_plan
from xhsim.engine.resolve import resolve
from xhsim.engine.solvers import find_method
from xhsim.errors import InputError, ModelError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Model", "load_model"]

Array = NDArray[np.float64]
MOST_STEPS = 10_000_000  # of a run; more is a mistake in the time step
# Draws computed at a time: enough that threads, which hold Python's lock between operations, do
# not wait for each other, and few enough that the values stay near the processor.
BLOCK = 4096


def load_model(path: str | os.PathLike[str]) -> Model:
    """Load a stock-and-flow model.

    Parameters
    ----------
    path : str or path-like
        A Vensim model file (``.mdl``).

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If the file cannot be read or uses something that is not supported; the message names the
        variable, the file and the line.

    Examples
    --------
    >>> import xhsim
    >>> model = xhsim.open_study().model
    >>> len(model.variables) > 100
    True
    """
    file = FilePath(path)
    try:
        model = Model(resolve(cached_read(file)))
        make_plan(model.equations, model._default_outputs(), (), ())  # finds circles
    except RecursionError:
        raise _too_deep(file) from None
    return model


def _too_deep(file: str | FilePath) -> ModelError:
    return ModelError(
        "an equation is nested too deeply", file=file, hint="split it into several variables"
    )


class Model:
    """A model that can be run. It keeps nothing from one run to the next.

    Parameters
    ----------
    equations : Equations
        The model in the intermediate form.
    """

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self.names = Names(equations)
        self._compiled: dict[tuple[Any, ...], Compiled] = {}

    def __repr__(self) -> str:
        """Name the file and count what it holds."""
        kinds = [variable.kind for variable in self._shown]
        return (
            f"<Model {FilePath(self.equations.path).name}: {kinds.count('stock')} stocks, "
            f"{kinds.count('auxiliary')} auxiliaries, {kinds.count('constant')} constants>"
        )

    @property
    def _shown(self) -> list[Variable]:
        return [v for v in self.equations.variables.values() if not v.hidden]

    @cached_property
    def variables(self) -> pd.DataFrame:
        """All variables of the file.

        Returns
        -------
        pandas.DataFrame
            Indexed by canonical name, in the order of the file; columns ``name``, ``kind``
            (stock, auxiliary, constant or lookup), ``unit``, ``doc``, ``dims`` (tuple),
            ``equation``, ``group`` and ``line``.
        """
        import pandas as pd  # heavy, and a run does not need it

        return pd.DataFrame(
            {
                "name": [v.name for v in self._shown],
                "kind": [v.kind for v in self._shown],
                "unit": [v.unit for v in self._shown],
                "doc": [v.documentation for v in self._shown],
                "dims": [v.dimensions for v in self._shown],
                "equation": [v.text for v in self._shown],
                "group": [v.group for v in self._shown],
                "line": [v.line for v in self._shown],
            },
            index=pd.Index([v.canonical for v in self._shown], name="variable"),
        )

    @property
    def source(self) -> str:
        """The emitted NumPy code of a run that saves every variable."""
        return self._compile(Inputs({}, {}, None), self._default_outputs()).program.source

    def default(self, name: str) -> Array:
        """Return the model's own value of a constant.

        Parameters
        ----------
        name : str
            A constant, by either name.

        Returns
        -------
        ndarray, shape of the constant's dimensions

        Raises
        ------
        InputError
            If there is no such constant.
        """
        return default_value(self.equations, self.names.find(name))[..., 0]

    def run(
        self,
        params: Mapping[str, Any] | None = None,
        *,
        method: str = "rk4",
        dt: float | None = None,
        times: Sequence[float] | Array | None = None,
        outputs: Iterable[str] | None = None,
        progress: Callable[[int], None] | None = None,
        block: int = BLOCK,
    ) -> xr.Dataset:
        """Solve the model, once or for many draws.

        Parameters
        ----------
        params : mapping of str to number, array or Path, optional
            Values in place of the model's own, by variable name in either form or by element
            (``"support[AI]"``). A number holds for the run. An array of shape
            ``(*elements, N)`` has a value for each of N draws. A `Path` gives values over time,
            with or without draws. A variable that has an equation follows the given value
            instead.
        method : str
            ``"euler"`` or ``"rk4"`` with the model's time step, or the name of one of SciPy's
            adaptive methods (``"RK45"``, ``"DOP853"``, ``"LSODA"``, ``"Radau"``, ``"BDF"``).
        dt : float, optional
            Time step in place of the model's TIME STEP.
        times : sequence of float, optional
            When values are saved; by default INITIAL TIME to FINAL TIME by SAVEPER.
        outputs : iterable of str, optional
            The variables wanted; by default all. What they do not depend on is not computed.
        progress : callable, optional
            Called with the number of draws that have just been finished.
        block : int, optional
            How many draws are computed at a time. It changes speed and memory, not results.

        Returns
        -------
        xarray.Dataset
            One variable per output, by canonical name, with dimensions ``(draw,) time, ...``;
            ``draw`` only if a parameter had it. Each carries ``units``, ``long_name`` and
            ``equation``. Where a draw's numbers overflow it is not finite from there on.

        Raises
        ------
        InputError
            If a parameter, output, method or time does not fit the model.

        Examples
        --------
        >>> import xhsim
        >>> model = xhsim.open_study().model
        >>> run = model.run(outputs=["gdp"], times=[2015, 2020])
        >>> run["gdp"].dims
        ('time',)
        """
        chosen = find_method(method)
        given = read_inputs(self.names, params)
        given = self._with_time_step(given, dt)
        wanted = self._outputs(outputs)
        compiled = self._compile(given, wanted)
        span = self._times(compiled, given, times)
        results = Ensemble(self.equations, compiled, given, span, chosen).run(block, progress)
        return self._dataset(results, wanted, span.saved, given.draws)

    # --- preparing a run -----------------------------------------------------------------

    def _with_time_step(self, given: Inputs, dt: float | None) -> Inputs:
        if dt is None:
            return given
        if not isinstance(dt, int | float | np.number) or not np.isfinite(dt) or dt <= 0:
            raise InputError(f"dt must be a positive number, not {dt!r}")
        numbers = given.numbers | {"time_step": np.array([float(dt)])}
        return Inputs(numbers, given.paths, given.draws)

    def _default_outputs(self) -> tuple[str, ...]:
        return tuple(v.key for v in self._shown if v.kind != "lookup")

    def _outputs(self, outputs: Iterable[str] | None) -> tuple[str, ...]:
        if outputs is None:
            return self._default_outputs()
        if isinstance(outputs, str) or not isinstance(outputs, Iterable):
            raise InputError("outputs must be a list of names", hint=f'write ["{outputs}"]')
        wanted = [self.names.find(name, "output") for name in outputs]
        for variable in wanted:
            if variable.kind == "lookup":
                raise InputError(f'"{variable.name}" is a lookup, which has no path over time')
        return tuple(dict.fromkeys(variable.key for variable in wanted))

    def _compile(self, given: Inputs, outputs: tuple[str, ...]) -> Compiled:
        """Plan and emit, or take what an earlier run with the same structure needed."""
        replaced = frozenset(
            key for key in given.numbers if self.equations.variables[key].kind != "constant"
        )
        structure = (replaced, frozenset(given.paths), outputs)
        if structure not in self._compiled:
            plan = make_plan(self.equations, outputs, replaced, frozenset(given.paths))
            self._refuse_moving_delay(plan)
            try:
                program = emit(self.equations, plan)
            except (RecursionError, SyntaxError, MemoryError):  # Python's own limits of nesting
                raise _too_deep(self.equations.path) from None
            self._compiled[structure] = Compiled(plan, program)
        return self._compiled[structure]

    def _refuse_moving_delay(self, plan: Plan) -> None:
        settled = {*plan.inputs, *plan.constants}
        for delay in self.equations.delays:
            used = any(key in (*plan.step, *plan.report) for key in (delay.delay_time,))
            if delay.must_be_constant and used and delay.delay_time not in settled:
                variable = self.equations.variables[delay.delay_time]
                raise ModelError(
                    f'DELAY N in "{delay.owner}" has a delay time that changes during the run, '
                    "which is not supported",
                    file=self.equations.path,
                    line=variable.line or None,
                    hint="use DELAY1 or DELAY3",
                )

    def _times(
        self, compiled: Compiled, given: Inputs, times: Sequence[float] | Array | None
    ) -> Times:
        start, end, step, every = (
            self._control(compiled, given, name)
            for name in ("initial_time", "final_time", "time_step", "saveper")
        )
        if step <= 0:
            raise InputError(f"TIME STEP must be positive, not {step:g}")
        if times is None:
            if every <= 0:
                raise InputError(f"SAVEPER must be positive, not {every:g}")
            count = float(np.floor((end - start) / every + 1e-5))
            if count < 0:
                raise InputError(f"FINAL TIME {end:g} is before INITIAL TIME {start:g}")
            _refuse_endless(count * every, step, count)
            return Times(start, start + every * np.arange(int(count) + 1, dtype=np.float64), step)
        try:
            saved: Array = np.unique(np.asarray(times, dtype=np.float64))
        except (TypeError, ValueError):
            raise InputError("times must be a list of numbers") from None
        if saved.size == 0 or not np.isfinite(saved).all():
            raise InputError("times must be a list of one or more finite numbers")
        if saved[0] < start:
            raise InputError(f"time {saved[0]:g} is before INITIAL TIME {start:g}")
        _refuse_endless(saved[-1] - start, step, saved.size)
        return Times(start, saved, step)

    def _control(self, compiled: Compiled, given: Inputs, name: str) -> float:
        key = "time_step" if name not in self.equations.definitions else name
        plan = compiled.plan
        if key not in (*plan.inputs, *plan.constants):
            raise InputError(f"{name.replace('_', ' ').upper()} must not change during a run")
        inputs = inputs_of(self.equations, plan, given, slice(None))
        with np.errstate(all="ignore"):
            values = compiled.program.constants(inputs)
        value = np.ravel(values[(*plan.inputs, *plan.constants).index(key)])
        if not np.isfinite(value).all():
            raise InputError(f"{name.replace('_', ' ').upper()} must be a finite number")
        if np.ptp(value) > 0:
            raise InputError(f"{name.replace('_', ' ').upper()} must be the same for all draws")
        return float(value[0])

    # --- results -------------------------------------------------------------------------

    def _dataset(
        self, results: list[Array], outputs: tuple[str, ...], saved: Array, draws: int | None
    ) -> xr.Dataset:
        import xarray as xr  # heavy, and only results need it

        found = [self.equations.variables[key] for key in outputs]
        data = {}
        for variable, array in zip(found, results, strict=True):
            dims = (TIME, *variable.dimensions)
            # In memory the draws stay last; the view puts them first.
            values = array[..., 0] if draws is None else np.moveaxis(array, -1, 0)
            attributes = {
                "units": variable.unit,
                "long_name": variable.name,
                "equation": variable.text,
            }
            names = dims if draws is None else ("draw", *dims)
            data[variable.canonical] = (names, values, attributes)
        used = {name for variable in found for name in variable.dimensions}
        coordinates: dict[str, Any] = {TIME: saved}
        if draws is not None:
            coordinates["draw"] = np.arange(draws)
        coordinates |= {
            name: list(dimension.elements)
            for name, dimension in self.equations.dimensions.items()
            if name in used
        }
        return xr.Dataset(data, coords=coordinates)


def _refuse_endless(span: float, step: float, saves: float) -> None:
    steps = max(span / step, saves)
    if not steps <= MOST_STEPS:
        raise InputError(
            f"the run would take {steps:.3g} time steps", hint="use a longer time step"
        )
