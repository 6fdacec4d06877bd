"""The explorer as a web page, served by Voilà with a separate process for each visitor."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.explorer.panel import Explorer

__all__ = ["Settings", "serve", "show"]

WEB = Path(__file__).resolve().parent / "web"
VARIABLE = "XHSIM_EXPLORER"  # passes the settings to the processes that Voilà starts
LOOPBACK = "127.0.0.1"
IDLE = 900  # seconds after which the process of a closed page ends
INSTALL = 'install it with: pip install "xhsim[explore]"'


@dataclass(frozen=True)
class Settings:
    """The settings of a page.

    Parameters
    ----------
    folder : str or None
        The study's folder. None: the study that ships.
    posterior : bool
        As for `xhsim.open_study`.
    draws, seed, start, lang
        As for `xhsim.explore`.
    """

    folder: str | None = None
    posterior: bool = True
    draws: int = 1000
    seed: int = 0
    start: str = "baseline"
    lang: str = "en"

    def explorer(self) -> Explorer:
        """Open the study and make the widgets.

        Raises
        ------
        InputError
            As `xhsim.open_study` and `xhsim.explore` do.
        """
        from xhsim.analysis.opening import open_study
        from xhsim.explorer.opening import explore

        study = open_study(self.folder, posterior=self.posterior)
        return explore(study, draws=self.draws, seed=self.seed, start=self.start, lang=self.lang)


def show() -> Explorer:
    """Make the widgets in the process of a page. Its environment contains the settings."""
    return Settings(**json.loads(os.environ.get(VARIABLE, "{}"))).explorer()


def serve(settings: Settings, *, port: int, browser: bool, token: str | None = None) -> None:
    """Serve the explorer on this machine only, until interrupted.

    Parameters
    ----------
    settings : Settings
    port : int
        Port of the loopback interface. 0: any free port.
    browser : bool
        Whether to open the page in a browser.
    token : str, optional
        A secret in the printed address, without which the page cannot be opened. By default random.

    Raises
    ------
    InputError
        If Voilà is not installed, or the port is taken.
    """
    try:
        from voila.app import Voila
    except ModuleNotFoundError as missing:
        if not str(missing.name).startswith("voila"):
            raise
        raise InputError("the web page needs the package voila", hint=INSTALL) from None
    port = _free_port(port)
    token = secrets.token_urlsafe(24) if token is None else token
    os.environ[VARIABLE] = json.dumps(asdict(settings))
    found = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(WEB), *([found] if found else [])])
    address = f"http://{LOOPBACK}:{port}/?token={token}"
    print(f"The explorer is at {address}\nStop it with Ctrl-C.", flush=True)
    Voila.launch_instance(
        [
            str(WEB / "explorer.ipynb"),
            "--no-browser" if not browser else "--Voila.open_browser=True",
            f"--Voila.ip={LOOPBACK}",
            f"--port={port}",
            "--Voila.port_retries=0",
            f"--Voila.token={token}",
            "--template=xhsim",
            "--Voila.log_level=WARN",
            f"--MappingKernelManager.cull_idle_timeout={IDLE}",
            "--MappingKernelManager.cull_interval=60",
        ]
    )


def _free_port(port: int) -> int:
    """Return the port if it is free; for 0, a free port."""
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            raise InputError(
                f"port {port} cannot be used", hint="give another --port, or 0 for any free one"
            ) from None
        return int(probe.getsockname()[1])
