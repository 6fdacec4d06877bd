"""The validation battery: checks of a study's model, which checks.yaml configures."""

from xhsim.analysis.validation.battery import Validation, validate
from xhsim.analysis.validation.findings import Finding

__all__ = ["Finding", "Validation", "validate"]


def __dir__() -> list[str]:
    return __all__
