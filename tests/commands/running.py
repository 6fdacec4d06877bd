"""The type of the fixture `xhsim_command`: it runs a command line."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Output"]

# Arguments and options give exit status, output and errors.
Output = Callable[..., tuple[int, str, str]]
