"""Models that would take very long or fill the memory are refused soon, in one clear line."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import xhsim
from tests.engine.models import model_of, text_of, value, write
from tests.engine.resolving.records import component, element, model_text, plus
from xhsim.engine import limits
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.language.syntax import Call, Name, Node, Number
from xhsim.engine.reading.vensim.tables import number_list
from xhsim.engine.resolving.resolve import resolve
from xhsim.errors import InputError, ModelError

SECONDS = 10
BYTES = 10**9


@contextmanager
def soon() -> Iterator[None]:
    """Check that something takes little processor time, and adds little to the memory."""
    start, before = time.process_time(), most_memory()
    yield
    assert time.process_time() - start < SECONDS
    assert most_memory() - before < BYTES


def most_memory() -> int:
    """Return the most memory that this process has used, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def ranges(number: int, size: int) -> str:
    form = "R{n}: (r{n}e1-r{n}e{size})" if size > 1 else "R{n}: r{n}e1"
    return "\n".join(form.format(n=n, size=size) for n in range(number))


def subscripts(number: int, form: str = "R{}") -> str:
    return ",".join(form.format(n) for n in range(number))


def macros(text: str, body: str) -> str:
    return text_of(body).replace("{UTF-8}\n", "{UTF-8}\n" + text)


def macro(name: str, body: str) -> str:
    return f":MACRO: {name}(z)\n{name} = {body} ~~|\n:END OF MACRO:\n"


