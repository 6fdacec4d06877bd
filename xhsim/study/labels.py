"""Labels of variables, parameters, sectors, elements and groups in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.records import check_record
from xhsim.study.files.yaml_reader import read_yaml
from xhsim.study.names import Reference, canonical
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.targets import Target
from xhsim.wording.label import Label
from xhsim.wording.punctuation import with_elements

__all__ = ["Labels", "read_labels"]

NOTHING = Label()
KINDS = ("variables", "sectors", "elements", "groups")


@dataclass(frozen=True)
class Labels:
    """Labels by kind and name.

    Parameters
    ----------
    variables, sectors, elements, groups : mapping of str to Label
        By name; a variable's name is canonical. An empty English text means that the name itself
        is the label.
    file : str
        The file they come from.
    lines : mapping of tuple of str to int
        Line of each label in that file, by kind and name.
    """

    variables: Mapping[str, Label] = field(default_factory=dict)
    sectors: Mapping[str, Label] = field(default_factory=dict)
    elements: Mapping[str, Label] = field(default_factory=dict)
    groups: Mapping[str, Label] = field(default_factory=dict)
    file: str = ""
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def variable(self, name: str) -> Label:
        """Return the label of a variable or parameter; its name if it has no label.

        Parameters
        ----------
        name : str
            As in the model file, or canonical.

        Examples
        --------
        >>> labels = Labels(variables={"rd_spending": Label("R&D spending", "研发经费支出")})
        >>> labels.variable("RD spending").in_("zh"), labels.variable("rent index").in_("zh")
        ('研发经费支出', 'rent index')
        """
        return self.variables.get(canonical(name), NOTHING).or_name(name)

    def reference(self, reference: Reference) -> Label:
        """Return what a variable or parameter is called, with the elements chosen of it.

        Examples
        --------
        >>> labels = Labels(elements={"Digital": Label("AI", "人工智能")})
        >>> str(labels.reference(Reference("output", ("Digital",))))
        'output (AI)'
        """
        elements = map(self.element, reference.elements)
        return with_elements(self.variable(reference.name), elements)

    def sector(self, name: str) -> Label:
        """Return the label of a sector.

        Examples
        --------
        >>> Labels().sector("energy").in_("zh")
        'energy'
        """
        return self.sectors.get(name, NOTHING).or_name(name)

    def element(self, name: str) -> Label:
        """Return the label of an element of a dimension.

        Examples
        --------
        >>> Labels(elements={"Digital": Label("AI", "人工智能")}).element("Digital").in_("zh")
        '人工智能'
        """
        return self.elements.get(name, NOTHING).or_name(name)

    def group(self, name: str) -> Label:
        """Return the label of a group of targets.

        Examples
        --------
        >>> str(Labels(groups={"clusters": Label("Clusters", "产业集群")}).group("clusters"))
        'Clusters'
        """
        return self.groups.get(name, NOTHING).or_name(name)

    def with_parameters(self, parameters: Iterable[Parameter]) -> Labels:
        """Add the labels from the parameters' records.

        Examples
        --------
        >>> Labels().with_parameters([]) == Labels()
        True
        """
        own = {p.canonical: p.label for p in parameters}
        return replace(self, variables=own | dict(self.variables))

    def with_targets(self, targets: Iterable[Target]) -> Labels:
        """Use a level target's Chinese label for its variable if the variable has no label.

        Examples
        --------
        >>> Labels().with_targets([]) == Labels()
        True
        """
        own = {
            canonical(target.variable.name): Label(zh=target.label.zh)
            for target in targets
            if target.measure.is_level and not target.variable.elements
        }
        return replace(self, variables=own | dict(self.variables))

    def check(self, known: Mapping[str, Iterable[str]]) -> None:
        """Check that everything with a label exists.

        Parameters
        ----------
        known : mapping of str to iterable of str
            Names by kind: variables (canonical), sectors, elements, groups of targets.

        Raises
        ------
        InputError
            With every label whose name is not in the model.
        """
        mistakes = Mistakes()
        for kind in KINDS:
            names = set(known[kind])
            for name in getattr(self, kind):
                if name not in names:
                    mistakes.add(
                        f'there is no {kind[:-1]} "{name}"',
                        file=self.file,
                        line=self.lines.get((kind, name)),
                        hint=did_you_mean(name, sorted(names)) or "remove the label",
                    )
        mistakes.check()


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
    >>> from xhsim.study.bundled import bundled_folder
    >>> labels = read_labels(bundled_folder() / "model" / "labels.yaml")
    >>> labels.element("Digital").in_("zh") != "Digital"
    True
    """
    from xhsim.study.files.schema import LabelsRecord

    mistakes = Mistakes()
    tree = read_yaml(path, mistakes)
    if not isinstance(tree.value, dict):
        raise InputError(
            "the file must map variables, sectors and elements to their labels",
            file=path,
            line=tree.line,
            hint='write "variables:" and names with labels indented below it',
        )
    written = check_record(LabelsRecord, tree, path, mistakes, "labels")
    found: dict[str, Mapping[str, Label]] = {}
    lines: dict[tuple[str, str], int] = {}
    for kind in KINDS:
        entries = {}
        for name, label in getattr(written.record, kind).items():
            key = canonical(name) if kind == "variables" else name
            if key in entries:
                written.wrong(f'"{name}" has two labels', kind, name, hint="remove one of them")
            entries[key] = label.as_label()
            lines[kind, key] = written.place(kind, name).line
        found[kind] = MappingProxyType(entries)
    mistakes.check()
    return Labels(**found, file=str(path), lines=MappingProxyType(lines))
