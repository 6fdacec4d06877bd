"""Rectangles of a layout, and whether two of them overlap."""

from __future__ import annotations

Box = tuple[float, float, float, float]  # left, top, right, bottom


def overlap(one: Box, other: Box) -> bool:
    slack = 1e-6
    return (
        one[0] < other[2] - slack
        and other[0] < one[2] - slack
        and one[1] < other[3] - slack
        and other[1] < one[3] - slack
    )
