"""The page on this machine: the static file, and saving a scenario into the study.

The server listens on the loopback interface only. It answers two requests: the page, if the address
has the token, and a scenario to save, if the request has the token in a header that pages of other
sites cannot send. It runs nothing that a visitor sends.
"""

from __future__ import annotations

import json
import secrets
import socket
import webbrowser
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from xhsim.atomic import write_text
from xhsim.errors import InputError, InputErrors
from xhsim.explorer.choice import read_choice
from xhsim.study.bundled import new_scenario_file
from xhsim.study.scenarios.writer import check_new_file, check_new_name, scenario_text

if TYPE_CHECKING:
    from pathlib import Path

    from xhsim.analysis.study import Study

__all__ = ["PageServer", "check_port", "make_server", "save_choice", "serve"]

LOOPBACK = "127.0.0.1"
TOKEN = "X-Xhsim-Token"
LARGEST = 100_000  # bytes of a request


@dataclass(frozen=True)
class PageServer:
    """A server that is ready to answer.

    Attributes
    ----------
    server : ThreadingHTTPServer
    address : str
        With the token.
    """

    server: ThreadingHTTPServer
    address: str


def check_port(port: int) -> None:
    """Refuse a port that cannot be used, before the page is made.

    Parameters
    ----------
    port : int
        0: any free port.

    Raises
    ------
    InputError
        If the port is taken, or is not a port.
    """
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            raise _no_port(port) from None


def _no_port(port: int) -> InputError:
    return InputError(
        f"port {port} cannot be used", hint="give another --port, or 0 for any free one"
    )


def serve(study: Study, page: str, *, port: int, browser: bool) -> None:
    """Serve the page on this machine only, until interrupted.

    Parameters
    ----------
    study : Study
        Scenarios are saved into its folder.
    page : str
        HTML, from `xhsim.explorer.page.page_text` with ``saves=True``.
    port : int
        Port of the loopback interface. 0: any free port.
    browser : bool
        Whether to open the page in a browser.

    Raises
    ------
    InputError
        If the port is taken.
    """
    made = make_server(study, page, port=port)
    print(f"The explorer is at {made.address}\nStop it with Ctrl-C.", flush=True)
    if browser:
        webbrowser.open(made.address)
    try:
        made.server.serve_forever()
    finally:
        made.server.server_close()


def make_server(study: Study, page: str, *, port: int, token: str | None = None) -> PageServer:
    """Make the server of a page.

    Parameters
    ----------
    study, page, port
        As for `serve`.
    token : str, optional
        A secret in the address, without which the page is not shown. By default random.

    Returns
    -------
    PageServer

    Raises
    ------
    InputError
        If the port is taken.
    """
    secret = secrets.token_urlsafe(24) if token is None else token
    content = page.encode()

    class Answers(BaseHTTPRequestHandler):
        """Answers one request."""

        server_version, sys_version = "xhsim", ""

        def do_GET(self) -> None:
            place = urlsplit(self.path)
            given = parse_qs(place.query).get("token", [""])[0]
            if not self._is_ours() or place.path != "/":
                self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")
            elif not _same(given, secret):
                self._say(HTTPStatus.FORBIDDEN, "Use the whole address that xhsim has printed.")
            else:
                self._send(HTTPStatus.OK, "text/html; charset=utf-8", content)

        def do_POST(self) -> None:
            if not self._is_ours() or self.path != "/scenarios":
                self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")
            elif not _same(self.headers.get(TOKEN, ""), secret):
                self._say(HTTPStatus.FORBIDDEN, "The token is missing or wrong.")
            else:
                self._save()

        def _is_ours(self) -> bool:
            """Tell whether the browser asked this address, and not a name that leads here."""
            own = f"{LOOPBACK}:{_port_of(self.server)}"
            origin = self.headers.get("Origin")
            return self.headers.get("Host") == own and origin in (None, f"http://{own}")

        def _save(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", ""))
            except ValueError:
                length = LARGEST + 1
            if not 0 <= length <= LARGEST:
                self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large.")
                return
            try:
                file = save_choice(study, json.loads(self.rfile.read(length)))
            except (InputError, InputErrors) as error:
                self._json(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            except ValueError:
                self._json(HTTPStatus.BAD_REQUEST, {"error": "the request is not JSON"})
            else:
                self._json(HTTPStatus.CREATED, {"file": file.name})

        def _json(self, status: HTTPStatus, record: dict[str, str]) -> None:
            text = json.dumps(record, ensure_ascii=False)
            self._send(status, "application/json; charset=utf-8", text.encode())

        def _say(self, status: HTTPStatus, text: str) -> None:
            self._send(status, "text/plain; charset=utf-8", f"{text}\n".encode())

        def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
            self.send_response(status)
            headers = {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
                "Referrer-Policy": "no-referrer",
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing: the token would be in the log."""

    try:
        server = ThreadingHTTPServer((LOOPBACK, port), Answers)
    except (OSError, OverflowError):
        raise _no_port(port) from None
    server.daemon_threads = True
    return PageServer(server, f"http://{LOOPBACK}:{_port_of(server)}/?token={secret}")


def save_choice(study: Study, request: Any) -> Path:
    """Write what a reader has chosen as a scenario file of the study.

    Parameters
    ----------
    study : Study
    request : mapping
        ``name``, and ``choice`` as for `xhsim.explorer.choice.read_choice`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the name is taken or not a name, the choice does not fit the study, or the file cannot be
        written.
    """
    if not isinstance(request, dict) or not isinstance(request.get("choice"), dict):
        raise InputError("the request has no choice")
    name = check_new_name(str(request.get("name", "")), study.scenarios)
    scenario = read_choice(study, request["choice"]).scenario(name)
    study.with_scenario(scenario)  # refuses what does not fit
    file = new_scenario_file(study.files.folder, name)
    if scenario.extends in study.files.added:
        raise InputError(
            f'it would extend "{scenario.extends}", which is not a scenario of the study',
            hint=f"first move {study.files.named(scenario.extends)} into its folder scenarios/",
        )
    check_new_file(file)
    write_text(file, scenario_text(scenario))
    return file


def _port_of(server: BaseServer) -> int:
    """Return the port that a server of the loopback interface has got."""
    return int(server.server_address[1])  # type: ignore[index]  # of the internet, not of files


def _same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode(), secret.encode())
