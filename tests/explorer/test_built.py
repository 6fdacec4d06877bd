"""The bundles in the package are what the modules beside them build."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT

SOURCE = ROOT / "xhsim" / "explorer" / "browser"


def test_the_build_gives_the_same_bytes(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    place = tmp_path / "xhsim"
    skip = shutil.ignore_patterns("node_modules", "built")
    shutil.copytree(SOURCE, place / "explorer" / "browser", ignore=skip)
    shutil.copytree(ROOT / "xhsim" / "engine" / "web", place / "engine" / "web")
    (place / "explorer" / "browser" / "built").mkdir()
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    folder = place / "explorer" / "browser"
    fetched = subprocess.run([npm, "ci", *quiet], cwd=folder, capture_output=True, text=True)
    if fetched.returncode and "CI" not in os.environ:
        pytest.skip(f"npm cannot fetch its packages: {fetched.stderr[-200:]}")
    assert fetched.returncode == 0, fetched.stderr
    subprocess.run([npm, "run", "build"], cwd=folder, check=True, capture_output=True)
    names = sorted(file.name for file in (SOURCE / "built").iterdir())
    assert names == sorted(file.name for file in (folder / "built").iterdir())
    for name in names:
        assert (folder / "built" / name).read_bytes() == (SOURCE / "built" / name).read_bytes(), (
            f"{name} is not what the modules build: run npm ci && npm run build in {SOURCE.name}/"
        )
