"""Pictures in a page: matplotlib's SVG, changed so that many pictures fit into one HTML file."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from markupsafe import Markup
from matplotlib.axes import Axes

from xhsim import plots

__all__ = ["Pictures"]

XLINK = "{http://www.w3.org/1999/xlink}href"
LEFT_OUT = {"metadata", "style", "title"}
# Coordinates are points: a hundredth of one is below what any printer shows.
LONG_NUMBER = re.compile(r"(-?\d+\.\d\d)\d+")
REFERENCE = re.compile(r"url\(#([^)]+)\)")


@dataclass
class Pictures:
    """Converts pictures, and collects the outlines of letters that they share.

    Two thirds of an SVG file are outlines of letters. A page with fifty pictures contains each
    letter only once.

    Examples
    --------
    >>> from xhsim.plots.canvas.pictures import new_axes
    >>> pictures = Pictures()
    >>> svg = pictures.take(new_axes(), "An <empty> picture")
    >>> 'role="img"' in svg, "An &lt;empty&gt; picture" in svg, "http" in svg
    (True, True, False)
    >>> "<path" in pictures.letters()[0]
    True
    """

    _letters: dict[str, Markup] = field(default_factory=dict)
    _count: int = 0

    def take(self, picture: Axes | Sequence[Axes], description: str) -> Markup:
        """Convert a picture to an element of HTML.

        Parameters
        ----------
        picture : Axes or Page
            The result of a function of `xhsim.plots`.
        description : str
            What it shows, for readers who cannot see it.

        Returns
        -------
        Markup
            An ``svg`` element without addresses, scripts, style sheets or text; `description` is
            escaped. Templates insert only such elements without escaping.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = plots.save(picture, Path(folder) / "picture.svg")
            parser = etree.XMLParser(remove_comments=True, resolve_entities=False)
            root = etree.parse(str(file), parser).getroot()
        self._count += 1
        self._clean(root)
        wide = float(root.get("width").removesuffix("pt"))
        for name in ("version", "width", "height"):
            root.attrib.pop(name, None)
        root.set("class", "picture")
        # Never larger than drawn, so that the letters of all pictures have the same size.
        root.set("style", f"max-width:{wide:.0f}pt")
        root.set("preserveAspectRatio", "xMinYMin")
        root.set("role", "img")
        root.set("aria-label", description)
        return _markup(root)

    def letters(self) -> list[Markup]:
        """Return the letters of all pictures converted so far."""
        return [self._letters[name] for name in sorted(self._letters)]

    def _clean(self, root: etree._Element) -> None:
        for element in list(root.iter()):
            element.tag = etree.QName(element).localname
            if element.tag in LEFT_OUT and element.getparent() is not None:
                element.getparent().remove(element)
        etree.cleanup_namespaces(root)
        used = {
            *(element.get(XLINK, "#")[1:] for element in root.iter()),
            *(name for element in root.iter() for name in self._referred(element)),
        }
        for element in root.iter():
            self._clean_attributes(element, used)
        etree.cleanup_namespaces(root)
        for shapes in list(root.iter("defs")):
            for element in list(shapes):
                self._share(element)
            if len(shapes) == 0:
                shapes.getparent().remove(shapes)

    @staticmethod
    def _referred(element: etree._Element) -> list[str]:
        return [name for value in element.attrib.values() for name in REFERENCE.findall(value)]

    def _clean_attributes(self, element: etree._Element, used: set[str]) -> None:
        """Make identifiers unique to the picture, except those of letters; shorten coordinates."""
        element.text = element.tail = None
        reference = element.attrib.pop(XLINK, None)
        if reference is not None:  # to a part of the picture, or to embedded pixels
            inside = reference.startswith("#")
            element.set("href", "#" + self._own(reference[1:]) if inside else reference)
        for name, value in list(element.attrib.items()):
            if name == "id":
                if value in used:
                    element.set("id", self._own(value))
                else:
                    del element.attrib["id"]
            elif name == "d":
                element.set("d", LONG_NUMBER.sub(r"\1", " ".join(value.split())))
            elif "url(#" in value:
                element.set(
                    name, REFERENCE.sub(lambda found: f"url(#{self._own(found[1])})", value)
                )

    def _own(self, name: str) -> str:
        return name if _is_letter(name) else f"p{self._count}-{name}"

    def _share(self, element: etree._Element) -> None:
        name = element.get("id", "")
        if _is_letter(name):
            self._letters[name] = _markup(element)
            element.getparent().remove(element)


def _markup(element: etree._Element) -> Markup:
    """Write an element as text. lxml escapes its attributes."""
    return Markup(etree.tostring(element, encoding="unicode"))


def _is_letter(name: str) -> bool:
    """Return whether a name is that of a letter's outline (font and code), not a marker or clip."""
    return re.fullmatch(r"[A-Za-z]\w*(-\w+)*-[0-9a-f]+", name) is not None
