"""Reading a model file into syntax records.

Only this package imports PySD to read files, and only when a file is read.
"""

from __future__ import annotations

from pathlib import Path

from xhsim.engine.language import syntax
from xhsim.errors import ModelError

__all__ = ["read_model"]

VENSIM = (".mdl",)
XMILE = (".xmile", ".xml", ".stmx", ".itmx")
BINARY = (".stm", ".itm", ".vmf", ".vpm", ".vpmx")


def read_model(
    path: Path, *, allow_outside: bool = False, encoding: str | None = None
) -> syntax.ModelText:
    """Read a model file into records.

    Parameters
    ----------
    path : Path
        A Vensim file (``.mdl``) or an XMILE file (``.xmile``, ``.xml``, ``.stmx``,
        ``.itmx``).
    allow_outside : bool, default False
        Whether the model may name data files outside its own folder.
    encoding : str, optional
        In place of what the file says of its encoding.

    Returns
    -------
    syntax.ModelText

    Raises
    ------
    ModelError
        If the file cannot be read as a model. The message names the line if it is known.
    """
    from xhsim.engine.reading.files import as_utf8, read_bytes

    data = read_bytes(path)
    suffix = path.suffix.lower()
    if encoding and suffix in VENSIM + XMILE:
        data = as_utf8(path, data, encoding)
    if suffix in VENSIM:
        from xhsim.engine.reading.vensim.model_file import (
            read_vensim,  # PySD takes a second to import
        )

        return read_vensim(path, data, allow_outside=allow_outside)
    if suffix in XMILE:
        from xhsim.engine.reading.xmile.model_file import read_xmile

        return read_xmile(path, data)
    if suffix in BINARY:
        raise ModelError(
            f'a "{path.suffix}" file is in a binary format that only its own program reads',
            file=path,
            hint="save it there as .mdl (Vensim) or .stmx (Stella, iThink)",
        )
    raise ModelError(
        f'a model file of kind "{path.suffix}" cannot be read',
        file=path,
        hint="give a Vensim model (.mdl) or an XMILE model (.xmile, .xml, .stmx, .itmx)",
    )


def __dir__() -> list[str]:
    return __all__
