"""The command `schema`: the JSON Schema of a kind of file."""

from __future__ import annotations

import json

from tests.commands.running import Output
from xhsim.study.json_schema import json_schema


def test_it_prints_the_schema(xhsim_command: Output) -> None:
    status, out, err = xhsim_command("schema", "targets")
    assert (status, err) == (0, "")
    assert json.loads(out) == json_schema("targets")


def test_an_unknown_kind_is_bad_input(xhsim_command: Output) -> None:
    status, out, err = xhsim_command("schema", "target")
    assert (status, out) == (2, "")
    assert 'did you mean "targets"' in err
