"""Marks that stand between words and numbers: each language has its own."""

from __future__ import annotations

from xhsim.wording.label import Label, check_language

__all__ = ["COLON", "COMMA", "PERCENT", "SEMICOLON", "SENTENCES", "TO", "in_brackets"]

COLON = Label(": ", "：")
COMMA = Label(", ", "，")
SEMICOLON = Label("; ", "；")
PERCENT = Label(" %", "%")
TO = Label(" to ", " 至 ")

# What stands between two sentences. Chinese ones have no blank between them, which a label, whose
# Chinese text may not be empty, cannot say.
SENTENCES = {"en": " ", "zh": ""}

_BRACKETS = Label(" ({text})", "（{text}）")


def in_brackets(text: str, lang: str) -> str:
    """Put a text in the brackets of a language, ready to stand behind a word.

    Examples
    --------
    >>> in_brackets("33–66 %", "en"), in_brackets("33–66%", "zh")
    (' (33–66 %)', '（33–66%）')
    """
    return _BRACKETS.in_(check_language(lang)).format(text=text)
