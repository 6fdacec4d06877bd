"""Choosing ``variable[element]`` from what a run gave: one rule for whoever asks.

A variable without elements is chosen by its name. One with elements needs one element for each of
its dimensions, unless each has a single one; names may be written in either spelling.
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

AXES = ("draw", "time")  # of a run; all others are the model's dimensions


def select_one(
    run: xr.Dataset, wanted: Reference | str, *, who: str = "", place: Place | None = None
) -> xr.DataArray:
    """Choose a variable, or one element of it.

    Parameters
    ----------
    run : Dataset
        What a study or a model gave.
    wanted : Reference or str
        ``name`` or ``name[element]``, with one element for each of the variable's dimensions.
    who : str
        Who asks, for messages: ``target "rd_intensity"``; by default what is written.
    place : Place, optional
        Where it is written.

    Returns
    -------
    DataArray
        With the dimensions ``draw`` and ``time`` that the run has, and no others.

    Raises
    ------
    InputError
        If the run lacks the variable or the element, or several elements are left.

    Examples
    --------
    >>> import xhsim
    >>> run = xhsim.open_study().run("plan", outputs=["cluster output"])
    >>> select_one(run, "cluster output[ai]").dims
    ('time',)
    """
    reference = parse_reference(wanted) if isinstance(wanted, str) else wanted
    data = variable_of(run, reference, who=who, place=place)
    dims = [dim for dim in data.dims if dim not in AXES]
    # Elements are looked up by position: label searches would cost more than all the rest.
    known = [tuple(map(str, data[dim].values)) for dim in dims]
    places = element_places(reference, known, who=who, place=place)
    return data.isel(dict(zip(dims, places, strict=True))) if dims else data


def select_total(run: xr.Dataset, wanted: Reference | str) -> xr.DataArray:
    """Add up the elements of a variable that are chosen, or all of them.

    Parameters
    ----------
    run : Dataset
    wanted : Reference or str
        ``name``, ``name[element]`` or ``name[element, element]``; the elements are of the
        variable's first dimension.

    Returns
    -------
    DataArray
        With the dimensions ``draw`` and ``time`` that the run has, and no others; not a number
        where an element is not.

    Raises
    ------
    InputError
        If the run lacks the variable or an element.

    Examples
    --------
    >>> import xhsim
    >>> run = xhsim.open_study().run("plan", outputs=["cluster output"])
    >>> two = select_total(run, "cluster output[AI, Finance]")
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
    """Return a variable of a run with all of its elements.

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
    for candidate in run.data_vars:  # made elsewhere, with names as people write them
        if canonical(str(candidate)) == name:
            return run[candidate]
    near = did_you_mean(reference.name, map(str, run.data_vars))
    make = f'make it with outputs=[..., "{reference.name}"]'
    raise InputError(
        f'{who or "what is asked"} looks at "{reference.name}", which the ensemble lacks',
        file=place.file if place else None,
        line=place.line if place else None,
        hint=f"{near}, or {make}" if near else make,
    )


def element_places(
    reference: Reference,
    dimensions: Sequence[tuple[str, ...]],
    *,
    who: str = "",
    place: Place | None = None,
) -> tuple[int, ...]:
    """Find the one element that a reference means, by number along each dimension.

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
        As many as there are dimensions.

    Raises
    ------
    InputError
        If there is no such element, no element at all, or several are left.

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
