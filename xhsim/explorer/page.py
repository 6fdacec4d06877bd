"""The page as one HTML file: it needs no network, no server and no Python."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from xhsim.arguments import checked
from xhsim.atomic import check_folder, write_text
from xhsim.errors import InputError
from xhsim.explorer.content import DRAWS, PageContent, page_content

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["page_text", "publish"]

BROWSER = files("xhsim.explorer") / "browser"
TEMPLATE, BUILT = BROWSER / "page.html.jinja", BROWSER / "built"
SUFFIXES = (".html", ".htm")


@checked
def publish(
    study: Study,
    path: str | os.PathLike[str],
    scenarios: Sequence[str] = (),
    *,
    draws: int = DRAWS,
    seed: int = 0,
    lang: str = "en",
    title: str | None = None,
    releases: bool = True,
) -> Path:
    """Write a page on which a reader moves levers, and the draws answer at once.

    Parameters
    ----------
    study : Study
    path : path
        The file to write; it ends in ``.html``.
    scenarios : sequence of str
        Those that a reader can start from, the first one first; by default all of the study.
    draws, seed : int
        As for `Study.ensemble`. The page shows the probabilities of these draws.
    lang : {"en", "zh"}
        The first language. The reader can switch.
    title : str, optional
        By default a question in the reader's language.
    releases : bool
        Whether a reader can choose which published figures are known. Without, making the page
        takes less time, and a page of a study with releases is half as large.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If there is no such scenario, the study has no lever or no indicator, the model does not run
        in a browser (the message names the function), or the file cannot be written.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.explorer.page import publish
    >>> study = xhsim.open_study()
    >>> publish(study, "page.txt")
    Traceback (most recent call last):
        ...
    xhsim.errors.InputError: "page.txt" is not an HTML file. end the name in .html
    """
    place = Path(path)
    if place.suffix.lower() not in SUFFIXES:
        raise InputError(f'"{place.name}" is not an HTML file', hint="end the name in .html")
    check_folder(place.parent)
    content = page_content(
        study, scenarios, draws=draws, seed=seed, lang=lang, title=title, releases=releases
    )
    write_text(place, page_text(content))
    return place


def page_text(content: PageContent, *, saves: bool = False) -> str:
    """Put the page together; its policy allows nothing but what it contains.

    Parameters
    ----------
    content : PageContent
    saves : bool
        Whether its server saves scenarios. The policy then allows requests to that server.

    Returns
    -------
    str
        HTML.
    """
    texts = {name: _built(name) for name in ("page.js", "worker.js", "page.css")}
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        lang={"zh": "zh-Hans"}.get(content.record["lang"], content.record["lang"]),
        policy="; ".join(
            [
                "default-src 'none'",
                f"script-src '{_digest(texts['page.js'])}' 'wasm-unsafe-eval'",
                f"style-src '{_digest(texts['page.css'])}'",
                "worker-src blob:",
                "img-src data:",
                *(["connect-src 'self'"] if saves else []),
                "base-uri 'none'",
                "form-action 'none'",
            ]
        ),
        saves=saves,
        # JSON inside a script element ends at "</script"; "<" is written as an escape.
        record=Markup(json.dumps(content.record, ensure_ascii=False).replace("<", "\\u003c")),
        module=base64.b64encode(gzip.compress(content.module, 9, mtime=0)).decode(),
        # A higher level takes seven times as long here, and saves a thousandth.
        numbers=base64.b64encode(gzip.compress(content.numbers, 6, mtime=0)).decode(),
        script=Markup(texts["page.js"]),
        worker=Markup(texts["worker.js"]),
        style=Markup(texts["page.css"]),
    )


def _built(name: str) -> str:
    """Return a text that the build made, with what would end its element written otherwise."""
    text = (BUILT / name).read_text(encoding="utf-8")
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _digest(text: str) -> str:
    found = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(found).decode()}"
