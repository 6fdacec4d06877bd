"""Labels of variables, parameters, sectors, elements and groups; places of elements on a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.records import Written, check_record
from xhsim.study.files.yaml_reader import read_yaml
from xhsim.study.names import Reference, canonical, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.targets import Target
from xhsim.wording.label import Label
from xhsim.wording.punctuation import with_elements

if TYPE_CHECKING:
    from xhsim.study.files.schema import LabelsRecord

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
    maps : mapping of str to mapping
        For a dimension (canonical) whose elements have places on a map: column and row of the tile
        of each element, from 1, with row 1 at the top.
    mapped : tuple of Reference
        The variables that reports show on maps.
    """

    variables: Mapping[str, Label] = field(default_factory=dict)
    sectors: Mapping[str, Label] = field(default_factory=dict)
    elements: Mapping[str, Label] = field(default_factory=dict)
    groups: Mapping[str, Label] = field(default_factory=dict)
    file: str = ""
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    maps: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    mapped: tuple[Reference, ...] = ()

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

    def tiles(self, dimension: str, elements: Iterable[str]) -> dict[str, list[int]]:
        """Return the tiles of a dimension's elements as attributes of a dataset's coordinate.

        Parameters
        ----------
        dimension : str
            As in the model file, or canonical.
        elements : iterable of str
            In the order of the coordinate.

        Returns
        -------
        dict of str to list of int
            ``tile_columns`` and ``tile_rows``; empty if the dimension has no map.

        Examples
        --------
        >>> labels = Labels(maps={"zone": {"North": (1, 1), "South": (1, 2)}})
        >>> labels.tiles("Zone", ["South", "North"])
        {'tile_columns': [1, 1], 'tile_rows': [2, 1]}
        """
        places = self.maps.get(canonical(dimension), {})
        chosen = [places.get(element) for element in elements]
        known = [place for place in chosen if place is not None]
        if not known or len(known) < len(chosen):
            return {}
        columns, rows = zip(*known, strict=True)
        return {"tile_columns": list(columns), "tile_rows": list(rows)}

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

    def check_maps(
        self,
        dimensions: Mapping[str, tuple[str, ...]],
        dimensions_of: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Check that maps fit the model's dimensions and variables.

        Parameters
        ----------
        dimensions : mapping of str to tuple of str
            The elements of each dimension, by its name in the model file.
        dimensions_of : mapping of str to tuple of str
            The dimensions of each variable, by canonical name.

        Raises
        ------
        InputError
            With every dimension, element or variable that is unknown or missing.
        """
        mistakes = Mistakes()
        known = {canonical(name): (name, elements) for name, elements in dimensions.items()}
        names = [name for name, _ in known.values()]
        for key, places in self.maps.items():
            if key not in known:
                hint = did_you_mean(key, names) or f"dimensions: {', '.join(names)}"
                self._wrong(f'there is no dimension "{key}"', ("map", key), hint, mistakes)
                continue
            name, elements = known[key]
            for element in places:
                if element not in elements:
                    message = f'there is no element "{element}" of "{name}"'
                    hint = did_you_mean(element, elements) or f"elements: {', '.join(elements)}"
                    self._wrong(message, ("map", key), hint, mistakes)
            missing = [element for element in elements if element not in places]
            if missing:
                message = f'the map of "{name}" lacks {", ".join(missing)}'
                self._wrong(message, ("map", key), "give each element a tile", mistakes)
        for reference in self.mapped:
            own = dimensions_of.get(canonical(reference.name))
            at = ("mapped", str(reference))
            if own is None:
                hint = did_you_mean(reference.name, dimensions_of) or "name a model variable"
                self._wrong(f'there is no variable "{reference.name}"', at, hint, mistakes)
            elif sum(canonical(name) in self.maps for name in own) != 1:
                message = f'"{reference.name}" has no dimension with a map'
                self._wrong(message, at, 'give its dimension tiles under "map:"', mistakes)
        mistakes.check()

    def _wrong(self, message: str, at: tuple[str, str], hint: str, mistakes: Mistakes) -> None:
        mistakes.add(message, file=self.file, line=self.lines.get(at), hint=hint)


@checked
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
    maps = {canonical(name): _tiles(name, written) for name in written.record.map}
    lines |= {("map", canonical(n)): written.place("map", n).line for n in written.record.map}
    mapped = []
    for number, text in enumerate(written.record.mapped):
        place = written.place("mapped", number)
        with mistakes.collecting():
            mapped.append(parse_reference(text, place))
            lines["mapped", str(mapped[-1])] = place.line
    mistakes.check()
    return Labels(
        **found,
        file=str(path),
        lines=MappingProxyType(lines),
        maps=MappingProxyType(maps),
        mapped=tuple(mapped),
    )


def _tiles(name: str, written: Written[LabelsRecord]) -> Mapping[str, tuple[int, int]]:
    """Read the tiles of a dimension; no two elements share one."""
    found: dict[str, tuple[int, int]] = {}
    taken: dict[tuple[int, int], str] = {}
    for element, (column, row) in written.record.map[name].items():
        tile = (column, row)
        if tile in taken:
            written.wrong(
                f'"{element}" and "{taken[tile]}" have the same tile [{column}, {row}]',
                *("map", name, element),
                hint="tiles are [column, row], with row 1 at the top; move one of them",
            )
        taken[tile] = element
        found[element] = tile
    return MappingProxyType(found)
