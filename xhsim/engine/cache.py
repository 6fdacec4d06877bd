"""Keeping what was read of a model file, so that the next start need not parse it again.

Only data is stored: the records of `xhsim.engine.syntax` as JSON, under the hash of the file's
bytes and of the versions that read it; the hashes of the data files it names are inside, and are
compared before use. What is found is checked as it is turned back into
records; anything unexpected counts as damage, and the file is then simply read again.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
from pathlib import Path
from typing import Any

from xhsim.atomic import WriteError, write_text
from xhsim.engine import syntax

__all__ = ["cached_read", "folder"]

FORMAT = 2
NODES: dict[str, type] = {
    node.__name__: node
    for node in (
        syntax.Number,
        syntax.NumberArray,
        syntax.Text,
        syntax.Name,
        syntax.Table,
        syntax.Call,
        syntax.Tables,
    )
}


def folder() -> Path:
    """Return the folder of the cache: ``XHSIM_CACHE``, or the user's cache folder.

    Returns
    -------
    Path
        It need not exist yet.
    """
    chosen = os.environ.get("XHSIM_CACHE")
    if chosen:
        return Path(chosen)
    import platformdirs  # only here: most calls find the environment variable or a cached model

    return Path(platformdirs.user_cache_dir("xhsim"))


def cached_read(path: Path, *, allow_outside: bool = False) -> syntax.ModelText:
    """Read a model file, or take what an earlier reading of the same bytes found.

    Parameters
    ----------
    path : Path
        The model file.
    allow_outside : bool, default False
        Whether the model may name data files outside its own folder.

    Returns
    -------
    syntax.ModelText

    Raises
    ------
    ModelError
        If the file cannot be read as a model.
    """
    data = _bytes(path)
    place = folder() / f"{_key(data, path.suffix, allow_outside)}.json"
    found = _load(place, path) if data else None
    if found is not None:
        return found
    from xhsim.engine import reading  # PySD takes a second to import

    model = reading.read_model(path, allow_outside=allow_outside)
    _store(place, model)
    return model


def _bytes(path: Path) -> bytes:
    """Read a file, or give nothing: the reader says what is wrong with it."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except (OSError, ValueError):
        return b""


def _key(data: bytes, suffix: str, allow_outside: bool) -> str:
    pysd = importlib.metadata.version("pysd")
    versions = f"{FORMAT} {pysd} {suffix.lower()} {allow_outside}"
    return hashlib.sha256(versions.encode() + b"\n" + data).hexdigest()


def _load(place: Path, path: Path) -> syntax.ModelText | None:
    try:
        record = json.loads(place.read_text(encoding="utf-8"))
        model = _model(record, path)
        return (
            model
            if all(_is_same(path.parent / name, hash_) for name, hash_ in model.files)
            else None
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_same(file: Path, digest: str) -> bool:
    return hashlib.sha256(_bytes(file)).hexdigest() == digest


def _store(place: Path, model: syntax.ModelText) -> None:
    try:
        write_text(place, json.dumps(_plain(model)))
    except (WriteError, RecursionError):
        return  # a cache that cannot be written is only slower


def _plain(record: Any) -> Any:
    """Turn records into lists and dicts; nodes carry their class name first."""
    if isinstance(record, tuple):
        return [_plain(item) for item in record]
    if isinstance(record, str | int | float) or record is None:
        return record
    values = [_plain(getattr(record, name)) for name in record.__dataclass_fields__]
    return [type(record).__name__, *values]


def _fields(record: Any, kind: Any) -> list[Any]:
    name, *values = record
    if name != kind.__name__ or len(values) != len(kind.__dataclass_fields__):
        raise ValueError("not the record expected")
    return list(values)


def _model(record: Any, path: Path) -> syntax.ModelText:
    _, ranges, elements, groups, macros, dialect, files = _fields(record, syntax.ModelText)
    return syntax.ModelText(
        str(path),
        tuple(_range(item) for item in ranges),
        tuple(_element(item) for item in elements),
        tuple((_text(name), _text(note)) for name, note in groups),
        tuple(_macro(item) for item in macros),
        _text(dialect),
        tuple((_text(name), _text(digest)) for name, digest in files),
    )


def _range(record: Any) -> syntax.Range:
    name, elements, mapping, line, mapped = _fields(record, syntax.Range)
    return syntax.Range(
        _text(name),
        _texts(elements),
        _texts(mapping),
        int(line),
        tuple(_texts(group) for group in mapped),
    )


def _macro(record: Any) -> syntax.Macro:
    name, inputs, outputs, elements, line = _fields(record, syntax.Macro)
    return syntax.Macro(
        _text(name),
        _texts(inputs),
        _texts(outputs),
        tuple(_element(item) for item in elements),
        int(line),
    )


def _element(record: Any) -> syntax.Element:
    name, unit, documentation, limits, group, components = _fields(record, syntax.Element)
    low, high = (None if limit is None else float(limit) for limit in limits)
    return syntax.Element(
        _text(name),
        _text(unit),
        _text(documentation),
        (low, high),
        _text(group),
        tuple(_component(item) for item in components),
    )


def _component(record: Any) -> syntax.Component:
    subscripts, exceptions, expression, kind, text, line, keyword = _fields(
        record, syntax.Component
    )
    return syntax.Component(
        _texts(subscripts),
        tuple(_texts(group) for group in exceptions),
        _node(expression),
        _text(kind),
        _text(text),
        int(line),
        _text(keyword),
    )


def _node(record: Any) -> syntax.Node:
    values = _fields(record, NODES[record[0]])
    match record[0]:
        case "Number":
            return syntax.Number(float(values[0]))
        case "NumberArray":
            return syntax.NumberArray(_floats(values[0]), tuple(int(size) for size in values[1]))
        case "Text":
            return syntax.Text(_text(values[0]))
        case "Name":
            return syntax.Name(_text(values[0]), _texts(values[1]))
        case "Table":
            return syntax.Table(_floats(values[0]), _floats(values[1]), _text(values[2]))
        case "Tables":
            x, y, shape, kind = values
            return syntax.Tables(_floats(x), _floats(y), tuple(map(int, shape)), _text(kind))
        case _:
            return syntax.Call(_text(values[0]), tuple(_node(item) for item in values[1]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
