"""What indicators depend on: by the model's graph, and by the page's own ranks."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.above_chance import above_chance, chance_limit
from xhsim.analysis.uncertainty.importance import uncertain_numbers
from xhsim.explorer.dependence import dependence_record
from xhsim.explorer.levers import sliders_of

RUNNER = Path(__file__).with_name("rank_numbers.mjs")


def test_the_graph_says_what_reaches_a_target(linear: Study) -> None:
    worlds = [linear.world(name, 16) for name in ("baseline", "programme")]
    targets = list(linear.indicators.values())
    record = dependence_record(linear, worlds, targets, sliders_of(linear, 2025))
    names = [number["label"]["en"] for number in record["numbers"]]
    keys = [(number["key"], number["element"]) for number in record["numbers"]]
    assert len(names) == len(set(names)) == len(record["limits"])
    reach = record["reach"]
    assert {keys[place] for place in reach["size"]["numbers"]} == {("growth", 0)}
    assert {keys[place] for place in reach["south"]["numbers"]} == {
        ("zone_growth", 0),
        ("zone_growth", 1),
    }
    assert (reach["size"]["levers"], reach["south"]["levers"]) == ([0], [])
    assert record["limits"][0] == pytest.approx(chance_limit(1))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_ranks_and_chance_are_those_of_python() -> None:
    generator = np.random.default_rng(4)
    cases = []
    for worth in (1.0, 0.7):
        inputs = np.round(generator.standard_normal((12, 150)), 1)  # with ties
        result = inputs[3] + 0.5 * inputs[7] - inputs[7] ** 2 / 9 + generator.standard_normal(150)
        counts = generator.random(150) < 0.9
        cases.append((inputs, result, counts, worth))
    asked = [
        {
            "inputs": inputs.tolist(),
            "result": result.tolist(),
            "counts": counts.astype(int).tolist(),
            "worth": worth * int(counts.sum()),
            "limit": chance_limit(len(inputs)),
        }
        for inputs, result, counts, worth in cases
    ]
    done = subprocess.run(
        ["node", str(RUNNER)], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    for found, (inputs, result, counts, worth) in zip(json.loads(done.stdout), cases, strict=True):
        rows = np.array([_ranks(row[counts]) for row in inputs])
        wanted = _ranks(result[counts])
        assert found["ranks"] == pytest.approx(wanted)
        assert found["accepted"] == above_chance(rows, wanted, worth * int(counts.sum()))
        assert found["accepted"][:1] == [3]
        assert found["correlations"] == pytest.approx(rows @ wanted / len(wanted))


def test_yearly_shocks_are_their_mean(linear: Study) -> None:
    found = uncertain_numbers(linear.world("baseline", 8), 2025)
    assert found["weather"].shape == (8,)


def _ranks(values: np.ndarray) -> np.ndarray:
    ranks = rankdata(values)
    return np.asarray((ranks - ranks.mean()) / ranks.std())
