"""The validation battery: everything that a model has to pass before anybody believes it."""

from xhsim.analysis.validation.battery import Validation, validate
from xhsim.analysis.validation.findings import Finding

__all__ = ["Finding", "Validation", "validate"]
