"""Modules of an XMILE file, combined into one model.

PySD reads the variables of all models in the file as one model, and ignores connections. Here,
too, all models share one set of names. The reader refuses a name that two models define, and a
model that several modules use.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from xhsim.engine.language import syntax
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.xmile.equations import key_of
from xhsim.engine.reading.xmile.xml import Document

__all__ = ["Modules"]

VARIABLES = {"aux", "flow", "stock", "gf"}


class Modules:
    """The variables of all models in a file, and the connections of inputs of modules.

    Parameters
    ----------
    document : Document

    Attributes
    ----------
    groups : tuple of (str, str)
        Name and comment of each group or module.
    connected : dict of str to str
        The key of each input of a module, and the key of the variable that feeds it.

    Raises
    ------
    ModelError
        If more than one module uses the same model.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._models = document.children("model")
        self._members: dict[str, str] = {}
        self.connected: dict[str, str] = {}
        self._same: set[str] = set()
        groups: dict[str, str] = {}
        used: set[str] = set()
        for model in self._models:
            if model.get("name"):
                groups[document.name_of(model)] = ""
            for part in self._parts(model):
                if document.tag_of(part) == "group" and part.get("name"):
                    groups[document.name_of(part)] = " ".join(document.text("doc", part).split())
                    self._add_members(part)
                elif document.tag_of(part) == "module":
                    self._connect(part, used)
        self.groups = tuple(groups.items())

    def _parts(self, model: etree._Element) -> Iterator[etree._Element]:
        for node in (model, *self._document.children("variables", model)):
            yield from node

    def _add_members(self, group: etree._Element) -> None:
        name = self._document.name_of(group)
        for entity in self._document.children("entity", group):
            self._members[key_of(entity.get("name") or "")] = name

    def _connect(self, module: etree._Element, used: set[str]) -> None:
        name = module.get("model") or self._document.name_of(module)
        key = key_of(name)
        if key in used:
            raise self._document.error(
                f'two modules use the model "{shorten(name)}", which is not supported',
                module,
                "copy the model under a second name",
            )
        used.add(key)
        for node in self._document.children("connect", module):
            target, source = (last_part(node.get(end) or "") for end in ("to", "from"))
            if not target or not source:
                raise self._document.error(
                    "a <connect> has no `to` or no `from`", node, "write both"
                )
            if target == source:
                self._same.add(target)
            else:
                self.connected[target] = source

    def variables(self) -> Iterator[tuple[etree._Element, str]]:
        """Yield the nodes of all variables, each with its group.

        Inputs of modules with the same name as the variable that feeds them are left out.
        """
        for model in self._models:
            own = self._document.name_of(model) if model.get("name") else ""
            # In the first versions of XMILE, the variables stood in the model itself.
            sections = self._document.children("variables", model)
            old = [node for node in model if self._document.tag_of(node) in VARIABLES]
            for section in sections or [old]:
                for node in section:
                    key = key_of(node.get("name") or "")
                    is_input = (node.get("access") or "").lower() == "input"
                    if not (key in self._same and is_input):
                        yield node, self._members.get(key, own)


def last_part(name: str) -> str:
    """Return the key of a variable without its module.

    Examples
    --------
    >>> last_part("Housing.Vacant homes"), last_part(".price")
    ('vacant_homes', 'price')
    """
    return syntax.match_key(key_of(name).rpartition(".")[2])
