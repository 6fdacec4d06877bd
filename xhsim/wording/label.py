"""Labels: a text in English and Chinese as one value."""

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
    """Return the language if it is supported.

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
        If the language is not supported.

    Examples
    --------
    >>> check_language("zh")
    'zh'
    """
    for known in LANGUAGES:
        if lang == known:
            return known
    raise InputError(f"language {lang!r} is not supported", hint='write lang="en" or "zh"')


@dataclass(frozen=True)
class Label:
    """A name in English and in Chinese.

    Parameters
    ----------
    en, zh : str
        Empty if there is no text in that language.

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
        """Read the label from a row of a table; a missing text is empty.

        Parameters
        ----------
        row : mapping or Series
            A row of a table.
        column : str
            The column of the English text. The column of the Chinese text ends in ``_zh``.

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
        """Read the label from the attributes of a dataset's variable.

        Parameters
        ----------
        attributes : mapping
            May contain ``label_en`` and ``label_zh``; a missing text is empty.

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
        """Return the label as two columns of a table.

        Parameters
        ----------
        column : str
            The column of the English text.

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
        """Return the label as two attributes of a dataset's variable.

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
        """Return the text in a language; the English text if there is no Chinese one.

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
        """Return whether the label has a text in a language.

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
        """Return the label with a name in place of each missing text.

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
