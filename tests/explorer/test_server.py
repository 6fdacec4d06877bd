"""The server on this machine: the page with a token, and scenarios to save; nothing else."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.studies import copy_of_linear
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.explorer.server import PageServer, check_port, make_server, save_choice
from xhsim.study.scenarios.scenario import read_scenario

TOKEN = "secret"
CHOICE = {"start": "baseline", "since": 2022, "over": 1, "levers": {"policy": 2}, "held": {}}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return open_study(copy_of_linear(tmp_path_factory.mktemp("served") / "study"))


@pytest.fixture(scope="module")
def served(study: Study) -> Iterator[PageServer]:
    made = make_server(study, "<p>The page</p>", port=0, token=TOKEN)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def ask(
    served: PageServer,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    port = served.server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    connection.request(method, path, text, headers or {})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_the_page_needs_the_token(served: PageServer) -> None:
    assert ask(served, "GET", f"/?token={TOKEN}") == (200, "<p>The page</p>")
    assert ask(served, "GET", "/?token=wrong")[0] == 403
    assert ask(served, "GET", "/")[0] == 403
    assert ask(served, "GET", f"/../model/parameters.yaml?token={TOKEN}")[0] == 404
    assert ask(served, "DELETE", f"/?token={TOKEN}")[0] == 501


def test_a_choice_is_saved_once(served: PageServer, study: Study) -> None:
    request = {"name": "mine", "choice": CHOICE}
    token = {"X-Xhsim-Token": TOKEN}
    status, said = ask(served, "POST", "/scenarios", request, token)
    assert (status, json.loads(said)) == (201, {"file": "mine.yaml"})
    file = study.files.folder / "scenarios" / "mine.yaml"
    assert read_scenario(file).changes[0].shape.levels == (2.0,)
    before = file.read_bytes()
    status, said = ask(served, "POST", "/scenarios", request, token)
    assert status == 400
    assert "mine.yaml" in json.loads(said)["error"]
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Xhsim-Token": "wrong"},
        {"X-Xhsim-Token": TOKEN, "Origin": "http://elsewhere.example"},
        {"X-Xhsim-Token": TOKEN, "Host": "elsewhere.example"},
    ],
)
def test_other_sites_save_nothing(
    served: PageServer, study: Study, headers: dict[str, str]
) -> None:
    status, _ = ask(served, "POST", "/scenarios", {"name": "theirs", "choice": CHOICE}, headers)
    assert status in (403, 404)
    assert not (study.files.folder / "scenarios" / "theirs.yaml").exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ([], 400),
        ({"name": "x", "choice": {**CHOICE, "levers": {"none": 1}}}, 400),
        ({"name": "../x", "choice": CHOICE}, 400),
        ({"name": "y", "choice": {**CHOICE, "levers": {"policy": 99}}}, 400),
        ("x" * 100_001, 413),
    ],
)
def test_bad_requests_write_nothing(
    served: PageServer, study: Study, body: Any, status: int
) -> None:
    files = sorted(study.files.folder.rglob("*"))
    assert ask(served, "POST", "/scenarios", body, {"X-Xhsim-Token": TOKEN})[0] == status
    assert sorted(study.files.folder.rglob("*")) == files


def test_a_taken_port_is_refused(served: PageServer, study: Study) -> None:
    port = served.server.server_address[1]
    for act in (lambda: check_port(port), lambda: make_server(study, "", port=port)):
        with pytest.raises(InputError, match=f"port {port} cannot be used"):
            act()


def test_a_study_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    folder = copy_of_linear(tmp_path / "study")
    study = open_study(folder)
    (folder / "scenarios").rename(folder / "gone")
    (folder / "scenarios").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError):
        save_choice(study, {"name": "mine", "choice": CHOICE})


def test_what_is_saved_extends_a_scenario_that_the_study_keeps(
    study: Study, tmp_path: Path
) -> None:
    file = tmp_path / "away.yaml"
    file.write_text("label: {en: A, zh: 甲}\ndescription: x\nextends: baseline\n", "utf-8")
    added = study.with_scenario(read_scenario(file))
    with pytest.raises(InputError, match=r"first move .*away"):
        save_choice(added, {"name": "mine", "choice": CHOICE | {"start": "away"}})
