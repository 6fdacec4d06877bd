"""Names that people use for what a study calls otherwise; all mistakes of a study at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.study.hints.pasted import all_of, pasted
from xhsim.analysis.naming import names_of_files, naming_what_is_meant
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.names import UnknownName
from xhsim.study.scenarios.scenario import read_scenario

HEAD = "label: {en: Mine}\ndescription: Mine.\nextends: baseline\n"
LABELS = "elements:\n  North: {zh: 北片}\nvariables:\n  echo: {en: Idleness told, zh: 回声}\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> xhsim.Study:
    files = {"model/labels.yaml": LABELS}
    return xhsim.open_study(copy_of_linear(tmp_path_factory.mktemp("names") / "s", **files))


def read(file: Path, text: str, study: xhsim.Study) -> xhsim.Study:
    file.write_text(text, encoding="utf-8")
    mistakes = Mistakes()
    return study.joined_by(read_scenario(file, mistakes), mistakes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("set:\n  政策: 4\n", 'it is called "policy" here'),
        ("set:\n  Programme: 4\n", 'it is called "policy" here'),
        ("set: {政策: 4}\n", "write this line: set: {policy: 4}"),
        ("set:\n  zone growth[北片]: 2\n", 'it is called "North" here'),
        ("set:\n  zone growth(North): 2\n", 'it is called "zone growth[North]" here'),
        ("set:\n  zone growth.north: 2\n", "zone growth[North]: 2"),
        ("set:\n  zone growth【North】: 2\n", "zone growth[North]: 2"),
        ("set:\n  Zone Growth North: 2\n", "zone growth[North]: 2"),
        ("set:\n  片区增长（北片）: 2\n", "unknown parameter"),
        ("set:\n  echo: 2\n", '"echo" is a computed variable, not a parameter'),
        ("paths:\n  回声: 2\n", 'it is called "echo" here'),
        ("policy: 4\n", 'is a parameter, which belongs below "set:"'),
        ("echo: 4\n", 'a variable that the model computes, which belongs below "paths:"'),
        ("回声: {2022: 4}\n", "write this line: paths: {echo: {knots: {2022: 4}}}"),
        ("set:\n  growth: 2\npolicy: 4\n", 'write this line below "set:": policy: 4'),
        ("plicy: 4\n", 'unknown key "plicy"'),
    ],
)
def test_what_is_meant(text: str, words: str, study: xhsim.Study, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    with pytest.raises(InputError) as caught:
        read(file, HEAD + text, study)
    assert words in str(caught.value)
    if "write this line" in str(caught.value):
        read(file, pasted(HEAD + text, caught.value), study)


def test_all_mistakes_of_a_study_at_once(tmp_path: Path) -> None:
    scenario = HEAD + (
        "set:\n  plicy: 4\n  policy: 9\nuncertain:\n  idle: about 3\npaths:\n  ecko: 2\n"
        "  policy: 1\nmeet:\n  sise: {growth: 4 %, by: grwth, from: 2022}\nrun: {draws: 0}\n"
    )
    targets = (LINEAR / "model" / "targets.yaml").read_text(encoding="utf-8")
    folder = copy_of_linear(
        tmp_path / "s",
        **{
            "scenarios/mine.yaml": scenario,
            "model/targets.yaml": targets.replace("variable: size", "variable: sise"),
            "model/inconsistencies.yaml": "x: {title: {}}\n",
        },
    )
    with pytest.raises(InputError) as caught:
        xhsim.open_study(folder)
    told = str(caught.value)
    assert told.count("\n") + 1 == len(set(told.split("\n")))  # each once
    for words in (
        *('parameter "plicy"', "set to 9", "about 3", 'variable "ecko"', '"policy" is a parameter'),
        *(
            'variable "sise"',
            'parameter "grwth"',
            "draws",
            "targets.yaml",
            '"explanation" is missing',
        ),
    ):
        assert words in told, told


def test_names_of_a_study_with_mistakes(tmp_path: Path) -> None:
    study = xhsim.open_study(LINEAR)
    folder = copy_of_linear(tmp_path / "s", **{"model/parameters.yaml": "growth: 3\n"})
    assert names_of_files(folder, study.model).meant("政策") is None
    assert names_of_files(LINEAR, study.model).meant("政策") == "policy"


def test_other_errors_pass() -> None:
    def fails() -> None:
        raise AssertionError

    with pytest.raises(InputError, match=r"^other$"), naming_what_is_meant(fails):  # type: ignore[arg-type]
        raise InputError("other")
    unknown = UnknownName("unknown")
    with pytest.raises(UnknownName) as caught, naming_what_is_meant(lambda: next(iter(()))):
        raise unknown
    assert all_of(caught.value) == (unknown,)
