"""Scrambled Sobol points, the same as SciPy's, without importing ``scipy.stats``.

Importing ``scipy.stats`` takes longer than a thousand draws of a model. The arithmetic is short,
and its table of direction numbers lies in SciPy's folder: those of Joe and Kuo (SIAM Journal on
Scientific Computing 30, 2635-2654, 2008).
"""

from __future__ import annotations

import zipfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["sobol_points"]

BITS = 30  # of a coordinate, as in SciPy
TABLE = ("stats", "_sobol_direction_numbers.npz")  # in SciPy's folder
TOGETHER = 512  # dimensions that are prepared in one go: a study needs several numbers of them
Words = NDArray[np.uint32]


def sobol_points(width: int, doublings: int, seed: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the first points of a Sobol sequence with a random scramble and shift.

    Parameters
    ----------
    width : int
        Number of dimensions.
    doublings : int
        The number of points is two to this power.
    seed : tuple of int
        Of the scramble.

    Returns
    -------
    ndarray, shape (width, points)
        From 0 to below 1; the numbers of ``scipy.stats.qmc.Sobol``.

    Examples
    --------
    >>> points = sobol_points(3, 4, (0,))
    >>> points.shape, sorted((16 * points[2]).astype(int).tolist()) == list(range(16))
    ((3, 16), True)
    """
    known = _directions(-(-width // TOGETHER) * TOGETHER)
    if known is None or doublings > BITS:
        # More dimensions than this, or another version of SciPy, which stores them elsewhere.
        from scipy.stats import qmc

        sampler = qmc.Sobol(width, scramble=True, rng=np.random.default_rng(seed))
        return np.asarray(sampler.random_base2(doublings).T)
    generator = np.random.default_rng(seed).spawn(1)[0]  # as SciPy does with one that it is given
    shift, directions = _scrambled(known[:width], doublings, generator)
    points = shift[:, np.newaxis]
    for direction in directions.T:
        # In the order of the Gray code, the second half is the first one backwards, moved.
        points = np.concatenate([points, points[:, ::-1] ^ direction[:, np.newaxis]], axis=1)
    return np.asarray(points * 2.0**-BITS, dtype=np.float64)


def _scrambled(directions: Words, used: int, generator: np.random.Generator) -> tuple[Words, Words]:
    """Return the shift of all points, and the `used` first directions after a linear scramble.

    A random triangular matrix of bits for each dimension mixes each bit with those above it.
    """
    width = len(directions)
    given = generator.integers(2, size=(width, BITS), dtype=np.uint32)
    shift = np.dot(given, 2 ** np.arange(BITS, dtype=np.uint32))
    matrices = generator.integers(2, size=(width, BITS, BITS), dtype=np.uint32)
    matrices = np.tril(matrices, -1) + np.eye(BITS, dtype=np.uint32)
    places = np.arange(BITS - 1, -1, -1, dtype=np.uint32)  # from the highest bit down
    bits = directions[:, np.newaxis, :used] >> places[:, np.newaxis] & 1
    # Sums of at most 30 ones are exact in single precision, whose product is fast.
    mixed = np.matmul(matrices.astype(np.float32), bits.astype(np.float32)).astype(np.uint32) & 1
    return shift, np.bitwise_or.reduce(mixed << places[:, np.newaxis], axis=1)


@lru_cache(maxsize=4)
def _directions(width: int) -> Words | None:
    """Return the directions of the first dimensions, shape (width, bits); None without a table."""
    known = _table(width)
    if known is None:
        return None
    polynomials, starts = known
    # The first dimension has the directions 1, 1, 1, ...
    found = np.ones((width, BITS), dtype=np.uint32)
    degrees = np.array([int(number).bit_length() - 1 for number in polynomials])
    for degree in range(1, int(degrees.max(initial=0)) + 1):
        rows = np.flatnonzero(degrees == degree)
        own, made = polynomials[rows], starts[rows, :degree].astype(np.uint32)
        for place in range(degree, BITS):
            new = made[:, place - degree].copy()
            for back in range(1, degree + 1):
                has = (own >> (degree - back) & 1).astype(np.uint32)
                new ^= has * (made[:, place - back] << np.uint32(back))
            made = np.column_stack([made, new])
        found[rows] = made
    return found << np.arange(BITS - 1, -1, -1, dtype=np.uint32)


def _table(width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Read the polynomials and first direction numbers of the first dimensions."""
    package = find_spec("scipy")
    if package is None or package.origin is None:
        return None
    try:
        with zipfile.ZipFile(Path(package.origin).parent.joinpath(*TABLE)) as archive:
            (polynomials,) = _columns(archive, "poly.npy", width, 1)
            most = max(int(number).bit_length() - 1 for number in polynomials)
            starts = np.array(_columns(archive, "vinit.npy", width, most)).T
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return polynomials, starts


def _columns(
    archive: zipfile.ZipFile, name: str, rows: int, columns: int
) -> list[NDArray[np.int64]]:
    """Read the first rows of the first columns of an array that is stored column by column."""
    with archive.open(name) as file:
        np.lib.format.read_magic(file)
        shape, by_column, kind = np.lib.format.read_array_header_1_0(file)
        if kind != np.int64 or shape[0] < rows or not (by_column or len(shape) == 1):
            raise ValueError("another table")
        size = shape[0] * kind.itemsize
        return [np.frombuffer(file.read(size), dtype=kind)[:rows] for _ in range(columns)]