DOUBLING = "".join(macro(f"M{n}", f"M{n + 1}(z) + M{n + 1}(z+1)") for n in range(30))
TEN_MILLION = f"[{subscripts(7)}]"
RAISE = r"XHSIM_LIMITS=\d+ to raise"
BOMBS = {
    "a constant": (text_of(f"x{TEN_MILLION} = 1", ranges=ranges(7, 10)), RAISE),
    "a stock": (text_of(f"x{TEN_MILLION} = INTEG(1, 0)", ranges=ranges(7, 10)), RAISE),
    "random numbers": (
        text_of(f"x{TEN_MILLION} = RANDOM NORMAL(0,1,0,1,1)", ranges=ranges(7, 10)),
        "10,000,000 elements, more than 1,000,000",
    ),
    "a lookup": (text_of(f"x{TEN_MILLION}((0,0),(1,1))", ranges=ranges(7, 10)), RAISE),
    "two long ranges": (text_of("x[R0, R1] = 1", ranges=ranges(2, 99_999)), "9,999,800,001"),
    "20 dimensions": (text_of(f"x[{subscripts(20)}] = Time", ranges=ranges(20, 2)), "1,048,576"),
    "40 dimensions": (
        text_of(f"x[{subscripts(40)}] = Time", ranges=ranges(40, 2)),
        "the environment variable XHSIM_LIMITS raises",
    ),
    "one element of 40 dimensions": (
        text_of(f"x[{subscripts(40, 'r{}e1')}] = Time", ranges=ranges(40, 2)),
        "1,099,511,627,776",
    ),
    "70 dimensions of one element": (
        text_of(f"x[{subscripts(70)}] = Time", ranges=ranges(70, 1)),
        "70 subscripts; at most 50 are possible",
    ),
    "a sum over a product": (
        text_of(
            "y[R0,R1,R2,R3] = 1\nz[R4,R5,R6] = 2\nx = SUM(y[R0!,R1!,R2!,R3!]*z[R4!,R5!,R6!])",
            ranges=ranges(7, 10),
        ),
        "SUM in .x. goes through 10,000,000 elements, more than 5,000,000",
    ),
    "a sum over 60 ranges": (
        text_of(
            f"y[{subscripts(30)}] = 1\n"
            f"x = SUM(y[{subscripts(30, 'R{}!')}]*y[{subscripts(30, 'Q{}!')}])",
            ranges="\n".join(f"R{n}: a{n} -> Q{n}\nQ{n}: a{n}" for n in range(30)),
        ),
        "SUM in .x. runs over 60 ranges",
    ),
    "ranges that double": (
        text_of(
            "x[R0] = 1",
            ranges="\n".join(f"R{n}: R{n + 1}, R{n + 1}" for n in range(40)) + "\nR40: a, b",
        ),
        "the range .R0. has more than 100,000 elements",
    ),
    "exceptions that leave each element alone": (
        text_of(
            f"x[{subscripts(6)}] :EXCEPT: "
            + ",".join(
                "[" + subscripts(6).replace(f"R{d},R{d + 1}", f"r{d}e{e},r{d + 1}e{e}") + "]"
                for d in range(5)
                for e in range(1, 11)
            )
            + " = 1",
            ranges=ranges(6, 10),
        ),
        ":EXCEPT: falls into more than 10,000 blocks",
    ),
    "all variables together": (
        text_of("\n".join(f"x{n}[R0,R1] = {n}" for n in range(9)), ranges=ranges(2, 900)),
        "more than 5,000,000 elements together",
    ),
    "a macro that calls itself": (macros(macro("M", "M(z) + 1"), "x = M(2)"), "M calls itself"),
    "as its initial value": (
        macros(macro("M", "INTEG(z, M(z))"), "x = M(2)"),
        r"M calls itself \(M -> M\)",
    ),
    "two macros that call each other": (
        macros(macro("M", "N(z) + 1") + macro("N", "M(z) + M(z)"), "x = M(2)"),
        r"M -> N -> M",
    ),
    "macros that double": (
        macros(DOUBLING + macro("M30", "z"), "x = M0(2)"),
        "more than 30,000 variables; those of .x. exceed",
    ),
    "many long delays": (
        text_of("\n".join(f"x{n} = DELAY N(Time, 5, 0, 1000)" for n in range(31))),
        "more than 30,000 variables",
    ),
    "long delays of many elements": (
        text_of("y[R0] = 1\nx[R0] = DELAY N(y[R0], 5, 0, 1000)", ranges=ranges(1, 100_000)),
        "more than 5,000,000 elements together",
    ),
    "an order above the limit": (
        text_of("x = DELAY N(Time, 5, 0, 1001)"),
        f"from 1 to 1000, not 1001. set {RAISE}",
    ),
    "an order that doubles": (
        text_of("x = DELAY N(Time, 5, 0, n0)\nn60 = 1\n" + "\n".join(
            f"n{n} = n{n + 1} + n{n + 1}" for n in range(60)
        )),
        r"not 1.15292e\+18",
    ),
    **{
        f"{function} of order {order}": (
            text_of(f"x = {function}(Time, 5, 0, {order})"),
            "must be from 1 to 1000, not (inf|-inf|nan)",
        )
        for function in ("DELAY N", "SMOOTH N")
        for order in ("1e309", "-1e309", "1e309-1e309")
    },
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_it_is_refused_soon(tmp_path: Path, name: str) -> None:
    text, words = BOMBS[name]
    path = write(tmp_path, text)
    with soon(), pytest.raises(ModelError, match=words) as caught:
        xhsim.load_model(path).run(method="euler")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


LARGE = {
    "a range of 100,000": ("x[R0] = 1\ny = SUM(x[R0!])", ranges(1, 100_000), 100_000),
    "elements without a value": (
        "x[R0, r1e1] = 1\nx[r0e1, r1e2] = 1\ny = SUM(x[R0!, r1e1])",
        ranges(2, 500),
        500,
    ),
    "40 dimensions of one element": (
        f"x[{subscripts(40)}] = 2\ny = SUM(x[{subscripts(40, 'R{}!')}])",
        ranges(40, 1),
        2,
    ),
    "1,000 ranges": (
        "\n".join(f"x{n}[R{n}] = {n}" for n in range(1000)) + "\ny = SUM(x999[R999!])",
        "\n".join(f"R{n}: a{n}, b{n}" for n in range(1000)),
        1998,
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_but_allowed_runs_soon(tmp_path: Path, name: str) -> None:
    body, lines, expected = LARGE[name]
    with soon():
        model = model_of(tmp_path, body, ranges=lines, end=1)
        assert value(model.run(outputs=["y"]), "y")[0] == expected


@pytest.mark.parametrize("text", ["9" * 100_000, "1" + " " * 100_000 + "x", "1," * 50_000 + "x"])
def test_a_long_number_or_list_is_read_soon(text: str) -> None:
    with soon(), suppress(ValueError):
        number_list(text)


def test_ten_thousand_variables_in_a_chain_are_planned_soon() -> None:
    """Reading them takes longer, but no longer for each of them."""
    chain: list[Node] = [Number(1.0), *(plus(Name(f"x{n}"), Number(1.0)) for n in range(9_999))]
    text = model_text(*(element(f"x{n}", component(node)) for n, node in enumerate(chain)))
    with soon():
        plan = make_plan(resolve(text), ["x9999"], (), ())
    assert len(plan.constants) == 9999


def test_ten_thousand_smooths_are_resolved_soon() -> None:
    smooth = component(Call("smooth", (Name("time"), Number(2.0), Number(0.0), Number(1.0))))
    text = model_text(*(element(f"x{n}", smooth) for n in range(10_000)))
    with soon():
        equations = resolve(text)
    assert len(equations.definitions) == 20_000 + 3


def test_a_long_circle_is_told_shortly(tmp_path: Path) -> None:
    body = "x0 = x499\n" + "\n".join(f"x{n} = x{n - 1}" for n in range(1, 500))
    with pytest.raises(ModelError, match=r"\.\.\. 481 more \.\.\.") as caught:
        model_of(tmp_path, body)
    assert len(str(caught.value)) < 500


def test_the_variable_raises_every_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.VARIABLE, "2")
    assert limits.most(limits.STAGES) == 2000
    model = model_of(tmp_path, "x = DELAY N(Time, 5, 0, 1001)", end=1)
    assert value(model.run(method="euler"), "x").shape == (2,)
    with pytest.raises(ModelError, match=r"from 1 to 2000, not 2001\. set XHSIM_LIMITS=3"):
        model_of(tmp_path, "x = DELAY N(Time, 5, 0, 2001)")


@pytest.mark.parametrize("wrong", ["0.5", "many", "-1", "nan", "inf"])
def test_the_variable_must_be_a_number(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.VARIABLE, wrong)
    with pytest.raises(InputError, match="XHSIM_LIMITS must be a number of 1 or more"):
        limits.most(limits.ELEMENTS)


def test_results_larger_than_the_memory_are_refused(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x[R0] = Time*2", ranges=ranges(1, 100_000), end=100_000)
    with soon(), pytest.raises(InputError, match=r"the results would need .* GB"):
        model.run({"FINAL TIME": 1_000_000})


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1000, "choose a lower order"),
        (1200, "choose a lower order; set XHSIM_LIMITS=2 to raise"),
        (1e99, "choose a lower order; the environment variable XHSIM_LIMITS raises"),
    ],
)
def test_advice_says_how_to_raise_a_limit_that_is_exceeded(number: float, words: str) -> None:
    assert limits.advice("choose a lower order", number, limits.STAGES).startswith(words)


