"""The reader of Vensim's change files (.cin), with one constant and its new value on each line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.text import read_text
from xhsim.study.names import Reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.checks import check_scenario
from xhsim.study.scenarios.scenario import Change, Scenario
from xhsim.study.scenarios.shapes import Constant
from xhsim.wording.label import Label

__all__ = ["read_change_file"]

_LINE = re.compile(
    r"\s*(?:\"(?P<quoted>[^\"]+)\"|(?P<name>[^\[=\"]+?))\s*(?:\[(?P<elements>[^\]]*)\])?\s*="
    r"\s*(?P<value>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*;?\s*"
)


@checked
def read_change_file(path: Path, parameters: Mapping[str, Parameter], extends: str) -> Scenario:
    """Read a change file as a scenario.

    Parameters
    ----------
    path : Path
        Its name without the ending becomes the scenario's name.
    parameters : mapping of str to Parameter
        All parameters of the study.
    extends : str
        The parent scenario.

    Returns
    -------
    Scenario
        The settings apply to the whole run, as in Vensim.

    Raises
    ------
    InputError
        With every line that does not set a constant of the study, or sets it outside its range.
        A line that changes a table of numbers is also an error.

    Examples
    --------
    >>> import tempfile
    >>> from xhsim.study.bundled import bundled_folder
    >>> from xhsim.study.parameters.parameter import read_parameters
    >>> parameters = read_parameters(bundled_folder() / "model" / "parameters.yaml")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "more.cin"
    ...     _ = file.write_text("RD support = 6")
    ...     scenario = read_change_file(file, parameters, "baseline")
    >>> str(scenario.changes[0].reference), scenario.changes[0].shape
    ('RD support', Constant(to=6.0))
    """
    mistakes = Mistakes()
    changes = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(("'", "#")):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            mistakes.add(
                f'"{line.strip()[:60]}" does not set a constant',
                file=path,
                line=number,
                hint="write NAME=NUMBER or NAME[ELEMENT]=NUMBER; tables cannot be changed",
            )
            continue
        elements = tuple(part.strip() for part in (found["elements"] or "").split(",") if part)
        name = str(found["quoted"] or found["name"]).strip()
        where = Place(str(path), number)
        changes.append(Change(Reference(name, elements), Constant(float(found["value"])), where))
    mistakes.check()
    if not changes:
        raise InputError("the change file changes nothing", file=path, hint="write NAME=NUMBER")
    scenario = Scenario(
        path.stem,
        Label(path.stem, path.stem),
        f"Converted from the change file {path.name}.",
        extends,
        tuple(changes),
        (),
        f"change file {path.name}",
        Place(str(path), 1),
    )
    check_scenario(scenario, parameters, mistakes)
    mistakes.check()
    return scenario
