"""How a label begins, and where it is broken into lines."""

from __future__ import annotations

import math
import textwrap
import unicodedata

__all__ = ["capitalised", "wrap"]


def capitalised(text: str) -> str:
    """Let a text begin with a capital letter; the others stay as they are.

    Examples
    --------
    >>> capitalised("GDP of clusters"), capitalised("rent index")
    ('GDP of clusters', 'Rent index')
    """
    return text[:1].upper() + text[1:]


def wrap(text: str, width: int) -> str:
    """Break a label into lines of at most about `width` letters; a Chinese one counts twice.

    Examples
    --------
    >>> wrap("building-renewal", 10).splitlines()
    ['building-', 'renewal']
    >>> wrap("现代服务业营业收入", 10).splitlines()
    ['现代服务业', '营业收入']
    >>> wrap("规划情景（资金到位）", 11).splitlines()
    ['规划情景', '（资金到位）']
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    if not wide:
        return "\n".join(textwrap.wrap(text, width, break_long_words=False))
    columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    lines = math.ceil(columns / width)
    # Even lines: no line of one lonely character at the end.
    per_line = math.ceil(columns / lines)
    broken, filled = [""], 0
    for letter in text:
        step = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        # Closing marks stay with what they close; opening ones go with what they open.
        full = filled + step > per_line + 1 and letter not in "）)，、。：；%"
        if full and broken[-1]:
            opening = broken[-1][-1] if broken[-1][-1] in "（(" else ""
            broken[-1] = broken[-1].removesuffix(opening) if opening else broken[-1]
            broken.append(opening)
            filled = 2 * len(opening)
        broken[-1] += letter
        filled += step
    return "\n".join(line.strip() for line in broken)
