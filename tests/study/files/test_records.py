"""Records with the line of everything in them, and every mistake of a file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.records import read_record, read_records
from xhsim.study.files.schema import BudgetRecord, LoopRecord
from xhsim.study.names import canonical
from xhsim.study.parameters.prior_text import parse_prior

LOOP = "label: {{en: {0}, zh: {0}}}\n  kind: balancing\n  through: [a, b]\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "loops.yaml"


def written(file: Path, *names: str) -> Path:
    """Write a loop for each name, four lines each."""
    file.write_text("".join(f"{name}:\n  " + LOOP.format("x") for name in names))
    return file


def test_every_record_has_its_place(file: Path) -> None:
    mistakes = Mistakes()
    loops = read_records(LoopRecord, written(file, "R1", "B1"), "loop", mistakes)
    assert [(loop.name, loop.record.kind, loop.where.line) for loop in loops] == [
        ("R1", "balancing", 1),
        ("B1", "balancing", 5),
    ]
    assert loops[1].place("kind") == (str(file), 7)
    assert loops[1].place("through", 1).line == 8
    assert not mistakes


def test_what_is_wrong_is_told_at_its_place(file: Path) -> None:
    mistakes = Mistakes()
    loop = read_records(LoopRecord, written(file, "R1"), "loop", mistakes)[0]
    loop.wrong("no such variable", "through", 1, hint="write a")
    assert loop.understood(parse_prior, "90% in [2, 4]", "kind") == parse_prior("90% in [2, 4]")
    assert loop.understood(parse_prior, "90% in", "kind") is None
    with pytest.raises(InputError) as caught:
        mistakes.check()
    first, second = str(caught.value).splitlines()
    assert first.startswith(f'{file}:3:15: prior "90% in"')
    assert second == f"{file}:4:16: no such variable. write a"


def test_all_mistakes_of_a_file_and_what_is_sound(file: Path) -> None:
    written(file, "R1", "B1")
    text = file.read_text().replace("kind: balancing", "knd: balancing", 1)
    file.write_text(text + "R1: {}\n3: {}\n")
    mistakes = Mistakes()
    assert [loop.name for loop in read_records(LoopRecord, file, "loop", mistakes)] == ["B1"]
    with pytest.raises(InputError) as caught:
        mistakes.check()
    told = str(caught.value)
    assert 'loop "R1": unknown key "knd". did you mean "kind"?' in told
    assert 'key "R1" is given twice. it is already on line 1; remove one of them' in told
    assert "a loop's name must be text, not the number 3. put it in quotes" in told


def test_names_that_count_as_the_same(file: Path) -> None:
    written(file, "RD support", "rd_support")
    mistakes = Mistakes()
    found = read_records(LoopRecord, file, "loop", mistakes, spelled=canonical)
    assert [loop.name for loop in found] == ["RD support"]
    with pytest.raises(InputError) as caught:
        mistakes.check()
    assert str(caught.value) == (
        f'{file}:5: loop "rd_support" is the same name as "RD support". '
        "it is already on line 1; remove one of them"
    )
    assert len(read_records(LoopRecord, file, "loop", Mistakes())) == 2


def test_a_list_is_not_a_mapping_of_names(file: Path) -> None:
    file.write_text("- R1\n")
    with pytest.raises(InputError, match="the file must map each loop's name to its record"):
        read_records(LoopRecord, file, "loop", Mistakes())


def test_a_file_that_is_one_record(file: Path) -> None:
    file.write_text("given: a\nasked: b\npaid: c\n")
    budget = read_record(BudgetRecord, file, "budget")
    assert (budget.record.asked, budget.name, budget.where.line) == ("b", "", 1)
    file.write_text("given: a\nasked: b\nasked: b\npayed: c\n")
    with pytest.raises(InputError) as caught:
        read_record(BudgetRecord, file, "budget").mistakes.check()
    assert 'unknown key "payed". did you mean "paid"?' in str(caught.value)
    assert 'key "asked" is given twice' in str(caught.value)
