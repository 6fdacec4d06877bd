"""Punctuation marks, brackets and percent signs in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from xhsim.wording.label import LANGUAGES, Label, check_language

__all__ = [
    "COLON",
    "COMMA",
    "ENUMERATION",
    "PERCENT",
    "SEMICOLON",
    "SENTENCES",
    "TO",
    "in_brackets",
    "with_elements",
]

COLON = Label(": ", "：")
COMMA = Label(", ", "，")
ENUMERATION = Label(", ", "、")  # between the items of a list
SEMICOLON = Label("; ", "；")
PERCENT = Label(" %", "%")
TO = Label(" to ", " 至 ")

# The separator of two sentences. It is empty in Chinese, so it cannot be a label: a label without
# a Chinese text falls back to English.
SENTENCES = {"en": " ", "zh": ""}

_BRACKETS = Label(" ({text})", "（{text}）")


def in_brackets(text: str, lang: str) -> str:
    """Put a text in the brackets of a language, to be placed after a word.

    Examples
    --------
    >>> in_brackets("33–66 %", "en"), in_brackets("33–66%", "zh")
    (' (33–66 %)', '（33–66%）')
    """
    return _BRACKETS.in_(check_language(lang)).format(text=text)


def with_elements(name: Label, elements: Iterable[Label]) -> Label:
    """Put elements in brackets after the name of their variable.

    Examples
    --------
    >>> with_elements(Label("output", "产出"), [Label("AI", "人工智能"), Label("north", "北片")])
    Label(en='output (AI, north)', zh='产出（人工智能、北片）')
    >>> with_elements(Label("output", "产出"), [])
    Label(en='output', zh='产出')
    """
    parts = list(elements)
    if not parts:
        return name
    texts = {
        lang: name.in_(lang)
        + in_brackets(ENUMERATION.in_(lang).join(part.in_(lang) for part in parts), lang)
        for lang in LANGUAGES
    }
    # If the name has no text in a language, the result has none either.
    return Label(*(texts[lang] if name.has(lang) else "" for lang in LANGUAGES))
