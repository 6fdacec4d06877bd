"""Functions that remember: each becomes stocks, discrete variables or values that are held."""

from __future__ import annotations

import operator
from collections.abc import Callable

from xhsim.engine.axes import axes_of, whole
from xhsim.engine.equations import (
    Apply,
    Axis,
    ConstantNumber,
    DelayCheck,
    Discrete,
    Expression,
    Part,
    Rule,
    Stock,
    VariableReference,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import display_name
from xhsim.engine.resolving.resolver import Resolver
from xhsim.engine.resolving.scope import Scope

__all__ = ["resolve_stateful"]

MOST_STAGES = 1000
SETTLING: dict[str, Callable[[float, float], float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
}


def resolve_stateful(expressions: Resolver, node: syntax.Call, scope: Scope) -> Expression:
    """Resolve a call of a function with a memory.

    Parameters
    ----------
    expressions : Resolver
        Resolves the arguments; what the function needs is added to its draft.
    node : syntax.Call
    scope : Scope

    Returns
    -------
    Expression
        The function's value in terms of the variables that were added.

    Raises
    ------
    ModelError
        If the function stands where it cannot, or its order is not a number.
    """
    call = _StatefulCall(expressions, node, scope)
    if node.function.startswith("integ"):
        raise expressions.draft.error(
            f'INTEG in "{scope.element.name}" must stand alone',
            scope.component,
            "give the stock an equation of its own",
        )
    match node.function:
        case "initial":
            return call.initial()
        case "active_initial":
            return call.active_initial()
        case "sample_if_true":
            return call.sample_if_true()
        case "delay_fixed":
            return call.delay_fixed()
        case "trend":
            return call.trend()
        case "forecast":
            return call.forecast()
        case "smooth" | "smooth_n":
            return call.smooth()
    return call.delay()


class _StatefulCall:
    """One call: its resolved arguments and the axes along which they vary."""

    def __init__(self, expressions: Resolver, node: syntax.Call, scope: Scope) -> None:
        self.draft = expressions.draft
        self.node = node
        self.scope = scope
        counted = 3 if len(node.arguments) == 4 and node.function != "forecast" else None
        self.arguments = [expressions.resolve(a, scope) for a in node.arguments[:counted]]
        self.axes: tuple[Axis, ...] = axes_of(self.arguments, scope.every_axis)

    def part(self, expression: Expression) -> tuple[Part, ...]:
        return (Part(self.axes, whole(self.axes), expression),)

    def hidden(self, role: str, definition: Rule | Stock | Discrete) -> VariableReference:
        """Add a variable of the engine's own."""
        return self.draft.hidden(self.scope, role, self.axes, definition)

    def once(self, role: str, expression: Expression) -> Expression:
        """Give an expression that is used several times a variable of its own."""
        if isinstance(expression, ConstantNumber | VariableReference):
            return expression
        return self.hidden(role, Rule(self.part(expression)))

    def initial(self) -> Expression:
        return self.hidden("initial", Rule(self.part(self.arguments[0]), held=True))

    def active_initial(self) -> Expression:
        running, initial = self.arguments
        return self.hidden("active", Rule(self.part(running), initial=self.part(initial)))

    def sample_if_true(self) -> Expression:
        """Hold the value of the last step at which the condition was true."""
        condition, source, initial = self.arguments
        kept = self.hidden("sample", Discrete((), self.part(initial)))
        value = Apply("if_then_else", (condition, source, kept))
        self.draft.definitions[kept.variable] = Discrete(self.part(value), self.part(initial))
        return value

    def delay_fixed(self) -> Expression:
        source, duration, initial = self.arguments
        # A variable of its own: a delay of the model's TIME STEP is one step, whatever it is.
        delay = self.hidden("delay_time", Rule(self.part(duration)))
        return self.hidden(
            "delay", Discrete(self.part(source), self.part(initial), self.part(delay))
        )

    def trend(self) -> Expression:
        """Give the fractional growth of the input against its smoothed past."""
        source, average_time, trend = self.arguments
        source = self.once("input", source)
        grown = Apply("add", (ConstantNumber(1.0), Apply("multiply", (trend, average_time))))
        past = self._past(source, average_time, grown)
        size = Apply("multiply", (average_time, Apply("abs", (past,))))
        return Apply("zidz", (Apply("subtract", (source, past)), size))

    def forecast(self) -> Expression:
        """Continue the input's trend over a horizon."""
        source, average_time, horizon, trend = self.arguments
        source = self.once("input", source)
        past = self._past(source, average_time, Apply("add", (ConstantNumber(1.0), trend)))
        size = Apply("multiply", (average_time, past))
        rate = Apply("zidz", (Apply("subtract", (source, past)), size))
        ahead = Apply("add", (ConstantNumber(1.0), Apply("multiply", (rate, horizon))))
        return Apply("multiply", (source, ahead))

    def _past(
        self, source: Expression, average_time: Expression, grown: Expression
    ) -> VariableReference:
        start = self.part(Apply("divide", (source, grown)))
        past = self.hidden("past", Stock((), start))
        gap = Apply("subtract", (source, past))
        flow = self.part(Apply("divide", (gap, average_time)))
        self.draft.definitions[past.variable] = Stock(flow, start)
        return past

    def smooth(self) -> Expression:
        """Turn a smooth of order n and time T into stocks: ``(before - s_i) * n / T``."""
        source, duration, initial = self.arguments
        duration = self.once("smooth_time", duration)
        order = self._order()
        before = source
        level: Expression = source
        for _ in range(order):
            start = self.part(initial)
            level = self.hidden("smooth", Stock((), start))
            gap = Apply("subtract", (before, level))
            scaled = Apply("multiply", (gap, ConstantNumber(float(order))))
            flow = self.part(Apply("divide", (scaled, duration)))
            self.draft.definitions[level.variable] = Stock(flow, start)
            before = level
        return level

    def delay(self) -> Expression:
        """Turn a delay of order n and time T into stocks; return what flows out of the last.

        Stock i holds T times its outflow, ``((T*before)/T - s_i / T) * n``, which is how PySD and
        Vensim keep the material of a delay when T changes. In a DELAY N what is inside keeps the
        time it came with: stock i goes by the delay time of i steps ago.
        """
        source, duration, initial = self.arguments
        wanted = self._order()
        order = self.draft.orders.get(len(self.draft.delays), wanted)
        may_move = self.node.function == "delay_n" and not self._is_constant(duration)
        # A variable of its own: written once, and looked at by the check of the order.
        now = self.hidden("delay_time", Rule(self.part(duration)))
        self.draft.delays.append(DelayCheck(self.scope.element.name, order, wanted, now.variable))
        times: list[Expression] = [now, *[now] * order]
        if may_move:
            for stage in range(order):
                known: Expression = times[stage]
                times[stage + 1] = self.hidden(
                    "delay_time", Discrete(self.part(known), self.part(now))
                )
        start = self.part(Apply("multiply", (initial, now)))
        before = source
        for stage in range(order):
            level = self.hidden("delay", Stock((), start))
            after = Apply("divide", (level, times[stage]))
            gap = Apply("subtract", (before, after))
            flow = self.part(Apply("multiply", (gap, ConstantNumber(float(order)))))
            self.draft.definitions[level.variable] = Stock(flow, start)
            before = after
        return Apply("divide", (level, times[1])) if may_move else before

    def _is_constant(self, expression: Expression) -> bool:
        if isinstance(expression, ConstantNumber):
            return True
        return (
            isinstance(expression, VariableReference)
            and self.draft.variables[expression.variable].kind == "constant"
        )

    def _order(self) -> int:
        """Return the number of stocks: from numbers and constants that may then not be changed."""
        value = self._settled(self.node.arguments[3])
        shown = display_name(self.node.function)
        if value is None:
            raise self.draft.error(
                f'the order of {shown} in "{self.scope.element.name}" must be known before the '
                "run: made of numbers, constants, INITIAL and STEP",
                self.scope.component,
            )
        order = int(value)
        if not 1 <= order <= MOST_STAGES:
            raise self.draft.error(
                f'the order of {shown} in "{self.scope.element.name}" must be from 1 to '
                f"{MOST_STAGES}, not {value:g}",
                self.scope.component,
            )
        return order

    def _settled(self, node: syntax.Node, above: tuple[str, ...] = ()) -> float | None:
        """Return what an expression is at the start, None if that is not known before a run.

        Vensim and PySD take the order of a delay at the start, too, and keep it.
        """
        match node:
            case syntax.Number(value=value):
                return value
            case syntax.Name(name="time") if "initial_time" in self.draft.elements:
                return self._settled(syntax.Name("initial_time"), above)
            case syntax.Name(name=name) if name in self.draft.elements and name not in above:
                components = self.draft.elements[name].components
                if len(components) != 1 or components[0].subscripts:
                    return None
                expression = components[0].expression
                if isinstance(expression, syntax.Number):
                    self.draft.structural.add(name)
                return self._settled(expression, (*above, name))
            case syntax.Call(function="initial", arguments=(start,)):
                return self._settled(start, above)
            case syntax.Call(function="integ", arguments=(_, start)):
                return self._settled(start, above)
            case syntax.Call(function="step", arguments=(height, date)):
                known = (syntax.Name("time"), syntax.Name("time_step"), date, height)
                now, step, since, level = (self._settled(item, above) for item in known)
                if now is None or step is None or since is None or level is None:
                    return None
                return level if now + 0.5 * step > since else 0.0
            case syntax.Call(function=function, arguments=(left, right)) if function in SETTLING:
                values = self._settled(left, above), self._settled(right, above)
                if values[0] is not None and values[1] is not None:
                    return float(SETTLING[function](values[0], values[1]))
        return None
