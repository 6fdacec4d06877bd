"""Names in docstrings: a name that begins with xhsim must be in the reference; others are code.

Single backquotes in docstrings mark names of the reference (`xhsim.plots.fan_chart`,
`Study.ensemble`), and also parameters, columns and private helpers. A name of the first kind
becomes a link. If the reference does not have it, there is a warning, which ends the build.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

__all__ = ["setup"]


def settle(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Node | None:
    """Resolve a name that Sphinx could not resolve."""
    if node.get("refdomain") != "py" or node.get("reftype") != "obj":
        return None
    target = str(node["reftarget"])
    domain = env.domains["py"]
    assert isinstance(domain, PythonDomain)
    if "." in target and not target.startswith("xhsim."):  # `Study.ensemble`, from another module
        found = {
            (entry.docname, entry.node_id): name
            for name, entry in domain.objects.items()
            if name.endswith(f".{target}") and not entry.aliased
        }
        if len(found) == 1:
            ((document, place), name), *_ = found.items()
            return make_refnode(
                app.builder, str(node["refdoc"]), document, place, content, title=name
            )
    return None if target.startswith("xhsim.") else content


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen for names that Sphinx does not find."""
    app.connect("missing-reference", settle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
