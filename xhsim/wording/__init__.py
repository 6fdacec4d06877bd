"""Words, numbers and units as people read them, in English and in Chinese.

Every layer above may take its words from here; nothing here knows of a model or a study.
"""

from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.numbers import number_text, probability_text
from xhsim.wording.units import display_unit

__all__ = [
    "Label",
    "Language",
    "check_language",
    "display_unit",
    "number_text",
    "probability_text",
]
