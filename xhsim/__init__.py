"""xhsim: a system-dynamics scenario simulator."""

__version__ = "0.1.0.dev0"

from typing import Any

__all__ = ["load_model"]


def __getattr__(name: str) -> Any:
    if name == "load_model":
        from xhsim.engine.model import load_model

        return load_model
    raise AttributeError(name)
