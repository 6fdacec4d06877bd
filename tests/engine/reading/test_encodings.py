"""The guess of an encoding, and the choice of one."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.engine.models import text_of
from xhsim.engine.reading.encodings import checked_encoding, guessed_encoding
from xhsim.errors import InputError, ModelError

WORDS = {
    "cp1252": "Größe População Educação Füße Höhe Énergie forêt niños CAPACITÉ 20°C årlig",
    "cp1250": "Příjem Ludność Łódź Népesség śmierć Škola",
    "cp1251": "Население Рост Доход НАСЕЛЕНИЕ Инвестиции",
    "cp1253": "Πληθυσμός Γεννήσεις Κεφάλαιο",
    "cp1254": "Doğum İşsizlik işçi değişim",
    "gb18030": "人口 出生率 库存 GDP增长 研发投入 地价 狼",
    "big5": "人口 出生率 資本 價格",
    "cp932": "人口 出生率 資本 オオカミ 在庫",
    "cp949": "인구 출생률 자본 토끼",
}
XMILE = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>
<model><variables><aux name="NAME"><eqn>1</eqn></aux></variables></model></xmile>"""


@pytest.mark.parametrize(
    ("encoding", "word"), [(code, word) for code, words in WORDS.items() for word in words.split()]
)
def test_one_name_is_enough(encoding: str, word: str) -> None:
    data = text_of(f"{word} = INTEG(1, 5)\ny = {word}*2").encode(encoding)
    assert word in data.decode(guessed_encoding(data))


@given(st.binary(max_size=60))
def test_every_text_can_be_read(data: bytes) -> None:
    data.decode(guessed_encoding(data))


@pytest.mark.parametrize("suffix", ["mdl", "xmile"])
@pytest.mark.parametrize(("encoding", "word"), [("cp1252", "año"), ("cp932", "人口")])
def test_a_guess_is_told(tmp_path: Path, suffix: str, encoding: str, word: str) -> None:
    path = tmp_path / f"model.{suffix}"
    text = text_of(f"{word} = 1") if suffix == "mdl" else XMILE.replace("NAME", word)
    path.write_bytes(text.encode(encoding))
    said = rf'read as {encoding}; if names look wrong, .*load_model\(path, encoding="cp1251"\)'
    with pytest.warns(UserWarning, match=said):
        assert word in xhsim.load_model(path).variables.index
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert word in xhsim.load_model(path, encoding=encoding).variables.index
        wrong = xhsim.load_model(path, encoding="cp1251")
    assert word not in wrong.variables.index  # what is stored knows how the file was read


def test_a_chosen_encoding_counts_more_than_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_bytes(text_of("größe = 1").replace("UTF-8", "cp1251").encode("cp1252"))
    assert "größe" in xhsim.load_model(path, encoding="cp1252").variables.index
    path = tmp_path / "model.xmile"
    path.write_bytes(XMILE.replace("utf-8", "cp1251").replace("NAME", "größe").encode("utf-16"))
    assert "größe" in xhsim.load_model(path, encoding="utf-16").variables.index


def test_a_mistake_in_a_text_whose_encoding_was_guessed(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_bytes(text_of("größe{ = 1").encode("cp1252"))
    with pytest.raises(ModelError, match=r"model.mdl is not UTF-8 and was read as cp1252"):
        xhsim.load_model(path)
    with pytest.raises(ModelError, match=r"model.mdl:2: the text is not utf-8. save .* or name"):
        xhsim.load_model(path, encoding="utf-8")


@pytest.mark.parametrize("name", ["cp1522", "zlib", "rot13", "idna", "", "a\0b"])
def test_unknown_encodings(name: str) -> None:
    with pytest.raises(InputError, match=re.escape(f'unknown text encoding "{name}'[:22])):
        checked_encoding(name)
    with pytest.raises(InputError, match='did you mean "cp1252"'):
        checked_encoding("cp1522")