SLIDING = "c = 1\nx = INTEG(IF THEN ELSE(x > 5, -x*c, c), 0)"


@pytest.mark.parametrize("method", ["RK45", "LSODA", "Radau"])
@pytest.mark.parametrize("given", [1.0, [1.0, 1.1]])
def test_an_adaptive_method_that_hardly_proceeds_is_stopped(
    tmp_path: Path, method: str, given: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EVALUATIONS", 2_000)
    model = model_of(tmp_path, SLIDING, end=10)
    words = r"evaluated the flows 2,000 times.* time [45]\.?\d*:.* rk4 .*XHSIM_LIMITS=2"
    with soon(), pytest.raises(InputError, match=words):
        model.run({"c": given}, method=method)
    assert value(model.run({"c": 1.0}, method="rk4"), "x").max() < 7


def test_a_range_or_table_that_is_too_long_says_how_to_raise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = text_of("t(" + ",".join(f"({n},1)" for n in range(25_000)) + ")\nx = t(Time)")
    with pytest.raises(ModelError, match=r"more than 200,000\. leave out points.*XHSIM_LIMITS=2"):
        xhsim.load_model(write(tmp_path, table))
    with pytest.raises(ModelError, match=r"more than 100,000 elements.*XHSIM_LIMITS=2"):
        model_of(tmp_path, "x[A] = 1", ranges="A: (a1-a150000)")
    monkeypatch.setenv(limits.VARIABLE, "2")
    xhsim.load_model(write(tmp_path, table))
