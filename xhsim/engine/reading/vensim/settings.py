r"""The settings of a Vensim file: lines with a number and a colon after the sketch.

Vensim does not document them. The fourth number of line 15 is the integration method, in the order
of Vensim's menu. The public readers of the format, simlin and xmutil, agree on it.
"""

from __future__ import annotations

import re

from xhsim.engine.language import syntax

__all__ = ["method_in"]

MARK = re.compile(r"^:L\x7f?<%\^E!@", re.MULTILINE)
METHOD = re.compile(r"^15:[^,\n]*,[^,\n]*,[^,\n]*,[ \t]*(\d+)", re.MULTILINE)
# In the order of their numbers in the file.
METHODS: tuple[syntax.FileMethod, ...] = (
    "euler",
    "rk4-auto",
    "difference",
    "rk2-auto",
    "rk2",
    "rk4",
)


def method_in(text: str) -> syntax.FileMethod:
    r"""Return the integration method that a file asks for: Euler's, as in Vensim, if it is silent.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    str

    Examples
    --------
    >>> method_in("///---\\\\\\\n:L<%^E!@\n15:0,0,0,5,0,0\n")
    'rk4'
    >>> method_in("x = 1 ~~|")
    'euler'
    """
    mark = MARK.search(text)
    found = METHOD.search(text, mark.end()) if mark else None
    number = int(found[1][:3]) if found else 0
    return METHODS[number] if number < len(METHODS) else "euler"
