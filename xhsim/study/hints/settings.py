"""Settings that are written in another form than that of a scenario file: shapes and numbers."""

from __future__ import annotations

import re

from xhsim.study.files.yaml_reader import Key, Node, resolve_plain
from xhsim.study.hints.characters import plain

__all__ = ["SHAPES", "Slip", "like", "meant_setting", "number_of", "year_of"]

Slip = tuple[str, Node]  # what is wrong, and the part as it should be
SHAPES = ("step", "ramp", "pulse", "s-curve", "knots")
_OTHER_NAMES = {"linear": "ramp", "line": "ramp", "scurve": "s-curve", "s_curve": "s-curve"}
_OTHER_NAMES |= {"S-curve": "s-curve", "path": "knots", "years": "knots", "values": "knots"}
_START = ("from", "start", "begin", "since", "year", "at", "in", "date")
_END = ("until", "end", "till", "by", "stop")
_LEVEL = ("to", "value", "level", "target", "amount")
_YEAR = re.compile(r"(?:19|20|21)\d\d")
_VALID = re.compile(r"\d{4}-\d{1,2}(-\d{1,2})?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[月日]?")
_QUARTER = re.compile(r"(\d{4})\s*[Qq]([1-4])")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[-+]?\d+,\d{1,2}")


def year_of(value: object) -> float | str | None:
    """Return what a date means that is written in another way; None if it is not a date.

    Examples
    --------
    >>> year_of("2022"), year_of("2022/7"), year_of("2022年"), year_of("2022Q3"), year_of("soon")
    (2022, '2022-07', 2022, '2022-07', None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if 1900 <= value <= 2200 else None
    if not isinstance(value, str):
        return None
    if _VALID.fullmatch(value):
        return value
    text = plain(value).strip().removesuffix("年")
    if _YEAR.fullmatch(text):
        return int(text)
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        month = 3 * int(quarter[2]) - 2
        return int(quarter[1]) if month == 1 else f"{quarter[1]}-{month:02d}"
    day = _DAY.fullmatch(text)
    if day is None:
        return None
    return f"{day[1]}-{int(day[2]):02d}" + (f"-{int(day[3]):02d}" if day[3] else "")


def number_of(value: object) -> float | None:
    """Return the number that a text means; None if it means none, or has a unit.

    Examples
    --------
    >>> number_of("4"), number_of("1,000"), number_of("5,5"), number_of("４"), number_of("4 years")
    (4, 1000, 5.5, 4, None)
    """
    if not isinstance(value, str):
        return None
    text = plain(value).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    found = resolve_plain(text) if _NUMBER.fullmatch(text) else None
    return found if isinstance(found, int | float) else None


def meant_setting(node: Node) -> Slip | None:
    """Return what a setting means that is not in the form of a scenario file.

    Parameters
    ----------
    node : Node
        The value of a parameter or a variable.

    Returns
    -------
    tuple of str and Node, or None
        What is wrong, and the setting as it should be written. None if it is in order, or if it
        cannot be understood.

    Examples
    --------
    >>> what, node = meant_setting(Node.of({2022: 4, 2024: 6}))
    >>> what, node.plain()
    ('years and values need the shape "knots"', {'knots': {2022: 4, 2024: 6}})
    """
    slips = []
    for _ in range(4):  # one slip may hide another
        for find in (_number, _shape_of_years, _later, _bare_shape, _named_shape, _dates):
            slip = find(node)
            if slip is not None:
                break
        else:
            break
        slips.append(slip[0])
        node = slip[1]
    return (slips[0], node) if slips else None


def like(node: Node, value: object) -> Node:
    """Return a value at the place of a node.

    Examples
    --------
    >>> like(Node("2022", 7, 3), 2022)
    Node(value=2022, line=7, column=3, places={})
    """
    made = Node.of(value)

    def placed(one: Node) -> Node:
        content = one.value
        if isinstance(content, dict):
            places = dict.fromkeys(content, (node.line, node.column))
            content = {key: placed(part) for key, part in content.items()}
            return Node(content, node.line, node.column, places)
        if isinstance(content, tuple):
            content = tuple(map(placed, content))
        return Node(content, node.line, node.column)

    return placed(made)


def _entries(node: Node) -> dict[Key, Node]:
    return node.value if isinstance(node.value, dict) else {}


def _number(node: Node) -> Slip | None:
    number = number_of(node.value)
    return (
        None
        if number is None
        else ("a number is written as digits, without quotes", like(node, number))
    )


def _shape_of_years(node: Node) -> Slip | None:
    found = _knots(node)
    if found is None:
        return None
    what = 'years and values need the shape "knots"'
    if len(found) == 1:
        ((year, level),) = found.items()
        what += f" (for a new value from then on, {{step: {{year: {year}, to: {level}}}}})"
    return what, like(node, {"knots": found})


def _knots(node: Node) -> dict[Key, object] | None:
    """Return values by date, from a mapping of years or from a list of pairs."""
    pairs: list[tuple[object, Node]] = list(_entries(node).items())
    if isinstance(node.value, tuple):
        parts = [part.value for part in node.value]
        if not all(isinstance(part, tuple) and len(part) == 2 for part in parts):
            return None
        pairs = [(part[0].value, part[1]) for part in parts if isinstance(part, tuple)]
    found: dict[Key, object] = {}
    for date, level in pairs:
        year = year_of(date)
        if year is None or isinstance(level.value, dict | tuple):
            return None
        number = number_of(level.value)
        found[year] = level.value if number is None else number
    return found or None


def _later(node: Node) -> Slip | None:
    """Read ``delay`` beside a shape as later dates."""
    entries = _entries(node)
    delay = entries["delay"].value if "delay" in entries else None
    name = next((key for key in entries if key in SHAPES), None)
    if not isinstance(delay, int | float) or len(entries) != 2 or name is None:
        return None
    shape = entries[name].plain()
    if not isinstance(shape, dict):
        return None
    dates = ("year", "from", "until")
    if name == "knots":
        late = {_after(year, delay): level for year, level in shape.items()}
    else:
        late = {key: _after(v, delay) if key in dates else v for key, v in shape.items()}
    return "a shape has no delay: its dates say when it acts", like(node, {name: late})


def _after(date: object, years: float) -> object:
    return date + years if isinstance(date, int | float) else date


def _bare_shape(node: Node) -> Slip | None:
    """Name the shape of dates and a level that have none."""
    entries = _entries(node)
    if not entries or any(key in SHAPES or key in _OTHER_NAMES for key in entries):
        return None
    entries = {key: part for key, part in entries.items() if key not in ("shape", "kind", "type")}
    if set(entries) <= set(_LEVEL) and len(entries) == 1:
        (level,) = entries.values()
        return "a number for the whole run is written alone", level
    named = _entries(node).get("shape", _entries(node).get("kind", _entries(node).get("type")))
    wanted = None if named is None else _OTHER_NAMES.get(str(named.value), str(named.value))
    parts = _parts(Node(entries, node.line, node.column))
    if parts is None or (wanted is not None and wanted not in SHAPES):
        return None
    name = wanted or ("ramp" if "until" in parts else "step")
    others = "; pulse and s-curve have the same keys" if name == "ramp" and not wanted else ""
    content = parts if name != "step" else {"year": parts["from"], "to": parts["to"]}
    return f'a change over time names its shape, here "{name}"{others}', like(node, {name: content})


def _parts(node: Node) -> dict[str, object] | None:
    """Return from, until and to of a shape under other names; None if they are not clear."""
    entries = {str(key): part.plain() for key, part in _entries(node).items()}
    if any(isinstance(part, dict | list) for part in entries.values()):
        return None
    start = [key for key in entries if key in _START]
    end = [key for key in entries if key in _END]
    level = [key for key in entries if key in _LEVEL]
    if len(level) == 2 and "to" in level and not end and year_of(entries["to"]) is not None:
        level.remove("to")  # from 2021 to 2023
        end = ["to"]
    if len(start) != 1 or len(level) != 1 or len(end) > 1:
        return None
    if len(entries) != len(start) + len(end) + len(level):
        return None
    found = {"from": entries[start[0]]}
    if end:
        found["until"] = entries[end[0]]
    return found | {"to": entries[level[0]]}


def _named_shape(node: Node) -> Slip | None:
    """Correct the name of a shape and the names of its keys."""
    entries = _entries(node)
    if len(entries) != 1:
        return None
    ((written, inner),) = entries.items()
    name = _OTHER_NAMES.get(str(written), str(written))
    if name not in SHAPES:
        return None
    if name == "knots":
        found = _knots(inner)
        is_right = isinstance(inner.value, dict) and written == name
        if found is None or (is_right and found == inner.plain()):
            return None
        return "knots are values by year", like(node, {name: found})
    keys = ("year", "to") if name == "step" else ("from", "until", "to")
    parts = _parts(inner)
    right_keys = set(map(str, _entries(inner))) == set(keys)
    if parts is None or ((name != "step") != ("until" in parts)):
        return None
    if right_keys and written == name:
        return None
    content = {"year": parts["from"], "to": parts["to"]} if name == "step" else parts
    what = f'the shape is called "{name}"' if right_keys else f"a {name} has {', '.join(keys)}"
    return what, like(node, {name: content})


def _dates(node: Node) -> Slip | None:
    """Correct dates and numbers inside a shape."""
    entries = _entries(node)
    name = next(iter(entries), None)
    if len(entries) != 1 or name not in SHAPES or name == "knots":
        return None
    shape = entries[name].plain()
    if not isinstance(shape, dict):
        return None
    right = {key: _as_date(v) if key != "to" else _as_level(v) for key, v in shape.items()}
    if right == shape:
        return None
    wrong = next(value for key, value in shape.items() if right[key] != value)
    return f'"{wrong}" is not written as a date or a number', like(node, {name: right})


def _as_date(value: object) -> object:
    found = year_of(value)
    return value if found is None else found


def _as_level(value: object) -> object:
    found = number_of(value)
    return value if found is None else found
