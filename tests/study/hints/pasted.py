"""Paste the line of a hint into the file that it is about."""

from __future__ import annotations

import re

from xhsim.errors import InputError, InputErrors

_LINE = re.compile(r'write this line(?: below "(?P<section>\w+):")?: (?P<line>.*)$')


def all_of(error: InputError) -> tuple[InputError, ...]:
    return error.errors if isinstance(error, InputErrors) else (error,)


def pasted(text: str, error: InputError) -> str:
    """Return a file with every corrected line in its place; each mistake must have one."""
    lines = text.rstrip("\n").split("\n")
    below: list[tuple[str, str]] = []
    for one in sorted(all_of(error), key=lambda each: -(each.line or 0)):
        found = _LINE.search(one.hint or "")
        assert found is not None, f"no line to paste: {one}"
        at = (one.line or 0) - 1
        indent = len(lines[at]) - len(lines[at].lstrip())
        block = at + 1  # the entry goes on in deeper lines
        while block < len(lines) and len(lines[block]) - len(lines[block].lstrip()) > indent:
            block += 1
        if found["section"]:
            below.append((found["section"], found["line"]))
            lines[at:block] = []
        elif found["line"].endswith(":"):
            lines[at] = lines[at][:indent] + found["line"]
        elif found["line"].startswith(" ") or lines[at][:indent].strip(" "):
            lines[at] = found["line"]
        else:
            lines[at:block] = [lines[at][:indent] + found["line"]]
    for section, line in below:
        if f"{section}:" in lines:
            lines.insert(lines.index(f"{section}:") + 1, f"  {line}")
        else:
            lines += [f"{section}:", f"  {line}"]
    # A section that lost all its entries goes.
    kept = [
        line
        for number, line in enumerate(lines)
        if not re.fullmatch(r"\w+:", line)
        or (number + 1 < len(lines) and lines[number + 1][:1] == " ")
    ]
    return "\n".join(kept) + "\n"
