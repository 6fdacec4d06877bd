"""Variables whose equations a scenario replaces by paths, as the model takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.equations import TIME
from xhsim.engine.insight.graph import causes_of
from xhsim.engine.model import Model
from xhsim.engine.overrides import Override
from xhsim.engine.paths import Path
from xhsim.study.names import canonical, find_elements
from xhsim.study.scenarios.changes import Change
from xhsim.study.scenarios.shapes import (
    Constant,
    Pulse,
    Quantity,
    Ramp,
    SCurve,
    Shape,
    Step,
    as_path,
    lay_over,
)

__all__ = ["Overruled", "causes_named", "overruled"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Overruled:
    """A variable with a path, or with paths of some of its elements.

    Parameters
    ----------
    name : str
        As in the model file.
    elements : tuple of str
        Of its only dimension; empty for a number, and for a variable with several dimensions.
    shapes : mapping of str to tuple of Shape
        By element, in the order in which they apply; the element "" stands for all.
    feet : mapping of float to ndarray
        What the variable is at the dates at which a shape starts from its own value, with the
        elements and then the draws.
    """

    name: str
    elements: tuple[str, ...]
    shapes: Mapping[str, tuple[Shape, ...]]
    feet: Mapping[float, Array] = field(default_factory=dict)

    @property
    def dates(self) -> tuple[float, ...]:
        """The dates at which a shape starts from what the variable is by itself."""
        every = {
            shape.start
            for shapes in self.shapes.values()
            for number, shape in enumerate(shapes)
            if isinstance(shape, Ramp | SCurve)
            and not as_path(lay_over(0.0, [_mark(one) for one in shapes[:number]])).at(shape.start)
        }
        return tuple(sorted(every))

    def known(self, until: float) -> Overruled:
        """Return the same without shapes that begin after a date or whose foot is not known yet."""
        missing = {*self.dates} - {*self.feet}
        kept = {
            element: tuple(
                shape
                for shape in shapes
                if shape.first_change <= until and shape.first_change not in missing
            )
            for element, shapes in self.shapes.items()
        }
        return replace(self, shapes=kept)

    @property
    def value(self) -> Path | Override | None:
        """The value for `Model.run`: a path if it holds for the whole run; None if nothing does."""
        marks = [self._of(element, mark=True) for element in self._each]
        levels = [self._of(element, mark=False) for element in self._each]
        if not any(as_path(mark).values.any() for mark in marks):
            return None
        level = self._joined(levels)
        if all(np.all(as_path(mark).values == 1.0) for mark in marks):
            return level
        return Override(level, self._joined(marks))

    @property
    def _each(self) -> tuple[str, ...]:
        return self.elements or ("",)

    def _of(self, element: str, *, mark: bool) -> Quantity:
        shapes = self.shapes.get(element, ())
        if mark:
            return lay_over(0.0, [_mark(shape) for shape in shapes])
        if not self.feet:
            return lay_over(0.0, shapes)
        dates = sorted(self.feet)
        number = self._each.index(element)
        feet = [self.feet[date][number] if self.elements else self.feet[date] for date in dates]
        return lay_over(Path.steps(dates, np.stack(np.broadcast_arrays(*feet))), shapes)

    def _joined(self, parts: Sequence[Quantity]) -> Path:
        if not self.elements:
            return as_path(parts[0])
        return Path.stack([as_path(part) for part in parts])


def overruled(paths: Sequence[Change], model: Model) -> list[Overruled]:
    """Collect the paths of a scenario by variable and element.

    Parameters
    ----------
    paths : sequence of Change
        In the order in which they apply.
    model : Model

    Returns
    -------
    list of Overruled
        One for each variable.

    Raises
    ------
    InputError
        If the model lacks a variable or an element.
    """
    found: dict[str, Overruled] = {}
    for change in paths:
        variable = model.names.find(change.reference.name)
        dimensions = [model.equations.dimensions[name].elements for name in variable.dimensions]
        elements = dimensions[0] if len(dimensions) == 1 else ()
        key = canonical(variable.name)
        known = found.setdefault(key, Overruled(variable.name, elements, {}))
        shapes = dict(known.shapes)
        for element in find_elements(change.reference, elements, change.where) or ("",):
            kept = () if change.shape.replaces else shapes.get(element, ())
            shapes[element] = (*kept, change.shape)
        found[key] = Overruled(variable.name, elements, shapes)
    return list(found.values())


def _mark(shape: Shape) -> Shape:
    """Return the shape that is 1 while another one decides the value."""
    if isinstance(shape, Pulse):
        return Pulse(shape.start, shape.until, 1.0)
    if shape.replaces:
        return Constant(1.0)
    return Step(shape.first_change, 1.0)


def causes_named(model: Model, path: Change) -> list[str]:
    """Return the direct causes of a variable that a path cuts off, as the model names them.

    Parameters
    ----------
    model : Model
    path : Change
        Of a variable of the model.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.study.scenarios.scenario import make_scenario
    >>> path = make_scenario("x", paths={"real GDP": 3000}).paths[0]
    >>> causes_named(xhsim.open_study().model, path)
    ['price level', 'GDP']
    """
    equations = model.equations
    causes = causes_of(equations, model.names.find(path.reference.name).key)
    return ["Time" if key == TIME else equations.variables[key].name for key in causes]
