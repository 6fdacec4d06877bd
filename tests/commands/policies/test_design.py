"""The command `design`: its options are checked before the search."""

from __future__ import annotations

import pytest

from tests.commands.running import Output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["new"], "one of the arguments --spending --goal is required"),
        (["new", "--goal", "size"], '"size" is not TARGET=P; write new_foreign_hq=0.6'),
        (["new", "--goal", "size=0.5", "--spending", "3"], "not allowed with argument"),
        (["new", "--goal", "sizes=0.5"], 'did you mean "size"'),
        (["New Name", "--spending", "3"], "New Name"),
    ],
)
def test_wrong_options(xhsim_command: Output, words: list[str], message: str) -> None:
    status, out, err = xhsim_command("design", *words)
    assert (status, out) == (2, "")
    assert message in err
