"""What every test shares: the places of the study, and a process that leaves no trace behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

import xhsim
from tests.analysis.studies import LINEAR
from tests.commands.running import Output
from tests.fuzzing import IS_FUZZING
from tests.places import DATA, ROOT
from xhsim import cli
from xhsim.analysis.study import Study

# Before anything imports matplotlib: tests draw to files, never to a window.
os.environ["MPLBACKEND"] = "Agg"

# One run of the suite says the same as the next: examples follow from the test, not from chance.
# Deadlines measure the machine and its neighbours rather than the code.
settings.register_profile("xhsim", derandomize=not IS_FUZZING, deadline=None, database=None)
settings.load_profile("xhsim")


def pytest_configure(config: pytest.Config) -> None:
    """Give this run an empty cache folder of its own, in place of the user's."""
    if hasattr(config, "workerinput"):
        return  # one of several processes of a run, which share the folder
    cache = tempfile.mkdtemp(prefix="xhsim-test-cache-")
    os.environ["XHSIM_CACHE"] = cache
    config.add_cleanup(lambda: shutil.rmtree(cache, ignore_errors=True))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository, which is also the folder of the study that ships."""
    return ROOT


@pytest.fixture(scope="session")
def data() -> Path:
    """Small models and broken files, one mistake each."""
    return DATA


@pytest.fixture(scope="session")
def xuhui() -> Study:
    """The study that ships."""
    return xhsim.open_study()


@pytest.fixture
def xhsim_command(capsys: pytest.CaptureFixture[str]) -> Output:
    """Run a command line on the linear study; return exit status, output and errors."""

    def run(*arguments: object, study: Path | None = LINEAR) -> tuple[int, str, str]:
        words = [str(argument) for argument in arguments]
        status = cli.main([*words, *(["--study", str(study)] if study else [])])
        out, err = capsys.readouterr()
        return status, out, err

    return run
