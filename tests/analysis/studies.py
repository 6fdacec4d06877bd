"""Studies and ensembles whose answers are known beforehand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from scipy import stats

from tests.places import DATA
from xhsim.study.files.mistakes import Place
from xhsim.study.measures import MEASURES
from xhsim.study.names import parse_reference
from xhsim.study.targets import Target
from xhsim.wording.label import Label

LINEAR = DATA / "linear"
STRUCTURES = DATA / "structures"
SLOPE = stats.norm(3, 1 / stats.norm.ppf(0.95))  # the prior of growth in LINEAR: 90% in [2, 4]


def copy_of_linear(folder: Path, **files: str | None) -> Path:
    """Copy the linear study; write (or with None remove) files given like ``model/x.yaml``."""
    return copy_of_study(LINEAR, folder, **files)


def copy_of_study(study: Path, folder: Path, **files: str | None) -> Path:
    """Copy a study; write (or with None remove) files given like ``model/x.yaml``."""
    shutil.copytree(study, folder)
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    return folder


def target(**changes: Any) -> Target:
    """Return a target that `changes` adapt."""
    record: dict[str, Any] = {
        "id": "x",
        "rank": None,
        "label": Label("X", "甲"),
        "variable": "x",
        "measure": MEASURES["level"],
        "direction": ">=",
        "value": 10.0,
        "unit": "unit",
        "base_year": 2020,
        "deadline": 2022,
        "group": "all",
        "base_value": None,
        "base_source": None,
        "place": "table",
        "note": None,
        "where": Place("targets.yaml", 1),
    } | changes
    return Target(**record | {"variable": parse_reference(record["variable"])})


def ensemble(**paths: Any) -> xr.Dataset:
    """Return an ensemble of three years from values by (draw, year) or (draw, year, zone)."""
    data = {}
    draws = 0
    for name, values in paths.items():
        array = np.asarray(values, dtype=float)
        draws = len(array)
        data[name] = (("draw", "time", "zone")[: array.ndim], array)
    zones = {"zone": ["North", "South"]} if any("zone" in d for d, _ in data.values()) else {}
    coordinates = {"draw": np.arange(draws), "time": [2020.0, 2021.0, 2022.0], **zones}
    return xr.Dataset(data, coordinates, {"scenario": "made up", "seed": 7})


def identical_before(one: xr.Dataset, other: xr.Dataset, date: float) -> bool:
    """Tell whether two results have the same bits up to a date."""
    early = [made.where(made["time"] <= date, drop=True) for made in (one, other)]
    return all(
        np.array_equal(early[0][name].to_numpy(), early[1][name].to_numpy())
        for name in one.data_vars
    )
