"""What a terminal prints, for tests."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType

__all__ = ["printed"]


def printed(*parts: RenderableType, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width)
    for part in parts:
        console.print(part, highlight=False, markup=False)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text
