"""The directive ``key-reference``: every key of a kind of file, from its JSON Schema.

The schema is made from the records that read the files, so a new key appears on the page at the
next build. This module puts a schema into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from xhsim.study import json_schema
from xhsim.study.files import schema
from xhsim.study.scenarios import keys as scenario_schema
from xhsim.study.scenarios import rule_keys, setting_keys
from xhsim.study.scenarios.setting_keys import DATE, LEVEL
from xhsim.study.sweeps import keys as sweep_schema

__all__ = ["Key", "Section", "keys_of", "page", "sections", "setup"]

Schema = dict[str, Any]
# Fragments with one meaning, for which a schema needs several alternatives.
MEANT = (
    (DATE["anyOf"], "a year, or a date as `2022-07` or `2022-07-15`"),
    (LEVEL["anyOf"], "a number (its unit may follow)"),
)
PLAIN = {"string": "text", "number": "a number", "integer": "a whole number"}
MANY = {
    "text": "texts",
    "a number": "numbers",
    "a mapping": "mappings",
    MEANT[0][1]: "years or dates",
}
BOUNDS = (
    ("minimum", "{:,} or more"),
    ("exclusiveMinimum", "above {:,}"),
    ("maximum", "at most {:,}"),
    ("exclusiveMaximum", "below {:,}"),
)


@dataclass(frozen=True)
class Key:
    """One key of a record: its name and its part of the schema."""

    name: str
    schema: Schema
    is_needed: bool

    @property
    def default(self) -> str:
        """What applies if the key is not given."""
        if self.is_needed:
            return "needed"
        default = self.schema.get("default")
        if default in (None, {}, []):
            return "may be left out"
        return f"without it `{default}`"


@dataclass(frozen=True)
class Section:
    """A record, the keys that contain it, and its own keys."""

    parents: tuple[str, ...]
    about: str
    keys: tuple[Key, ...]

    @property
    def title(self) -> str:
        """The heading."""
        if not self.parents:
            return "The file"
        return "Inside " + _and([f"`{name}`" for name in self.parents])


def sections(kind: str) -> list[Section]:
    """List the records of a kind of file: first the whole file, then in the order of first use.

    Records with the same keys, such as those of a ramp and a pulse, share one section.
    """
    whole = json_schema.json_schema(kind)
    records = whole.get("$defs", {})
    uses: dict[str, list[str]] = {}
    waiting: list[tuple[str, Schema]] = [("", whole)]
    while waiting:
        _, record = waiting.pop(0)
        for key, part in record.get("properties", {}).items():
            for name in _records_in(part):
                if name not in uses:
                    waiting.append((name, records[name]))
                if key not in uses.setdefault(name, []):
                    uses[name].append(key)
    found = [Section((), whole.get("description", ""), _keys(whole))]
    for name, parents in uses.items():
        keys, about = _keys(records[name]), records[name].get("description", "")
        twin = next((n for n, other in enumerate(found) if other.keys == keys), None)
        if twin is None:
            found.append(Section(tuple(parents), about, keys))
        else:
            known = found[twin]
            found[twin] = Section((*known.parents, *parents), "", keys)
    return found


def keys_of(kind: str) -> list[Key]:
    """List every key that a kind of file may have."""
    return [key for section in sections(kind) for key in section.keys]


def page(kind: str) -> str:
    """Write the reference of a kind of file in Markdown."""
    parts = []
    every = sections(kind)
    orders = [[key.name for key in section.keys] for section in every]
    for section in every:
        parts.append(f"## {section.title}\n")
        if section.about:
            parts.append(f"{section.about}\n")
        parts += [_entry(key, orders) for key in section.keys]
    return "\n".join(parts)


def words(part: Schema) -> str:
    """Describe the values that a part of a schema allows."""
    choices = part.get("anyOf") or part.get("oneOf") or []
    choices = [choice for choice in choices if choice.get("type") != "null"]
    for fragment, meaning in MEANT:
        if choices == fragment:
            return meaning
    if choices:
        return " or ".join(dict.fromkeys(words(choice) for choice in choices))
    if "$ref" in part:
        return "a mapping"
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return "one of " + ", ".join(f"`{choice}`" for choice in part["enum"])
    kind = part.get("type")
    if kind == "array":
        count = "two " if part.get("maxItems") == 2 else ""
        each = words(part["items"])
        return f"a list of {count}{MANY[each]}"
    if kind == "object":
        return f"a mapping of names to {words(part['additionalProperties'])}"
    bounds = [text.format(part[key]) for key, text in BOUNDS if key in part]
    return PLAIN[str(kind)] + (f" {_and(bounds)}" if bounds else "")


def _keys(record: Schema) -> tuple[Key, ...]:
    needed = record.get("required", ())
    return tuple(
        Key(name, part, name in needed) for name, part in record.get("properties", {}).items()
    )


def _records_in(part: Any) -> Iterator[str]:
    """Name the records that a part of a schema refers to."""
    if isinstance(part, list):
        for each in part:
            yield from _records_in(each)
    elif isinstance(part, dict):
        if "$ref" in part:
            yield str(part["$ref"]).rpartition("/")[2]
        for key in ("anyOf", "oneOf", "items", "additionalProperties"):
            yield from _records_in(part.get(key))


def _entry(key: Key, orders: list[list[str]]) -> str:
    examples = [f"{key.name}: {_flow(example, orders)}" for example in key.schema["examples"]]
    lines = [
        f"`{key.name}`",
        f": {key.schema['description']}",
        "",
        f"  *{words(key.schema)}; {key.default}*",
        "",
        "  ```yaml",
        *(f"  {line}" for line in examples),
        "  ```",
        "",
    ]
    return "\n".join(lines)


def _flow(value: Any, orders: list[list[str]]) -> str:
    """Write a value as YAML on one line."""
    text = yaml.safe_dump(
        _as_written(value, orders),
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
    )
    return text.removesuffix("...\n").strip()


def _as_written(value: Any, orders: list[list[str]]) -> Any:
    """Undo two effects of JSON Schema on examples: sorted keys, and years as text."""
    if isinstance(value, list):
        return [_as_written(part, orders) for part in value]
    if not isinstance(value, dict):
        return value
    order = next((names for names in orders if set(value) <= set(names)), list(value))
    return {
        (int(key) if key.isdigit() else key): _as_written(value[key], orders)
        for key in order
        if key in value
    }


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


class KeyReference(SphinxDirective):
    """The keys of the kind of file that the argument names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        modules = (json_schema, scenario_schema, rule_keys, setting_keys, schema, sweep_schema)
        for module in modules:
            self.env.note_dependency(str(module.__file__))
        return self.parse_text_to_nodes(page(self.arguments[0]), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("key-reference", KeyReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
