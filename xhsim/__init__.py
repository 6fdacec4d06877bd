"""xhsim: a system-dynamics scenario simulator for development plans.

`open_study` opens a study (the Xuhui plan ships), `load_model` a stock-and-flow model alone.
Everything is imported when it is first asked for, so that ``import xhsim`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xhsim.analysis.opening import open_study
    from xhsim.analysis.study import Study
    from xhsim.engine.model import Model, load_model
    from xhsim.engine.paths import Path
    from xhsim.errors import InputError, ModelError
    from xhsim.explorer.opening import explore

__version__ = "0.1.0.dev0"

__all__ = [
    "InputError",
    "Model",
    "ModelError",
    "Path",
    "Study",
    "explore",
    "load_model",
    "open_study",
]

_HOMES = {
    "InputError": "xhsim.errors",
    "Model": "xhsim.engine.model",
    "ModelError": "xhsim.errors",
    "Path": "xhsim.engine.paths",
    "Study": "xhsim.analysis.study",
    "explore": "xhsim.explorer.opening",
    "load_model": "xhsim.engine.model",
    "open_study": "xhsim.analysis.opening",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'xhsim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
