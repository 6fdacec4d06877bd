"""How the documentation site is built: ``make docs``, or ``sphinx-build -c docs . build/docs``.

The source folder is the whole repository and not docs/ alone. So pages, notebooks and the model's
page stand where they are, and the links between them lead to the same place on a code host and in
the site, without copies and without rewriting.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

import xhsim

project = "xhsim"
author = "The xhsim contributors"
version = release = xhsim.__version__
language = "en"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "evidence_cards",
    "key_reference",
    "measure_list",
    "offline",
    "plan_coverage",
    "strict_names",
]

root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "docs/**.rst",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "model/README.md",
    "benchmarks/README.md",
    "notebooks/*.ipynb",
]
# Folders that are not even looked into: environments, builds, results.
exclude_patterns = [".*", "build", "dist", "results", "tests", "xhsim", "**.ipynb_checkpoints"]

# Notebooks are run by the tests and stored with what they showed; the site shows that.
nb_execution_mode = "off"
# Widgets need a running kernel; their scripts would come from the network.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]

autodoc_typehints = "none"  # the docstrings say it in words
autodoc_member_order = "bysource"
autosummary_generate = False  # pages are written by hand, by question; there are no stubs
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
add_module_names = False
python_use_unqualified_type_names = True
default_role = "py:obj"
smartquotes = False  # quotes of code stay as they have to be typed
nitpicky = True

pygments_style = "friendly"
html_theme = "pydata_sphinx_theme"
html_title = "xhsim"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["_redirect"]  # index.html at the top leads to docs/index.html
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "xhsim"},
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "show_prev_next": True,
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_sidebars = {"docs/index": [], "docs/start": [], "docs/parameters": []}
html_context = {"default_mode": "light"}  # pictures have a white ground
copyright = "The xhsim contributors, Apache-2.0"
