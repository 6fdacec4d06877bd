"""Conservation: every outflow of a stock enters another stock or is a declared exit.

Each chain is checked twice. First by numbers: Euler's method only adds flows times the time step,
so the sum of inflows and outflows must equal the change of the stocks except for rounding. Then by
equations: the rate of a stock must be a sum of flows, each of which enters another stock of the
chain or is declared as an inflow or outflow.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.validation.findings import Finding
from xhsim.analysis.validation.runs import checked_world, read_total, run_columns
from xhsim.engine.equations import Apply, Equations, Expression, Reduce, Stock, VariableReference
from xhsim.engine.language.syntax import canonical

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.checks.checks import Chain, Conservation

__all__ = ["check_chains", "flows_of"]

PART = "conservation"
ROUNDING = 1e-9


def check_chains(study: FittedStudy) -> list[Finding]:
    """Check every chain of a study's model, and that every stock is declared.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        One for each chain, and one for undeclared stocks.
    """
    declared = study.checks.conservation
    if declared is None:
        return [Finding.skipped(PART, "none", "checks.yaml has no chains")]
    scenarios = list(study.scenarios)
    named = [n for c in declared.chains for n in (*c.stocks, *c.inflows, *c.outflows)]
    columns = [checked_world(study, name, method="euler") for name in scenarios]
    run = run_columns(columns, named, every_step=True)
    findings = []
    for chain in declared.chains:
        gap = _residual(run, chain)
        wrong = _structure(study.model.equations, chain)
        if not gap <= ROUNDING:
            wrong.append(f"{chain.name}: flows and stocks differ by {gap:.3g} of their size")
        findings.append(Finding.of(PART, chain.name, f"residual {gap:.1g}", wrong))
    return [*findings, _coverage(study, declared)]


def _residual(run: xr.Dataset, chain: Chain) -> float:
    """Return the error of the balance as a share of the flows or stocks."""
    times = np.asarray(run["time"].values, dtype=float)
    nothing = np.zeros((run.sizes["draw"], times.size))
    inflow, outflow, stock = (
        np.sum([nothing, *(read_total(run, name) for name in names)], axis=0)
        for names in (chain.inflows, chain.outflows, chain.stocks)
    )
    if not chain.stocks:
        size = max(np.abs(inflow).max(), np.abs(outflow).max())
        return float(np.abs(inflow - outflow).max() / size) if size else 0.0
    net = inflow - outflow
    expected = stock[:, :1] + np.cumsum(net[:, :-1] * np.diff(times), axis=1)
    size = max(float(np.abs(stock).max()), float((np.abs(inflow) + np.abs(outflow)).max()))
    return float(np.abs(stock[:, 1:] - expected).max() / size) if size else 0.0


def _structure(equations: Equations, chain: Chain) -> list[str]:
    """List where the rates of a chain's stocks are not sums of the declared flows."""
    net: Counter[str] = Counter()
    wrong = []
    for name in chain.stocks:
        flows, other = flows_of(equations, name)
        if other:
            wrong.append(
                f"{chain.name}: the rate of {name} has a part that is not a variable; "
                "make it a flow with a name"
            )
        net.update(flows)
    named = {variable.canonical: variable.name for variable in equations.variables.values()}
    if chain.stocks:
        net.subtract(canonical(flow) for flow in chain.inflows)
        net.update(canonical(flow) for flow in chain.outflows)
    for flow, left in net.items():
        if left > 0:
            wrong.append(f"{chain.name}: {named[flow]} enters but is not declared as an inflow")
        elif left < 0:
            wrong.append(
                f"{chain.name}: {named[flow]} leaves but enters no stock and is not declared as an "
                "outflow"
            )
    return wrong


def flows_of(equations: Equations, stock: str) -> tuple[Counter[str], bool]:
    """Find the flows in the rate of a stock.

    Parameters
    ----------
    equations : Equations
    stock : str
        Its name.

    Returns
    -------
    flows : Counter of str
        By canonical name of the variable: 1 for an inflow, -1 for an outflow.
    other : bool
        Whether the rate has a part that is not a variable.

    Examples
    --------
    >>> import xhsim
    >>> equations = xhsim.open_study().model.equations
    >>> flows_of(equations, "patent stock")
    (Counter({'patent_grants': 1, 'patent_expiry': -1}), False)
    """
    key = next(k for k, v in equations.variables.items() if v.canonical == canonical(stock))
    definition = equations.definitions[key]
    assert isinstance(definition, Stock)  # `check_names` has checked that
    signs: Counter[str] = Counter()
    other = False
    for part in definition.flow:
        own: Counter[str] = Counter()
        other |= _add_terms(equations, part.expression, 1, own)
        # Parts are regions of one array: the same flow in each of them is one flow.
        for flow, sign in own.items():
            other |= flow in signs and signs[flow] != sign
            signs[flow] = sign
    return signs, other


def _add_terms(
    equations: Equations, expression: Expression, sign: int, found: Counter[str]
) -> bool:
    """Add signed flows to `found`; return whether there is any other term."""
    match expression:
        case VariableReference(variable=key) if key in equations.variables:
            found[equations.variables[key].canonical] += sign
            return equations.variables[key].hidden
        case Apply(function="add", arguments=(one, other)):
            left = _add_terms(equations, one, sign, found)
            return _add_terms(equations, other, sign, found) or left
        case Apply(function="subtract", arguments=(one, other)):
            left = _add_terms(equations, one, sign, found)
            return _add_terms(equations, other, -sign, found) or left
        case Apply(function="negative", arguments=(one,)):
            return _add_terms(equations, one, -sign, found)
        case Reduce(function="sum", arguments=(one,)):
            return _add_terms(equations, one, sign, found)
    return True


def _coverage(study: FittedStudy, declared: Conservation) -> Finding:
    stocks = {
        v.canonical: v.name
        for v in study.model.equations.variables.values()
        if v.kind == "stock" and not v.hidden
    }
    chained = {canonical(name) for chain in declared.chains for name in chain.stocks}
    outside = {canonical(name) for name in declared.outside}
    wrong = [
        f"{name} is neither in a chain nor declared as outside"
        for key, name in stocks.items()
        if key not in chained | outside
    ]
    figure = f"{len(chained & set(stocks))} in chains, {len(outside & set(stocks))} outside"
    return Finding.of(PART, f"all {len(stocks)} stocks", figure, wrong)
