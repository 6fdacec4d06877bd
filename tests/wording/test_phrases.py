"""Fixed phrases: both languages say the same, and nothing is left from other times."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import xhsim
from xhsim.wording import phrases
from xhsim.wording.phrases import ANSWERS, BULLETIN, EXPLORER, PICTURES, REPORT, Phrases

PACKAGE = Path(xhsim.__file__).parent
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
# Where phrases are said, and how keys begin that are put together there.
PLACES = {
    "PICTURES": "plots",
    "EXPLORER": "explorer",
    "REPORT": "report",
    "BULLETIN": "report",
    "ANSWERS": "analysis",
}
BUILT = (
    *("layer_", "side_", "measure_", "kind_", "change_", "limit_", "col_", "readable_"),
    *("count_", "headline_", "period_", "of_", "movement_", "revision_by_"),
    *("light_", "rate_", "reliability_", "needed_", "separation_box_"),
)

each_kind = pytest.mark.parametrize("kind", PLACES)


def _of(kind: str) -> Phrases:
    return {
        "PICTURES": PICTURES,
        "EXPLORER": EXPLORER,
        "REPORT": REPORT,
        "BULLETIN": BULLETIN,
        "ANSWERS": ANSWERS,
    }[kind]


def _gaps(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@each_kind
def test_every_phrase_has_the_same_gaps_in_both_languages(kind: str) -> None:
    for key, phrase in _of(kind).items():
        # Sources are written in one language, and left out in the other; "the last issue" needs
        # no date in Chinese.
        missing = {"contradiction": {"source"}, "col_since_last": {"date"}}.get(key, set())
        assert _gaps(phrase.en) - _gaps(phrase.zh) == missing, key
        assert _gaps(phrase.zh) <= _gaps(phrase.en), key


@each_kind
def test_both_languages_are_there_and_differ(kind: str) -> None:
    for key, phrase in _of(kind).items():
        assert phrase.en, key
        assert phrase.zh, key
        assert phrase.en != phrase.zh, key
        assert not CHINESE.search(phrase.en), key


@each_kind
def test_every_phrase_is_said_somewhere(kind: str) -> None:
    files = (PACKAGE / PLACES[kind]).rglob("*.*")
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in files
        if path.suffix in {".py", ".jinja", ".js"}
        and not {"node_modules", "built"} & set(path.parts)
    )
    said = set(re.findall(r"""["'](\w+)["']""", code))
    unused = {key for key in _of(kind) if key not in said and not key.startswith(BUILT)}
    # The word for what the draws are made from: the study says which.
    assert unused <= {"prior", "posterior"}


@each_kind
def test_no_key_is_there_twice(kind: str) -> None:
    text = (Path(phrases.__file__).parent / _of(kind).file).read_text(encoding="utf-8")
    keys = re.findall(r"^(\w+):", text, re.MULTILINE)
    assert sorted(keys) == sorted(_of(kind))


def test_gaps_are_filled() -> None:
    assert PICTURES.say("all_of", "zh", n=6, group="产业集群") == "产业集群：6项同时实现"
