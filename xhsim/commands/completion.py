"""``xhsim completion``: scripts for completion with the Tab key in a shell."""

from __future__ import annotations

import argparse
import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xhsim.commands.common import GOOD
from xhsim.errors import InputError

__all__ = ["act", "add", "known_names", "script"]

SHELLS = ("bash", "zsh", "fish")
# The command that a shell runs at each press of Tab. The line so far may name a study.
ASK = "xhsim completion --names {kind} --line {line} 2>/dev/null"
LINES = {"bash": '"$COMP_LINE"', "zsh": '"$BUFFER"', "fish": "(commandline | string collect)"}
FUNCTIONS = {
    "bash": '_xhsim_{kind}() {{ compgen -W "$({ask})" -- "$1"; }}',
    "zsh": "_xhsim_{kind}() {{ compadd -- $({ask}) }}",
    "fish": "function _xhsim_{kind}; {ask}; end",
}
CALLS = {"bash": "_xhsim_{kind}", "zsh": "_xhsim_{kind}", "fish": "(_xhsim_{kind})"}
# What completes an argument is found by its placeholder in the help.
NAMES = {"SCENARIO": "scenarios", "TARGET": "targets"}
KEY = re.compile(r"^([A-Za-z_]\w*)\s*:", re.MULTILINE)
ONE_OF_SEVERAL = re.compile(r'(?<=^  )"\(\*\)::?', re.MULTILINE)
# Bash expands the words it is offered. A file named `$(...)` in somebody's study must not run.
HARMLESS = re.compile(r"\w[\w.-]*")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    completion = commands.add_parser(
        "completion",
        help="complete commands, options and names with the Tab key",
        description="Print a script with which a shell completes commands, options, files, and "
        "the names of scenarios and targets. docs/how-to/complete.md says where to put it.",
    )
    completion.add_argument("shell", nargs="?", choices=SHELLS, help=", ".join(SHELLS))
    completion.add_argument("--names", choices=tuple(NAMES.values()), help=argparse.SUPPRESS)
    completion.add_argument("--line", default="", help=argparse.SUPPRESS)
    completion.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    if options.names is not None:
        print("\n".join(known_names(options.names, options.line)))
    elif options.shell is None:
        raise InputError("the shell is missing", hint="write xhsim completion bash, zsh or fish")
    else:
        print(script(options.parser, options.shell))
    return GOOD


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Write the script for a shell.

    Parameters
    ----------
    parser : ArgumentParser
        The parser of the program. The function marks its arguments with what completes them.
    shell : {"bash", "zsh", "fish"}

    Returns
    -------
    str
    """
    import shtab

    ways = {name: _asking(kind) for name, kind in NAMES.items()}
    ways |= {"DIR": shtab.DIRECTORY, "FILE": shtab.FILE}
    for action in _actions(parser):
        if action.metavar in ways:
            action.complete = ways[action.metavar]  # type: ignore[attr-defined]
    text = str(shtab.complete(parser, shell))
    # In zsh, shtab would complete only the first of several arguments.
    return ONE_OF_SEVERAL.sub('"*:', text) if shell == "zsh" else text


def known_names(kind: str, line: str) -> list[str]:
    """List the scenarios or targets of the study that a command line is about.

    Names come from file names, or from the lines on which records begin. Nothing is checked and no
    slow package is imported, so that the Tab key answers at once.

    Parameters
    ----------
    kind : {"scenarios", "targets"}
    line : str
        The command line so far. It may name a study.

    Returns
    -------
    list of str
        Sorted. Empty if there is no such study.

    Examples
    --------
    >>> known_names("scenarios", "xhsim attain ")[:2]
    ['balanced', 'baseline']
    >>> known_names("targets", "xhsim explain plan ")[0]
    'ai_growth'
    >>> known_names("targets", "xhsim explain --study nowhere ")
    []
    """
    from xhsim.study.bundled import bundled_folder
    from xhsim.study.nearest import nearest_study

    study = _study(line) or nearest_study() or bundled_folder()
    try:
        if kind == "scenarios":
            files = (study / "scenarios").iterdir()
            names = (file.stem for file in files if file.suffix in (".yaml", ".yml"))
            return sorted(name for name in names if HARMLESS.fullmatch(name))
        return sorted(KEY.findall((study / "model" / "targets.yaml").read_text("utf-8")))
    except (OSError, ValueError):
        return []


def _asking(kind: str) -> dict[str, Any]:
    """Return, for each shell, the call that lists names, and the function it calls."""
    functions = {
        shell: function.format(kind=kind, ask=ASK.format(kind=kind, line=LINES[shell]))
        for shell, function in FUNCTIONS.items()
    }
    return {shell: CALLS[shell].format(kind=kind) for shell in SHELLS} | {"preamble": functions}


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)


def _study(line: str) -> Path | None:
    try:
        words = shlex.split(line)
    except ValueError:  # within a quotation
        words = line.split()
    for word, following in itertools.pairwise([*words, ""]):
        name, is_one_word, folder = word.partition("=")
        if name == "--study" and (folder or (following and not is_one_word)):
            return Path(folder or following).expanduser()
    return None
