"""One entry of a section as it was meant: a value in another form, or of another section."""

from __future__ import annotations

import re
from typing import Any

from xhsim.study.files.yaml_reader import Node
from xhsim.study.hints.characters import plain
from xhsim.study.hints.priors import around, is_prior, meant_prior
from xhsim.study.hints.settings import SHAPES, Slip, like, meant_setting, number_of

__all__ = ["RUN", "RUN_NAMES", "is_setting", "meant_entry", "other_section"]

RUN = ("draws", "seed", "method", "until", "structure")
RUN_NAMES = {"horizon": "until", "end": "until", "years": "until", "number of draws": "draws"}
RULE_NAMES = {"when": "if", "condition": "if", "do": "then", "action": "then", "at": "check"}
OFF = ("none", "no", "off", "false", "zero", "without")
_AMOUNT = re.compile(r"[-+]?[\d.,]*\d\s*[^\s\d.,\[\]]*( ?/ ?[^\s\d\[\]]+)?")
_COMPARISON = re.compile(r"(.+?)\s*(<=?|>=?)\s*([-+.\d].*)")


def meant_entry(section: str, key: str, part: Node) -> Slip | None:
    """Return what an entry of a section means, if it is written in another form.

    Parameters
    ----------
    section : str
        A section of a scenario file, such as ``set``.
    key : str
        The entry's name.
    part : Node
        Its value.

    Returns
    -------
    Slip or None
        What is wrong, and the value in the form that is read. None: the value is right, or not
        understood.

    Examples
    --------
    >>> what, right = meant_entry("run", "draws", Node.of("1,000"))
    >>> what, right.plain()
    ('a whole number is written as digits, without quotes', 1000)
    """
    if section in ("set", "paths"):
        return meant_setting(part)
    if section == "uncertain":
        return _prior(part)
    if section == "meet":
        return _met(part)
    if section == "delivery":
        return _delivered(key, part)
    if section == "run":
        return _run(key, part)
    if section == "shocks":
        return _shock(part)
    return _rule(part) if section == "rules" else None


def other_section(section: str, part: Node) -> str | None:
    """Return the section that a value belongs to, if it is another one."""
    if section == "set" and is_prior(part.value):
        return "uncertain"
    is_prior_like = is_prior(part.value) or meant_prior(part.plain()) is not None
    if section == "uncertain" and is_setting(part) and not is_prior_like:
        return None if isinstance(part.value, str) and "[" in part.value else "set"
    return None


def is_setting(node: Node) -> bool:
    """Tell whether a value is one of a parameter: a number, a level with a unit, or a shape."""
    if isinstance(node.value, bool) or node.value is None:
        return False
    if isinstance(node.value, int | float):
        return True
    if isinstance(node.value, str):
        return _AMOUNT.fullmatch(plain(node.value).strip()) is not None
    if meant_setting(node) is not None:
        return True
    return (
        isinstance(node.value, dict) and len(node.value) == 1 and next(iter(node.value)) in SHAPES
    )


def _prior(part: Node) -> Slip | None:
    right = meant_prior(part.plain())
    return (
        None
        if right is None
        else ("a prior is written as an interval or a distribution", like(part, right))
    )


def _met(part: Node) -> Slip | None:
    """Give a growth its unit."""
    growth = part.value.get("growth") if isinstance(part.value, dict) else None
    number = None if growth is None else growth.value
    if isinstance(number, str):
        number = number_of(number)
    if growth is None or not isinstance(number, int | float):
        return None
    percent = 100 * number if 0 < abs(number) < 0.3 else number
    content = part.plain() | {"growth": f"{percent:.12g} %"}
    return "a growth is in percent", like(part, content)


def _delivered(key: str, part: Node) -> Slip | None:
    value = part.value
    if isinstance(value, str):
        found = re.fullmatch(r"([\d.]+)\s*(%|years?|y)?", plain(value).strip())
        value = float(found[1]) / (100 if found[2] == "%" else 1) if found else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    if key == "share" and value > 1.5:
        value /= 100
    if key == "share":
        low, high = value - 0.1, min(value + 0.1, 1.5)
        right = f"90% in [{max(low, 0):.12g}, {high:.12g}]"
    else:
        right = around(value)
    return f"a {key} is not known exactly: give a prior", like(part, right)


def _run(key: str, part: Node) -> Slip | None:
    right: Any = part.value
    if isinstance(right, tuple) and right:  # the years of the run
        right = part.plain()[-1]
    number = number_of(right) if isinstance(right, str) else right
    name = RUN_NAMES.get(key.lower(), key)
    if name not in ("draws", "seed", "until") or isinstance(number, bool):
        return None
    if not isinstance(number, int | float) or int(number) != number:
        return None
    if isinstance(part.value, int):
        return None
    return "a whole number is written as digits, without quotes", like(part, int(number))


def _shock(part: Node) -> Slip | None:
    value = part.value
    is_off = value is False or value == 0 or (isinstance(value, str) and value.lower() in OFF)
    if not is_off or value == "off":
        return None
    return 'a shock is switched off by "off"', like(part, "off")


def _rule(part: Node) -> Slip | None:
    """Correct conditions in words, and actions without ``set``."""
    if not isinstance(part.value, dict):
        return _shock(part)
    content, what = part.plain(), None
    for other, right in RULE_NAMES.items():
        if other in content and right not in content:
            content = {right if key == other else key: one for key, one in content.items()}
            what = f'"{other}" is called "{right}"'
    condition = content.get("if")
    found = _COMPARISON.fullmatch(condition) if isinstance(condition, str) else None
    if found:
        number = number_of(found[3])
        side = "below" if found[2].startswith("<") else "above"
        content["if"] = {"variable": found[1], side: found[3] if number is None else number}
        what = "a condition names a variable and a threshold"
    for key in ("then", "else"):
        action = content.get(key)
        if not isinstance(action, dict) or "set" in action or not action:
            continue
        if all(is_setting(Node.of(one)) for one in action.values()):
            content[key] = {"set": action}
            what = 'what a rule sets stands below "set"'
    return None if what is None else (what, like(part, content))
