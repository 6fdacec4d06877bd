"""Dimensions of XMILE that have the name of an element: they get another name.

XMILE tells them apart by the array that a subscript belongs to. In the rest of the engine, as in
Vensim, a name is either a dimension or an element.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from xhsim.engine.language.syntax import match_key
from xhsim.engine.reading.xmile.xml import Document

__all__ = ["meant_subscripts", "set_apart"]

ADDED = " dimension"


def set_apart(document: Document) -> dict[str, str]:
    """Rename such dimensions in a document, also where variables name them.

    Parameters
    ----------
    document : Document

    Returns
    -------
    dict of str to str
        The new names by the key of the old ones.
    """
    dimensions = [
        node
        for section in document.children("dimensions")
        for node in document.children("dim", section)
    ]
    elements = {
        match_key(document.name_of(element))
        for node in dimensions
        for element in document.children("elem", node)
    }
    names = {match_key(document.name_of(node)) for node in dimensions}
    renamed: dict[str, str] = {}
    for key in sorted(names & elements):
        new = key.replace("_", " ") + ADDED
        while match_key(new) in names | elements:
            new += ADDED
        renamed[key] = new
    if renamed:
        for node in document.root.iter():
            if document.tag_of(node) == "dim":
                new_name = renamed.get(match_key(document.name_of(node)))
                if new_name is not None:
                    node.set("name", new_name)
    return renamed


def meant_subscripts(
    subscripts: tuple[str, ...],
    elements: tuple[Collection[str] | None, ...],
    renamed: Mapping[str, str],
) -> tuple[str, ...]:
    """Return the subscripts of an array, with the new names of the dimensions among them.

    Parameters
    ----------
    subscripts : tuple of str
        As written.
    elements : tuple of collection of str
        The elements of each dimension of the array. What is one of them is no dimension.
    renamed : mapping of str to str
        What `set_apart` returned.

    Examples
    --------
    >>> renamed = {"region": "region dimension"}
    >>> meant_subscripts(("Region", "Region"), (["Region", "World"], ["north"]), renamed)
    ('Region', 'region dimension')
    """
    if not renamed or len(subscripts) != len(elements):
        return subscripts
    found = []
    for subscript, own in zip(subscripts, elements, strict=True):
        key = match_key(subscript)
        is_element = key in map(match_key, own or ())
        found.append(subscript if is_element else renamed.get(key, subscript))
    return tuple(found)
