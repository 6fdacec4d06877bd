"""A text in both languages as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from xhsim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LANGUAGES", "Label", "Language", "check_language"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def check_language(lang: str) -> Language:
    """Return the language if there are words in it.

    Parameters
    ----------
    lang : str
        ``en`` or ``zh``.

    Returns
    -------
    {"en", "zh"}

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> check_language("zh")
    'zh'
    """
    for known in LANGUAGES:
        if lang == known:
            return known
    raise InputError(f"there are no words in language {lang!r}", hint='write lang="en" or "zh"')


@dataclass(frozen=True)
class Label:
    """What something is called, in English and in Chinese.

    Parameters
    ----------
    en, zh : str
        Empty where there is none.

    Examples
    --------
    >>> spending = Label("R&D spending", "研发经费支出")
    >>> spending.in_("zh"), str(spending)
    ('研发经费支出', 'R&D spending')
    """

    en: str = ""
    zh: str = ""

    @classmethod
    def of_row(cls, row: Mapping[Any, Any] | pd.Series[Any], column: str = "label") -> Label:
        """Take the label out of a row of a table; what is not there is empty.

        Parameters
        ----------
        row : mapping or Series
            A row of a table.
        column : str
            Where the English text is. The Chinese one is in the column of this name with ``_zh``.

        Returns
        -------
        Label

        Examples
        --------
        >>> Label.of_row({"label": "R&D", "label_zh": "研发"})
        Label(en='R&D', zh='研发')
        >>> Label.of_row({"label": float("nan")})
        Label(en='', zh='')
        """
        texts = (row.get(column), row.get(f"{column}_zh"))
        return cls(*(text if isinstance(text, str) else "" for text in texts))

    @classmethod
    def of_attributes(cls, attributes: Mapping[Any, Any]) -> Label:
        """Take the label out of the attributes of a variable of a dataset.

        Parameters
        ----------
        attributes : mapping
            With ``label_en`` and ``label_zh``, or without; what is not there is empty.

        Returns
        -------
        Label

        Examples
        --------
        >>> Label.of_attributes({"label_en": "R&D", "label_zh": "研发", "units": "percent"})
        Label(en='R&D', zh='研发')
        """
        return cls(str(attributes.get("label_en") or ""), str(attributes.get("label_zh") or ""))

    def columns(self, column: str = "label") -> dict[str, str]:
        """Return the label as tables hold it, in two columns.

        Parameters
        ----------
        column : str
            Where the English text goes.

        Returns
        -------
        dict of str to str

        Examples
        --------
        >>> Label("R&D", "研发").columns()
        {'label': 'R&D', 'label_zh': '研发'}
        """
        return {column: self.en, f"{column}_zh": self.zh}

    def attributes(self) -> dict[str, str]:
        """Return the label as variables of a dataset hold it, in two attributes.

        Returns
        -------
        dict of str to str

        Examples
        --------
        >>> Label("R&D", "研发").attributes()
        {'label_en': 'R&D', 'label_zh': '研发'}
        """
        return {"label_en": self.en, "label_zh": self.zh}

    def in_(self, lang: str) -> str:
        """Return the text in a language; the English one where there is no Chinese one.

        Parameters
        ----------
        lang : {"en", "zh"}

        Returns
        -------
        str

        Raises
        ------
        InputError
            If there is no such language.

        Examples
        --------
        >>> Label("R&D").in_("zh")
        'R&D'
        """
        return self.zh or self.en if check_language(lang) == "zh" else self.en

    def has(self, lang: str) -> bool:
        """Tell whether there is a text in the language itself.

        Parameters
        ----------
        lang : {"en", "zh"}

        Returns
        -------
        bool

        Raises
        ------
        InputError
            If there is no such language.

        Examples
        --------
        >>> Label("R&D").has("en"), Label("R&D").has("zh")
        (True, False)
        """
        return bool(getattr(self, check_language(lang)))

    def or_name(self, name: str) -> Label:
        """Let a name stand where a language has no text.

        Parameters
        ----------
        name : str

        Returns
        -------
        Label

        Examples
        --------
        >>> Label("", "研发").or_name("RD")
        Label(en='RD', zh='研发')
        """
        return Label(self.en or name, self.zh or name)

    def __str__(self) -> str:
        return self.en
