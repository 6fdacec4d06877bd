"""The content of a scenario as it was meant: keys under other names, and parts at other places."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from xhsim.errors import did_you_mean
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.yaml_reader import Key, Node
from xhsim.study.hints.characters import plain
from xhsim.study.hints.correction import THIS_LINE, as_line, this_line
from xhsim.study.hints.entry_slips import RUN, RUN_NAMES, is_setting, meant_entry, other_section
from xhsim.study.hints.priors import OF_PRIORS, is_prior, meant_prior
from xhsim.study.hints.settings import SHAPES, like, meant_setting
from xhsim.study.names import UnknownName

__all__ = ["StrayName", "as_meant"]

KEYS = (
    *("label", "description", "extends", "set", "paths", "meet", "uncertain", "correlations"),
    *("delivery", "shocks", "rules", "run", "reference"),
)
SECTIONS = ("set", "paths", "meet", "uncertain", "shocks", "rules", "delivery", "run")
DELIVERY = ("share", "delay")
OTHER_NAMES = {
    **dict.fromkeys(("title", "name"), "label"),
    **dict.fromkeys(("parent", "base", "based on", "inherits", "from"), "extends"),
    **dict.fromkeys(("levers", "parameters", "changes", "policy", "policies", "values"), "set"),
    **dict.fromkeys(("unknowns", "unknown", "uncertainty", "priors", "beliefs"), "uncertain"),
    **dict.fromkeys(("path", "hold", "fix", "fixed", "exogenous"), "paths"),
    **dict.fromkeys(("targets", "goals", "goal"), "meet"),
    **dict.fromkeys(("source", "sources"), "reference"),
    **dict.fromkeys(("shock",), "shocks"),
    **dict.fromkeys(("rule",), "rules"),
}
_FACTOR = re.compile(r"[x×*]\s*[\d.]|[\d.]+\s*[x×*]\s*[\d.]+$")


class StrayName(UnknownName):
    """A name at the top of a scenario that is no key of it, with a value as under ``set``."""

    setting: Node
    sections: frozenset[str] = frozenset()  # those that the file has


def as_meant(tree: Node, path: Path, mistakes: Mistakes) -> Node:
    """Return the content of a scenario file in the form that is read.

    Parameters
    ----------
    tree : Node
        The whole file.
    path : Path
        For messages.
    mistakes : Mistakes
        Receives what is corrected, each with the line as it should be written.

    Returns
    -------
    Node
        What is not understood is as it was.

    Examples
    --------
    >>> mistakes = Mistakes()
    >>> tree = Node.of({"levers": {"policy": {2022: 4}}, "draws": 100})
    >>> as_meant(tree, Path("mine.yaml"), mistakes).plain()
    {'set': {'policy': {'knots': {2022: 4}}}, 'run': {'draws': 100}}
    >>> len(mistakes)
    3
    """
    if not isinstance(tree.value, dict):
        return tree
    return _Mender(tree, path, mistakes).mended()


class _Mender:
    """Corrects one file, part by part."""

    def __init__(self, tree: Node, path: Path, mistakes: Mistakes) -> None:
        assert isinstance(tree.value, dict)
        self.tree = tree
        self.path = path
        self.mistakes = mistakes
        self.given = {str(key).strip() for key in tree.value} & set(KEYS)
        self.entries: dict[Key, Node] = {
            key: node for key, node in tree.value.items() if str(key).strip() in KEYS
        }

        self.empty = [key for key in SECTIONS if key in self.given and _holds_nothing(tree, key)]

    def say(self, message: str, place: tuple[int, int], hint: str) -> None:
        line, column = place
        self.mistakes.add(
            f"scenario: {message}", file=self.path, line=line, column=column, hint=hint
        )

    def mended(self) -> Node:
        assert isinstance(self.tree.value, dict)
        places = self.tree.places
        for key, node in self.tree.value.items():
            if key not in self.entries:
                self.top(key, node, places[key])
        for key in list(self.entries):  # a part may add to another
            written = self.entries[key]
            self.entries[key] = self.part(str(key), written)
            if key == "delivery" and written.value and not self.entries[key].value:
                del self.entries[key]  # told, and nothing is left of it
        places = {key: places.get(key, _at(node)) for key, node in self.entries.items()}
        return replace(self.tree, value=self.entries, places=places)

    # The keys at the top.

    def top(self, key: Key, node: Node, place: tuple[int, int]) -> None:
        name = str(key).strip()
        spelled = name.lower().replace("_", " ")
        near = did_you_mean(name, KEYS)
        right = OTHER_NAMES.get(spelled) or (near.split('"')[1] if near else None)
        if spelled in RUN or spelled in RUN_NAMES:
            self.move(name, node, place, "run", RUN_NAMES.get(spelled, spelled))
        elif spelled in ("delay", "share"):
            self.move(name, node, place, "delivery", spelled)
        elif right == "uncertain" and _all_settings(node):
            self.rename(name, node, place, "set")
        elif right and (right in SECTIONS) == isinstance(node.value, dict):
            self.rename(name, node, place, right)
        elif is_setting(node):
            self.stray(name, node, place)
        else:
            self.entries[key] = node  # the keys are checked later

    def rename(self, name: str, node: Node, place: tuple[int, int], right: str) -> None:
        near = did_you_mean(name, (right,))
        suggestion = f"{near} " if near else ""
        if right in self.given:
            hint = near or f'write what it says under "{right}", which is there, too'
        elif node.line > place[0]:  # the value begins below
            hint = f"{suggestion}{THIS_LINE}: {right}:"
        else:
            hint = suggestion + this_line(right, node)
        self.say(f'unknown key "{name}"', place, hint)
        if right not in self.entries:
            self.entries[right] = node
        elif right in SECTIONS:
            self.merge(right, node)

    def move(self, name: str, node: Node, place: tuple[int, int], section: str, key: str) -> None:
        """Move a key of a section from the top into it."""
        slip = meant_entry(section, key, node)
        whole = like(node, {key: (slip[1] if slip else node).plain()})
        if section in self.given:
            hint = this_line(key, whole.child(key), below=section)
        else:
            hint = this_line(section, whole)
        self.say(f'"{name}" belongs under "{section}"', place, hint)
        self.merge(section, whole)

    def merge(self, section: str, node: Node) -> None:
        """Add entries to a section, without those that it has."""
        known = self.entries.get(section, Node({}, node.line, node.column))
        if isinstance(known.value, dict) and isinstance(node.value, dict):
            added = {key: part for key, part in node.value.items() if key not in known.value}
            places = known.places | {key: node.places[key] for key in added}
            self.entries[section] = replace(known, value=known.value | added, places=places)

    def stray(self, name: str, node: Node, place: tuple[int, int]) -> None:
        slip = meant_setting(node)
        node = slip[1] if slip else node
        if self.empty:  # "set:" and its entries on the left
            section = self.empty[-1]
            self.say(
                f'"{name}" is not below "{section}:"',
                place,
                f"indent it by two spaces; {THIS_LINE}:   {as_line(name, node)}",
            )
            known = self.entries[section]
            entries = known.value if isinstance(known.value, dict) else {}
            places = {**known.places, name: place}
            self.entries[section] = Node(entries | {name: node}, known.line, known.column, places)
            return
        error = StrayName(
            f'scenario: unknown key "{name}"',
            file=self.path,
            line=place[0],
            column=place[1],
            hint='a parameter is written below "set:", a variable that the model computes below '
            '"paths:"',
        )
        error.name, error.what = name, "key"
        error.setting, error.sections = node, frozenset(self.given)
        self.mistakes.extend(error)

    # What the parts say.

    def part(self, key: str, node: Node) -> Node:
        if key == "extends":
            return self.extends(node)
        if key == "description" and isinstance(node.value, dict):
            texts = [text.value for text in node.value.values() if isinstance(text.value, str)]
            if texts:
                right = like(node, texts[0])
                self.say("a description is one text", _at(node), this_line(key, right))
                return right
        if key in ("set", "paths", "meet", "uncertain", "shocks", "rules", "delivery", "run"):
            return self.section(key, node)
        if key == "correlations" and isinstance(node.value, tuple):
            return self.correlations(node)
        return node

    def extends(self, node: Node) -> Node:
        text, what = node.value, '"extends" names a scenario by its name alone'
        if isinstance(text, tuple) and text and isinstance(text[-1].value, str):
            text, what = text[-1].value, "a scenario extends one other"
        if not isinstance(text, str):
            return node
        right = re.sub(r"\.ya?ml$", "", plain(text).strip(" \"'")).rpartition("/")[2]
        if right == node.value:
            return node
        mended = like(node, right)
        self.say(what, _at(node), this_line("extends", mended))
        return mended

    def section(self, name: str, node: Node) -> Node:
        if isinstance(node.value, tuple) and all(isinstance(one.value, dict) for one in node.value):
            return self.listed(name, node)
        if not isinstance(node.value, dict):
            return node
        found: dict[Key, Node] = {}
        places = dict(node.places)
        moved: dict[Key, Node] = {}
        wrong: list[tuple[Key, str]] = []
        for key, part in node.value.items():
            elements = self.elements(name, str(key), part)
            if elements is not None:
                found |= elements.value  # type: ignore[arg-type]
                places |= elements.places
                continue
            if self.unclear(name, str(key), part, node.places[key]):
                continue
            other = other_section(name, part)
            slip = meant_entry(other or name, str(key), part)
            right = slip[1] if slip else part
            if other is not None:
                what = f'"{key}" has {_described(part)}, which belongs under "{other}"'
                self.tell(node, key, what, this_line(key, right, below=other))
                moved[key] = right
                self.merge(
                    other, Node({key: right}, part.line, part.column, {key: node.places[key]})
                )
                continue
            new = self.key_of(name, str(key))
            found[new if new != str(key) else key] = right
            places[new if new != str(key) else key] = node.places[key]
            if slip or new != str(key):
                what = slip[0] if slip else f'unknown key "{key}"'
                wrong.append((new if new != str(key) else key, f'"{name}.{key}": {what}'))
        mended = replace(node, value=found, places=places)
        for key, what in wrong:
            is_inline = self._is_inline(node)
            line = this_line(name, mended) if is_inline else this_line(key, found[key])
            self.tell(mended, key, what, line)
        return mended

    def _is_inline(self, node: Node) -> bool:
        """Tell whether a section stands on one line with its key."""
        return (
            isinstance(node.value, dict)
            and node.line != 0
            and any(
                place[0] == node.line and place[1] > node.column
                for place in list(node.places.values())[:1]
            )
        )

    def tell(self, node: Node, key: Key, what: str, hint: str) -> None:
        self.say(what, node.places.get(key, _at(node)), hint)

    def key_of(self, section: str, key: str) -> str:
        """Return the right name of a key of a section that has keys of its own."""
        if section == "run" and key not in RUN:
            return RUN_NAMES.get(key.lower(), key)
        return key

    def listed(self, name: str, node: Node) -> Node:
        """Read a list of entries as the entries."""
        assert isinstance(node.value, tuple)
        found: dict[Key, Node] = {}
        places: dict[Key, tuple[int, int]] = {}
        for number, one in enumerate(node.value, 1):
            if name == "rules" and {*one.value} & {"if", "check", "then", "when"}:  # type: ignore[misc]
                self.nameless(f"rule {number}", one, found, places)
                continue
            found |= one.value  # type: ignore[arg-type]
            places |= one.places
        mended = Node(found, node.line, node.column, places)
        first = next((item for item in found.items() if item[0] in node.value[0].places), None)
        if first is not None:
            hint = 'remove the "-" from each line: ' + as_line(first[0], first[1])
            if node.line:
                hint = f'its entries have no "-"; {this_line(*first)}'
            self.say(f'"{name}" is a mapping, not a list', _at(node), hint)
        return self.section(name, mended)

    def nameless(
        self,
        name: str,
        rule: Node,
        found: dict[Key, Node],
        places: dict[Key, tuple[int, int]],
    ) -> None:
        """Give a name to a rule of a list."""
        slip = meant_entry("rules", name, rule)
        found[name] = slip[1] if slip else rule
        places[name] = _at(rule)
        what = "each rule has a name, and no dash"
        self.say(f'"rules": {what}', _at(rule), this_line(name, found[name]))

    def elements(self, section: str, key: str, part: Node) -> Node | None:
        """Read a mapping of elements as one entry for each of them."""
        entries = part.value
        if (
            section not in ("set", "paths", "uncertain")
            or not isinstance(entries, dict)
            or not entries
        ):
            return None
        words = {*SHAPES, "value", "to", "from", "until", "year", "growth", "path", "by", "delay"}
        words |= OF_PRIORS if section == "uncertain" else set()
        if meant_setting(part) or any(
            not isinstance(name, str)
            or name.lower() in words
            or (isinstance(one.value, dict) and did_you_mean(name, SHAPES))
            for name, one in entries.items()
        ):
            return None
        if any(isinstance(one.value, tuple) or one.value is None for one in entries.values()):
            return None
        found: dict[Key, Node] = {f"{key}[{name}]": one for name, one in entries.items()}
        places: dict[Key, tuple[int, int]] = {
            f"{key}[{name}]": part.places[name] for name in entries
        }
        first = next(iter(found.items()))
        lines = "" if len(found) == 1 else "each element has a line of its own; "
        self.say(
            f'"{section}.{key}": elements are in brackets', _at(part), lines + this_line(*first)
        )
        return Node(found, part.line, part.column, places)

    def unclear(self, section: str, key: str, part: Node, place: tuple[int, int]) -> bool:
        """Say what is wrong with an entry that is understood but lacks something."""
        asked = None
        if section == "meet" and is_setting(part):
            asked = part.value if isinstance(part.value, str) else part.plain()
        elif (
            section in ("set", "paths") and isinstance(part.value, dict) and "growth" in part.value
        ):
            asked = part.value["growth"].plain()
        if asked is not None:
            kind = "growth" if "growth" in str(part.plain()) or "%" in str(asked) else "path"
            self.say(
                f'"{key}": a value to meet needs a parameter that makes it',
                place,
                f'write it under "meet": {key}: {{{kind}: {asked}, by: ..., from: 2022}}; '
                '"by" names the parameter',
            )
        unread = False
        if section == "delivery" and key not in DELIVERY and not did_you_mean(key, DELIVERY):
            slip = meant_entry("delivery", "share", part)
            share = like(part, slip[1].plain() if slip else "90% in [0.6, 1]")
            unread = True
            self.say(
                f'"delivery.{key}": delivery is about all lever changes together',
                place,
                'it has the keys "share" and "delay", without names of levers; '
                + this_line("delivery", like(part, {"share": share.plain()})),
            )
        if section == "uncertain" and isinstance(part.value, dict):
            unread = meant_prior(part.plain()) is None
            if unread:
                self.say(
                    f'"uncertain.{key}": this is not understood as a prior',
                    place,
                    f"write it like {key}: 90% in [2, 4], or {key}: norm(loc=3, scale=0.6)",
                )
        if section in ("set", "paths") and isinstance(part.value, dict):
            unread = unread or list(part.value) == ["delay"]
            if list(part.value) == ["delay"]:
                self.say(
                    f'"{section}.{key}": a delay alone sets nothing',
                    place,
                    "write when the new value begins and what it is, such as "
                    "{step: {year: 2024, to: ...}}; how late all changes come is said by "
                    '"delivery"',
                )
        factor = isinstance(part.value, str) and _FACTOR.match(plain(part.value).strip())
        if section == "set" and factor:
            self.say(
                f'"set.{key}": "{part.value}" is a factor',
                place,
                "a setting is the new value itself: write the product as a number",
            )
        return asked is not None or bool(factor) or unread

    def correlations(self, node: Node) -> Node:
        assert isinstance(node.value, tuple)
        items = []
        for one in node.value:
            plain_one = one.plain()
            if isinstance(plain_one, list) and len(plain_one) == 3:
                *names, rank = plain_one
                one = like(one, {"between": names, "rank": rank})
                line = as_line("x", one).partition(": ")[2] if one.line else repr(one.plain())
                hint = f"write this line: - {line}" if one.line else f"write {line}"
                self.say("a correlation names what it is between", _at(one), hint)
            items.append(one)
        return replace(node, value=tuple(items))


def _holds_nothing(tree: Node, key: str) -> bool:
    return isinstance(tree.value, dict) and tree.value[key].value is None


def _all_settings(node: Node) -> bool:
    """Tell whether a mapping has fixed values only, and no priors."""
    entries = node.value if isinstance(node.value, dict) else {}
    fixed = [
        is_setting(one) and not is_prior(one.value) and meant_prior(one.plain()) is None
        for one in entries.values()
    ]
    return bool(fixed) and all(fixed)


def _at(node: Node) -> tuple[int, int]:
    return node.line, node.column


def _described(node: Node) -> str:
    if is_prior(node.value):
        return "a prior"
    return "a shape" if isinstance(node.value, dict | tuple) else "a fixed value"
