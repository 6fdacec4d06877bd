"""What must hold for any bytes that are given as a model."""

from __future__ import annotations

from pathlib import Path

import xhsim
from xhsim.errors import InputError, ModelError


def assert_runs_or_is_a_clear_error(path: Path, data: bytes) -> None:
    """Write a file and see that it runs, or that one line says what is wrong with it."""
    path.write_bytes(data)
    message = f"{path}: nothing"
    outputs: list[str] = []
    told: set[str] = set()
    try:
        model = xhsim.load_model(path)
        outputs = list(model.variables.query("kind != 'lookup'").index)
        told = set(map(str, model.run(method="euler", outputs=outputs)))
    except ModelError as error:
        message, outputs = str(error), []
    except InputError as error:  # of the run, which knows names and times but no file
        message, outputs = f"{path}: {error}", []
    assert str(path) in message
    assert "\n" not in message
    assert told == set(outputs)
