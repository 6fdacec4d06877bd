"""Corrected lines, which a reader can paste into a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.yaml_reader import Node, parse_yaml

__all__ = ["THIS_LINE", "as_line", "replaced_in_line", "this_line"]

THIS_LINE = "write this line"


def as_line(key: Any, part: Node) -> str:
    """Return an entry of a mapping on one line.

    Parameters
    ----------
    key : str or number
    part : Node
        Its value.

    Returns
    -------
    str
        YAML; the source of an entry that is not from a file is Python.

    Examples
    --------
    >>> as_line("policy", Node.of({"knots": {2022: 4}}))
    "{'policy': {'knots': {2022: 4}}}"
    >>> as_line("policy", Node(4, 3, 1))
    'policy: 4'
    """
    content = {key: part.plain()}
    if part.line == 0:
        return repr(content)
    value = content[key]
    is_text = isinstance(value, str)
    for line in (f"{key}: {value}" if is_text else f"{key}: {_flow(value)}", _flow(content)[1:-1]):
        with suppress(InputError):
            if parse_yaml(line, Path("line"), Mistakes()).plain() == content:
                break
    return line


def _flow(content: Any) -> str:
    text = yaml.safe_dump(
        content,
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=float("inf"),
    )
    return text.removesuffix("...\n").strip()


def this_line(key: Any, part: Node, below: str = "") -> str:
    """Return the hint to write an entry in this way.

    Parameters
    ----------
    key : str or number
    part : Node
        Its value.
    below : str
        The key of the mapping that it goes to, if it stands elsewhere.

    Examples
    --------
    >>> this_line("policy", Node(4, 3, 1))
    'write this line: policy: 4'
    >>> this_line("policy", Node(4, 3, 1), below="set")
    'write this line below "set:": policy: 4'
    """
    if part.line == 0:
        return f"write {as_line(key, part)}" + (f' under "{below}"' if below else "")
    place = f' below "{below}:"' if below else ""
    return f"{THIS_LINE}{place}: {as_line(key, part)}"


def replaced_in_line(file: str | None, line: int | None, old: str, new: str) -> str | None:
    """Return the hint to write a line of a file with another text in place of one that is in it.

    Parameters
    ----------
    file, line
        As in an `InputError`.
    old, new : str

    Returns
    -------
    str or None
        None if there is no such file or line, or the text is not in it.

    Examples
    --------
    >>> replaced_in_line("nowhere.yaml", 3, "polcy", "policy") is None
    True
    """
    if not file or not line or not old:
        return None
    try:
        text = Path(file).read_text(encoding="utf-8").splitlines()[line - 1]
    except (OSError, UnicodeError, IndexError):
        return None
    return f"{THIS_LINE}: {text.strip().replace(old, new, 1)}" if old in text else None
