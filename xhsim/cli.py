"""The command line: ``xhsim attain``, ``run``, ``show`` and the others that ``--help`` lists."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import xhsim
from xhsim.errors import InputError, InputErrors

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from xhsim.analysis.study import Study

__all__ = ["main"]

GOOD, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

DESCRIPTION = """\
How likely is each target of a development plan, why, and what would change it?

A stock-and-flow model links the plan's indicators; scenario files set its levers; ensembles of
draws from what nobody knows give the probability that each target is attained."""

EXAMPLES = """\
examples:
  xhsim attain                                 every scenario, 1,000 draws each, in one table
  xhsim attain baseline rd-push --out results  two scenarios; tables and pictures into results/
  xhsim run plan                               one run with everything uncertain at its centre
  xhsim show                                   what the study holds
  xhsim show rd-push --resolved                every value of a scenario, and the file it is from
  xhsim parameters                             every parameter, what moves the targets most first
  xhsim check                                  is the study sound? what in the plan is at odds?
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
        options = _parser().parse_args(arguments)
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


class _Parser(argparse.ArgumentParser):
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


def _folder(text: str) -> Path:
    if not text:  # an empty shell variable would else mean the current folder
        raise argparse.ArgumentTypeError("no folder is named")
    return Path(text)


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number') from None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
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
        type=_folder,
        help="a study folder with model/ and scenarios/ (default: the Xuhui study that ships)",
    )
    common.add_argument("--quiet", action="store_true", help="no progress and no remarks")
    common.add_argument("--json", action="store_true", help="print the result as JSON")
    for add in (_add_attain, _add_run, _add_show, _add_parameters, _add_check, _add_calibrate):
        add(commands, common)
    return parser


def _add_attain(commands: Any, common: argparse.ArgumentParser) -> None:
    attain = commands.add_parser(
        "attain",
        parents=[common],
        help="probability that each target is attained, by scenario",
        description="Estimate the probability that each target is attained, in each scenario. All "
        "scenarios see the same draws, so that differences between them are the policy's.",
    )
    attain.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="default: all")
    _add_draws(attain, default=1000)
    attain.add_argument(
        "--out", type=_folder, metavar="DIR", help="write tables and pictures there"
    )
    attain.add_argument(
        "--every", action="store_true", help="show the targets of the plan's text too"
    )
    _add_prior(attain)
    attain.set_defaults(action=_attain)


def _add_draws(command: argparse.ArgumentParser, default: int) -> None:
    command.add_argument(
        "--draws",
        type=_whole_number,
        default=default,
        metavar="N",
        help=f"worlds drawn (default: {default})",
    )
    command.add_argument(
        "--seed", type=_whole_number, default=0, metavar="N", help="which worlds (default: 0)"
    )


def _add_prior(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--prior",
        action="store_true",
        help="what the priors say, without the posterior that is stored with the study",
    )


def _add_run(commands: Any, common: argparse.ArgumentParser) -> None:
    run = commands.add_parser(
        "run",
        parents=[common],
        help="one run of a scenario, at the centre of what is uncertain",
        description="Run a scenario once, with everything uncertain at its central value.",
    )
    run.add_argument("scenario", metavar="SCENARIO")
    run.add_argument(
        "--variable",
        action="append",
        metavar="NAME",
        help="a variable to print, may be repeated (default: those of targets and history)",
    )
    run.add_argument("--method", default="rk4", help="rk4 (default), euler, or a SciPy method")
    _add_prior(run)
    run.set_defaults(action=_run)


def _add_show(commands: Any, common: argparse.ArgumentParser) -> None:
    show = commands.add_parser(
        "show",
        parents=[common],
        help="what the study holds, or what a scenario sets",
        description="Without SCENARIO: scenarios, targets and levers. With it: what it sets.",
    )
    show.add_argument("scenario", nargs="?", metavar="SCENARIO")
    show.add_argument(
        "--resolved", action="store_true", help="every parameter and the file its value is from"
    )
    _add_prior(show)
    show.set_defaults(action=_show)


def _add_parameters(commands: Any, common: argparse.ArgumentParser) -> None:
    parameters = commands.add_parser(
        "parameters",
        parents=[common],
        help="every parameter with its source, those that matter most first",
        description="List every parameter with its unit, value, prior, posterior and source, "
        "ordered by how much of the targets' spread goes with it.",
    )
    parameters.add_argument(
        "scenario", nargs="?", default="baseline", metavar="SCENARIO", help="default: baseline"
    )
    _add_draws(parameters, default=4096)
    _add_prior(parameters)
    parameters.add_argument("--markdown", action="store_true", help="print it as a page")
    parameters.set_defaults(action=_parameters)


def _add_check(commands: Any, common: argparse.ArgumentParser) -> None:
    check = commands.add_parser(
        "check",
        parents=[common],
        help="is the study sound, and what in the plan does not add up",
        description="Read every file of the study and the model, compare the centre of the "
        "baseline with what is published for the base year, and print the plan's contradictions.",
    )
    check.set_defaults(action=_check)


