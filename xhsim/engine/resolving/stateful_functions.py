"""Functions with a memory, replaced by stocks, discrete variables or stored values."""

from __future__ import annotations

import math
from dataclasses import replace

from xhsim.engine import limits
from xhsim.engine.axes import axes_of, whole
from xhsim.engine.containers.descriptions import Pipeline, PipelineKind
from xhsim.engine.equations import (
    Apply,
    Axis,
    ConstantNumber,
    Discrete,
    Expression,
    Fixed,
    Index,
    Part,
    Random,
    Rule,
    Stock,
    VariableReference,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import FUNCTIONS, display_name
from xhsim.engine.resolving.calls.profiles import profile_of
from xhsim.engine.resolving.resolver import Resolver
from xhsim.engine.resolving.scope import Scope, Shift
from xhsim.engine.resolving.solved_circles import MOST_UNKNOWNS

__all__ = ["resolve_stateful"]

# Functions whose fourth argument is not an order.
WITHOUT_ORDER = {
    *("forecast", "npv", "npve", "random_pink_noise"),
    *("delay_material", "depreciate_straightline"),
}
# The position of an argument that is a name: what is moved, or a lookup.
NAMED = {"shift_if_true": 0, "delay_profile": 0, "delay_conveyor": 3}
PIPELINES: dict[str, PipelineKind] = {
    "delay_material": "material",
    "delay_information": "information",
    "delay_conveyor": "conveyor",
    "delay_profile": "profile",
    "depreciate_straightline": "straight",
}
PROFILED = {"delay_conveyor", "delay_profile"}
DEEPEST = 20  # nesting of an expression that grows with the order of a delay
NOISE_BOUND = 6.0  # standard deviations
ROUNDING = 1e-9  # of a step: 0.3 are three steps of 0.1


def resolve_stateful(expressions: Resolver, node: syntax.Call, scope: Scope) -> Expression:
    """Resolve a call of a function with a memory.

    Parameters
    ----------
    expressions : Resolver
        Resolves the arguments. Hidden variables are added to its draft.
    node : syntax.Call
    scope : Scope

    Returns
    -------
    Expression
        The function's value in terms of the added variables.

    Raises
    ------
    ModelError
        If INTEG is not the whole equation, or the order is not known or out of bounds.
    """
    call = _StatefulCall(expressions, node, scope)
    if node.function.startswith("integ") or node.function == "sinteg":
        raise expressions.draft.error(
            f'INTEG in "{scope.element.name}" must be the whole equation',
            scope.component,
            "give the stock its own equation",
        )
    match node.function:
        case "initial":
            return call.initial()
        case "previous":
            return call.previous()
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
        case "npv" | "npve":
            return call.npv()
        case "random_pink_noise":
            return call.pink_noise()
        case "delay_material" | "delay_information" if call.has_one_time():
            return call.delay_fixed()
        case "delay_material" | "delay_information" | "delay_conveyor" | "delay_profile":
            return call.pipeline()
        case "depreciate_straightline":
            return call.depreciation()
        case "shift_if_true":
            return call.shift_if_true()
        case "simultaneous":
            return call.simultaneous()
        case "find_zero":
            return call.find_zero()
        case "smooth" | "smooth_n":
            return call.smooth()
    return call.delay()


class _StatefulCall:
    """A call of a function with a memory: its resolved arguments and their axes."""

    def __init__(self, expressions: Resolver, node: syntax.Call, scope: Scope) -> None:
        self.draft = expressions.draft
        self.node = node
        self.scope = scope
        self.kept: VariableReference | None = None
        if node.function == "sample_if_true" and node is scope.component.expression:
            scope = self._within_sample(scope)
        counted = 3 if len(node.arguments) == 4 and node.function not in WITHOUT_ORDER else None
        self.expressions = expressions
        named = NAMED.get(node.function)
        given = [a for place, a in enumerate(node.arguments[:counted]) if place != named]
        self.arguments = [expressions.resolve(a, scope) for a in given]
        self.axes: tuple[Axis, ...] = (
            tuple(scope.axes.values()) if self.kept else axes_of(self.arguments, scope.every_axis)
        )

    def _within_sample(self, scope: Scope) -> Scope:
        """Let the equation of a sample refer to the variable itself: to what it held before."""
        name = syntax.Name(syntax.match_key(scope.element.name), scope.component.subscripts)
        if not any(syntax.refers_to(a, name.name) for a in self.node.arguments):
            return scope
        axes = tuple(scope.axes.values())
        self.kept = self.draft.hidden(scope, "sample", axes, Discrete((), ()))
        return replace(scope, previous=(name, self.kept))

    def part(self, expression: Expression) -> tuple[Part, ...]:
        return (Part(self.axes, whole(self.axes), expression),)

    def hidden(self, role: str, definition: Rule | Stock | Discrete) -> VariableReference:
        """Add a hidden variable along the axes of the call."""
        return self.draft.hidden(self.scope, role, self.axes, definition)

    def once(self, role: str, expression: Expression) -> Expression:
        """Make a hidden variable of an expression that is used several times."""
        if isinstance(expression, ConstantNumber | VariableReference):
            return expression
        return self.hidden(role, Rule(self.part(expression)))

    def initial(self) -> Expression:
        return self.hidden("initial", Rule(self.part(self.arguments[0]), held=True))

    def previous(self) -> Expression:
        value, initial = self.arguments
        return self.hidden("previous", Discrete(self.part(value), self.part(initial)))

    def active_initial(self) -> Expression:
        running, initial = self.arguments
        return self.hidden("active", Rule(self.part(running), initial=self.part(initial)))

    def sample_if_true(self) -> Expression:
        """Keep the input's value of the last step at which the condition was true."""
        condition, source, initial = self.arguments
        kept = self.kept or self.hidden("sample", Discrete((), self.part(initial)))
        value = Apply("if_then_else", (condition, source, kept))
        self.draft.definitions[kept.variable] = Discrete(self.part(value), self.part(initial))
        return value

    def delay_fixed(self) -> Expression:
        source, duration, initial = self.arguments[:3]
        # The delay time is a variable, so that a delay of TIME STEP is one step for every dt.
        delay = self.hidden("delay_time", Rule(self.part(duration)))
        return self.hidden(
            "delay", Discrete(self.part(source), self.part(initial), self.part(delay))
        )

    def has_one_time(self) -> bool:
        """Tell whether the delay time never changes, so that DELAY FIXED gives the same."""
        return self._never_changes(self.node.arguments[1], (), self.scope)

    def pipeline(self) -> VariableReference:
        """Return the first of the numbers that a delay gives that takes the arguments."""
        points: tuple[tuple[float, ...], tuple[float, ...]] = (), ()
        if self.node.function in PROFILED:
            points = profile_of(self.expressions, self.node, self.scope)
        kind = PIPELINES[self.node.function]
        pipeline = Pipeline(name=self.scope.element.name, kind=kind, x=points[0], y=points[1])
        places = Axis("number", tuple(str(place) for place in range(pipeline.size)))
        taken = tuple(
            Part(self.axes, (*whole(self.axes), Fixed(place)), argument)
            for place, argument in enumerate(self.arguments)
        )
        delay = Discrete(taken, taken, container=pipeline)
        contents = self.draft.hidden(self.scope, "delay", (*self.axes, places), delay)
        return VariableReference(contents.variable, (*whole(self.axes), Fixed(0)))

    def depreciation(self) -> Expression:
        """Return what is due of earlier fiscal periods, and the part of the current investment."""
        self.arguments[0] = self.once("investment", self.arguments[0])
        due = self.pipeline()
        parts = VariableReference(due.variable, (*whole(self.axes), Fixed(1)))
        return Apply("add", (Apply("divide", (self.arguments[0], parts)), due))

    def _never_changes(
        self, node: syntax.Node, above: tuple[str, ...], scope: Scope | None
    ) -> bool:
        match node:
            case syntax.Number() | syntax.NumberArray():
                return True
            case syntax.Name(name=name) if scope and name in scope.given:
                inner, outer = scope.given[name]
                return self._never_changes(inner, (), outer)
            case syntax.Name(name=name) if scope and scope.macros and name.endswith("$"):
                return self._never_changes(syntax.Name(name[:-1]), (), None)
            case syntax.Name(name=name) if scope and name in scope.local:
                macro = self.draft.macros[scope.macros[-1]].elements
                found = [
                    e.components[0].expression for e in macro if syntax.match_key(e.name) == name
                ]
                return name not in above and all(
                    self._never_changes(inner, (*above, name), scope) for inner in found
                )
            case syntax.Name(name=name) if name in self.draft.elements and name not in above:
                components = self.draft.elements[name].components
                return all(
                    self._never_changes(c.expression, (*above, name), None) for c in components
                )
            case syntax.Call(function="initial"):
                return True
            case syntax.Call(function=function, arguments=arguments):
                row = FUNCTIONS.get(function)
                return (
                    row is not None
                    and row.kind == "elementwise"
                    and not row.uses_time
                    and all(self._never_changes(inner, above, scope) for inner in arguments)
                )
        return False

    def find_zero(self) -> Expression:
        """Mark the variable and the one that is to become zero."""
        key = syntax.match_key(self.scope.element.name)
        wanted = self.node.arguments[1]
        shape = tuple(len(dimension.elements) for dimension in self.draft.dimensions[key])
        fits = (
            self.node is self.scope.component.expression
            and not self.scope.macros
            and isinstance(wanted, syntax.Name)
            and wanted.name in self.draft.dimensions
            and len(shape) == 1
            and shape[0] <= MOST_UNKNOWNS
            and len(self.scope.axes) == 1
            and len(self.scope.element.components) == 1
            and tuple(len(d.elements) for d in self.draft.dimensions[wanted.name]) == shape
        )
        if not fits or not isinstance(wanted, syntax.Name):
            raise self.draft.error(
                f'FIND ZERO in "{self.scope.element.name}" must be the whole equation of a '
                f"variable with one subscript of at most {MOST_UNKNOWNS} elements, and take a "
                "variable of the same size",
                self.scope.component,
            )
        axes = tuple(self.scope.axes.values())
        self.draft.simultaneous[key] = (Part(axes, whole(axes), self.arguments[3]),)
        self.draft.zeros[key] = wanted.name
        return self.arguments[1]

    def simultaneous(self) -> Expression:
        """Mark the variable's circle, which is solved when all equations are known."""
        if self.node is not self.scope.component.expression or self.scope.macros:
            raise self.draft.error(
                f'SIMULTANEOUS in "{self.scope.element.name}" must be the whole equation',
                self.scope.component,
            )
        key = syntax.match_key(self.scope.element.name)
        value, initial = self.arguments
        regions = self.draft.subscripts.regions(
            self.scope.element, self.scope.component, self.draft.dimensions[key]
        )
        parts = tuple(
            Part(region.axes, region.indices, initial)
            for region in regions
            if {axis.name for axis in region.axes} == set(self.scope.axes)
        )
        self.draft.simultaneous[key] = (*self.draft.simultaneous.get(key, ()), *parts)
        return value

    def trend(self) -> Expression:
        """Return the fractional growth rate of the input relative to its smoothed past."""
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

    def shift_if_true(self) -> Expression:
        """Note the shift, which becomes flows of the stock; return what leaves the last element."""
        moved = self.node.arguments[0]
        condition, size, adds_up, enters = self.arguments
        indices: tuple[Index, ...] = ()
        if isinstance(moved, syntax.Name) and moved.name in self.draft.dimensions:
            indices = self.expressions.indices(moved, self.scope)
        known = isinstance(size, ConstantNumber) and isinstance(adds_up, ConstantNumber)
        if not isinstance(moved, syntax.Name) or not indices or not known:
            raise self.draft.error(
                f'SHIFT IF TRUE in "{self.scope.element.name}" takes the first element of a stock, '
                "and numbers for the size and for adding up",
                self.scope.component,
            )
        first = indices[-1]
        assert isinstance(size, ConstantNumber)
        assert isinstance(adds_up, ConstantNumber)
        count = self.draft.dimensions[moved.name][-1].elements
        if not isinstance(first, Fixed) or not 0 < size.value <= len(count) - first.position:
            raise self.draft.error(
                f'SHIFT IF TRUE in "{self.scope.element.name}" moves {size.value:g} elements, more '
                "than there are from its first one on",
                self.scope.component,
            )
        self.axes = tuple(self.scope.axes.values())
        happens = self.hidden("shift_now", Rule(self.part(condition)))
        inside = self.hidden("shift_in", Rule(self.part(enters)))
        steps = int(size.value)
        shift = Shift(moved.name, indices, steps, adds_up.value != 0, happens, inside)
        self.draft.shifts.append((shift, self.scope.component))
        if shift.adds_up:
            return ConstantNumber(0.0)
        last = VariableReference(moved.name, (*indices[:-1], Fixed(first.position + steps - 1)))
        return Apply("if_then_else", (condition, last, ConstantNumber(0.0)))

    def npv(self) -> Expression:
        """Add up a discounted stream; the last step counts as Vensim does it."""
        stream, rate, initial, factor = self.arguments
        stream, rate = self.once("stream", stream), self.once("rate", rate)
        step = VariableReference("time_step")
        one = ConstantNumber(1.0)
        growth = Apply("add", (one, Apply("multiply", (rate, step))))
        is_late = self.node.function == "npve"  # paid at the end of each step
        start = self.part(Apply("divide", (one, growth)) if is_late else one)
        weight = self.hidden("discount", Stock((), start))
        fall = Apply("divide", (Apply("multiply", (weight, rate)), growth))
        self.draft.definitions[weight.variable] = Stock(
            self.part(Apply("negative", (fall,))), start
        )
        flow = Apply("multiply", (stream, weight))
        total = self.hidden("total", Stock(self.part(flow), self.part(initial)))
        last = Apply("multiply", (flow, step))
        return Apply("multiply", (Apply("add", (total, last)), factor))

    def pink_noise(self) -> Expression:
        """Smooth white noise, whose spread makes up for what the smoothing takes away."""
        mean, spread, time = self.arguments[:3]
        mean, time = self.once("mean", mean), self.once("correlation_time", time)
        share = Apply("divide", (VariableReference("time_step"), time))
        rest = Apply("subtract", (ConstantNumber(2.0), share))
        wider = Apply("sqrt", (Apply("divide", (rest, share)),))
        self.draft.random_streams += 1
        bounds = ConstantNumber(-NOISE_BOUND), ConstantNumber(NOISE_BOUND)
        standard = (*bounds, ConstantNumber(0.0), ConstantNumber(1.0))
        drawn = Random("random_normal", self.draft.random_streams, standard)
        white = Apply("multiply", (Apply("multiply", (spread, wider)), drawn))
        start = self.part(mean)
        pink = self.hidden("noise", Stock((), start))
        gap = Apply("subtract", (Apply("add", (mean, white)), pink))
        flow = self.part(Apply("divide", (gap, time)))
        self.draft.definitions[pink.variable] = Stock(flow, start)
        return pink

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
        """Turn a smooth of order n and time T into stocks with flows ``(before - s_i) * n / T``."""
        source, duration, initial = self.arguments
        stages, order = self._order()
        duration = self.once("smooth_time", duration)
        before = out = source
        for stage in range(stages):
            start = self.part(initial)
            level = self.hidden("smooth", Stock((), start))
            gap = Apply("subtract", (before, level))
            scaled = Apply("multiply", (gap, order))
            flow = self.part(Apply("divide", (scaled, duration)))
            self.draft.definitions[level.variable] = Stock(flow, start)
            before = level
            if stage and not isinstance(order, ConstantNumber):  # an element may have fewer stages
                is_used = Apply("greater", (order, ConstantNumber(float(stage))))
                out = Apply("if_then_else", (is_used, level, out))
                if stage % DEEPEST == 0:
                    out = self.hidden("out", Rule(self.part(out)))
            else:
                out = level
        return out

    def delay(self) -> Expression:
        """Turn a delay of order n and time T into stocks, and return the outflow of the last one.

        The level of stock i is T times its outflow. Its flow is ``((T*before)/T - s_i / T) * n``.
        PySD and Vensim conserve the material of a delay in this way when T changes. In a DELAY N,
        material keeps the delay time at which it entered: stock i uses the delay time of i steps
        ago. A DELAY N that is too short for its order uses only its first stocks, as many as there
        are time steps in T at the start.
        """
        source, duration, initial = self.arguments
        order, fitting = self._order()
        is_discrete = self.node.function == "delay_n"
        may_vary = is_discrete and not self._is_constant(duration)
        now = self.once("delay_time", duration)
        if is_discrete and order > 1:
            fitting = self._fitting_order(now, fitting)
        times: list[Expression] = [now, *[now] * order]
        if may_vary:
            for stage in range(order):
                known: Expression = times[stage]
                times[stage + 1] = self.hidden(
                    "delay_time", Discrete(self.part(known), self.part(now))
                )
        start = self.part(Apply("multiply", (initial, now)))
        before = out = source
        for stage in range(order):
            level = self.hidden("delay", Stock((), start))
            after = Apply("divide", (level, times[stage]))
            gap = Apply("subtract", (before, after))
            flow: Expression = Apply("multiply", (gap, fitting))
            leaving = Apply("divide", (level, times[1])) if may_vary else after
            if stage and is_discrete:
                is_used = Apply("greater", (fitting, ConstantNumber(float(stage))))
                flow = Apply("if_then_else", (is_used, flow, ConstantNumber(0.0)))
                out = Apply("if_then_else", (is_used, leaving, out))
                if stage % DEEPEST == 0:  # a long delay would be nested too deeply
                    out = self.hidden("out", Rule(self.part(out)))
            else:
                out = leaving
            self.draft.definitions[level.variable] = Stock(self.part(flow), start)
            before = after
        return out

    def _fitting_order(self, duration: Expression, wanted: Expression) -> Expression:
        """Return the order that a delay can have, kept from the start; each element has its own."""
        one = ConstantNumber(1.0)
        steps = Apply("divide", (duration, VariableReference("time_step")))
        whole = Apply("integer", (Apply("add", (steps, ConstantNumber(ROUNDING))),))
        fitting = Apply("min", (wanted, Apply("max", (whole, one))))
        return self.hidden("order", Rule(self.part(fitting), held=True))

    def _is_constant(self, expression: Expression) -> bool:
        if isinstance(expression, ConstantNumber):
            return True
        return (
            isinstance(expression, VariableReference)
            and self.draft.variables[expression.variable].kind == "constant"
        )

    def _order(self) -> tuple[int, Expression]:
        """Return the number of stocks, and the order, which each element may have for itself.

        A run cannot change constants that determine it.
        """
        node = self.node.arguments[3]
        value = self.draft.value_at_start(node, self.scope)
        values = (value,) if value is not None else self.draft.values_at_start(node, self.scope)
        shown = display_name(self.node.function)
        if not values:
            raise self.draft.error(
                f'the order of {shown} in "{self.scope.element.name}" must be known before the run',
                self.scope.component,
                "write it with numbers, constants, INITIAL, STEP and plain functions of them",
            )
        most = limits.most(limits.STAGES)
        for value in values:
            if not 1 <= value < most + 1:
                raise self.draft.error(
                    f'the order of {shown} in "{self.scope.element.name}" must be from 1 to '
                    f"{most}, not {value:g}",
                    self.scope.component,
                    limits.raise_hint(value, limits.STAGES) if value < math.inf else None,
                )
        if len(set(values)) == 1:
            return int(values[0]), ConstantNumber(float(int(values[0])))
        order = self.expressions.resolve(syntax.Call("integer", (node,)), self.scope)
        self.axes = axes_of([*self.arguments, order], self.scope.every_axis)
        return int(max(values)), order
