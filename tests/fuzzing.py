"""How many random examples tests try: few and always the same, or many and new ones each time.

``XHSIM_FUZZ=N`` multiplies the numbers by N (`make fuzz`).
"""

from __future__ import annotations

import os

__all__ = ["IS_FUZZING", "examples"]

TIMES = int(os.environ.get("XHSIM_FUZZ", "1"))
IS_FUZZING = TIMES > 1


def examples(usual: int) -> int:
    """Return how many examples a test tries now."""
    return usual * TIMES
