"""Model files as bytes and as text: paths, sizes and encodings."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

import xhsim
from tests.engine.models import DATA, text_of, write
from tests.engine.reading.vensim.records import elements_of, only
from xhsim.engine.language.syntax import Name
from xhsim.engine.reading import files, read_model
from xhsim.errors import ModelError

BROKEN = DATA / "broken"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (BROKEN / "missing.mdl", "there is no such model file"),
        (BROKEN, "this is a folder"),
        (BROKEN / "other_kind.txt", 'a model file of kind ".txt" cannot be read'),
        (Path("x" * 5000 + ".mdl"), "cannot be read: File name too long"),
        (Path("a\0b.mdl"), "there is no such model file"),
    ],
    ids=["missing", "folder", "kind", "long name", "null"],
)
def test_path_that_is_no_model_file(path: Path, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        xhsim.load_model(path)


def test_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "closed.mdl"
    path.write_text("x = 1 ~~|\n")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ModelError, match=r"closed.mdl: the file cannot be read: Permission denied"):
        xhsim.load_model(path)


def test_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    path = tmp_path / "large.mdl"
    path.write_text("x = 1 ~~|\n" * 5)
    with pytest.raises(ModelError, match="larger than 10 bytes"):
        xhsim.load_model(path)


SPELLED = {
    "utf-8": ("{UTF-8}", "utf-8"),
    "utf-8 with mark": ("{UTF-8}", "utf-8-sig"),
    "mark only": ("", "utf-8-sig"),
    "no header": ("", "utf-8"),
    "gb18030": ("{GB18030}", "gb18030"),
    "gbk": ("{gbk}", "gbk"),
    "utf-16": ("{UTF-8}", "utf-16"),
    "utf-16 big end first": ("", "utf-16-be"),
    "utf-32": ("", "utf-32"),
}


@pytest.mark.parametrize("name", SPELLED)
def test_encodings(tmp_path: Path, name: str) -> None:
    header, encoding = SPELLED[name]
    text = text_of("人口 = 5\nz = 人口").replace("{UTF-8}", header)
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    path = tmp_path / "model.mdl"
    path.write_bytes(mark + text.encode(encoding))
    found = elements_of(path)
    assert only(found["z"]).expression == Name("人口")
    assert only(found["z"]).line == 3


def test_western_european_text(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_bytes(text_of("coût = 5").replace("UTF-8", "cp1252").encode("cp1252"))
    assert "coût" in elements_of(path)


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030"])
@pytest.mark.parametrize("header", ["{UTF-8}", ""])
def test_old_encodings_behind_a_wrong_header(tmp_path: Path, header: str, encoding: str) -> None:
    """Old versions of Vensim wrote the encoding of the computer."""
    path = tmp_path / "model.mdl"
    text = text_of("x = 1\nniveau élevé = 5").replace("{UTF-8}", header)
    path.write_bytes(text.encode(encoding))
    assert only(elements_of(path)["niveau élevé"]).line == 3


def test_a_text_that_is_not_in_the_encoding_of_its_mark_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_bytes(codecs.BOM_UTF8 + text_of("x = 1\né = 5")[7:].encode("cp1252"))
    with pytest.raises(ModelError, match=r"model.mdl:\d: the text is not utf-8-sig. save"):
        read_model(path)


def test_a_comment_at_the_beginning_is_no_encoding(tmp_path: Path) -> None:
    assert "x" in elements_of(write(tmp_path, "{A first model}" + text_of("x = 1")[7:]))


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_of_other_systems(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "model.mdl"
    text = "{UTF-8}\na long \\\n\tname = 1 ~~|\nz = a long name ~~|\n"
    path.write_bytes(text.replace("\n", ending).encode())
    found = elements_of(path)
    assert (only(found["a long name"]).line, only(found["z"]).line) == (2, 4)


@pytest.mark.parametrize("codec", ["zlib", "idna", "punycode", "unicode_escape", "rot13", "utf-7"])
def test_codecs_that_are_not_encodings_of_files(tmp_path: Path, codec: str) -> None:
    path = write(tmp_path, text_of("x = 1").replace("UTF-8", codec))
    with pytest.raises(ModelError, match="unknown text encoding"):
        read_model(path)
