"""Load a model and run it. One call serves single runs and ensembles."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.arguments import checked
from xhsim.engine.compiling.plan import Plan, make_plan
from xhsim.engine.compiling.standalone_file import write_python
from xhsim.engine.equations import TIME, Equations, Variable
from xhsim.engine.inputs import Inputs, VariableNames, default_value, read_inputs, with_time_step
from xhsim.engine.insight.graph import cause_graph, causes_of, explanation
from xhsim.engine.insight.loops_in_run import (
    MOST,
    find_aim,
    loop_dataset,
    run_steps,
    score_steps,
)
from xhsim.engine.language.syntax import ModelText
from xhsim.engine.loading.cache import entry_place, find_equations, store_equations
from xhsim.engine.loading.stored import collection_paused
from xhsim.engine.not_finite import told
from xhsim.engine.overrides import Override, overridable
from xhsim.engine.reading.cache import cached_read
from xhsim.engine.reading.encodings import checked_encoding
from xhsim.engine.reading.series_files import read_series
from xhsim.engine.request import Request, names_of
from xhsim.engine.resolving.decisions import Decision, base_name, decided
from xhsim.engine.resolving.element_order import elements_apart
from xhsim.engine.resolving.given_data import with_data
from xhsim.engine.resolving.resolve import resolve
from xhsim.engine.running.difference import reported_late, with_steps_before
from xhsim.engine.running.ensemble import solve_run
from xhsim.engine.running.numpy_solving import inputs_of
from xhsim.engine.running.planned import Compiled, PlannedRun, too_deep
from xhsim.engine.running.preconditions import (
    affected_by_gaps,
    gaps_in,
    refuse_adaptive,
    refuse_missing_data,
    refuse_other_than_euler,
)
from xhsim.engine.running.shared_start import Beginning
from xhsim.engine.running.solvers import find_method
from xhsim.engine.running.times import find_times
from xhsim.engine.solution import Solution
from xhsim.errors import InputError, ModelError, NotFiniteWarning

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import xarray as xr

    from xhsim.engine.web.wasm_program import WasmProgram

__all__ = ["Model", "load_model"]

Array = NDArray[np.float64]


@checked
def load_model(
    path: str | os.PathLike[str],
    *,
    data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
    allow_outside: bool = False,
    encoding: str | None = None,
) -> Model:
    """Load a stock-and-flow model.

    Parameters
    ----------
    path : str or path-like
        A Vensim (``.mdl``) or XMILE (``.xmile``, ``.stmx``, ``.itmx``, ``.xml``)
        model file.
    data : path or iterable of paths
        Files with values over time for variables without an equation: tables (``.csv``, ``.tab``,
        ``.xlsx``) with times in the first row or column, lists (``.dat``), or results of Vensim
        (``.vdf``, which needs pysimlin). If two files have a variable, the later file counts.
    allow_outside : bool
        Whether the model may read data files outside its folder.
    encoding : str, optional
        The encoding of the model file, such as ``"cp1252"``, in place of what the file says. By
        default it is what the file says, or else UTF-8; if that does not fit, it is guessed, and
        a warning says so.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If the file cannot be read or uses something that is not supported; the message names the
        variable, the file and the line.
    InputError
        If a data file cannot be read, nothing in it is a data variable of the model, or there is
        no such encoding.

    Examples
    --------
    >>> import xhsim
    >>> model = xhsim.open_study().model
    >>> len(model.variables) > 100
    True
    """
    file = FilePath(path)
    files = [data] if isinstance(data, str | os.PathLike) else list(data)
    codec = None if encoding is None else checked_encoding(encoding)
    place = None if files else entry_place(file, allow_outside=allow_outside, encoding=codec)
    found = (
        find_equations(place, file, allow_outside=allow_outside, encoding=codec) if place else None
    )
    if found:
        _warn(found.remarks)
        return Model(found.equations)
    try:
        with collection_paused():
            text = cached_read(file, allow_outside=allow_outside, encoding=codec)
            _warn(text.remarks)
            given = text if not files else _with_data(text, files)
            model = Model(resolve(given))
            model._ordered(model._default_outputs(), frozenset(), frozenset())  # finds circles
    except RecursionError:
        raise too_deep(file) from None
    if place:
        store_equations(
            place, file, text, model.equations, allow_outside=allow_outside, encoding=codec
        )
    return model


def _warn(remarks: Iterable[str]) -> None:
    for remark in remarks:
        warnings.warn(remark, stacklevel=4)


def _with_data(text: ModelText, files: list[str | os.PathLike[str]]) -> ModelText:
    """Give data variables their values, and name those that have none."""
    series = {str(name): read_series(FilePath(name)) for name in files}
    filled, missing = with_data(text, series)
    if missing:
        more = f" and {len(missing) - 20} more" if len(missing) > 20 else ""
        _warn([f"the data have no values for {', '.join(missing[:20])}{more}"])
    return filled


class Model:
    """A model that can be run. A run does not depend on the runs before it.

    Parameters
    ----------
    equations : Equations
        The model in the intermediate form.
    """

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self._decisions: tuple[Decision, ...] = ()
        self._decided: dict[tuple[Decision, ...], Model] = {}
        self._overridable: dict[frozenset[str], Model] = {}
        self.names = VariableNames(equations)
        self._apart: dict[frozenset[str], Equations | None] = {}
        self._compiled: dict[tuple[Any, ...], Compiled] = {}

    def __repr__(self) -> str:
        """Return the file name and the number of stocks, auxiliaries and constants."""
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
    def method(self) -> str:
        """The integration method that the file asks for, which runs use by default.

        Vensim stores it with the settings of a file, XMILE in ``sim_specs``. A file that says
        nothing means ``"euler"``.
        """
        return self.equations.method

    @property
    def source(self) -> str:
        """The emitted NumPy code of a run that saves every variable."""
        return self._compile(Inputs({}, {}, None), self._default_outputs()).program.source

    def graph(self) -> nx.DiGraph[str]:
        """Return the graph of causes and effects.

        Returns
        -------
        networkx.DiGraph
            A node for each variable, by canonical name, with ``name``, ``kind`` and ``unit``; an
            edge from cause to effect, with ``acts``: ``"always"``, ``"start"`` or ``"both"``.

        Examples
        --------
        >>> import xhsim
        >>> graph = xhsim.open_study().model.graph()
        >>> graph.has_edge("rd_capital", "knowledge_index")
        True
        """
        return cause_graph(self.equations)

    def explain(self, name: str, *, time: float | None = None) -> str:
        """Describe a variable in words: its value, its causes and its effects.

        Parameters
        ----------
        name : str
            A variable: its name in the file, or its canonical name.
        time : float, optional
            The time of the values; by default the end of the run.

        Returns
        -------
        str
            A few lines.

        Raises
        ------
        InputError
            If the variable does not exist, or the time is not part of the run.

        Examples
        --------
        >>> import xhsim
        >>> print(xhsim.open_study().model.explain("RD intensity", time=2020).splitlines()[0])
        RD intensity (auxiliary, percent): 8.5... at time 2020.
        """
        variable = self.names.find(name)
        if variable.kind == "lookup":
            raise InputError(f'"{variable.name}" is a lookup, which has no value over time')
        causes = [key for key in causes_of(self.equations, variable.key) if key != TIME]
        named = [self.equations.variables[key] for key in (variable.key, *causes)]
        wanted = [v.canonical for v in named if v.kind != "lookup"]
        run = self.run(outputs=wanted, times=None if time is None else [time])
        return explanation(self.equations, variable, run, float(run[TIME].values[-1]))

    def to_python(self, outputs: Iterable[str] | None = None) -> str:
        """Write the model as one readable Python file that needs only NumPy.

        Parameters
        ----------
        outputs : iterable of str, optional
            The variables that the file computes; by default all.

        Returns
        -------
        str
            The source of the file. Its function
            ``run(end, time_step, begin, every, **constants)`` solves the model with Euler's
            method.

        Raises
        ------
        InputError
            If the model has discrete variables, functions of vectors or random numbers.

        Examples
        --------
        >>> import xhsim
        >>> source = xhsim.open_study().model.to_python(["GDP"])
        >>> "def change(" in source
        True
        """
        compiled = self._compile(Inputs({}, {}, None), self._outputs(names_of(outputs)))
        equations, program, plan = compiled.equations, compiled.program, compiled.plan
        values = inputs_of(equations, plan, Inputs({}, {}, None), slice(None))
        given = dict(zip(plan.inputs, values, strict=True))
        return write_python(equations, plan, program.source, program.bound, program.rows, given)

    def to_wasm(
        self,
        outputs: Iterable[str] | None = None,
        params: Mapping[str, Any] | None = None,
        *,
        method: str | None = None,
        times: Sequence[float] | Array | None = None,
    ) -> WasmProgram:
        """Compile the model to WebAssembly, for a browser.

        Parameters
        ----------
        outputs : iterable of str, optional
            The variables to return; by default all.
        params : mapping of str to number, array or Path, optional
            As for `run`. What has draws here may differ between draws in the browser, and what is
            a `Path` here may change over time; the numbers can be replaced there.
        method : str, optional
            ``"euler"``, ``"rk2"`` or ``"rk4"``; by default the model's `method`. A browser takes
            the full steps of an automatic method.
        times : sequence of float, optional
            As for `run`.

        Returns
        -------
        WasmProgram
            Its ``write(folder)`` writes the module, the manifest, and a solver in JavaScript.

        Raises
        ------
        InputError
            If a parameter, output, method or time does not fit the model, if a function has no
            form in WebAssembly (the message names it), or if llvmlite is not installed.

        Examples
        --------
        >>> import xhsim
        >>> program = xhsim.open_study().model.to_wasm(["log_price_level"])
        >>> program.module[1:4], program.manifest["outputs"][0]["unit"]
        (b'asm', 'dmnl')
        """
        try:
            from xhsim.engine.web.wasm_program import wasm_program
        except ModuleNotFoundError as error:
            if error.name != "llvmlite":
                raise
            raise InputError(
                "compiling a model for a browser needs llvmlite",
                hint='install it: pip install "xhsim[fast]"',
            ) from None
        request = Request(params=params, method=method, times=times, outputs=names_of(outputs))

        return wasm_program(self._plan(request))

    @checked
    def loops(
        self,
        variable: str,
        params: Mapping[str, Any] | None = None,
        *,
        method: str | None = None,
        dt: float | None = None,
        most: int = MOST,
        apart: bool | None = None,
    ) -> xr.Dataset:
        """Tell which feedback loops the change of a variable comes from, step by step.

        Parameters
        ----------
        variable : str
            ``name`` or ``name[element]``; without an element the sum over all.
        params, method, dt
            As for `run`. A method other than Euler's is read at its steps.
        most : int
            The largest number of steps of the search for loops.
        apart : bool, optional
            Whether each element of an array is a cause of its own, or elements that are in the same
            loops are taken together; by default apart if at most 60 elements are in loops.

        Returns
        -------
        xarray.Dataset
            With dimensions ``loop, time``, the strongest loop first: ``share`` in the change of the
            variable, ``sign`` (1 reinforcing, -1 balancing), and, if elements are apart, the loop's
            ``score`` and its ``relative`` score in its strongly connected set. By time:
            ``outside``, and ``not_followed``. Shares add up to 1; they are NaN where the variable
            stands still. The first two steps have none.

        Raises
        ------
        InputError
            If there is no such variable, it does not change, or the model has random numbers or a
            DELAY FIXED.

        Examples
        --------
        >>> import xhsim
        >>> loops = xhsim.open_study().model.loops("patent stock", most=200)
        >>> [str(name) for name in loops["loop"].values if name.startswith("patent stock")]
        ['patent stock → patent expiry']
        """
        request = Request(params=params, method=method, dt=dt)
        equations, steps = run_steps(self, request)
        aim = find_aim(self, request, equations, steps, variable, most=most, apart=apart)
        return loop_dataset(score_steps(aim, steps), variable)

    def default(self, name: str) -> Array:
        """Return the value of a constant in the model file.

        Parameters
        ----------
        name : str
            A constant: its name in the file, or its canonical name.

        Returns
        -------
        ndarray, shape of the constant's dimensions

        Raises
        ------
        InputError
            If the constant does not exist.

        Examples
        --------
        >>> import xhsim
        >>> float(xhsim.open_study().model.default("RD support"))
        3.0
        """
        return default_value(self.equations, self.names.find(name))[..., 0]

    def run(
        self,
        params: Mapping[str, Any] | None = None,
        *,
        method: str | None = None,
        dt: float | None = None,
        times: Sequence[float] | Array | None = None,
        outputs: Iterable[str] | None = None,
        seed: int = 0,
        progress: Callable[[int], None] | None = None,
        block: int | None = None,
        threads: int | None = None,
        runs: int = 1,
        beginning: Beginning | None = None,
    ) -> xr.Dataset:
        """Solve the model, once or for many draws.

        Parameters
        ----------
        params : mapping of str to number, array or Path, optional
            Values that replace those of the model, by variable (its name in the file, or its
            canonical name) or by element (``"support[AI]"``). A number applies to the
            whole run. An array of shape ``(*elements, N)`` has a value for each of N draws. A
            `Path` gives values over time, with or without draws. The given value also replaces
            the equation of a variable that has one. An
            `xhsim.engine.overrides.Override` replaces it during a part of the run.
        method : str, optional
            By default the `method` that the file asks for. ``"euler"``, ``"rk2"`` and ``"rk4"``
            take steps of the model's time step. ``"rk2-auto"`` and ``"rk4-auto"`` cut a step where
            its error is too large. ``"difference"`` is Euler's method with auxiliaries reported
            one step late. ``"RK45"``, ``"DOP853"``, ``"LSODA"``, ``"Radau"`` and ``"BDF"`` are
            SciPy's adaptive methods.
        dt : float, optional
            Time step; by default the model's TIME STEP.
        times : sequence of float, optional
            The saved times; by default from INITIAL TIME to FINAL TIME in steps of SAVEPER.
        outputs : iterable of str, optional
            The variables to return; by default all. Only what they depend on is computed.
        seed : int
            Seed of the model's random functions, if it has any. The same seed gives the same run,
            and each draw has its own stream.
        progress : callable, optional
            Called with the number of draws that have just finished.
        block : int, optional
            How many draws are computed together; by default it depends on the model. It changes
            speed and memory, not results.
        threads : int, optional
            How many blocks are computed at the same time; by default one for each processor.
        runs : int
            About how many such runs will follow (the same names, other values). If they are many,
            machine code is worth compiling even for few draws. It changes speed, and results
            only in the last digits.
        beginning : Beginning, optional
            Remembers the part that such runs share, up to a date.

        Returns
        -------
        xarray.Dataset
            One variable per output, by canonical name, with dimensions ``(draw,) time, ...``;
            ``draw`` only if a parameter has it. Each has the attributes ``units``, ``long_name``
            and ``equation``. A number that is not finite stays in what depends on it, in its draw;
            a `xhsim.errors.NotFiniteWarning` names the first variable. A missing value of the
            model, ``:NA:``, is NaN.

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
        request = Request(
            params=params,
            method=method,
            dt=dt,
            times=times,
            outputs=names_of(outputs),
            seed=seed,
            progress=progress,
            block=block,
            threads=threads,
            runs=runs,
            beginning=beginning,
        )
        solution = self.solve(request)
        found = solution.not_finite()
        if found:
            warnings.warn(NotFiniteWarning(told(found, solution.draws)), stacklevel=2)
        return solution.dataset()

    def solve(self, request: Request) -> Solution:
        """Solve the model as `run` does, and return a solution that can be labelled later.

        Parameters
        ----------
        request : Request

        Returns
        -------
        Solution

        Raises
        ------
        InputError
            If a parameter, output, method or time does not fit the model.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.engine.request import Request
        >>> request = Request(outputs=("gdp",), times=[2015, 2020])
        >>> xhsim.open_study().model.solve(request).arrays()["gdp"].shape
        (2,)
        """
        replaced = [
            self.names.find(name).key
            for name, value in _items(request.params)
            if isinstance(value, Override)
        ]
        model = self._overriding(frozenset(replaced)) if replaced else self
        return model._solve(request)

    def with_decisions(self, decisions: Sequence[Decision]) -> Model:
        """Return this model with decisions that a run makes at dates.

        Parameters
        ----------
        decisions : sequence of Decision
            Of ``xhsim.engine.resolving.decisions``.

        Returns
        -------
        Model
            The same object for the same decisions, so that its equations are compiled once. This
            model itself if there are no decisions.

        Raises
        ------
        InputError
            If a decision names a variable that does not exist, or sets one that is not a constant.

        Notes
        -----
        What a run of the result gives for a lever is the lever's own value. It holds while no
        decision sets the lever.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.engine.resolving.decisions import Action, Comparison, Decision, input_name
        >>> slow = Comparison("RD intensity", is_below=True, dates=(2022.0,))
        >>> push = Decision("push", (2023.0,), (slow,), True, (Action("RD support"),))
        >>> numbers = {"enabled": 1, "limit": 1, "threshold": 99, "then": 6}
        >>> given = {input_name(0, role): number for role, number in numbers.items()}
        >>> model = xhsim.open_study().model.with_decisions([push])
        >>> model.run(given, outputs=["RD support"], times=[2022, 2023])["rd_support"].values
        array([3., 6.])
        """
        chosen = tuple(decisions)
        if not chosen:
            return self
        if chosen not in self._decided:
            model = self._changed(lambda equations: decided(equations, chosen))
            model._decisions = chosen
            self._decided[chosen] = model
        return self._decided[chosen]

    def _overriding(self, keys: frozenset[str]) -> Model:
        """Return a copy of this model in which given values may replace some equations."""
        if keys not in self._overridable:
            names = sorted(keys)
            self._overridable[keys] = self._changed(lambda equations: overridable(equations, names))
        return self._overridable[keys]

    def _changed(self, change: Callable[[Equations], Equations]) -> Model:
        """Return a model with changed equations."""
        model = Model(change(self.equations))
        model._decisions = self._decisions
        return model

    def _plan(self, request: Request) -> PlannedRun:
        """Plan a run."""
        method = find_method(request.method or self.method)
        given = with_time_step(read_inputs(self.names, self._own(request.params)), request.dt)
        wanted = self._outputs(request.outputs, hidden=request.hidden)
        if request.outputs is None:
            wanted = self._finished(wanted, {*given.numbers, *given.paths})
        compiled = self._compile(given, wanted)
        refuse_other_than_euler(compiled.equations, compiled.plan, method)
        refuse_adaptive(compiled.equations, compiled.plan, method)
        times = find_times(lambda keys: self._compile(given, keys), compiled, given, request.times)
        return PlannedRun(
            compiled, given, times, method, request.seed, request.runs, request.beginning
        )

    def _solve(self, request: Request) -> Solution:
        """Plan and solve a run."""
        run = self._plan(request)
        solved = with_steps_before(run) if run.method.reports_late else run
        results = solve_run(
            solved, block=request.block, threads=request.threads, progress=request.progress
        )
        if solved is not run:
            results = reported_late(run, solved, results)
        return Solution.of(self.equations, run.plan.outputs, results, run.saved, run.given.draws)

    def _own(self, params: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Give the value of a lever that a decision sets under the name of its own value."""
        if not self._decisions or not isinstance(params, Mapping):
            return params
        found: dict[str, Any] = {}
        for name, value in params.items():
            variable, _ = self.names.select(name)
            base = base_name(variable)
            if base in self.equations.variables:
                element = str(name).partition("[")
                found[base + "".join(element[1:])] = value
            else:
                found[name] = value
        return found

    # --- preparing a run -----------------------------------------------------------------

    def _default_outputs(self) -> tuple[str, ...]:
        return tuple(v.key for v in self._shown if v.kind != "lookup")

    def _outputs(self, outputs: tuple[str, ...] | None, *, hidden: bool = False) -> tuple[str, ...]:
        """Return the keys of the outputs; by default all variables with a path over time."""
        if outputs is None:
            every = self.equations.variables.values()
            inside = (v.key for v in every if v.hidden and hidden and v.kind != "lookup")
            return (*self._default_outputs(), *inside)
        wanted = [self.names.find(name, "output") for name in outputs]
        for variable in wanted:
            if variable.kind == "lookup":
                raise InputError(f'"{variable.name}" is a lookup, which has no path over time')
        return tuple(dict.fromkeys(variable.key for variable in wanted))

    def _finished(self, wanted: tuple[str, ...], given: Collection[str]) -> tuple[str, ...]:
        """Leave out what depends on variables without equations or data, and name these."""
        gaps = gaps_in(self.equations, given)
        if not gaps:
            return wanted
        left_out = affected_by_gaps(self.equations, gaps, given).intersection(wanted)
        told = []
        for what, keys in (
            ("without equations", gaps & self.equations.unfinished),
            ("data without values", gaps - self.equations.unfinished),
        ):
            names = ", ".join(f'"{self.equations.variables[key].name}"' for key in sorted(keys))
            told += [f"{what}: {names}"] * bool(keys)
        others = len(left_out - gaps)
        if others:
            words = "variables that need them are" if others > 1 else "variable that needs them is"
            told.append(f"{others} {words} not computed")
        warnings.warn(f"{FilePath(self.equations.path).name}: {'. '.join(told)}", stacklevel=6)
        return tuple(key for key in wanted if key not in left_out)

    def _compile(self, given: Inputs, outputs: tuple[str, ...]) -> Compiled:
        """Plan and compile a run, or reuse the code of an earlier run with the same structure."""
        replaced = frozenset(
            key for key in given.numbers if self.equations.variables[key].kind != "constant"
        )
        structure = (replaced, frozenset(given.paths), outputs)
        if structure not in self._compiled:
            equations, plan = self._ordered(outputs, replaced, frozenset(given.paths))
            refuse_missing_data(equations, plan)
            self._compiled[structure] = Compiled(equations, plan)
        return self._compiled[structure]

    def _ordered(
        self, outputs: tuple[str, ...], replaced: frozenset[str], paths: frozenset[str]
    ) -> tuple[Equations, Plan]:
        """Order the equations by variable, or else by element, and return them with the plan."""
        try:
            return self.equations, make_plan(self.equations, outputs, replaced, paths)
        except ModelError:
            given = replaced | paths
            if given not in self._apart:
                self._apart[given] = elements_apart(self.equations, given)
            apart = self._apart[given]
            if apart is None:
                raise
            return apart, make_plan(apart, outputs, replaced, paths)


def _items(params: Mapping[str, Any] | None) -> Iterable[tuple[str, Any]]:
    return params.items() if isinstance(params, Mapping) else ()
