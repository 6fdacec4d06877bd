"""Every public function answers a wrong argument in words, and says what to give instead."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

import xhsim
from tests.places import DATA, ROOT
from xhsim import plots
from xhsim.arguments import MADE_BY, WORDS, checked, checked_methods, described
from xhsim.errors import InputError

CODE = checked(len).__code__
OVERVIEW = (ROOT / "docs" / "api" / "index.rst").read_text(encoding="utf-8")
NAMES = re.findall(r"^   (xhsim\.[\w.]+)$", OVERVIEW, re.MULTILINE)


PLOTS: Any = plots
XHSIM: Any = xhsim


class Wrong:
    """A value that no function takes."""


@pytest.fixture(scope="module")
def study() -> xhsim.Study:
    return xhsim.open_study(DATA / "linear")


@pytest.fixture(scope="module")
def run(study: xhsim.Study) -> Any:
    return study.run("programme")


@pytest.fixture(scope="module")
def ensemble(study: xhsim.Study) -> Any:
    return study.ensemble("programme", draws=16)


def checked_functions() -> list[tuple[str, Callable[..., Any]]]:
    """The functions of the reference whose arguments are checked."""
    found: list[tuple[str, Callable[..., Any]]] = []
    for name in NAMES:
        home, _, own = name.rpartition(".")
        owner: Any = xhsim
        for part in home.split(".")[1:]:
            inner = getattr(owner, part, None)
            owner = importlib.import_module(f"{owner.__name__}.{part}") if inner is None else inner
        one = getattr(owner, own)
        if getattr(one, "__code__", None) is CODE:
            found.append((name, one))
    return found


FUNCTIONS = checked_functions()


def test_they_were_found() -> None:
    names = [name for name, _ in FUNCTIONS]
    assert len(names) > 150
    assert {"xhsim.open_study", "xhsim.Study.attainment", "xhsim.plots.fan_chart"} <= {*names}


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_each_argument(name: str, function: Callable[..., Any]) -> None:
    """An argument of no type is named; the others are not looked at before."""
    parameters = inspect.signature(function).parameters
    wanted = 0
    for place, parameter in enumerate(parameters.values()):
        kinds = str(parameter.annotation).split(" | ")
        known = [kind.rpartition(".")[2] for kind in kinds if kind != "None"]
        if not known or not all(kind in WORDS or kind in MADE_BY for kind in known):
            continue
        wanted += 1
        given = {parameter.name: Wrong()}
        first = [None] if place and name.startswith(("xhsim.Study.", "xhsim.Model.")) else []
        with pytest.raises(InputError) as caught:
            function(*first, **given)
        assert f'"{parameter.name}"' in str(caught.value)
        assert "a Wrong" in str(caught.value)


CALLS: list[tuple[Callable[[Any, Any, Any], object], str]] = [
    (lambda s, r, e: s.attainment(e, ["x"]), 'unknown target "x". known: '),
    (lambda s, r, e: s.attainment(e, ["sise"]), 'did you mean "size"?'),
    (lambda s, r, e: s.attainment(e, "size"), 'write ["size"]'),
    (lambda s, r, e: s.attainment(e, {"size": 3}), "is a mapping of names to targets, not a dict"),
    (
        lambda s, r, e: s.attainment(r),
        'a single run, not an ensemble. give study.ensemble("programme")',
    ),
    (lambda s, r, e: s.attainment("programme"), 'such as study.ensemble("programme") returns'),
    (lambda s, r, e: s.joint(r), "a single run, not an ensemble"),
    (lambda s, r, e: s.crossing(None), "is not an ensemble, but None"),
    (lambda s, r, e: s.by_year(s.attainment(e)), "is not an ensemble, but a table"),
    (lambda s, r, e: s.required(e, "sise"), 'did you mean "size"?'),
    (lambda s, r, e: s.required(e, 3), '"target" is a text, not the number 3'),
    (
        lambda s, r, e: s.scenarios["programm"],
        'unknown scenario "programm". did you mean "programme"?',
    ),
    (lambda s, r, e: s.targets["sise"], 'unknown target "sise". did you mean "size"?'),
    (lambda s, r, e: s.parameters["polcy"], 'unknown parameter "polcy". did you mean "policy"?'),
    (lambda s, r, e: s.parameters["政策"], 'this is the label of "policy": write "policy"'),
    (lambda s, r, e: s.ensemble("programm"), 'did you mean "programme"?'),
    (lambda s, r, e: s.ensemble("./mine.yaml"), 'read_scenario("./mine.yaml")'),
    (lambda s, r, e: s.monitor(2023), '"as_of" is a date, not the number 2023. write "2023"'),
    (lambda s, r, e: s.ensemble(3), '"scenario" is a text, not the number 3'),
    (
        lambda s, r, e: s.ensemble(draws=0),
        "the number of draws must be a whole number from 1, not 0",
    ),
    (
        lambda s, r, e: s.ensemble(draws="1000"),
        'a whole number, not the text "1000". write draws=1000',
    ),
    (lambda s, r, e: s.ensemble(draws=1e3), "write draws=1000"),
    (lambda s, r, e: s.ensemble(seed=-1), "the seed must be a whole number from 0, not -1"),
    (lambda s, r, e: s.ensemble(draws=8, outputs=["sise"]), 'did you mean "size"?'),
    (lambda s, r, e: s.ensemble(draws=8, outputs="size"), 'write ["size"]'),
    (lambda s, r, e: s.compare("programme"), '["programme"]'),
    (lambda s, r, e: s.with_scenario("x", {"polcy": 4}), 'did you mean "policy"?'),
    (lambda s, r, e: s.with_scenario("x", sets={"policy": 4}), 'did you mean "set"?'),
    (lambda s, r, e: s.with_scenario("x", ["policy"]), "a mapping"),
    (lambda s, r, e: s.with_scenario("x", {"policy": {2022: 4}}), "{'knots': {2022: 4}}"),
    (lambda s, r, e: s.world("programm"), 'did you mean "programme"?'),
    (lambda s, r, e: s.model.run({"polcy": 4}), "policy"),
    (lambda s, r, e: plots.fan_chart(e, "sise"), 'did you mean "size"? Otherwise run it with'),
    (lambda s, r, e: xhsim.explore(s, "plann"), 'unknown scenario "plann"'),
    (lambda s, r, e: PLOTS.fan_chart("programme", "size"), "is not an ensemble, but the text"),
    (lambda s, r, e: PLOTS.fan_chart(e, 3), '"variable" is a text, not the number 3'),
    (lambda s, r, e: plots.attainment_bars(e), "is not a table, but an ensemble"),
    (lambda s, r, e: plots.split_waterfall(e), 'such as study.split("plan", target) returns'),
    (lambda s, r, e: PLOTS.save(e, 3), "a path"),
    (lambda s, r, e: xhsim.open_study("nowhere"), "nowhere: no such folder"),
    (lambda s, r, e: xhsim.load_model("x.txt"), "x.txt"),
    (lambda s, r, e: XHSIM.load_model(3), '"path" is'),
]


@pytest.mark.parametrize(("call", "words"), CALLS, ids=[words for _, words in CALLS])
def test_mistakes_at_the_keyboard(
    call: Callable[[Any, Any, Any], object], words: str, study: xhsim.Study, run: Any, ensemble: Any
) -> None:
    with pytest.raises(InputError) as caught:
        call(study, run, ensemble)
    assert words in str(caught.value)


def test_targets_may_be_named(study: xhsim.Study, ensemble: Any) -> None:
    assert list(study.attainment(ensemble, ["size"]).index) == ["size"]
    assert study.chosen_targets(None) is study.targets


def test_a_missing_key_is_a_key_error_too(study: xhsim.Study) -> None:
    assert study.targets.get("x") is None
    assert "x" not in study.targets
    with pytest.raises(KeyError):
        study.targets["x"]


def test_what_is_right_passes() -> None:
    @checked
    def f(
        a: int, b: float | None = None, *rest: int, c: list[str] | None = None, d: Any = 1
    ) -> str:
        return f"{a} {b} {rest} {c} {d}"

    assert f(1) == "1 None () None 1"
    assert f(1, 2, 3, 4, c=["x"]) == "1 2 (3, 4) ['x'] 1"
    for wrong in (
        {"a": True},
        {"a": "1"},
        {"a": 1, "b": "2"},
        {"a": 1, "c": [1]},
        {"a": 1, "c": "x"},
    ):
        with pytest.raises(InputError):
            f(**wrong)
    with pytest.raises(TypeError, match="missing 1 required"):
        f()  # type: ignore[call-arg]


def test_a_percentage_in_place_of_a_share() -> None:
    @checked
    def f(probability: float) -> float:
        return probability

    with pytest.raises(InputError, match=r'not the text "66%". write probability=0.66'):
        f("66%")  # type: ignore[arg-type]


def test_methods_of_a_class() -> None:
    @checked_methods
    class Some:
        def twice(self, number: int) -> int:
            return 2 * number

        @staticmethod
        def other(number: int) -> int:
            return number

    assert Some().twice(2) == 4
    assert Some().other("x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r'is a whole number, not the text "2"\. write number=2'):
        Some().twice("2")  # type: ignore[arg-type]


def test_described() -> None:
    assert described("x" * 90) == f'the text "{"x" * 37}..."'
    assert [described(True), described(2.5), described({}), described(Wrong())] == [
        *("True", "the number 2.5", "a dict", "a Wrong")
    ]
