"""The command line: ``xhsim attain``, ``run``, ``show`` and the other commands of ``--help``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import NoReturn

import xhsim
from xhsim.commands.common import BAD_INPUT, GOOD, INTERRUPTED, TERMINATED, folder
from xhsim.commands.process import Terminated, as_process, give_up_output
from xhsim.errors import InputError, InputErrors

__all__ = ["COMMANDS", "main"]

# The module of each command in `xhsim.commands`. A command imports only its own.
COMMANDS: Mapping[str, str] = {
    "attain": "answers.attain",
    "explain": "answers.explain",
    "worth-knowing": "answers.worth_knowing",
    "separate": "answers.separate",
    "explore": "answers.explore",
    "loops": "answers.loops",
    "publish": "answers.publish",
    "run": "answers.run",
    "residuals": "answers.residuals",
    "show": "study.show",
    "lint": "study.lint",
    "sweep": "policies.sweep",
    "verify": "policies.verify",
    "export": "answers.export",
    "report": "answers.report",
    "design": "policies.design",
    "front": "policies.front",
    "needed": "policies.needed",
    "pathways": "policies.pathways",
    "parameters": "study.parameters",
    "evidence": "study.evidence",
    "check": "study.check",
    "draw": "study.draw",
    "calibrate": "history.calibrate",
    "hindcast": "history.hindcast",
    "outlook": "history.outlook",
    "monitor": "monitoring.monitor",
    "bulletin": "monitoring.bulletin",
    "seal": "monitoring.seal",
    "score": "monitoring.score",
    "twins": "monitoring.twins",
    "new": "study.new",
    "schema": "study.schema",
    "import": "study.import_changes",
    "completion": "completion",
}

DESCRIPTION = """\
How likely is each target of a development plan, why, and what would change it?

A stock-and-flow model links the plan's indicators. Scenario files set its policy levers. Many runs,
with different values of what is uncertain, give the probability that each target is attained."""

EXAMPLES = """\
examples:
  xhsim attain                                 every scenario, 1,000 draws each, in one table
  xhsim attain baseline rd-push --out results  two scenarios; tables and pictures into results/
  xhsim explain plan new_foreign_hq            why a target is likely or not; what each policy adds
  xhsim loops GDP --scenario plan              which feedback loops drive it, what is from outside
  xhsim worth-knowing plan                     which unknowns would narrow which targets
  xhsim separate plan rd_intensity             what separates its good draws from its bad ones
  xhsim explore                                a page with sliders for levers, and probabilities
  xhsim publish --out explorer.html            the same page as one file, to send
  xhsim run plan                               one run, with uncertain values at their centre
  xhsim show                                   scenarios, targets and levers of the study
  xhsim show rd-push --resolved                every value of a scenario, and its file
  xhsim parameters                             every parameter, the most influential first
  xhsim evidence rd_support                    what studies found about a policy line
  xhsim check                                  is the study sound? does the plan contradict itself?
  xhsim check --model                          does the model pass its validation checks?
  xhsim export baseline plan --to results.xlsx  a sheet for each table; .dta (Stata), .csv, ...
  xhsim report plan --out plan.html            one page for a reader without Python; prints on A4
  xhsim lint my-scenario                       which settings are probably unintended?
  xhsim sweep scenarios/sweeps/research-and-promotion.yaml --out grid
                                               a grid of scenarios; continues where it was stopped
  xhsim front --money 40 --out front           what each extra point costs: the best packages
  xhsim draw --out pictures                    stocks, flows and loops of the model
  xhsim hindcast                               how well would it have forecast past years?
  xhsim outlook                                what growth did similar places have?
  xhsim monitor --as-of 2023-06                what do the figures published so far change, and why?
  xhsim bulletin --out bulletin.docx           the lights of all targets on one page, to send
  xhsim seal --name spring                     a dated forecast with a hash, kept in the study
  xhsim score                                  how good were the sealed forecasts?
  xhsim twins --stored                         how often are the lights of a monitoring right?
  xhsim new my-study                           a copy of the study, to change; --blank: a small one
  xhsim attain baseline ./my.yaml              a scenario file, from wherever it is

exit status: 0 success, 1 a check failed, 2 bad input (the message says where and how to fix it)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default, those of the process.

    Returns
    -------
    int
        The exit status: 0 success, 1 a check failed, 2 bad input, 130 interrupted, 143 ended by
        SIGTERM.
    """
    with as_process():
        return _main(arguments)


def _main(arguments: Sequence[str] | None) -> int:
    try:
        options = _parsed(list(sys.argv[1:] if arguments is None else arguments))
        status: int = options.action(options)
        sys.stdout.flush()
    except InputErrors as error:
        return _complain(f"{len(error.errors)} mistakes\n{error}")
    except InputError as error:
        return _complain(str(error))
    except MemoryError:
        return _complain("there is not enough memory. Ask for fewer --draws")
    except Terminated:
        print("xhsim: ended by a signal; nothing was written", file=sys.stderr)
        return TERMINATED
    except KeyboardInterrupt:
        print("xhsim: interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the output has closed it (`xhsim show | head`). That is not an error.
        give_up_output()
        return GOOD
    except OSError as error:
        give_up_output()
        reason = (error.strerror or str(error)).lower()
        return _complain(f"{error.filename or 'the output cannot be written'}: {reason}")
    return status


def _complain(message: str) -> int:
    print(f"xhsim: {message}", file=sys.stderr)
    return BAD_INPUT


class _CommandParser(argparse.ArgumentParser):
    """An argument parser that reports mistakes like all others."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse the arguments of a command, and refuse those that it does not have.

        Otherwise the parser of all commands would refuse them, and point to its own help.
        """
        found, rest = super().parse_known_args(args, namespace)
        if rest and self._subparsers is None:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest

    def error(self, message: str) -> NoReturn:
        """Report a mistake in the command line.

        Raises
        ------
        InputError
        """
        hint = f"see {self.prog} --help"
        if re.search(r"unrecognized arguments:.* --?scenarios?\b", f"{message} "):
            hint = "write scenarios without an option: xhsim attain baseline plan"
        raise InputError(message, hint=hint)


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    """Return the options of a command line, with what a command may ask of the commands."""
    parser = _parser(_needed(words))
    options = parser.parse_args(words)
    options.parser, options.parse = parser, _parsed
    options.command_line = ["xhsim", *words]
    return options


def _needed(words: Sequence[str]) -> Iterable[str]:
    """Return the commands whose options have to be known for a command line."""
    first = words[0] if words else ""
    if first == "completion" and "--names" not in words:
        return COMMANDS  # a script for a shell completes all of them
    if first in COMMANDS:
        return [first]
    return () if first == "--version" else COMMANDS


def _parser(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    parser = _CommandParser(
        prog="xhsim",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"xhsim {xhsim.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--study",
        metavar="DIR",
        type=folder,
        help="a study folder with model/ and scenarios/ (default: the study that the working "
        "folder is part of, or else the Xuhui study)",
    )
    common.add_argument("--quiet", action="store_true", help="hide progress and remarks")
    common.add_argument("--json", action="store_true", help="print the result as JSON")
    for name in names:
        command = import_module(f"xhsim.commands.{COMMANDS[name]}")
        command.add(commands, common)
    return parser


if __name__ == "__main__":
    sys.exit(main())
