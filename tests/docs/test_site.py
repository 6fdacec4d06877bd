"""What the site's own extensions see to; the build is `make docs`, where a warning is an error."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.docs.pages import ROOT


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    return importlib.import_module("offline")


@pytest.mark.parametrize(
    "text",
    [
        '<script defer src="https://cdn.example/a.js"></script>',
        "<script src='//cdn.example/a.js'></script>",
        '<link rel="stylesheet" href="https://cdn.example/a.css">',
        '<link href="https://cdn.example/a.css" rel="stylesheet">',
        '<img alt="" src="http://example/a.png">',
        "@font-face { src: url(https://fonts.example/a.woff2); }",
        "@import 'https://fonts.example/css';",
    ],
)
def test_what_a_browser_would_fetch_is_found(text: str, offline: Any) -> None:
    assert len(offline.loads(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://semver.org/">Semantic Versioning</a>',
        '<script src="../_static/doctools.js"></script>',
        '<link rel="stylesheet" href="../_static/site.css">',
        '<link rel="canonical" href="https://example/page.html">',
        "<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        '.icon { background: url("data:image/svg+xml,%3Csvg xmlns=%27http://www.w3.org%27");}',
    ],
)
def test_links_and_own_files_are_not(text: str, offline: Any) -> None:
    assert offline.loads(text) == []
