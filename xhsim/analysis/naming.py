"""Clearer messages about unknown names, from all names that a study has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from xhsim.engine.language.syntax import canonical
from xhsim.engine.model import Model
from xhsim.errors import InputError, InputErrors
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.hints.characters import plain
from xhsim.study.hints.correction import THIS_LINE, replaced_in_line, this_line
from xhsim.study.hints.scenario_slips import StrayName
from xhsim.study.hints.settings import like
from xhsim.study.labels import Labels, read_labels
from xhsim.study.names import UnknownName
from xhsim.study.parameters.parameter import Parameter, read_parameters

__all__ = ["StudyNames", "names_of_files", "naming_what_is_meant"]

SET = ("parameter", "lever")  # kinds of names that a user sets
COMPUTED = ("stock", "auxiliary")


@dataclass(frozen=True)
class StudyNames:
    """The names of a study, and what else people call them.

    Parameters
    ----------
    model : Model
    parameters : mapping of str to Parameter
    labels : Labels
        With those of parameters.
    """

    model: Model
    parameters: Mapping[str, Parameter]
    labels: Labels = field(default_factory=Labels)

    def clearer(self, error: InputError) -> InputError:
        """Return a clearer error for an unknown name that the study has in another sense.

        Parameters
        ----------
        error : InputError
            Others than `UnknownName` are returned as they are.
        """
        if not isinstance(error, UnknownName):
            return error
        if isinstance(error, StrayName):
            return self._stray(error)
        kind = self._kinds.get(canonical(error.name))
        if error.what in SET and kind in COMPUTED:
            return self._computed(error, str(kind))
        right = self.meant(error.name, is_element=error.what.startswith("element of"))
        if right is None or right == error.name:
            return error
        line = replaced_in_line(error.file, error.line, error.name, right)
        error.hint = f'it is called "{right}" here; {line or f"write {chr(34)}{right}{chr(34)}"}'
        return error

    def meant(self, name: str, *, is_element: bool = False) -> str | None:
        """Return the name that a label stands for, or a name and its element in another form.

        Parameters
        ----------
        name : str
        is_element : bool
            Whether it names an element of a dimension.

        Returns
        -------
        str or None
            None if there is none.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> names = StudyNames(study.model, study.parameters, study.labels)
        >>> names.meant("研发扶持"), names.meant("cluster support (Digital)")
        ('RD support', 'cluster support[Digital]')
        >>> names.meant("人工智能", is_element=True)
        'Digital'
        """
        text = plain(name).strip().strip("\"'")
        if is_element:
            return self._element(text, self._elements)
        found = self._by_label.get(text.casefold()) or self._by_name.get(canonical(text))
        return found or self._with_element(text)

    def _with_element(self, text: str) -> str | None:
        """Read a name with an element after it: in parentheses, after a point or a blank."""
        text = text.replace("（", "(").replace("）", ")")
        for known, elements in self._dimensioned.items():
            rest = text[len(known) :].strip(" .:/-([])\"'")
            if rest and canonical(text[: len(known)]) == canonical(known):
                element = self._element(rest, elements)
                if element is not None:
                    return f"{known}[{element}]"
        return None

    def _element(self, text: str, elements: Iterable[str]) -> str | None:
        for element in elements:
            label = self.labels.element(element)
            if text.casefold() in {element.casefold(), label.en.casefold(), label.zh.casefold()}:
                return element
        return None

    def _stray(self, error: StrayName) -> InputError:
        name = error.name
        right = self.meant(name) or name
        kind = self._kinds.get(canonical(right.partition("[")[0]))
        if canonical(right.partition("[")[0]) in {canonical(one) for one in self.parameters}:
            what, section = "a parameter", "set"
        elif kind is not None:
            what, section = "a variable that the model computes", "paths"
        else:
            return error
        error.message = f'scenario: "{name}" is {what}, which belongs below "{section}:"'
        error.args = (error.message,)
        if section in error.sections:
            error.hint = this_line(right, error.setting, below=section)
        else:
            error.hint = this_line(section, like(error.setting, {right: error.setting.plain()}))
        return error

    def _computed(self, error: UnknownName, kind: str) -> InputError:
        line = replaced_in_line(error.file, error.line, error.name, error.name) or ""
        entry = line.removeprefix(f"{THIS_LINE}: ")
        hold = "let a scenario give it values (paths:)"
        if kind == "auxiliary" and entry.startswith(f"{error.name}:"):
            hold += f': {THIS_LINE} below "paths:": {entry}'
        meet = "hold it by an instrument (meet:)"
        return InputError(
            f'"{error.name}" is a computed variable, not a {error.what}',
            file=error.file,
            line=error.line,
            hint=f"name a parameter that acts on it; or {meet}, or {hold}",
        )

    @cached_property
    def _kinds(self) -> dict[str, str]:
        variables = self.model.equations.variables.values()
        return {canonical(one.name): one.kind for one in variables if not one.hidden}

    @cached_property
    def _by_name(self) -> dict[str, str]:
        variables = self.model.equations.variables.values()
        return {canonical(one.name): one.name for one in variables if not one.hidden}

    @cached_property
    def _by_label(self) -> dict[str, str]:
        """Names by their labels in either language, parameters before other variables."""
        found: dict[str, str] = {}
        parameters = {canonical(name) for name in self.parameters}
        order = sorted(self.labels.variables.items(), key=lambda one: one[0] not in parameters)
        for name, label in order:
            for text in (label.zh, label.en):
                if text and name in self._by_name:
                    found.setdefault(text.casefold(), self._by_name[name])
        return found

    @cached_property
    def _dimensioned(self) -> dict[str, tuple[str, ...]]:
        """The variables of one dimension with its elements, the longest name first."""
        dimensions = self.model.equations.dimensions
        found = {
            one.name: dimensions[one.dimensions[0]].elements
            for one in self.model.equations.variables.values()
            if len(one.dimensions) == 1 and not one.hidden
        }
        return dict(sorted(found.items(), key=lambda one: -len(one[0])))

    @cached_property
    def _elements(self) -> list[str]:
        dimensions = self.model.equations.dimensions.values()
        return list(dict.fromkeys(name for one in dimensions for name in one.elements))


def names_of_files(folder: Path, model: Model) -> StudyNames:
    """Return the names of a study whose files may have mistakes.

    Parameters
    ----------
    folder : Path
        The study folder.
    model : Model
        Its model.
    """
    parameters = Mistakes().understood(read_parameters, folder / "model" / "parameters.yaml") or {}
    labels = Mistakes().understood(read_labels, folder / "model" / "labels.yaml") or Labels()
    return StudyNames(model, parameters, labels.with_parameters(parameters.values()))


@contextmanager
def naming_what_is_meant(names: Callable[[], StudyNames]) -> Iterator[None]:
    """Say of an unknown name what it is in the study.

    Parameters
    ----------
    names : callable
        Returns the names; called only if a name is unknown.

    Raises
    ------
    InputError
        That of the block, with clearer messages.
    """
    try:
        yield
    except InputError as error:
        errors = error.errors if isinstance(error, InputErrors) else (error,)
        if not any(isinstance(each, UnknownName) for each in errors):
            raise
        try:
            known = names()
        except (InputError, StopIteration):
            raise error from None
        clearer = [known.clearer(each) for each in errors]
        raise InputErrors(clearer) if isinstance(error, InputErrors) else clearer[0] from None
