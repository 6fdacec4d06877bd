"""``xhsim schema``: the JSON Schema of a kind of file."""

from __future__ import annotations

import argparse
import json
from typing import Any

from xhsim.commands.common import GOOD
from xhsim.study.json_schema import KINDS, json_schema

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    schema = commands.add_parser(
        "schema",
        parents=[common],
        help="the JSON Schema of a kind of file, for editors",
        description="Print the JSON Schema of a kind of file. Editors use it to complete and check "
        "what you type.",
    )
    schema.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    schema.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    print(json.dumps(json_schema(options.kind), indent=2))
    return GOOD
