"""Excerpts of a model file for messages."""

from __future__ import annotations

__all__ = ["shorten"]


def shorten(text: str, length: int = 60) -> str:
    """Return a text on one line, cut to a maximum length.

    Examples
    --------
    >>> shorten("one  two three", 8)
    'one two…'
    """
    plain = " ".join(text[: 20 * length].split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"
