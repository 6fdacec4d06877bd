"""Whole study folders: what they must hold, the order of scenarios, and mutated good files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.places import DATA
from xhsim.errors import InputError, InputErrors
from xhsim.study.folder import read_study

GOOD = DATA / "study" / "good"
FILES = sorted(
    path.relative_to(GOOD) for path in GOOD.rglob("*") if path.suffix in (".yaml", ".csv")
)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the good study to break."""
    shutil.copytree(GOOD, tmp_path / "study")
    return tmp_path / "study"


def test_the_good_study() -> None:
    study = read_study(GOOD)
    assert study.model_path == GOOD / "model" / "tiny.mdl"
    assert list(study.parameters)[:2] == ["RD support", "cluster support"]
    assert list(study.targets) == ["ai_growth", "ai_scale", "knowledge_gain"]
    assert list(study.scenarios) == ["baseline", "plan", "austerity", "rival-supply"]
    target = study.targets["ai_growth"]
    assert (target.rank, target.measure.name, target.direction) == (8, "average_growth", ">=")
    assert (target.value, target.unit, target.base_value) == (15.0, "%/year", 453.2)
    assert (target.base_year, target.deadline, target.group) == (2020, 2025, "clusters")
    assert str(target.variable) == "output[AI]"
    assert target.where == (str(GOOD / "model" / "targets.yaml"), 1)
    assert study.targets["ai_scale"].note == "strive for"
    with pytest.raises(TypeError):
        study.parameters["new"] = study.parameters["RD support"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("remove", "words"),
    [
        ("model", 'there is no folder "model" in it. a study folder contains model/'),
        ("scenarios", 'there is no folder "scenarios" in it'),
        ("model/tiny.mdl", "there is no model file. keep exactly one file ending in .mdl"),
        ("model/parameters.yaml", "parameters.yaml: no such file"),
        ("model/targets.yaml", "targets.yaml: no such file"),
        ("model/history.csv", "history.csv: no such file"),
    ],
)
def test_missing_pieces(study: Path, remove: str, words: str) -> None:
    gone = study / remove
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    with pytest.raises(InputError) as caught:
        read_study(study)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_folder_and_two_models(study: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_study(study / "nowhere")
    with pytest.raises(InputError, match="this is a file, not a folder"):
        read_study(study / "model" / "tiny.mdl")
    (study / "model" / "other.XMILE").write_text("<xmile/>")
    with pytest.raises(InputError, match=r"2 model files \(other.XMILE, tiny.mdl\), not one"):
        read_study(study)


def test_notes_are_optional(study: Path) -> None:
    assert len(read_study(study).notes) == 1
    (study / "model" / "inconsistencies.yaml").unlink()
    assert read_study(study).notes == ()


def test_mistakes_of_all_files_come_together_each_once(study: Path) -> None:
    def edit(name: str, old: str, new: str) -> None:
        path = study / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    edit("model/parameters.yaml", "role: lever", "role: levr")
    edit("model/parameters.yaml", "value: 0.75", "value: 1.75")
    edit("model/targets.yaml", "rank: 2", "rank: 8")
    edit("model/history.csv", "357.4", "n/a")
    edit("model/inconsistencies.yaml", "  source:", "  sorce:")
    edit("scenarios/plan.yaml", "year: 2022", "year: .inf")
    with pytest.raises(InputErrors) as caught:
        read_study(study)
    places = [(Path(str(e.file)).name, e.line) for e in caught.value.errors]
    assert places == [
        ("parameters.yaml", 5),
        ("parameters.yaml", 20),
        ("targets.yaml", 27),
        ("history.csv", 3),
        ("inconsistencies.yaml", 5),
        ("plan.yaml", 6),
    ]


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    code = (
        "import sys, xhsim.study.folder as f; from pathlib import Path\n"
        "assert not {'pydantic', 'pandas', 'scipy'} & set(sys.modules)\n"
        "f.read_study(Path(sys.argv[1]))\n"
        "assert not {'pandas', 'scipy'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(GOOD)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@st.composite
def mutations(draw: st.DrawFn) -> tuple[Path, bytes]:
    """One of the good files with a line or a few bytes changed, moved, repeated or taken out."""
    name = draw(st.sampled_from(FILES))
    data = (GOOD / name).read_bytes()
    kind = draw(st.sampled_from(["cut", "insert", "replace", "swap lines", "repeat line"]))
    at = draw(st.integers(0, len(data)))
    if kind == "cut":
        return name, data[:at] + data[at + draw(st.integers(1, 30)) :]
    if kind in ("insert", "replace"):
        words = [b"\n", b"  ", b"\t", b": ", b"- ", b"{", b"]", b'"', b"'", b"#", b"&a ", b"*a "]
        words += [
            b".nan",
            b"-1",
            b"1e999",
            b"yes",
            b"~",
            b"\xff",
            b"\0",
            b"!!int ",
            b"? ",
            b"9" * 400,
        ]
        word = draw(st.one_of(st.sampled_from(words), st.binary(min_size=1, max_size=4)))
        return name, data[:at] + word + data[at + len(word) * (kind == "replace") :]
    lines = data.split(b"\n")
    one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    if kind == "swap lines":
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines.insert(other, lines[one])
    return name, b"\n".join(lines)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the good study that mutations are written into and taken out of."""
    folder = tmp_path_factory.mktemp("mutated") / "study"
    shutil.copytree(GOOD, folder)
    return folder


@given(mutation=mutations())
def test_a_mutated_study_is_read_or_refused_with_a_place(
    copied: Path, mutation: tuple[Path, bytes]
) -> None:
    name, data = mutation
    (copied / name).write_bytes(data)
    refusal: InputError | None = None
    try:
        study = read_study(copied)
        for scenario in study.scenarios:
            assert study.resolve(scenario).values
        study.inconsistencies()
    except InputError as error:
        refusal = error
    finally:
        shutil.copyfile(GOOD / name, copied / name)
    assert refusal is None or (refusal.file is not None and len(str(refusal)) < 20_000)
