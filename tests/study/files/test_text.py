"""Text files: encodings, line ends, and a message for each file that is not readable text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xhsim.errors import InputError
from xhsim.study.files.text import read_text


def test_what_is_not_a_readable_file(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("a: 1")
    with pytest.raises(InputError, match="this is a folder, not a file"):
        read_text(tmp_path)
    with pytest.raises(InputError, match=r'no such file. did you mean "plan.yaml"'):
        read_text(tmp_path / "paln.yaml")
    with pytest.raises(InputError, match="there is no folder"):
        read_text(tmp_path / "nowhere" / "plan.yaml")
    with pytest.raises(InputError, match="larger than 2e-06 MB"):
        read_text(tmp_path / "plan.yaml", largest=2)
    with pytest.raises(InputError, match=r"no such file|cannot be read"):
        read_text(Path("zero\0inside.yaml"))
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(InputError, match="not an ordinary file"):
        read_text(tmp_path / "pipe.yaml")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.yaml").write_text("a: 1")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        read_text(tmp_path / "plan.yaml")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfea\0", "UTF-16"),
        (b"a\0b", "binary"),
        (b"a\n\xb9\n", "byte 0xb9"),
        (b" \n\t\n", "the file is empty"),
        (b"a\nb\x07\n", "unprintable character U+0007"),
    ],
)
def test_what_is_not_text(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert words in str(caught.value)
    assert caught.value.file == str(path)
    assert caught.value.hint
    assert caught.value.line == (2 if b"\n" in data and data.strip() else None)


def test_line_ends_are_the_same_for_every_system(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes("\ufeffa: 一\r\nb\rc\n".encode())
    assert read_text(path) == "a: 一\nb\nc\n"
