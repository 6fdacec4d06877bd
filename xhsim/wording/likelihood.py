"""The IPCC's words for probabilities, each with its range of probabilities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from xhsim.wording.label import Label, check_language
from xhsim.wording.punctuation import COMMA, PERCENT, in_brackets

__all__ = [
    "FURTHER",
    "NOT_ASSESSABLE",
    "NO_DATA",
    "SCALE",
    "UNASSESSABLE_MARK",
    "Likelihood",
    "likelihood_legend",
    "likelihood_short",
    "likelihood_text",
    "likelihood_word",
    "word_for",
]


@dataclass(frozen=True)
class Likelihood:
    """A word of the IPCC's scale.

    Parameters
    ----------
    word : Label
        The IPCC's official wordings; tables contain the English one.
    low, high : float
        The range of probabilities for the word.
    above : bool
        Whether `low` itself is outside the range.
    """

    word: Label
    low: float
    high: float
    above: bool = False

    def range_in(self, lang: str) -> str:
        """Write the range in percent.

        Examples
        --------
        >>> SCALE[3].range_in("en"), SCALE[3].range_in("zh")
        ('33–66 %', '33–66%')
        """
        ends = f"{'>' * self.above}{100 * self.low:.0f}–{100 * self.high:.0f}"
        return ends + PERCENT.in_(lang)

    def in_(self, lang: str) -> str:
        """Write the word with its range.

        Examples
        --------
        >>> SCALE[4].in_("en"), SCALE[4].in_("zh")
        ('unlikely (0–33 %)', '不太可能（0–33%）')
        """
        return self.word.in_(lang) + in_brackets(self.range_in(lang), lang)


# Mastrandrea and others (2010), Guidance note for lead authors of the IPCC fifth assessment
# report on consistent treatment of uncertainties, table 1. From the most to the least likely.
SCALE = (
    Likelihood(Label("virtually certain", "几乎确定"), 0.99, 1.00),
    Likelihood(Label("very likely", "很可能"), 0.90, 1.00),
    Likelihood(Label("likely", "可能"), 0.66, 1.00),
    Likelihood(Label("about as likely as not", "或许可能"), 0.33, 0.66),
    Likelihood(Label("unlikely", "不太可能"), 0.00, 0.33),
    Likelihood(Label("very unlikely", "很不可能"), 0.00, 0.10),
    Likelihood(Label("exceptionally unlikely", "几乎不可能"), 0.00, 0.01),
)
# Words that the guidance note allows in addition; `word_for` does not choose them.
FURTHER = (
    Likelihood(Label("extremely likely", "极有可能"), 0.95, 1.00),
    Likelihood(Label("more likely than not", "多半可能"), 0.50, 1.00, above=True),
    Likelihood(Label("extremely unlikely", "极不可能"), 0.00, 0.05),
)
# The text in tables where there is no probability.
NO_DATA = Label("no data", "无数据")
# The text in tables in place of a word if the probability hangs on a number that nobody published.
NOT_ASSESSABLE = Label("not assessable without the base", "缺少基数，无法评估")
# The mark of such a target where there is no room for the text.
UNASSESSABLE_MARK = "†"

_OUTSIDE = {label.en: label for label in (NO_DATA, NOT_ASSESSABLE)}
_KNOWN = {entry.word.en: entry for entry in (*SCALE, *FURTHER)}


def word_for(low: float, high: float) -> str:
    """Return the IPCC's word for an interval of probabilities: the word for its end nearest 0.5.

    Parameters
    ----------
    low, high : float
        Ends of the interval, between 0 and 1.

    Returns
    -------
    str
        From ``exceptionally unlikely`` to ``virtually certain``.

    Examples
    --------
    >>> word_for(0.92, 0.95), word_for(0.88, 0.93), word_for(0.45, 0.55)
    ('very likely', 'likely', 'about as likely as not')
    """
    nearest = min(max(0.5, low), high)
    for entry, stronger in pairwise(SCALE):
        # The ranges overlap: "unlikely" ends where "very unlikely" begins.
        least = entry.low or stronger.high
        if nearest > least or (nearest == least and least < 0.5):
            return entry.word.en
    return SCALE[-1].word.en


def likelihood_word(word: str, lang: str = "en") -> str:
    """Return a word of the scale in a language.

    Parameters
    ----------
    word : str
        The English word, as in tables. A word outside the scale is returned unchanged.
    lang : {"en", "zh"}

    Examples
    --------
    >>> likelihood_word("very likely", "zh"), likelihood_word("no data", "zh")
    ('很可能', '无数据')
    """
    known = _KNOWN.get(word)
    label = known.word if known else _OUTSIDE.get(word, Label(word, word))
    return label.in_(lang)


def likelihood_text(word: str, lang: str = "en") -> str:
    """Return a word of the scale with its range.

    Parameters
    ----------
    word : str
        The English word, as in tables. A word outside the scale is returned unchanged.
    lang : {"en", "zh"}

    Examples
    --------
    >>> likelihood_text("unlikely"), likelihood_text("unlikely", "zh")
    ('unlikely (0–33 %)', '不太可能（0–33%）')
    """
    known = _KNOWN.get(word)
    return known.in_(lang) if known else likelihood_word(word, lang)


def likelihood_short(word: str, lang: str = "en") -> str:
    """Return a word of the scale in its short form for narrow columns.

    The Chinese word keeps its range, because it is short and also an everyday word. The English
    word has no range; a legend explains it.

    Examples
    --------
    >>> likelihood_short("unlikely"), likelihood_short("unlikely", "zh")
    ('unlikely', '不太可能（0–33%）')
    """
    return _SHORT[check_language(lang)](word, lang)


_SHORT = {"en": likelihood_word, "zh": likelihood_text}


def likelihood_legend(words: Iterable[str], lang: str = "en") -> str:
    """Return the legend of a table: the words of the scale that it uses, with their ranges.

    Parameters
    ----------
    words : iterable of str
        The English words, in any order; words outside the scale are ignored.
    lang : {"en", "zh"}

    Returns
    -------
    str
        From the most to the least likely.

    Examples
    --------
    >>> likelihood_legend(["unlikely", "very likely", "unlikely", "no data"])
    'very likely (90–100 %), unlikely (0–33 %)'
    """
    named = set(words)
    return COMMA.in_(lang).join(entry.in_(lang) for entry in SCALE if entry.word.en in named)
