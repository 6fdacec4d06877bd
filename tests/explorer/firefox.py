"""Firefox, driven by the protocol that it has itself: WebDriver BiDi, over a web socket.

Playwright drives only a Firefox of its own, and Selenium needs another program beside the browser.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websocket import WebSocket, create_connection

SECONDS = 60
# On a virtual Xeon of 2023 WebAssembly took a hundred times as long in some runs of Firefox;
# without AVX it was fast in all. docs/decisions/explorer.md says what was seen.
SETTINGS = 'user_pref("javascript.options.wasm_simd_avx", false);'


class Firefox:
    """A Firefox with one tab: what its console has said, and what the tab has asked for."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self._tab = self._send("browsingContext.getTree")["contexts"][0]["context"]

    def goto(self, address: str) -> None:
        """Open an address."""
        self._send("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return what JSON can represent of an expression's value."""
        found = self._send(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._tab},
            awaitPromise=False,
        )
        assert found["type"] == "success", found
        return json.loads(found["result"].get("value", "null"))

    def close(self) -> None:
        """End Firefox."""
        self._send("browser.close")
        self._socket.close()

    def _send(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv())
            if said.get("id") == number:
                assert said["type"] == "success", said
                return said["result"]
            if said["method"] == "log.entryAdded":
                self.complaints.append(str(said["params"]["text"]))
            else:
                self.asked.append(said["params"]["request"]["url"])


@contextmanager
def running_firefox(program: str, profile: Path) -> Iterator[Firefox]:
    """Start Firefox without a window, with a profile in an empty folder, and end it."""
    (profile / "user.js").write_text(SETTINGS, encoding="utf-8")
    command = [program, "--headless", "--no-remote", "--remote-debugging-port=0"]
    with subprocess.Popen(
        [*command, "--profile", str(profile)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            place = _address(profile / "WebDriverBiDiServer.json", process)
            # Firefox refuses those who come from a page.
            socket = create_connection(place, timeout=SECONDS, suppress_origin=True)
            firefox = Firefox(socket)
            yield firefox
            firefox.close()
            process.wait(SECONDS)
        finally:
            process.terminate()


def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until Firefox has written where it listens."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            place = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not yet, or not all of it
            time.sleep(0.05)
        else:
            return f"ws://{place['ws_host']}:{place['ws_port']}/session"
    raise AssertionError("Firefox has not started")
