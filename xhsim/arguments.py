"""What public functions take: a wrong argument is answered in words, with what to give instead.

`checked` reads the types that a function is written with. It knows the results of analyses by the
names of their classes, so that nothing is imported for a check.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from numbers import Integral, Real
from pathlib import Path
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

from xhsim.errors import InputError

__all__ = ["checked", "checked_methods", "described"]

Given = ParamSpec("Given")
Found = TypeVar("Found")
Class = TypeVar("Class", bound=type)

# The results that functions take, and what makes one.
MADE_BY = {
    "Dataset": 'study.ensemble("plan")',
    "DataFrame": "study.attainment(ensemble)",
    "FittedStudy": "xhsim.open_study()",
    "Study": "xhsim.open_study()",
    "Model": "xhsim.load_model(path), or study.model",
    "Target": 'study.targets["..."]',
    "Scenario": 'study.scenarios["plan"]',
    "StudyFiles": "study.files",
    "Monitoring": "study.monitor()",
    "Revision": "revision_by_release(monitoring)",
    "PolicyFront": "study.front(...)",
    "FrontQuestion": "front_question(study, ...)",
    "Split": 'study.split("plan", target)',
    "Separation": 'study.separating("plan", target)',
    "Needed": "study.needed(lever, target, probability)",
    "PathwayMap": "pathway_map(...)",
    "LoopsOverDraws": 'study.loops("plan")',
    "HindcastResult": "study.hindcast(...)",
    "SealedScores": "study.score_seals()",
    "StoredTwins": "study.files.twins",
    "MonitoringPlan": "study.files.monitoring",
    "OutlookPlan": "study.files.outlook_plan",
    "World": 'study.world("plan")',
    "Seal": "study.seal(...)",
    "Objective": 'read_objective("mean of targets", study)',
    "Reference": "parse_reference(name)",
}
# Functions whose "ensemble" may be a single run.
ALSO_RUNS = {
    *("fan_chart", "spaghetti", "phase_plot", "scenario_comparison", "failed_draws", "worth_of"),
    *("residuals", "residuals_table", "firings", "firings_table", "actions_of"),
}
WORDS = {"int": "a whole number", "float": "a number", "str": "a text", "bool": "True or False"}
LEAST = {"draws": ("the number of draws", 1), "seed": ("the seed", 0)}
MANY = ("Sequence", "Iterable", "Collection", "list")
_INSIDE = re.compile(r"([\w.]+)\[(.*)\]")


def checked(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Check the arguments of a public function against the types it is written with.

    Types that are not known here are not checked. A text given for a path is taken as one.

    Parameters
    ----------
    function : callable

    Returns
    -------
    callable
        The same, which raises `InputError` for a wrong argument before it begins.

    Examples
    --------
    >>> @checked
    ... def fan_chart(ensemble: xr.Dataset, top: int = 3) -> int:
    ...     return top
    >>> fan_chart("plan")
    Traceback (most recent call last):
    xhsim.errors.InputError: fan_chart: "ensemble" is not an ensemble, but the text "plan". give
    one, such as study.ensemble("plan") returns
    """

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        positional: list[Any] = list(args)
        named: dict[str, Any] = dict(kwargs)
        for place, name, wanted in _parameters(function):
            if place < len(positional):
                positional[place] = _taken(function, name, wanted, positional[place])
            elif name in named:
                named[name] = _taken(function, name, wanted, named[name])
        return function(*positional, **named)

    return call


def checked_methods(kind: Class) -> Class:
    """Check the arguments of all public methods of a class, as `checked` does.

    Parameters
    ----------
    kind : type

    Returns
    -------
    type
        The same.
    """
    # Those of a subclass come first, and are wrapped once.
    methods = {name: one for base in reversed(kind.__mro__) for name, one in vars(base).items()}
    for name, method in methods.items():
        if not name.startswith("_") and isinstance(method, FunctionType):
            setattr(kind, name, checked(method))
    return kind


