"""Characters of a Chinese keyboard, tabs and forgotten spaces in lines that are not prose."""

from __future__ import annotations

import re
from pathlib import Path

from xhsim.study.files.mistakes import Mistakes
from xhsim.study.hints.correction import THIS_LINE

__all__ = ["in_plain_characters", "plain"]

PROSE = ("label", "description", "reference", "published")
_WIDE, _ASCII = (
    "：，；｛｝［］【】“”‘’％＝－０１２３４５６７８９　\u00a0",
    ":,;{}[][]\"\"''%=-0123456789  ",
)
_PLAIN = {ord(wide): plain for wide, plain in zip(_WIDE, _ASCII, strict=True)}
_STRANGE = re.compile(f"[{_WIDE}]")
_WHAT = {
    **dict.fromkeys("“”‘’", "a Chinese quotation mark"),
    **dict.fromkeys("　\u00a0", "a blank that is not a plain space"),
    **dict.fromkeys("０１２３４５６７８９", "a wide digit"),
}
_INDENT = re.compile(r"[ \t\u00a0\u3000]*")
_KEY = re.compile(r"([^:：{\[]*)[:：]")
_TEXT_KEY = re.compile(r"\b(en|zh)：\s*")
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
_NO_SPACE = re.compile(r"(?<=[\w\])]):(?=[-+.\d{\[])")
_EQUALS = re.compile(r"^(\s*[^:={}\[\]]+?)\s*=\s*(?=[-+.\d{])")


def plain(text: str) -> str:
    """Return a text with the ASCII characters that wide ones stand for.

    Examples
    --------
    >>> plain("90％ in ［0.7， 1］")
    '90% in [0.7, 1]'
    """
    return text.translate(_PLAIN)


def in_plain_characters(text: str, path: Path, mistakes: Mistakes) -> str:
    r"""Return the text of a file that cannot be read, with the characters that YAML needs.

    Prose may have any characters: the values of `PROSE`, comments, and what is in quotes.

    Parameters
    ----------
    text : str
    path : Path
        The file, for messages.
    mistakes : Mistakes
        Receives each line that is corrected.

    Returns
    -------
    str
        With the same number of lines.

    Examples
    --------
    >>> mistakes = Mistakes()
    >>> in_plain_characters("set：\n  policy: 4\n", Path("a.yaml"), mistakes)
    'set:\n  policy: 4\n'
    >>> mistakes.check()
    Traceback (most recent call last):
    xhsim.errors.InputError: a.yaml:1: Chinese punctuation "："... write this line: set:
    """
    lines, prose = text.split("\n"), -1  # prose: the indent of a key whose text goes on below
    for number, line in enumerate(lines):
        bare = line.strip()
        indent = _indent(line)
        if not bare or bare.startswith("#") or (prose >= 0 and len(indent) > prose):
            continue
        key = _KEY.match(bare)
        is_prose = key is not None and plain(key[1]).strip() in PROSE
        prose = len(indent) if is_prose else -1
        right = indent + (_prose(bare) if is_prose else _syntax(bare))
        if right != line.rstrip():
            mistakes.add(
                f"{_difference(line, right)} is not understood here",
                file=path,
                line=number + 1,
                # A wrong indent is shown with the right one.
                hint=f"{THIS_LINE}: {right if line[: len(indent)] != indent else right.strip()}",
            )
            lines[number] = right
    return "\n".join(lines)


def _indent(line: str) -> str:
    """Return the indent of a line in plain spaces: two for each tab or wide space."""
    found = _INDENT.match(line)
    indent = found.group() if found else ""
    return indent.replace("\t", "  ").replace("\u3000", "  ").replace("\u00a0", " ")


def _prose(line: str) -> str:
    """Return a line that gives a text: its key is syntax, the text is not."""
    found = _KEY.match(line)
    assert found is not None  # it has a key
    rest = _TEXT_KEY.sub(r"\1: ", line[found.end() :]).strip()
    return f"{plain(found[1])}: {rest}".rstrip()


def _syntax(line: str) -> str:
    code, mark, comment = line.partition(" #")
    parts = _QUOTED.split(code)  # what is in quotes stands at odd places
    for place, part in enumerate(parts):
        if place % 2 == 0:
            part = re.sub(r"([：，])(?=\S)", r"\1 ", part)
            parts[place] = _NO_SPACE.sub(": ", plain(part))
    return _EQUALS.sub(r"\1: ", "".join(parts)).rstrip() + mark + comment


def _difference(line: str, right: str) -> str:
    """Say what is wrong with a line."""
    strange = _STRANGE.search(_QUOTED.sub("", line))
    if strange:
        mark = strange.group()
        return f'{_WHAT.get(mark, "Chinese punctuation")} "{mark}"'
    if "\t" in line:
        return "an indent of tabs"
    if "=" in line and "=" not in right:
        return '"=" between a name and its value'
    return "a colon without a space after it"
