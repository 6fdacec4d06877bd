"""Selection of ``variable[element]`` from the result of a run, by one rule for all analyses.

A variable without elements is selected by its name. A variable with elements needs one element for
each of its dimensions, unless each dimension has only one. Both spellings of names are accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError, did_you_mean
from xhsim.study.names import Reference, find_elements, parse_reference

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.study.files.mistakes import Place

__all__ = ["AXES", "element_places", "select_one", "select_total", "variable_of"]

AXES = ("draw", "time")  # the axes of a run; all others are dimensions of the model


def select_one(
    run: xr.Dataset, wanted: Reference | str, *, who: str = "", place: Place | None = None
) -> xr.DataArray:
    """Select a variable, or one element of it.

    Parameters
    ----------
    run : Dataset
        The result of a run of a study or a model.
    wanted : Reference or str
        ``name`` or ``name[element]``, with one element for each of the variable's dimensions.
    who : str
        The subject of the message, such as ``target "rd_intensity"``; by default `wanted`.
    place : Place, optional
        Where the reference is written.

    Returns
    -------
    DataArray
        With the dimensions ``draw`` and ``time`` that the run has, and no others.

    Raises
    ------
    InputError
        If the run lacks the variable or the element, or `wanted` leaves several elements.

    Examples
    --------
    >>> import xhsim
    >>> run = xhsim.open_study().run("plan", outputs=["cluster output"])
    >>> select_one(run, "cluster output[digital]").dims
    ('time',)
    """
    reference = parse_reference(wanted) if isinstance(wanted, str) else wanted
    data = variable_of(run, reference, who=who, place=place)
    dims = [dim for dim in data.dims if dim not in AXES]
    # Elements are selected by position: xarray's search by label would cost more than the rest.
    known = [tuple(map(str, data[dim].values)) for dim in dims]
    places = element_places(reference, known, who=who, place=place)
    return data.isel(dict(zip(dims, places, strict=True))) if dims else data


def select_total(run: xr.Dataset, wanted: Reference | str) -> xr.DataArray:
    """Sum a variable over the selected elements, or over all of them.

    Parameters
    ----------
    run : Dataset
    wanted : Reference or str
        ``name``, ``name[element]`` or ``name[element, element]``, with elements of the variable's
        first dimension.

    Returns
    -------
    DataArray
        With the dimensions ``draw`` and ``time`` that the run has, and no others. It is NaN where
        an element is NaN.

    Raises
    ------
    InputError
        If the run lacks the variable or an element.

    Examples
    --------
    >>> import xhsim
    >>> run = xhsim.open_study().run("plan", outputs=["cluster output"])
    >>> two = select_total(run, "cluster output[Digital, Finance]")
    >>> bool((two < select_total(run, "cluster output")).all())
    True
    """
    reference = parse_reference(wanted) if isinstance(wanted, str) else wanted
    data = variable_of(run, reference)
    dims = [dim for dim in data.dims if dim not in AXES]
    if reference.elements:
        known = tuple(map(str, data[dims[0]].values)) if dims else ()
        chosen = [known.index(element) for element in find_elements(reference, known, None)]
        data = data.isel({dims[0]: chosen})
    return data.sum(dims, skipna=False)


def variable_of(
    run: xr.Dataset, reference: Reference, *, who: str = "", place: Place | None = None
) -> xr.DataArray:
    """Return a variable of a run with all its elements.

    Parameters
    ----------
    run, who, place
        As for `select_one`.
    reference : Reference

    Returns
    -------
    DataArray

    Raises
    ------
    InputError
        If the run lacks it.
    """
    name = canonical(reference.name)
    if name in run.data_vars:
        return run[name]
    for candidate in run.data_vars:  # a dataset from elsewhere may have names as people write them
        if canonical(str(candidate)) == name:
            return run[candidate]
    near = did_you_mean(reference.name, map(str, run.data_vars))
    make = f'run it with outputs=[..., "{reference.name}"]'
    raise InputError(
        f'{who or "the selection"} needs "{reference.name}", which the ensemble lacks',
        file=place.file if place else None,
        line=place.line if place else None,
        hint=f"{near} Otherwise {make}" if near else make,
    )


def element_places(
    reference: Reference,
    dimensions: Sequence[tuple[str, ...]],
    *,
    who: str = "",
    place: Place | None = None,
) -> tuple[int, ...]:
    """Find the position of the element that a reference means, along each dimension.

    Parameters
    ----------
    reference : Reference
    dimensions : sequence of tuple of str
        The elements of each dimension of the variable.
    who, place
        As for `select_one`.

    Returns
    -------
    tuple of int
        One for each dimension.

    Raises
    ------
    InputError
        If there is no such element, the variable has no elements, or the reference leaves several.

    Examples
    --------
    >>> element_places(Reference("size", ("south",)), [("North", "South")])
    (1,)
    >>> element_places(Reference("size"), [("North",)])
    (0,)
    """
    if not dimensions:
        find_elements(reference, (), place)
        return ()
    chosen, asker = reference.elements, who or f'"{reference}"'
    if not chosen and all(len(known) == 1 for known in dimensions):
        chosen = tuple(known[0] for known in dimensions)
    if len(chosen) != len(dimensions):
        some = ", ".join(known[0] for known in dimensions)
        every = "; ".join(", ".join(known) for known in dimensions)
        raise InputError(
            f'{asker} does not say which element of "{reference.name}" it means',
            file=place.file if place else None,
            line=place.line if place else None,
            hint=f'write "{reference.name}[{some}]"; elements: {every}',
        )
    found = []
    for known, element in zip(dimensions, chosen, strict=True):
        (spelled,) = find_elements(Reference(reference.name, (element,)), known, place)
        found.append(known.index(spelled))
    return tuple(found)
