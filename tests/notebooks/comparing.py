"""What a notebook shows against what its code gives now.

Texts must agree word for word and numbers to a millionth, or to one unit of their last digit where
four or more are shown: machines differ in the last digits of their arithmetic. Pictures may differ
as much as letters do between machines. What is different each time by its nature (addresses of
objects, names of styled tables) is left out.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["differences", "picture_difference", "text_difference"]

RELATIVE = 1e-6
NOTHING = 1e-9  # numbers below are noise around zero
SHOWN = 4  # significant digits from which the last may be off by one
PIXELS = 3  # by which the size of a picture may differ
TOLERANCE = 1.0  # root of the mean squared difference, of 255
NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)", re.IGNORECASE)
CHANCE = (
    (re.compile(r"\b0x[0-9a-f]+"), "0x"),  # where an object is in memory
    (re.compile(r"\bT_[0-9a-f]{5}(?=[\s_\"])"), "T_"),  # names of styled tables
)
REFRESH = "If the change is meant, `make notebooks` stores what the code gives; read it again."


def differences(stored: Any, made: Any, name: str) -> list[str]:
    """List what a stored notebook shows otherwise than its code does now.

    Parameters
    ----------
    stored, made : NotebookNode
        The same notebook, as stored and as just run.
    name : str
        How to call it.

    Returns
    -------
    list of str
        One message for each cell that is out of step.
    """
    found = []
    for before, now in zip(stored.cells, made.cells, strict=True):
        if before.cell_type == "code":
            reason = next(_reasons(before.outputs, now.outputs), None)
            if reason:
                found.append(f"{name}, {before.id}: {reason}. {REFRESH}")
    return found


def _reasons(before: list[Any], now: list[Any]) -> Iterator[str]:
    kinds = [[output.output_type for output in outputs] for outputs in (before, now)]
    if kinds[0] != kinds[1]:
        yield f"stored are the outputs {kinds[0]}, the code gives {kinds[1]}"
        return
    for one, other in zip(before, now, strict=True):
        shown, given = (
            dict(out.get("data", {"text": out.get("text", "")})) for out in (one, other)
        )
        if set(shown) != set(given):
            yield f"stored are the forms {sorted(shown)}, the code gives {sorted(given)}"
            return
        for form in sorted(shown):
            if form.startswith("image/") and not form.startswith("image/svg"):
                reason = picture_difference(shown[form], given[form])
            else:
                reason = text_difference(str(shown[form]), str(given[form]))
            if reason:
                yield reason


def text_difference(shown: str, given: str) -> str:
    """Say how one text differs from another, or nothing.

    Examples
    --------
    >>> text_difference("1.2345678 of 3", "1.2345679 of 3")
    ''
    >>> text_difference("41 % of <T at 0x7f>", "42 % of <T at 0x80>")
    'stored is "41 % of <T at 0x>", the code gives "42 % of <T at 0x>"'
    """
    for pattern, instead in CHANCE:
        shown, given = pattern.sub(instead, shown), pattern.sub(instead, given)
    # Every second part is a number.
    one, other = NUMBER.split(shown), NUMBER.split(given)
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right and not (place % 2 and _same_number(left, right)):
            return f'stored is "{_around(one, place)}", the code gives "{_around(other, place)}"'
    if len(one) != len(other):
        return f"stored are {len(shown)} letters, the code gives {len(given)}"
    return ""


def _same_number(left: str, right: str) -> bool:
    one, other = (float(text.replace(",", "")) for text in (left, right))
    allowed = max(RELATIVE * max(abs(one), abs(other)), NOTHING)
    mantissa = left.lower().partition("e")[0].replace(",", "")
    digits = mantissa.replace(".", "").lstrip("0")
    decimals = len(mantissa.partition(".")[2])
    if len(digits) >= SHOWN and decimals and "e" not in (left + right).lower():
        allowed = max(allowed, 1.001 * 10.0**-decimals)
    return abs(one - other) <= allowed


def _around(parts: list[str], place: int) -> str:
    """Return the words around a place, on one line."""
    before, after = "".join(parts[:place])[-40:], "".join(parts[place:])[:60]
    return " ".join((before + after).split())


def picture_difference(shown: str, given: str) -> str:
    """Say how one picture differs from another, or nothing.

    Parameters
    ----------
    shown, given : str
        Base64, as notebooks hold pictures.
    """
    one, other = (_pixels(picture) for picture in (shown, given))
    if max(abs(a - b) for a, b in zip(one.shape, other.shape, strict=True)) > PIXELS:
        sizes = " x ".join(map(str, one.shape[1::-1])), " x ".join(map(str, other.shape[1::-1]))
        return f"stored is a picture of {sizes[0]} pixels, the code gives {sizes[1]}"
    height, width = np.maximum(one.shape[:2], other.shape[:2])
    sheets = np.full((2, height, width, 3), 255.0)
    for sheet, picture in zip(sheets, (one, other), strict=True):
        sheet[: picture.shape[0], : picture.shape[1]] = picture
    difference = float(np.sqrt(np.mean((sheets[0] - sheets[1]) ** 2)))
    if difference > TOLERANCE:
        return f"the picture differs by {difference:.1f} of 255 on average (allowed: {TOLERANCE:g})"
    return ""


def _pixels(picture: str) -> NDArray[np.float64]:
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        return np.asarray(white.convert("RGB"), dtype=np.float64)
