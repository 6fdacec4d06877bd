"""What the tests of the engine share: small models written as text, and PySD as the oracle."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import xhsim
from tests.places import ROOT
from xhsim.engine.model import Model

WHOLE_NUMBER = re.compile(r"(?<!order )(=\s*)(\d+)(\s*~)")
DATA = ROOT / "tests" / "data" / "engine"
CONTROL = """
INITIAL TIME = {start} ~~|
FINAL TIME = {end} ~~|
TIME STEP = {step} ~~|
SAVEPER = TIME STEP ~~|
"""


def text_of(
    equations: str, *, start: float = 0, end: float = 10, step: float = 1, ranges: str = ""
) -> str:
    """Make a model file of equations, one to a line, and of ranges, one to a line."""
    lines = [*ranges.strip().splitlines(), *equations.strip().splitlines()]
    body = "\n".join(f"{line.strip()} ~~|" for line in lines if line.strip())
    return "{UTF-8}\n" + body + CONTROL.format(start=start, end=end, step=step)


def write(folder: Path, text: str, name: str = "model.mdl") -> Path:
    """Write a model file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def model_of(folder: Path, equations: str, **options: object) -> Model:
    """Load a model of some equations; see `text_of`."""
    return xhsim.load_model(write(folder, text_of(equations, **options)))  # type: ignore[arg-type]


def value(run: xr.Dataset, name: str) -> np.ndarray:
    """Return a variable's values."""
    return np.asarray(run[name].values, dtype=float)


def oracle(path: Path, folder: Path) -> pd.DataFrame:
    """Run a copy of a model in PySD, which writes its Python file into `folder`.

    Constants that are whole numbers get a decimal point: PySD keeps them as integers, and a
    smooth that starts from one drops the fraction of its first input. (An order stays whole:
    PySD multiplies lists by it.)
    """
    import pysd

    copy = folder / "oracle.mdl"
    text = WHOLE_NUMBER.sub(r"\1\2.0\3", path.read_text("utf-8"))
    copy.write_text(text, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.DataFrame(pysd.read_vensim(str(copy)).run(reload=True))


def differences(run: xr.Dataset, model: Model, expected: pd.DataFrame) -> list[str]:
    """Compare every column of PySD's result at every time; say what is not the same to 1e-9."""
    names = {name.lower(): canonical for canonical, name in model.variables["name"].items()}
    wrong = []
    for column in expected.columns:
        name, _, selection = column.partition("[")
        canonical = names.get(name.strip('"').lower())
        if canonical is None or canonical not in run:
            wrong.append(f"{column}: missing")
            continue
        ours = run[canonical]
        if selection:
            elements = [part.strip().strip('"') for part in selection.rstrip("]").split(",")]
            ours = ours.sel(dict(zip(ours.dims[1:], elements, strict=True)))
        else:
            ours = ours.squeeze(ours.dims[1:])  # PySD leaves dimensions of one element out
        given = np.asarray(ours.values, dtype=float)
        wanted = expected[column].to_numpy(dtype=float)
        if given.shape != wanted.shape:
            wrong.append(f"{column}: shape {given.shape}, not {wanted.shape}")
            continue
        same = np.isclose(given, wanted, rtol=1e-9, atol=1e-13, equal_nan=True)
        if not same.all():
            first = int(np.argmin(same))
            wrong.append(f"{column}: {given[first]!r} is not {wanted[first]!r} at {first}")
    return wrong