@cache
def _parameters(function: Callable[..., Any]) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Return the parameters that are checked: their places, names, and alternatives of types."""
    import inspect

    found = []
    for place, (name, one) in enumerate(inspect.signature(function).parameters.items()):
        is_keyword = one.kind is one.KEYWORD_ONLY
        if (is_keyword or one.kind is one.POSITIONAL_OR_KEYWORD) and isinstance(
            one.annotation, str
        ):
            at = sys.maxsize if is_keyword else place
            found.append((at, name, _alternatives(one.annotation)))
    return tuple(found)


def _alternatives(written: str) -> tuple[str, ...]:
    """Split ``a | b[c | d]`` at the bars outside brackets."""
    parts, depth = [""], 0
    for sign in written:
        depth += (sign == "[") - (sign == "]")
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return tuple(part.strip() for part in parts)


def _taken(
    function: Callable[..., Any], name: str, wanted: tuple[str, ...], value: object
) -> object:
    """Return what a function gets for an argument.

    Raises
    ------
    InputError
        If the argument is not of any of the types.
    """
    mappings = [each for each in wanted if each.startswith(("Mapping[", "dict["))]
    allowed = mappings if mappings and isinstance(value, Mapping) else wanted
    if any(_fits(value, each) is not False for each in allowed):
        if name in LEAST and isinstance(value, Integral) and value < 0:
            what, least = LEAST[name]
            raise InputError(f"{what} must be a whole number from {least}, not {value}")
        if name in ("ensemble", "ensembles") and function.__name__ not in ALSO_RUNS:
            is_dict = name == "ensembles" and isinstance(value, Mapping)
            for one in value.values() if is_dict else (value,):  # type: ignore[attr-defined]
                _refuse_run(function.__name__, name, one)
        return value
    if isinstance(value, str) and {"Path", "os.PathLike[str]"} & set(wanted):
        return Path(value)
    raise _wrong(function.__name__, name, wanted, value)


def _refuse_run(function: str, name: str, value: object) -> None:
    if "draw" in getattr(value, "dims", ("draw",)):
        return
    scenario = getattr(value, "attrs", {}).get("scenario", "plan")
    raise InputError(
        f'{function}: "{name}" is a single run, not an ensemble',
        hint=f'give study.ensemble("{scenario}") in place of study.run("{scenario}")',
    )


def _fits(value: object, wanted: str) -> bool | None:
    """Tell whether a value is of a type; None if the type is not known here."""
    if wanted == "None":
        return value is None
    if wanted in ("int", "float"):
        kind = Integral if wanted == "int" else Real
        return isinstance(value, kind) and not isinstance(value, bool)
    if wanted == "bool":
        return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")
    if wanted == "str":
        return isinstance(value, str)
    if wanted in ("Path", "os.PathLike[str]"):
        return isinstance(value, os.PathLike)
    inside = _INSIDE.fullmatch(wanted)
    if inside is not None:
        return _many_fit(value, inside[1], inside[2])
    name = wanted.rpartition(".")[2]
    if name not in MADE_BY:
        return None
    return name in {each.__name__ for each in type(value).__mro__}


def _many_fit(value: object, outer: str, inner: str) -> bool | None:
    if outer in ("Mapping", "dict"):
        if not isinstance(value, Mapping):
            return False
        kind = inner.partition(",")[2].strip()
        return not any(_is_wrong(each, kind) for each in value.values())
    if outer in MANY:
        is_mapping = isinstance(value, Mapping) and inner != "str"
        if isinstance(value, str) or is_mapping or not isinstance(value, Iterable):
            return False
        # Others may be read only once.
        return not (
            isinstance(value, list | tuple) and any(_is_wrong(each, inner) for each in value)
        )
    return None


def _is_wrong(value: object, wanted: str) -> bool:
    return all(_fits(value, each) is False for each in _alternatives(wanted))


def _wrong(function: str, name: str, wanted: tuple[str, ...], value: object) -> InputError:
    kinds = [each for each in wanted if each != "None"]
    kind = kinds[0].rpartition(".")[2] if kinds else "None"
    inside = _INSIDE.fullmatch(kinds[0]) if kinds else None
    lists = [each for each in kinds if each.startswith(MANY)]
    if isinstance(value, str) and lists:
        inside = _INSIDE.fullmatch(lists[0])
    if inside is not None:
        return InputError(
            f'{function}: "{name}" is {_plural(inside)}, not {described(value)}',
            hint=_how_many(name, inside, value),
        )
    if kind in WORDS:
        hint = None
        if kind == "int" and _whole(value) is not None:
            hint = f"write {name}={_whole(value)}"
        elif kind == "float" and _share(value) is not None:
            hint = f"write {name}={_share(value):g}"
        elif kind == "str" and name == "scenario":
            hint = 'give the name of a scenario, such as "plan"'
        elif kind == "str" and name == "target":
            hint = "give the id of a target; `list(study.targets)` has them"
        word = "a path" if {"Path", "os.PathLike[str]"} & set(kinds) else WORDS[kind]
        if word == "a path" and lists:
            word = "a path or a list of paths"
            if isinstance(value, list | tuple) and value:
                item = next((x for x in value if not isinstance(x, str | os.PathLike)), value)
                hint = f"one of its items is {described(item)}"
        return InputError(f'{function}: "{name}" is {word}, not {described(value)}', hint=hint)
    if kind in ("Path", "PathLike[str]"):
        return InputError(f'{function}: "{name}" is a path, not {described(value)}')
    what = {"Dataset": "an ensemble", "DataFrame": "a table"}.get(kind, f"a {kind}")
    made = f'study.ensemble("{value}")' if kind == "Dataset" and isinstance(value, str) else None
    return InputError(
        f'{function}: "{name}" is not {what}, but {described(value)}',
        hint=f"give one, such as {made or MADE_BY.get(kind, kind)} returns",
    )


def _plural(inside: re.Match[str]) -> str:
    inner = inside[2].rpartition(",")[2].strip().rpartition(".")[2]
    if inside[1] in MANY:
        return "a list of texts" if inner == "str" else "a list"
    things = {"Dataset": "ensembles", "Target": "targets"}.get(inner)
    return f"a mapping of names to {things}" if things else "a mapping"


def _how_many(name: str, inside: re.Match[str], value: object) -> str | None:
    if inside[1] in MANY:
        return f'write ["{value}"]' if isinstance(value, str) else None
    if inside[2].endswith("Target"):
        return "give study.targets, study.indicators, or {id: study.targets[id] for id in [...]}"
    if inside[2].endswith("Dataset"):
        return 'write {"plan": study.ensemble("plan")}'
    return None


def _whole(value: object) -> int | None:
    """Return the whole number that a value means; None if it means none."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() else None


def _share(value: object) -> float | None:
    """Return the number that a text means; 66% is 0.66."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None


def described(value: object) -> str:
    """Describe a value in the words of an analysis.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> described("plan"), described(None), described([1, 2])
    ('the text "plan"', 'None', 'a list')
    """
    if isinstance(value, str):
        return f'the text "{value if len(value) <= 40 else value[:37] + "..."}"'
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, Real):
        return f"the number {value}"
    name = type(value).__name__
    if name == "Dataset":
        return "an ensemble" if "draw" in getattr(value, "dims", ()) else "a single run"
    words = {
        "DataFrame": "a table",
        "ProbabilityTable": "a table",
        "dict": "a dict",
        "list": "a list",
        "tuple": "a tuple",
    }
    return words.get(name, f"a {name}")
