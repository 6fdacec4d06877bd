"""The pages that tests of the report share."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import LINEAR
from tests.report.page.pages import DRAWS, HTML, Element, Make
from xhsim.analysis.study import Study
from xhsim.report.page.page import write_report


@pytest.fixture(scope="session")
def study() -> Study:
    return xhsim.open_study(LINEAR)


@pytest.fixture(scope="session")
def make(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a page and parse it; the same one is made once."""
    made: dict[str, Element] = {}

    def parsed(*scenarios: str, **options: object) -> Element:
        options = {"lang": "en", "draws": DRAWS, **options}
        key = repr((scenarios, options))
        if key not in made:
            path = tmp_path_factory.mktemp("page") / "page.html"
            write_report(study, scenarios, path, **options)  # type: ignore[arg-type]
            made[key] = HTML.fromstring(path.read_text(encoding="utf-8"))
        return made[key]

    return parsed