def _add_calibrate(commands: Any, common: argparse.ArgumentParser) -> None:
    calibrate = commands.add_parser(
        "calibrate",
        parents=[common],
        help="what history says about the parameters",
        description="Estimate the parameters that model/calibration.yaml names from history: the "
        "most probable values, and how far others are still possible.",
    )
    for name, default, meaning in (
        ("walkers", 64, "walkers in each of two ensembles"),
        ("steps", 6000, "steps of each walker"),
        ("seed", 0, "which random numbers"),
    ):
        calibrate.add_argument(
            f"--{name}",
            type=_whole_number,
            default=default,
            metavar="N",
            help=f"{meaning} (default: {default})",
        )
    calibrate.add_argument(
        "--out", type=_folder, metavar="DIR", help="write the posterior's draws and tables there"
    )
    calibrate.add_argument(
        "--store",
        action="store_true",
        help="keep the posterior in the study's model/ folder, for probabilities to be drawn from",
    )
    calibrate.set_defaults(action=_calibrate)


def _console() -> Console:
    from rich.console import Console

    # Where nobody's window sets a width (a file, a pipe), tables should not be folded.
    return Console() if sys.stdout.isatty() else Console(width=160)


def _print(*parts: RenderableType) -> None:
    console = _console()
    # Captured, since rich would end the program when whoever reads has gone.
    with console.capture() as captured:
        for part in parts:
            console.print(part, highlight=False, markup=False)
    print(captured.get(), end="")


def _print_json(record: Any) -> None:
    # Whatever reads it must be able to: no NaN, and Chinese only where the stream knows it.
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(record, indent=2, ensure_ascii=not is_unicode, allow_nan=False))


# --- attain ------------------------------------------------------------------------------


def _attain(options: argparse.Namespace) -> int:
    from xhsim.analysis.draws import check_draws
    from xhsim.report.results import check_folder

    check_draws(options.draws, options.seed)
    if options.out is not None:
        check_folder(options.out)
    study = xhsim.open_study(options.study, posterior=not options.prior)
    names = list(dict.fromkeys(options.scenarios)) or list(study.scenarios)
    for name in names:
        study.files.resolve(name)  # a mistyped last scenario should not cost the others' time
    from xhsim.report.attain import attain_scenarios

    result = attain_scenarios(
        study,
        names,
        draws=options.draws,
        seed=options.seed,
        out=options.out,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    if options.json:
        _print_json(result.as_records())
        return GOOD
    for number, table in enumerate(result.tables(every=options.every, width=_console().width)):
        _print(*([""] if number else []), table)
    if not options.quiet:
        _print(result.remarks())
    return GOOD


# --- run ---------------------------------------------------------------------------------


def _run(options: argparse.Namespace) -> int:
    from xhsim.report.tables import records_table, trajectory_rows

    study = xhsim.open_study(options.study, posterior=not options.prior)
    outputs = options.variable or study.reported
    result = study.run(options.scenario, method=options.method, outputs=outputs)
    columns, rows = trajectory_rows(result)
    if options.json:
        _print_json([dict(zip(columns, map(_or_null, row), strict=True)) for row in rows])
    else:
        # The unit beside the name leaves the width to the years.
        named = [[f"{name}, {unit}", *values] for name, *values, unit in rows]
        _print(records_table(columns[:-1], named))
    return GOOD


def _or_null(cell: Any) -> Any:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


# --- show --------------------------------------------------------------------------------


def _show(options: argparse.Namespace) -> int:
    from xhsim.report.show import scenario_record, study_record, tables_of

    study = xhsim.open_study(options.study, posterior=not options.prior)
    if options.scenario is None:
        if options.resolved:
            raise InputError("--resolved needs a scenario", hint="xhsim show baseline --resolved")
        record = study_record(study)
    else:
        record = scenario_record(study, options.scenario, resolved=options.resolved)
    if options.json:
        _print_json(record)
        return GOOD
    _print(*tables_of(record))
    return GOOD


# --- parameters --------------------------------------------------------------------------


def _parameters(options: argparse.Namespace) -> int:
    from xhsim.analysis.draws import check_draws
    from xhsim.report.parameters import parameter_table

    check_draws(options.draws, options.seed)
    study = xhsim.open_study(options.study, posterior=not options.prior)
    table = parameter_table(study, options.scenario, options.draws, options.seed)
    if options.json:
        _print_json(table.as_record())
    elif options.markdown:
        print(table.markdown())
    else:
        _print(*table.parts())
    return GOOD


# --- check -------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from xhsim.report.check import check_study

    study: Study = xhsim.open_study(options.study)
    result = check_study(study)
    if options.json:
        _print_json(result.as_record())
    else:
        _print(*result.parts(quiet=options.quiet))
    return GOOD if result.passed else FAILED


# --- calibrate ---------------------------------------------------------------------------


def _calibrate(options: argparse.Namespace) -> int:
    from xhsim.report.calibrate import calibrate_study
    from xhsim.report.results import check_folder

    if options.out is not None:
        check_folder(options.out)
    result = calibrate_study(
        xhsim.open_study(options.study, posterior=False),
        walkers=options.walkers,
        steps=options.steps,
        seed=options.seed,
        out=options.out,
        store=options.store,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    if options.json:
        _print_json(result.as_record())
    else:
        _print(*result.parts(quiet=options.quiet))
    return GOOD if result.has_converged else FAILED


if __name__ == "__main__":
    sys.exit(main())
