"""Reading an XMILE file as XML: no entities, no network, bounded depth and size."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from xhsim.engine import limits
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.xmile.repair import repaired, without_diagrams
from xhsim.errors import ModelError

__all__ = ["LARGEST_EQUATION", "Document", "too_long"]

LARGEST_EQUATION = 200_000
MOST_NODES = 2_000_000
UNDEFINED_NAMESPACE = 201  # the number of this error in libxml2; PySD reads such files


def too_long(text: str) -> str:
    """Return what is the matter with a text that is longer than an equation may be."""
    most = limits.most(LARGEST_EQUATION)
    return limits.advice(
        f"it has {len(text):,} characters, more than {most:,}", len(text), LARGEST_EQUATION
    )


class Document:
    """The tree of an XMILE file.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
        The content of the file.

    Attributes
    ----------
    remarks : tuple of str
        What had to be repaired, if the file is not correct XML.
    is_of_vensim : bool
        Whether Vensim exported the file.

    Raises
    ------
    ModelError
        If the file is not XML, has a document type, or is not XMILE.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self.remarks: tuple[str, ...] = ()
        self.root = self._parse(data)
        self._space = etree.QName(self.root).namespace
        name = etree.QName(self.root).localname
        if name.lower() != "xmile":
            raise self.error(
                f"this XML file is not an XMILE model: its first tag is <{shorten(name)}>, "
                "not <xmile>",
                self.root,
            )
        products = [
            p for header in self.children("header") for p in self.children("product", header)
        ]
        self.is_of_vensim = any((p.text or "").strip().lower() == "vensim" for p in products)

    def _parse(self, data: bytes) -> etree._Element:
        try:
            root = self._tree(data)
        except etree.XMLSyntaxError as error:
            root = self._repaired_tree(data)
            if root is None:
                raise self._broken(error, data) from None
        except (ValueError, LookupError) as error:
            root = self._repaired_tree(data)
            if root is None:
                raise ModelError(
                    f"the file is not XML: {shorten(str(error))}", file=self.path
                ) from None
        if root is None:
            raise ModelError("the file is not XML", file=self.path)
        if root.getroottree().docinfo.internalDTD is not None:
            raise ModelError(
                "the file has a document type, which a model does not need",
                file=self.path,
                hint="remove <!DOCTYPE ...>",
            )
        if sum(1 for _ in zip(root.iter(), range(MOST_NODES + 1), strict=False)) > MOST_NODES:
            raise ModelError(f"the file has more than {MOST_NODES:,} XML nodes", file=self.path)
        return root

    def _tree(self, data: bytes) -> etree._Element:
        """Parse correct XML. Prefixes that the file does not declare are accepted."""
        parser = self._parser(recover=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            if {entry.type for entry in parser.error_log} != {UNDEFINED_NAMESPACE}:
                raise
            return etree.fromstring(data, self._parser(recover=True))

    def _repaired_tree(self, data: bytes) -> etree._Element | None:
        """Parse XML after repairs, and note them; None if it is still no XML."""
        found = repaired(self.path, data)
        if found is None:
            return None
        text, done = found
        for part in (text, without_diagrams(text)):
            try:
                root = self._tree(part.encode("utf-8"))
            except (etree.XMLSyntaxError, ValueError):
                continue
            what = ", ".join(done) or "broken tags in the diagrams"
            self.remarks = (f"{self.path.name} is not correct XML and was repaired: {what}",)
            return root
        return None

    def _parser(self, *, recover: bool) -> etree.XMLParser:
        return etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            recover=recover,
        )

    def _broken(self, error: etree.XMLSyntaxError, data: bytes) -> ModelError:
        plain = data.replace(b"\0", b"")
        if b"<xmile" not in plain.lower() and plain.count(b"~") > 1 and b"|" in plain:
            return ModelError(
                "this is not XML, but seems to be a text of Vensim",
                file=self.path,
                line=1,
                hint=f'name the file "{self.path.stem}.mdl"',
            )
        reason = shorten(str(error.msg or "it has no content").split(", line ")[0], 150)
        line = error.lineno if error.lineno and error.lineno > 0 else None
        return ModelError(f"the file is not XML: {reason}", file=self.path, line=line)

    def children(self, name: str, node: etree._Element | None = None) -> list[etree._Element]:
        """Return the direct children with a name in the namespace of the file."""
        parent = self.root if node is None else node
        return [child for child in parent if self.tag_of(child) == name]

    def tag_of(self, node: etree._Element) -> str:
        """Return a node's name, with its prefix if it is not in the namespace of the file."""
        if not isinstance(node.tag, str):
            return ""
        prefix, colon, local = node.tag.rpartition("}")[2].rpartition(":")
        if colon:  # a prefix that the file does not declare
            return f"{prefix}:{local}"
        name = etree.QName(node)
        if name.namespace == self._space:
            return str(name.localname)
        return f"{node.prefix or '?'}:{name.localname}"

    def text(self, name: str, node: etree._Element) -> str:
        """Return the text of the first child with a name, or ''.

        Raises
        ------
        ModelError
            If the text is longer than an equation may be.
        """
        found = self.children(name, node)
        text = (found[0].text or "") if found else ""
        if len(text) > limits.most(LARGEST_EQUATION):
            raise self.error(f"<{name}> is too long", found[0], too_long(text))
        return text

    def name_of(self, node: etree._Element) -> str:
        r"""Return the name of a node, in which a blank replaces ``\n``."""
        name = " ".join((node.get("name") or "").replace("\\n", " ").split()).strip('"')
        if not name:
            raise self.error(f"a <{self.tag_of(node)}> has no name", node)
        return name

    def error(
        self, message: str, node: etree._Element | None, hint: str | None = None
    ) -> ModelError:
        """Return an error that names the file and the line of a node."""
        line = node.sourceline if node is not None else None
        return ModelError(message, file=self.path, line=line, hint=hint)
