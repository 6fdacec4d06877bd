"""Reading sweep files: points by grid, pairs, samples and tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.errors import InputError
from xhsim.study.scenarios.shapes import Constant, Step
from xhsim.study.sweeps.sweep import check_sweep, read_sweep

HEAD = "label: {en: Try, zh: 试}\ndescription: A try.\n"


def read(folder: Path, text: str, **files: str) -> np.ndarray:
    path = folder / "try.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    sweep = read_sweep(path)
    study = xhsim.open_study(LINEAR)
    check_sweep(sweep, study.scenarios, study.parameters)
    return sweep.points


def test_a_product(tmp_path: Path) -> None:
    points = read(
        tmp_path, "grid:\n  policy: [0, 1]\n  zone growth[South]: {range: [1, 3], steps: 3}\n"
    )
    assert points.tolist() == [[0, 1], [0, 2], [0, 3], [1, 1], [1, 2], [1, 3]]


def test_pairs(tmp_path: Path) -> None:
    points = read(tmp_path, "combine: zip\ngrid:\n  policy: [0, 1]\n  growth: [5, 6]\n")
    assert points.tolist() == [[0, 5], [1, 6]]


@pytest.mark.parametrize("method", ["sobol", "latin hypercube"])
def test_samples(tmp_path: Path, method: str) -> None:
    text = (
        f"sample: {{method: {method}, size: 64, seed: 3}}\nover: {{policy: [1, 3], idle: [0, 9]}}\n"
    )
    points = read(tmp_path, text)
    assert points.shape == (64, 2)
    assert points.min(axis=0) == pytest.approx([1, 0], abs=0.3)
    assert points.max(axis=0) == pytest.approx([3, 9], abs=0.3)
    # One in each of 64 strips, whichever way one cuts.
    for column, (low, width) in zip(points.T, ((1, 2), (0, 9)), strict=True):
        assert sorted(np.floor((column - low) / width * 64).astype(int)) == list(range(64))
    assert np.array_equal(points, read(tmp_path, text))


def test_a_table_of_rows(tmp_path: Path) -> None:
    points = read(tmp_path, "rows: rows.csv\n", **{"rows.csv": "policy,growth\n0,1\n\n2,3.5\n"})
    assert points.tolist() == [[0, 1], [2, 3.5]]


def test_what_a_value_means(tmp_path: Path) -> None:
    for text, shape in (("", Constant(2.0)), ("since: 2022-07-02\n", Step(2022 + 182 / 365, 2.0))):
        path = tmp_path / "one.yaml"
        path.write_text(HEAD + text + "grid: {policy: [2]}\n", encoding="utf-8")
        assert read_sweep(path).shape(2.0) == shape


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "exactly one kind of points"),
        ("grid: {policy: [1]}\nrows: a.csv\n", 1, "not grid and rows"),
        ("over: {policy: [0, 1]}\n", 1, "sample and over belong together"),
        ("sample: {size: 4}\nover: {policy: [1, 0]}\n", 1, "1 is not below 0"),
        ("sample: {size: 4, method: halton}\nover: {policy: [0, 1]}\n", 3, "sobol"),
        ("grid: {policy: []}\n", 3, "a list of one or more"),
        ("grid: {policy: {range: [0, 1], steps: 1}}\n", 3, "2 or more"),
        ("combine: zip\ngrid: {policy: [0, 1], growth: [1]}\n", 4, "policy 2, growth 1"),
        ("grid: {polcy: [0, 1]}\n", 3, 'did you mean "policy"?'),
        ("grid: {policy: [0, 6]}\n", 3, "takes 6, outside its range [0, 5] unit/year"),
        ("grid: {zone growth: [1], 'zone growth[South]': [2]}\n", 3, "is varied twice"),
        ("grid: {policy: [0]}\nscenario: basline\n", 1, 'did you mean "baseline"?'),
        ("grid: {policy: [0]}\ndraws: 0\n", 4, "1 or more"),
        ("rows: ../rows.csv\n", 3, "is not in the folder of the sweep"),
        ("rows: empty.csv\n", 1, "has no points"),
        ("rows: words.csv\n", 3, "does not have 2 numbers"),
        ("rows: names.csv\n", 1, 'did you mean "policy"?'),
        ("grdi: {policy: [0]}\n", 3, 'did you mean "grid"?'),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: int, words: str) -> None:
    tables = {"empty.csv": "policy\n", "words.csv": "policy,growth\n1,2\n3,many\n"}
    tables["names.csv"] = "polcy\n1\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, **tables)
    assert words in str(caught.value)
    assert caught.value.line == line


def test_the_sweeps_that_ship(root: Path) -> None:
    study = xhsim.open_study()
    files = sorted((root / "scenarios" / "sweeps").glob("*.yaml"))
    assert files
    for path in files:
        sweep = read_sweep(path)
        check_sweep(sweep, study.scenarios, study.parameters)
        assert len(sweep.points) > 1
