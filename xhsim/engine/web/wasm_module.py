"""Turn an object file of LLVM for WebAssembly into a module that a browser can load.

An object file is a module without exports, with notes for a linker. All functions of ours are in
one file and there are no data, so that nothing must be linked: the notes are removed and the
functions exported. The format: https://webassembly.github.io/spec/core/binary/modules.html, and
for the notes https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["exported"]

MAGIC = b"\0asm\1\0\0\0"
# The kinds of section that matter here.
NOTE, IMPORTS, EXPORTS, CODE, DATA = 0, 2, 7, 10, 11
SYMBOLS = 8  # the table of symbols among the linker's notes
FUNCTION, MEMORY = 0, 2  # kinds of import and export; symbols have the same 0
UNDEFINED, NAMED = 0x10, 0x40  # flags of a symbol


@dataclass
class _Reader:
    """Reads numbers and names from bytes, and remembers the place."""

    data: bytes
    place: int = 0

    def __bool__(self) -> bool:
        """Tell whether something is left."""
        return self.place < len(self.data)

    def take(self, length: int) -> bytes:
        """Return the next bytes."""
        found = self.data[self.place : self.place + length]
        if len(found) < length:
            raise ValueError("the object file ends too early")
        self.place += length
        return found

    def number(self) -> int:
        """Return a whole number, which has seven bits a byte, the lowest first."""
        total = shift = 0
        while True:
            byte = self.take(1)[0]
            total |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return total

    def counted(self) -> bytes:
        """Return bytes that follow their number."""
        return self.take(self.number())


def _number(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _counted(content: bytes) -> bytes:
    return _number(len(content)) + content


def exported(binary: bytes, names: tuple[str, ...]) -> bytes:
    """Make a module that exports some functions of an object file.

    Parameters
    ----------
    binary : bytes
        An object file for WebAssembly that has no data.
    names : tuple of str
        Its functions to export.

    Returns
    -------
    bytes
        It imports the memory ``env.__linear_memory`` and the stack's end
        ``env.__stack_pointer``.

    Raises
    ------
    ValueError
        If the file is not such an object file, or needs functions of a library. The message names
        them.
    """
    if not binary.startswith(MAGIC):
        raise ValueError("this is not an object file for WebAssembly")
    sections = list(_sections(_Reader(binary, len(MAGIC))))
    if any(kind == DATA for kind, _ in sections):
        raise ValueError("the object file has data, which a linker would have to place")
    own: dict[str, int] = {}
    for kind, content in sections:
        if kind == IMPORTS:
            _refuse_functions(content)
        elif kind == NOTE:
            own |= _functions(content)
    missing = [name for name in names if name not in own]
    if missing:
        raise ValueError(f"the object file lacks {', '.join(missing)}")
    found = MAGIC
    exports = _number(len(names)) + b"".join(
        _counted(name.encode()) + bytes([FUNCTION]) + _number(own[name]) for name in names
    )
    for kind, content in sections:
        if kind == NOTE:
            continue
        if kind == CODE:  # exports stand before the code
            found += bytes([EXPORTS]) + _counted(exports)
        found += bytes([kind]) + _counted(content)
    return found


def _sections(reader: _Reader) -> Iterator[tuple[int, bytes]]:
    while reader:
        kind = reader.take(1)[0]
        yield kind, reader.counted()


def _refuse_functions(content: bytes) -> None:
    """Refuse imported functions. The memory and the stack's end are the only imports we have."""
    reader = _Reader(content)
    needed = []
    for _ in range(reader.number()):
        reader.counted()  # the name of the module that has it
        name, kind = reader.counted().decode(), reader.take(1)[0]
        if kind == FUNCTION:
            needed.append(name)
            reader.number()
        elif kind == MEMORY:
            limits = reader.take(1)[0]
            reader.number()
            if limits & 1:
                reader.number()
        else:
            reader.take(2)  # a global: its type and whether it changes
    if needed:
        raise ValueError(f"the code needs functions of a library: {', '.join(needed)}")


def _functions(content: bytes) -> Mapping[str, int]:
    """Return the functions that the linker's notes name, with their numbers."""
    reader = _Reader(content)
    if reader.counted() != b"linking":
        return {}
    reader.number()  # the version of the format
    found: dict[str, int] = {}
    while reader:
        kind, part = reader.take(1)[0], _Reader(reader.counted())
        if kind != SYMBOLS:
            continue
        for _ in range(part.number()):
            symbol, flags = part.take(1)[0], part.number()
            if symbol == 1:
                raise ValueError("the object file has data, which a linker would have to place")
            if symbol == 3:  # a section
                part.number()
                continue
            number = part.number()
            if not flags & UNDEFINED or flags & NAMED:
                name = part.counted().decode()
                if symbol == FUNCTION and not flags & UNDEFINED:
                    found[name] = number
    return found
