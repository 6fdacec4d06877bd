"""Capital letters and line breaks of labels."""

from __future__ import annotations

import math
import textwrap
import unicodedata

__all__ = ["capitalised", "wrap"]


def capitalised(text: str) -> str:
    """Return the text with a capital first letter; the other letters are unchanged.

    Examples
    --------
    >>> capitalised("GDP of clusters"), capitalised("rent index")
    ('GDP of clusters', 'Rent index')
    """
    return text[:1].upper() + text[1:]


def wrap(text: str, width: int) -> str:
    """Break a label into lines of about `width` letters at most; a Chinese letter counts twice.

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
    # Lines of equal length, so that the last line is not a single character.
    per_line = math.ceil(columns / lines)
    broken, filled = [""], 0
    for letter in text:
        step = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        # A closing mark stays on its line; an opening mark moves to the next line with its text.
        full = filled + step > per_line + 1 and letter not in "）)，、。：；%"
        if full and broken[-1]:
            opening = broken[-1][-1] if broken[-1][-1] in "（(" else ""
            broken[-1] = broken[-1].removesuffix(opening) if opening else broken[-1]
            broken.append(opening)
            filled = 2 * len(opening)
        broken[-1] += letter
        filled += step
    return "\n".join(line.strip() for line in broken)
