"""What pictures call a study's variables, parameters, sectors and elements, in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from xhsim.errors import InputError, did_you_mean
from xhsim.study.mistakes import Mistakes
from xhsim.study.names import canonical
from xhsim.study.parameters import Parameter
from xhsim.study.targets import Target
from xhsim.study.yaml_reader import Node, read_yaml

__all__ = ["Labels", "read_labels"]

KINDS = ("variables", "sectors", "elements", "groups")


@dataclass(frozen=True)
class Labels:
    """Labels by kind and name.

    Parameters
    ----------
    variables, sectors, elements, groups : mapping of str to tuple of str
        English and Chinese label by name; a variable's name is canonical. The English one is
        empty where the name itself serves.
    file : str
        Where they were read.
    lines : mapping of tuple of str to int
        And in which line, by kind and name.
    """

    variables: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sectors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    elements: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    file: str = ""
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def variable(self, name: str, lang: str = "en") -> str:
        """Return what a variable or parameter is called; its name where nothing else is known.

        Parameters
        ----------
        name : str
            As in the model file, or canonical.
        lang : {"en", "zh"}

        Examples
        --------
        >>> labels = Labels(variables={"rd_spending": ("R&D spending", "研发经费支出")})
        >>> labels.variable("RD spending", "zh"), labels.variable("rent index")
        ('研发经费支出', 'rent index')
        """
        return _chosen(self.variables, canonical(name), name, lang)

    def sector(self, name: str, lang: str = "en") -> str:
        """Return what a sector is called.

        Examples
        --------
        >>> Labels().sector("energy", "zh")
        'energy'
        """
        return _chosen(self.sectors, name, name, lang)

    def element(self, name: str, lang: str = "en") -> str:
        """Return what an element of a dimension is called.

        Examples
        --------
        >>> Labels(elements={"Digital": ("AI", "人工智能")}).element("Digital", "zh")
        '人工智能'
        """
        return _chosen(self.elements, name, name, lang)

    def group(self, name: str, lang: str = "en") -> str:
        """Return what a group of targets is called.

        Examples
        --------
        >>> Labels(groups={"clusters": ("Clusters", "产业集群")}).group("clusters")
        'Clusters'
        """
        return _chosen(self.groups, name, name, lang)

    def with_parameters(self, parameters: Iterable[Parameter]) -> Labels:
        """Add the labels that parameters have of their own.

        Examples
        --------
        >>> Labels().with_parameters([]) == Labels()
        True
        """
        own = {p.canonical: (p.label_en, p.label_zh) for p in parameters}
        return replace(self, variables=own | dict(self.variables))

    def with_targets(self, targets: Iterable[Target]) -> Labels:
        """Call a variable in Chinese what the target on its level is called, if nothing else is.

        Examples
        --------
        >>> Labels().with_targets([]) == Labels()
        True
        """
        own = {
            canonical(target.variable.name): ("", target.label_zh)
            for target in targets
            if target.measure.is_level and not target.variable.elements
        }
        return replace(self, variables=own | dict(self.variables))

    def check(self, known: Mapping[str, Iterable[str]]) -> None:
        """See that all that is labelled exists.

        Parameters
        ----------
        known : mapping of str to iterable of str
            Names by kind: variables (canonical), sectors, elements, groups of targets.

        Raises
        ------
        InputError
            With every label of what the model does not have.
        """
        mistakes = Mistakes()
        for kind in KINDS:
            names = set(known[kind])
            for name in getattr(self, kind):
                if name not in names:
                    mistakes.add(
                        f'there is no {kind[:-1]} "{name}" to label',
                        file=self.file,
                        line=self.lines.get((kind, name)),
                        hint=did_you_mean(name, sorted(names)) or "take the label out",
                    )
        mistakes.check()


def _chosen(labels: Mapping[str, tuple[str, str]], key: str, name: str, lang: str) -> str:
    return labels.get(key, ("", ""))[lang == "zh"] or name


def read_labels(path: Path) -> Labels:
    """Read ``labels.yaml``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Labels

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.folder import bundled_folder
    >>> labels = read_labels(bundled_folder() / "model" / "labels.yaml")
    >>> labels.element("Digital", "zh") != "Digital"
    True
    """
    from xhsim.study.schema import LabelsRecord, validate

    mistakes = Mistakes()
    tree = read_yaml(path, mistakes)
    if not isinstance(tree.value, dict):
        raise InputError(
            "the file must map variables, sectors and elements to their labels",
            file=path,
            line=tree.line,
            hint='write "variables:" and names with labels indented below it',
        )
    record = validate(LabelsRecord, tree, path, mistakes, "labels")
    mistakes.check()
    assert record is not None  # otherwise a mistake was noted
    found: dict[str, Mapping[str, tuple[str, str]]] = {}
    lines: dict[tuple[str, str], int] = {}
    for kind in KINDS:
        entries = {}
        for name, label in getattr(record, kind).items():
            key = canonical(name) if kind == "variables" else name
            line = _line(tree, kind, name)
            if key in entries:
                mistakes.add(
                    f'"{name}" is labelled twice', file=path, line=line, hint="keep one of them"
                )
            entries[key] = (label.en or "", label.zh)
            lines[kind, key] = line
        found[kind] = MappingProxyType(entries)
    mistakes.check()
    return Labels(**found, file=str(path), lines=MappingProxyType(lines))


def _line(tree: Node, kind: str, name: str) -> int:
    return tree.find((kind, name))[0]
