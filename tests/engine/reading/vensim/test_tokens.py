"""Tokens of Vensim's equations."""

from __future__ import annotations

import pytest

from xhsim.engine.reading.vensim.tokens import VensimSyntaxError, tokens_of


def pieces(text: str) -> list[str]:
    return [token.text for token in tokens_of(text)[:-1]]


def test_names_have_several_words_and_letters_of_all_languages() -> None:
    assert pieces("Birth rate 2 + año's$") == ["Birth rate 2", "+", "año's$"]
    assert pieces("就业 人数*2") == ["就业 人数", "*", "2"]
    assert pieces("a \\ b*2") == ["a \\ b", "*", "2"]


def test_quotes_numbers_texts_and_words() -> None:
    assert pieces('"a \\"b\\" (c)"') == ['"a \\"b\\" (c)"']
    assert pieces("1.5e-3 - .5<>'t.csv'") == ["1.5e-3", "-", ".5", "<>", "'t.csv'"]
    kinds = [token.kind for token in tokens_of(": And :x :NA:")]
    assert kinds == [":and:", "name", ":na:", "end"]


@pytest.mark.parametrize(
    ("text", "words"), [("a # b", "`#` cannot stand before ` b`"), ("a {", "`{` cannot stand at")]
)
def test_characters_of_no_token(text: str, words: str) -> None:
    with pytest.raises(VensimSyntaxError, match=words):
        tokens_of(text)
