"""The command line: ``xhsim attain``, ``run``, ``show`` and the others that ``--help`` lists."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

import xhsim
from xhsim.commands import completion
from xhsim.commands.answers import attain, explain, explore, export, report, run
from xhsim.commands.common import BAD_INPUT, GOOD, INTERRUPTED, folder
from xhsim.commands.history import calibrate, hindcast
from xhsim.commands.policies import design, sweep, verify
from xhsim.commands.study import check, draw, lint, parameters, schema, show
from xhsim.commands.study import import_changes as take_over
from xhsim.errors import InputError, InputErrors

__all__ = ["main"]

COMMANDS = (
    attain,
    explain,
    explore,
    run,
    show,
    lint,
    sweep,
    verify,
    export,
    report,
    design,
    parameters,
    check,
    draw,
    calibrate,
    hindcast,
    schema,
    take_over,
    completion,
)

DESCRIPTION = """\
How likely is each target of a development plan, why, and what would change it?

A stock-and-flow model links the plan's indicators; scenario files set its levers; ensembles of
draws from what nobody knows give the probability that each target is attained."""

EXAMPLES = """\
examples:
  xhsim attain                                 every scenario, 1,000 draws each, in one table
  xhsim attain baseline rd-push --out results  two scenarios; tables and pictures into results/
  xhsim explain plan new_foreign_hq            why: when, what it depends on, which policy does it
  xhsim explore                                drag levers on a page, and see probabilities move
  xhsim run plan                               one run with everything uncertain at its centre
  xhsim show                                   what the study holds
  xhsim show rd-push --resolved                every value of a scenario, and the file it is from
  xhsim parameters                             every parameter, what moves the targets most first
  xhsim check                                  is the study sound? what in the plan is at odds?
  xhsim check --model                          does the model pass the validation battery?
  xhsim export baseline plan --to results.xlsx  a sheet for each table; also .nc, .parquet, .csv
  xhsim report plan --out plan.html            one page for a reader without Python; prints on A4
  xhsim lint my-scenario                       what in it is hardly meant?
  xhsim sweep scenarios/sweeps/research-and-promotion.yaml --out grid
                                               a grid of scenarios, goes on where it was stopped
  xhsim draw --out pictures                    stocks, flows and loops of the model
  xhsim hindcast                               how good would its forecast of 2018 have been?
  xhsim attain --study my-district             a study of your own (docs/file-formats.md)

exit status: 0 good, 1 a check failed, 2 bad input (one message says where and how to mend it)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        The exit status: 0 good, 1 a check failed, 2 bad input, 130 interrupted.
    """
    try:
        parser = _parser()
        options = parser.parse_args(arguments)
        options.parser = parser
        options.command_line = ["xhsim", *(sys.argv[1:] if arguments is None else arguments)]
        status: int = options.action(options)
        sys.stdout.flush()
    except InputErrors as error:
        return _complain(f"{len(error.errors)} mistakes\n{error}")
    except InputError as error:
        return _complain(str(error))
    except MemoryError:
        return _complain("there is not enough memory. Ask for fewer --draws")
    except KeyboardInterrupt:
        print("xhsim: interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone (`xhsim show | head`): that is no error. What is still
        # in the buffer must go somewhere when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    return status


def _complain(message: str) -> int:
    print(f"xhsim: {message}", file=sys.stderr)
    return BAD_INPUT


class _CommandParser(argparse.ArgumentParser):
    """An argument parser whose mistakes are told like all others."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the command line.

        Raises
        ------
        InputError
        """
        hint = f"{self.prog} --help tells more"
        if re.search(r"unrecognized arguments:.* --?scenarios?\b", f"{message} "):
            hint = "scenarios are named without an option: xhsim attain baseline plan"
        raise InputError(message, hint=hint)


def _parser() -> argparse.ArgumentParser:
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
        help="a study folder with model/ and scenarios/ (default: the Xuhui study that ships)",
    )
    common.add_argument("--quiet", action="store_true", help="no progress and no remarks")
    common.add_argument("--json", action="store_true", help="print the result as JSON")
    for command in COMMANDS:
        command.add(commands, common)
    return parser


if __name__ == "__main__":
    sys.exit(main())
