"""Write a model of about 1,000 elements: a chain of sectors that all look alike.

    python benchmarks/large_model.py FILE.mdl [SECTORS]

The same number of sectors always gives the same file.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["write_large_model"]

SECTOR = """\
stock {n} = INTEG(inflow {n} - outflow {n}, start {n})
\t~\tunit
\t~\tWhat sector {n} has.
\t|

start {n} = {start}
\t~\tunit
\t~\tWhat sector {n} has at the start.
\t|

goal {n} = {goal}
\t~\tunit
\t~\tWhat sector {n} aims at.
\t|

life {n} = {life}
\t~\tyear
\t~\tMean life in sector {n}.
\t|

sensitivity {n} = {sensitivity}
\t~\tdmnl
\t~\tHow much sector {n} follows the sector before it.
\t|

pressure {n} = goal {n}/stock {n}
\t~\tdmnl
\t~\tHow far sector {n} is from its goal.
\t|

effect {n} = WITH LOOKUP(pressure {n}, ([(0,0)-(3,2)],(0,0),(0.5,{low}),(1,1),(1.5,{high}),(3,1.6)))
\t~\tdmnl
\t~\tEffect of pressure on inflow.
\t|

signal {n} = SMOOTH(stock {before}/start {before}, {lag})
\t~\tdmnl
\t~\tWhat sector {n} knows of the sector before it.
\t|

inflow {n} = start {n}/life {n}*effect {n}*MAX(signal {n}, 0.1)^sensitivity {n}
\t~\tunit/year
\t~\tWhat sector {n} gains.
\t|

outflow {n} = DELAY3(inflow {n}, life {n}/{part})*EXP(-{decay}*pressure {n})
\t~\tunit/year
\t~\tWhat sector {n} loses.
\t|

"""

CONTROL = """\
********************************************************
\t.Control
********************************************************~
\t\tSimulation Control Parameters
\t|

FINAL TIME = 20
\t~\tyear
\t~\tThe final time for the simulation.
\t|

INITIAL TIME = 0
\t~\tyear
\t~\tThe initial time for the simulation.
\t|

SAVEPER = 1
\t~\tyear
\t~\tThe frequency with which output is stored.
\t|

TIME STEP = 0.125
\t~\tyear
\t~\tThe time step for the simulation.
\t|
"""


def write_large_model(file: Path, sectors: int = 100) -> Path:
    """Write the model.

    Parameters
    ----------
    file : Path
        Where to; replaced if it exists.
    sectors : int
        How many sectors; each has ten elements.

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = write_large_model(Path(folder) / "large.mdl", sectors=2).read_text()
    >>> text.count("INTEG")
    2
    """
    parts = [
        SECTOR.format(
            n=n,
            before=(n - 2) % sectors + 1,
            start=80 + 7 * n % 50,
            goal=100 + 11 * n % 60,
            life=6 + n % 9,
            sensitivity=round(0.1 + 0.05 * (n % 7), 2),
            low=round(0.4 + 0.02 * (n % 8), 2),
            high=round(1.2 + 0.03 * (n % 6), 2),
            lag=round(1 + 0.25 * (n % 5), 2),
            part=1 + n % 3,
            decay=round(0.01 + 0.005 * (n % 4), 3),
        )
        for n in range(1, sectors + 1)
    ]
    file.write_text("{UTF-8}\n\n" + "".join(parts) + CONTROL, encoding="utf-8")
    return file


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    write_large_model(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
