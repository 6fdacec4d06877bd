"""XMILE files as XML: encodings, malformed files, nodes and their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import write
from tests.engine.reading.xmile.texts import (
    aux,
    text_of,
)
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    head = f'<?xml version="1.0" encoding="{name}"?>\n'
    path = tmp_path / "model.xml"
    path.write_bytes(text_of('<aux name="人口"><eqn>5</eqn></aux>', head=head).encode(encoding))
    element = read_model(path).elements[0]
    assert (element.name, element.components[0].line) == ("人口", 5)


FILES = {
    "not xmile": ("<a/>", "not an XMILE model"),
    "not xml": ("x = 1", "the file is not XML"),
    "vensim": ("{UTF-8}\nx = 1 ~~|\n", 'a text of Vensim. name the file "model.mdl"'),
    "unclosed": (text_of(aux("1"))[:-8], "the file is not XML"),
}


@pytest.mark.parametrize("name", FILES)
def test_file_refused(tmp_path: Path, name: str) -> None:
    text, words = FILES[name]
    path = write(tmp_path, text, "model.xmile")
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
