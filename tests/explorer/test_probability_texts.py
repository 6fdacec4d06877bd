"""The page writes the same probabilities as every other output."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from xhsim.analysis.judging.probability import chance
from xhsim.wording.likelihood import SCALE, likelihood_short
from xhsim.wording.numbers import probability_sentence, probability_text

LANGUAGES = ("en", "zh")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_page_and_python_write_the_same_for_all_counts() -> None:
    sizes = [(draws, worth) for draws in (1, 10, 81, 200, 333, 1000) for worth in (1.0, 0.77, 0.3)]
    cases = [(count, draws, worth) for draws, worth in sizes for count in range(draws + 1)]
    cases.append((0, 0, 1.0))  # no draw has a number
    scale = [
        {
            "low": entry.low,
            "high": entry.high,
            **{lang: likelihood_short(entry.word.en, lang) for lang in LANGUAGES},
        }
        for entry in SCALE
    ]
    written = subprocess.run(
        ["node", str(Path(__file__).with_name("probability_texts.mjs"))],
        input=json.dumps({"scale": scale, "cases": cases}),
        capture_output=True,
        text=True,
        check=True,
    )
    for case, texts in zip(cases, json.loads(written.stdout), strict=True):
        share, low, high, word = chance(*case)
        wanted = [probability_sentence(share, low, high, word, lang) for lang in LANGUAGES]
        assert texts == [probability_text(share, low, high), *wanted], case
