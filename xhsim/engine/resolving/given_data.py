"""Values over time for the data variables of a model, from files that the caller names."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from xhsim.engine.language import syntax
from xhsim.engine.reading.series_files import Series
from xhsim.engine.resolving.subscripts import Subscripts
from xhsim.errors import InputError, did_you_mean

__all__ = ["with_data"]

Found = Mapping[tuple[str, tuple[str, ...]], Series]


def with_data(
    model: syntax.ModelText, files: Mapping[str, Iterable[Series]]
) -> tuple[syntax.ModelText, tuple[str, ...]]:
    """Give data variables their values.

    Parameters
    ----------
    model : syntax.ModelText
    files : mapping of str to iterable of Series
        By the name of the file. If two files have a series, the later file counts.

    Returns
    -------
    model : syntax.ModelText
        Variables without a right-hand side have their tables. So has what the equations name and
        the model does not define, if a file has it.
    missing : tuple of str
        Elements that lack values, of variables whose other elements have some.

    Raises
    ------
    InputError
        If nothing in a file is a data variable of the model.

    Examples
    --------
    >>> from xhsim.engine.language.syntax import Call, Component, Element, ModelText
    >>> gap = Component((), (), Call("data", ()), "data", "", 3)
    >>> model = ModelText("m.mdl", (), (Element("rain", "", "", (None, None), "", (gap,)),))
    >>> rain = Series("Rain", "rain", (), (0.0, 1.0), (5.0, 7.0))
    >>> with_data(model, {"d.csv": [rain]})[0].elements[0].components[0].expression.y
    (5.0, 7.0)
    """
    known = {(one.variable, one.elements): one for series in files.values() for one in series}
    wanted = {syntax.match_key(e.name): e for e in model.elements if _is_open(e)}
    undefined = _undefined(model, {variable for variable, _ in known})
    for file, series in files.items():
        names = {one.variable: one.name for one in series}
        usable = wanted.keys() | undefined
        if not names.keys() & usable:
            raise _nothing_fits(file, list(names.values()), [e.name for e in wanted.values()])
        for one in series:
            if one.problem and one.variable in usable:
                raise InputError(one.problem, file=file, hint=one.hint)
    subscripts = Subscripts(model)
    missing: list[str] = []
    elements = [
        _filled(element, known, subscripts, missing) if key in wanted else element
        for key, element in ((syntax.match_key(e.name), e) for e in model.elements)
    ]
    unused = [s.name for s in known.values() if s.variable not in wanted.keys() | undefined]
    for element in filter(_is_open, elements):
        longer = [name for name in unused if name.lower().startswith(element.name.lower() + " ")]
        near = did_you_mean(element.name, unused)
        if longer and not near:
            near = f'did you mean "{longer[0]}"?'
        if near:
            missing.append(f"{element.name} ({near.removesuffix('?')}, which is in the data?)")
    added = [_added(variable, known) for variable in sorted(undefined)]
    return structs.replace(model, elements=(*elements, *added)), tuple(missing)


def _is_open(element: syntax.Element) -> bool:
    return any(_is_gap(component) for component in element.components)


def _is_gap(component: syntax.Component) -> bool:
    return component.kind == "data" and isinstance(component.expression, syntax.Call)


def _undefined(model: syntax.ModelText, given: set[str]) -> set[str]:
    """Return the given variables that equations name and the model does not define."""
    defined = {syntax.match_key(element.name) for element in model.elements}
    used = {
        name
        for element in model.elements
        for component in element.components
        for name in _names(component.expression)
    }
    return (given & used) - defined


def _names(node: syntax.Node) -> Iterator[str]:
    open_nodes = [node]
    while open_nodes:
        current = open_nodes.pop()
        if isinstance(current, syntax.Name):
            yield current.name
        elif isinstance(current, syntax.Call):
            open_nodes += current.arguments


def _filled(
    element: syntax.Element, known: Found, subscripts: Subscripts, missing: list[str]
) -> syntax.Element:
    """Fill in the tables of a variable, and add the names of its elements without one."""
    key = syntax.match_key(element.name)
    components: list[syntax.Component] = []
    lacking: list[str] = []
    found = False
    for component in element.components:
        if not _is_gap(component):
            components.append(component)
            continue
        spans = [
            subscripts.elements_of(name, element.name, component.line)
            for name in component.subscripts
        ]
        for place in itertools.product(*spans):
            series = known.get((key, tuple(map(syntax.match_key, place))))
            found |= series is not None
            if series is None:
                lacking.append(f"{element.name}[{','.join(place)}]")
            components.append(_component(component, place, series))
    if not found:
        return element
    missing += lacking
    return structs.replace(element, components=tuple(components))


def _component(
    component: syntax.Component, place: tuple[str, ...], series: Series | None
) -> syntax.Component:
    times, values = (series.times, series.values) if series else ((0.0,), (float("nan"),))
    table = syntax.Tables(times, values, (len(times),), component.keyword or "interpolate")
    return structs.replace(component, subscripts=place, exceptions=(), expression=table)


def _added(variable: str, known: Found) -> syntax.Element:
    series = [one for one in known.values() if one.variable == variable]
    empty = syntax.Component((), (), syntax.Call("data", ()), "data", "", 0)
    return syntax.Element(
        variable.replace("_", " "),
        "",
        "",
        (None, None),
        "",
        tuple(_component(empty, one.elements, one) for one in series),
    )


def _nothing_fits(file: str, names: list[str], wanted: list[str]) -> InputError:
    if not wanted:
        return InputError("the model has no data variable that lacks values", file=file)
    some = ", ".join(f'"{name}"' for name in names[:5])
    missing = ", ".join(f'"{name}"' for name in wanted[:5])
    near = next((hint for name in wanted if (hint := did_you_mean(name, names))), None)
    return InputError(
        f"none of its {len(names)} series ({some}) is a data variable of the model; it needs "
        f"{missing}",
        file=file,
        hint=near,
    )
