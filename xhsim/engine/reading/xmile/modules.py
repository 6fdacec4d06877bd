"""Modules of an XMILE file, combined into one model.

A model may be used by several modules, and each module has its own names: `births` of the module
Hares is not `births` of Lynxes. In the combined model, a name that only one variable has stays as
it is, as in PySD. Where several have it, those in modules get the name of their module, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from xhsim.engine import limits
from xhsim.engine.language import syntax
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.xmile.equations import key_of
from xhsim.engine.reading.xmile.xml import Document
from xhsim.errors import ModelError, did_you_mean

__all__ = ["Member", "Modules", "last_part"]

VARIABLES = {"aux", "flow", "stock", "gf"}
MOST_VARIABLES = 200_000  # with those of models that several modules use
DEEPEST = 30
MOST_REMARKS = 20  # of a file


@dataclass(frozen=True)
class Member:
    """A variable of the combined model: its node, group, module, key and name."""

    node: etree._Element
    group: str
    module: str
    key: str
    name: str


@dataclass(frozen=True)
class Connection:
    """A <connect> node: the keys of its ends, and the paths of its module and of what is around."""

    node: etree._Element
    target: str
    source: str
    path: str
    outside: str


@dataclass(frozen=True)
class Module:
    """A model in its place: the path of keys and of names that leads to it."""

    model: etree._Element
    path: str
    title: str


class Modules:
    """The variables of all models in a file, and the connections of inputs of modules.

    Parameters
    ----------
    document : Document

    Attributes
    ----------
    groups : tuple of (str, str)
        Name and comment of each group or module.
    members : tuple of Member
        All variables. Inputs of modules that have the name of the variable that feeds them are left
        out, and their name means that variable.

    Raises
    ------
    ModelError
        If a module contains itself, or a connection is not complete or names a variable that
        does not exist.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._groups: dict[str, str] = {}
        self._group_of: dict[tuple[str, str], str] = {}
        self._size = 0
        self._connections: list[Connection] = []
        self._without_model: set[str] = set()  # paths of modules
        self._main = ""  # the key of the main model, if it has a name
        places = self._places()
        self.groups = tuple(self._groups.items())
        self._titles = {place.path: place.title for place in places if place.path}
        found = [(place, *item) for place in places for item in self._variables(place)]
        # Of inputs, by path: name and module.
        self._sources = self._connected(
            {joined(place.path, key): node for place, key, node in found if self._is_variable(node)}
        )
        self._passed_on = {
            joined(place.path, key)
            for place, key, node in found
            if (node.get("access") or "").lower() == "input"
            and self._has_name_of_source(place, key)
        }
        kept = [item for item in found if joined(item[0].path, item[1]) not in self._passed_on]
        # A name that occurs twice in one module is a mistake, which the reader of variables finds.
        own = {(place.path, key) for place, key, node in kept if self._is_variable(node)}
        several = Counter(key for _, key in own)
        self.members = tuple(
            self._member(place, key, node, several[key] > 1 and bool(place.path))
            for place, key, node in kept
        )
        self._keys = {
            joined(place.path, key): member.key
            for (place, key, node), member in zip(kept, self.members, strict=True)
            if self._is_variable(node)
        }
        self._check_sources()

    def _member(self, place: Module, key: str, node: etree._Element, apart: bool) -> Member:
        own = self._document.name_of(place.model) if place.model.get("name") else ""
        group = self._group_of.get((place.path, key), own)
        name = self._document.name_of(node) if node.get("name") else ""
        if apart:
            return Member(node, group, place.path, joined(place.path, key), f"{place.title}.{name}")
        return Member(node, group, place.path, key, name)

    def _variables(self, place: Module) -> Iterator[tuple[str, etree._Element]]:
        """Yield the variables of a model with their keys in it."""
        document = self._document
        sections = document.children("variables", place.model)
        # In the first versions of XMILE, the variables stood in the model itself.
        old = [node for node in place.model if self._is_variable(node)]
        for section in sections or [old]:
            for node in section:
                yield key_of(node.get("name") or ""), node

    def _is_variable(self, node: etree._Element) -> bool:
        return self._document.tag_of(node) in VARIABLES

    def _places(self) -> list[Module]:
        """Return the models of the file in their places, from the main model on."""
        models = self._document.children("model")
        self._models = {key_of(model.get("name") or ""): model for model in models}
        main = [model for model in models if not model.get("name")] or models[:1]
        self._main = key_of(main[0].get("name") or "") if main else ""
        places: list[Module] = []
        used: set[str] = set()
        for model in main:
            self._visit(Module(model, "", ""), (), places, used)
        for key, model in self._models.items():  # models that no module uses
            if key and key not in used and model not in main:
                title = self._document.name_of(model)
                self._visit(Module(model, key, title), (key,), places, used)
        return places

    def _visit(
        self, place: Module, above: tuple[str, ...], places: list[Module], used: set[str]
    ) -> None:
        document = self._document
        places.append(place)
        inner: list[tuple[Module, str]] = []
        self._size += 1 + sum(1 for _ in self._parts(place.model))
        if place.model.get("name"):
            self._groups[document.name_of(place.model)] = ""
        for part in self._parts(place.model):
            if document.tag_of(part) == "group" and part.get("name"):
                name = document.name_of(part)
                self._groups[name] = " ".join(document.text("doc", part).split())
                for entity in document.children("entity", part):
                    self._group_of[place.path, key_of(entity.get("name") or "")] = name
            elif document.tag_of(part) == "module":
                name = document.name_of(part)
                path = joined(place.path, key_of(name))
                self._connect(part, place.path, path)
                key = key_of(_model_of(part) or name)
                if key not in self._models:
                    self._note_missing_model(part, name, path)
                    continue
                used.add(key)
                if key in above:
                    raise document.error(f'the module "{shorten(name)}" contains itself', part)
                if len(above) > DEEPEST:
                    raise document.error(
                        f'the module "{shorten(name)}" lies in more than {DEEPEST} others',
                        part,
                        "this limit cannot be raised: place it in a module further out",
                    )
                if self._size > limits.most(MOST_VARIABLES):
                    raise document.error(
                        f"the modules have more than {limits.most(MOST_VARIABLES):,} variables",
                        part,
                        limits.raise_hint(self._size, MOST_VARIABLES),
                    )
                title = f"{place.title}.{name}" if place.title else name
                inner.append((Module(self._models[key], path, title), key))
        for child, key in inner:
            self._visit(child, (*above, key), places, used)

    def _parts(self, model: etree._Element) -> Iterator[etree._Element]:
        for node in (model, *self._document.children("variables", model)):
            yield from node

    def _note_missing_model(self, module: etree._Element, name: str, path: str) -> None:
        """Remark on a module without a model. Only an equation that uses it is a mistake."""
        self._without_model.add(path)
        if len(self._document.remarks) >= MOST_REMARKS:
            return
        wanted = _model_of(module) or name
        known = [self._document.name_of(model) for key, model in self._models.items() if key]
        hint = did_you_mean(wanted, known)
        self._remark(
            module,
            f'the module "{shorten(name)}" is left out, because the file has no model '
            f'"{shorten(wanted)}"' + (f" ({hint})" if hint else ""),
        )

    def _remark(self, node: etree._Element, text: str) -> None:
        document = self._document
        if len(document.remarks) < MOST_REMARKS:
            document.remarks += (f"{document.path.name}:{node.sourceline}: {text}",)

    def _connect(self, module: etree._Element, outside: str, path: str) -> None:
        for node in self._document.children("connect", module):
            if node.get("to") is None or node.get("from") is None:
                raise self._document.error(
                    "a <connect> has no `to` or no `from`", node, "write both"
                )
            target, source = (key_of(node.get(end) or "") for end in ("to", "from"))
            if last_part(target) and last_part(source):
                self._connections.append(Connection(node, target, source, path, outside))
            else:  # an input that nothing feeds yet
                self._remark(node, "a <connect> with an empty name is ignored")

    def _connected(self, variables: dict[str, etree._Element]) -> dict[str, tuple[str, str]]:
        """Return what feeds each input: the path of the input, and the name and module of it."""
        found: dict[str, tuple[str, str]] = {}
        for each in self._connections:
            # `to` names the module and its input, or the input alone. With a dot in front it names
            # a variable of the main model, which an output of the module feeds. A variable outside
            # may be named without a dot, too, as may an input of another module.
            last = last_part(each.target)
            paths = [joined(each.path, last), joined(each.outside, each.target)]
            if each.target.startswith("."):
                paths = [last, each.target.lstrip(".")]
            path = next((path for path in paths if path in variables), None)
            if path is not None:
                found[path] = (each.source, each.outside)
            elif each.path not in self._without_model:
                within = [
                    self._document.name_of(node)
                    for path, node in variables.items()
                    if path.rpartition(".")[0] == ("" if each.target[0] == "." else each.path)
                    and node.get("name")
                ]
                raise self._dangling(each, "to", did_you_mean(last, within))
        return found

    def _check_sources(self) -> None:
        for each in self._connections:
            if each.path not in self._without_model and not self.find(each.source, each.outside):
                why = self.absence(each.source, each.outside)
                raise self._dangling(each, "from", why or None)

    def _dangling(self, connection: Connection, end: str, hint: str | None) -> ModelError:
        name = shorten(connection.node.get(end) or "")
        return self._document.error(
            f'the <connect> {end}="{name}" names no variable of the model', connection.node, hint
        )

    def absence(self, name: str, module: str) -> str:
        """Say why a name means no variable in a module, with the nearest name that does.

        Empty if it names no module and no name is near.
        """
        plain = name.lstrip(".")
        head, _, last = plain.rpartition(".")
        paths = [joined(place, head) for place in _from_inside(module)] if head else []
        place = next((path for path in paths if path in self._titles), None)
        if place is not None:
            known = [self._shown(path) for path in self._keys if path.rpartition(".")[0] == place]
            why = f'the module "{shorten(self._titles[place])}" has no variable "{shorten(last)}"'
            hint = did_you_mean(joined(place, last), known)
        else:
            why = f'there is no module "{shorten(head)}"' if head else ""
            if any(path in self._without_model for path in paths):
                why = f'the module "{shorten(head)}" has no model in the file'
            hint = did_you_mean(plain, map(self._shown, (*self._keys, *self._passed_on)))
        return "; ".join(part for part in (why, hint) if part)

    def _shown(self, path: str) -> str:
        """Return the path of a variable with the names of modules as in the file."""
        place, _, last = path.rpartition(".")
        return joined(self._titles.get(place, place), last)

    def _has_name_of_source(self, place: Module, key: str) -> bool:
        source = self._sources.get(joined(place.path, key))
        return source is not None and last_part(source[0]) == key

    def source(self, key: str, module: str) -> str | None:
        """Return the key of the variable that feeds an input of a module; None for others."""
        found = self._sources.get(joined(module, key))
        return None if found is None else self.find(*found)

    def find(self, name: str, module: str) -> str | None:
        """Return the key of the variable that a name means in a module.

        Parameters
        ----------
        name : str
            The key of a name, which may begin with modules (``market.price``), or with a dot for
            the main model.
        module : str
            The path of the module whose equation has the name.

        Returns
        -------
        str or None
            None if there is no such variable.
        """
        for _ in range(DEEPEST):
            places = [""] if name.startswith(".") else _from_inside(module)
            paths = [joined(place, name.lstrip(".")) for place in places]
            if self._main and name.lstrip(".").startswith(f"{self._main}."):
                paths.append(name.lstrip(".").removeprefix(f"{self._main}."))
            known = next((p for p in paths if p in self._keys or p in self._passed_on), None)
            if known is None or known in self._keys:
                return None if known is None else self._keys[known]
            name, module = self._sources[known]
        return None


def joined(path: str, name: str) -> str:
    """Return the path of a name within a module.

    Examples
    --------
    >>> joined("market", "price"), joined("", "price")
    ('market.price', 'price')
    """
    return f"{path}.{name}" if path else name


def _model_of(module: etree._Element) -> str:
    """Return the model that a module names, also in an attribute of a program of its own."""
    named = {re.split("[}:]", str(key))[-1]: str(value) for key, value in module.attrib.items()}
    return named.get("model") or named.get("model_name", "")


def _from_inside(module: str) -> list[str]:
    """Return a module and all that contain it: their names are known in it, too."""
    parts = module.split(".") if module else []
    return [".".join(parts[:count]) for count in range(len(parts), -1, -1)]


def last_part(name: str) -> str:
    """Return the key of a variable without its module.

    Examples
    --------
    >>> last_part("Housing.Vacant homes"), last_part(".price")
    ('vacant_homes', 'price')
    """
    return syntax.match_key(key_of(name).rpartition(".")[2])
