"""The command `design`: its options are checked before the search."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR
from tests.commands.running import Output
from xhsim import cli
from xhsim.report.policies import design

MONEY = ["--money", "3"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["new", "--at-least", "size"], '"size" names nothing; write new_foreign_hq=0.6'),
        (["new", "--at-least", "size=often"], "is not what is needed; write new_foreign_hq=0.6"),
        (["new", "--at-least", "sizes=0.5"], 'did you mean "size"'),
        (["new", "--objective", "wekest", *MONEY], 'did you mean "weakest"'),
        (["new", "--minimise", "weakest", *MONEY], 'write --objective "weakest"'),
        (["new", "--minimise", "money"], "spends as little as possible"),
        (["new", "--minimise", "money", "--objective", "size"], "not allowed with argument"),
        (["new", "--money", "-1"], "Money a year: -1 is less than 0"),
        (["new", "--money", "1", "--money", "2"], "--money is given twice"),
        (["new", "--money", "now=2"], "write 2022=25"),
        (["new", "--money", "2023=-1"], "Money in 2023: -1 is less than 0"),
        (["new", "--money", "2035=25"], "the money of 2035: runs end in 2025"),
        (["new", *MONEY, "--from", "programme"], 'ask "xhsim needed programme"'),
        (["new", *MONEY, "--lever", "polisy=0..1"], 'did you mean "policy"'),
        (["new", *MONEY, "--lever", "policy=1.."], 'write "RD support=3..8"'),
        (["new", *MONEY, "--lever", "policy=9"], "choose bounds between 0 and 5"),
        (["new", *MONEY, "--change", "=1"], "names nothing"),
        (["new", *MONEY, "--share", "policy=150%"], "1.5 is not a share"),
        (["new", *MONEY, "--under", "programme"], "sets spending itself"),
        (["new", *MONEY, "--under", "nothng"], 'did you mean "nothing"'),
        (["new", *MONEY, "--against", "nothng"], 'did you mean "nothing"'),
        (["new", *MONEY, "--regret", "--worst-case"], "not allowed with argument"),
        (["new", *MONEY, "--dry-run", "--out", "x.yaml"], "not allowed with argument"),
        (["New Name", *MONEY], "New Name"),
        (["programme", *MONEY], 'there is a scenario "programme" already'),
        (["new", *MONEY, "--out", "found.txt"], "is not a scenario file"),
    ],
)
def test_wrong_options(xhsim_command: Output, words: list[str], message: str) -> None:
    status, out, err = xhsim_command("design", *words)
    assert (status, out) == (2, "")
    assert message in err


def test_options_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: dict[str, object] = {}

    class Stop(Exception):
        pass

    def stop(*given: object, **options: object) -> None:
        seen.update(options, objective=given[2])
        raise Stop

    monkeypatch.setattr(design, "design_to_file", stop)
    words = "--objective weakest --money 2022=2 --money 2023=3.5 --lever policy=1..2 --lever a=1"
    words += " --change policy=.5 --share a,b=30% --at-least size=.5 --under x y --regret --cut"
    words += " --money-in-total 12"
    with pytest.raises(Stop):
        cli.main(["design", "new", *words.split(), "--study", str(LINEAR)])
    expected = {
        "objective": "weakest",
        "money": {2022.0: 2.0, 2023.0: 3.5},
        "money_in_total": 12.0,
        "bounds": {"policy": (1.0, 2.0), "a": (1.0, 1.0)},
        "most_change": {"policy": 0.5},
        "shares": {"a,b": 0.3},
        "at_least": {"size": 0.5},
        "under": ["x", "y"],
        "rule": "regret",
        "keep": False,
    }
    assert {name: seen[name] for name in expected} == expected
