"""``xhsim completion``: scripts for completion with the Tab key in a shell."""

from __future__ import annotations

import argparse
import itertools
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
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
    "bash": '_xhsim_{kind}() {{ compgen -W "$({ask})" -- "$1"; {files} }}',
    "zsh": "_xhsim_{kind}() {{ compadd -- $({ask}); {files} }}",
    "fish": "function _xhsim_{kind}; {ask}; {files} end",
}
# Where a scenario is asked for, a scenario file does as well; folders only once a path is begun.
SCENARIO_FILES = {
    "bash": "compgen -f -X '!*.yaml' -- \"$1\"; compgen -f -X '!*.yml' -- \"$1\"; "
    '[[ $1 == */* || $1 == .* ]] && compgen -S / -d -- "$1";',
    "zsh": "[[ $PREFIX == */* || $PREFIX == .* ]] && _files -g '*.(yaml|yml)' "
    "|| compadd -- *.(yaml|yml)(N);",
    "fish": "for file in (commandline -ct)*.yaml (commandline -ct)*.yml; echo $file; end; "
    "string match -qr '^\\.|/' -- (commandline -ct); "
    "and for file in (commandline -ct)*/; echo $file; end;",
}
CALLS = {"bash": "_xhsim_{kind}", "zsh": "_xhsim_{kind}", "fish": "(_xhsim_{kind})"}
# What completes an argument is found by its placeholder in the help.
NAMES = {
    "SCENARIO": "scenarios",
    "TARGET": "targets",
    "LEVER": "levers",
    "STRUCTURE": "structures",
    "VARIABLE": "variables",
}
RECORD = re.compile(r"^(\w[^:#\n]*?)\s*:[^\n]*\n((?:[ \t#][^\n]*\n|\n)*)", re.MULTILINE)
LEVER = re.compile(r"^\s+role:\s*lever\b", re.MULTILINE)
NAME = r"\"?([^\W\d_][\w ']*?)\"?"
EQUATION = re.compile(rf"^[ \t]*{NAME}\s*(?:\[[^\]\n]*\])?\s*=", re.MULTILINE)
LOOKUP = re.compile(rf"^{NAME}\s*\(", re.MULTILINE)
XMILE_NAME = re.compile(r"<(?:stock|flow|aux)\b[^>]*?\sname=\"([^\"]+)\"")
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
    """List names of the study that a command line is about: its scenarios, targets and so on.

    Names come from file names, or from the lines on which records begin. Nothing is checked and no
    slow package is imported, so that the Tab key answers at once.

    Parameters
    ----------
    kind : {"scenarios", "targets", "levers", "structures", "variables"}
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
    >>> known_names("levers", "xhsim needed ")[:2], known_names("structures", "")[0]
    (['application_scenarios_programme', 'cluster_support'], 'equal')
    >>> "cluster_output" in known_names("variables", "xhsim loops ")
    True
    >>> known_names("targets", "xhsim explain --study nowhere ")
    []
    """
    from xhsim.study.bundled import bundled_folder
    from xhsim.study.nearest import nearest_study

    study = _study(line) or nearest_study() or bundled_folder()
    try:
        return sorted({name for name in _LISTS[kind](study) if HARMLESS.fullmatch(name)})
    except (OSError, ValueError):
        return []


def _scenarios(study: Path) -> Iterator[str]:
    files = (study / "scenarios").iterdir()
    return (file.stem for file in files if file.suffix in (".yaml", ".yml"))


def _records(study: Path, file: str) -> list[tuple[str, str]]:
    """Return the names and the texts of the records of a YAML file."""
    return RECORD.findall((study / "model" / file).read_text("utf-8") + "\n")


def _levers(study: Path) -> Iterator[str]:
    records = _records(study, "parameters.yaml")
    return (_canonical(name) for name, text in records if LEVER.search(text))


def _variables(study: Path) -> Iterator[str]:
    for file in (study / "model").iterdir():
        if file.suffix in (".mdl", ".xmile", ".stmx", ".xml"):
            text = file.read_text("utf-8", errors="replace")
            forms = (EQUATION, LOOKUP) if file.suffix == ".mdl" else (XMILE_NAME,)
            yield from (_canonical(name) for form in forms for name in form.findall(text))


def _canonical(name: str) -> str:
    """Return a name as commands accept it, too, without blanks, for which shells need quotes."""
    return re.sub(r"\W+", "_", name.lower())


_LISTS: dict[str, Callable[[Path], Iterable[str]]] = {
    "scenarios": _scenarios,
    "targets": lambda study: [name for name, _ in _records(study, "targets.yaml")],
    "levers": _levers,
    "structures": lambda study: ["equal", *(n for n, _ in _records(study, "structures.yaml"))],
    "variables": _variables,
}


def _asking(kind: str) -> dict[str, Any]:
    """Return, for each shell, the call that lists names, and the function it calls."""
    functions = {
        shell: function.format(
            kind=kind,
            ask=ASK.format(kind=kind, line=LINES[shell]),
            files=SCENARIO_FILES[shell] if kind == "scenarios" else "",
        )
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
