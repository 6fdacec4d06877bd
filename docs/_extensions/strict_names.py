"""Names in docstrings: what looks like a name of xhsim must be one, the rest is plain code.

Single backquotes in docstrings hold names of the reference (`xhsim.plots.fan_chart`,
`Study.ensemble`), and parameters, columns and private helpers beside them. The first kind becomes
a link, and a warning, which ends the build, where nothing of that name is in the reference.
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
    """Resolve what Sphinx could not."""
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
    """Listen for names without a home."""
    app.connect("missing-reference", settle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
