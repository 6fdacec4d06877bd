"""Words, numbers and units for readers, in English and in Chinese.

All other layers may use this package. It depends on no model and no study.
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


def __dir__() -> list[str]:
    return __all__
