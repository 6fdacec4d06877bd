"""Where the shipped study is found: in an installed package, or in a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.errors import InputError
from xhsim.study import bundled


def test_the_bundled_study_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("installed/xhsim/bundled", "checkout"):
        for name in ("model", "scenarios"):
            (tmp_path / place / name).mkdir(parents=True)
    for module, expected in (
        ("installed/xhsim/study/bundled.py", "installed/xhsim/bundled"),
        ("checkout/xhsim/study/bundled.py", "checkout"),
    ):
        monkeypatch.setattr(bundled, "__file__", str(tmp_path / module))
        assert bundled.bundled_folder() == (tmp_path / expected).resolve()
        found = bundled.bundled_folder()
        new = bundled.new_scenario_file(found, "new")
        # Inside an installed package nothing is written.
        own = found / "scenarios" / "new.yaml"
        assert new == (own if expected == "checkout" else Path("new.yaml"))
        if expected == "checkout":
            bundled.check_own(found)
        else:
            with pytest.raises(InputError, match="xhsim new"):
                bundled.check_own(found)
    monkeypatch.setattr(bundled, "__file__", str(tmp_path / "a/b/c/bundled.py"))
    with pytest.raises(InputError, match="install xhsim again"):
        bundled.bundled_folder()
