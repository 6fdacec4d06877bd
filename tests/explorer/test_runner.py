"""The page replaces workers that are stuck, as they are in some starts of Firefox."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("restart_workers.mjs")


def told(stuck: int, questions: int = 2) -> Any:
    done = subprocess.run(
        ["node", str(SCRIPT)],
        input=json.dumps({"stuck": stuck, "questions": questions}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.parametrize(
    ("stuck", "waited"), [(0, [6000, 4000]), (1, [6000, 12000, 4000]), (2, [6000, 12000, 4000])]
)
def test_stuck_workers_are_replaced_and_the_question_is_answered(
    stuck: int, waited: list[int]
) -> None:
    """Twice at most: the third workers have all the time that they need."""
    found = told(stuck)
    assert found["answers"] == [[stuck, stuck]] * 2
    assert (found["made"], found["ended"]) == (2 * (stuck + 1), 2 * stuck)
    assert found["waited"] == waited
