"""Pages keep their word: what they tell readers to type is typed here, in a copy of the study.

The figures on pages are those of the draws they name; here fewer are drawn, and slow commands are
read by the parser only.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Iterator
from inspect import unwrap
from pathlib import Path

import pytest

from tests.docs.pages import QUICK, ROOT, Block, blocks, commands, fewer, lines_of, pages, save
from xhsim import cli
from xhsim.analysis.policies.split import split_effect

# Long work, or a page that is served until somebody ends it. It is tested where it belongs: here
# only the options are read.
ONLY_READ = {
    "bulletin",
    "calibrate",
    "design",
    "draw",
    "explore",
    "front",
    "hindcast",
    "loops",
    "needed",
    "pathways",
    "report",
}

PAGES = {str(page.relative_to(ROOT)): page for page in pages()}
# Pages that show what comes: their commands are given with all their draws, and compared.
SHOWN = ["docs/start.md", "docs/how-to/own-district.md", "docs/how-to/extend-to-2030.md"]
# The page of the wheel, which tests/test_packaging.py follows where nothing else is.
ALONE = ["README.md"]
# What has been typed so far: a command of which only the answer counts is not given twice, unless
# its page has saved files in the study before.
GIVEN: set[tuple[str, ...]] = set()
WRITING = {"--to", "--out", "--store", "--name"}

TYPED = [
    name
    for name, page in PAGES.items()
    if name not in (*SHOWN, *ALONE) and {b.kind for b in blocks(page)} & {"sh", "python"}
]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the study, which is what a reader's clone is to xhsim."""
    for name in ("model", "scenarios"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("xhsim.analysis.opening.bundled_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def quick(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody can shorten on the command line: shipped sweeps, and how effects are split."""
    for sweep in (clone / "scenarios" / "sweeps").glob("*.yaml"):
        sweep.write_text(fewer(sweep.read_text(encoding="utf-8")), encoding="utf-8")
    defaults = unwrap(split_effect).__kwdefaults__
    assert defaults is not None
    for name, few in (("draws", 16), ("orders", 1)):
        monkeypatch.setitem(defaults, name, few)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", TYPED)
def test_page_does_what_it_says(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = PAGES[name]
    has_files = any(block.save_as or block.add_to for block in blocks(page))
    namespace: dict[str, object] = {}
    for block in blocks(page):
        save(block, fewer)
        for words in _typed(block, monkeypatch):
            if has_files or WRITING & set(words) or tuple(words) not in GIVEN:
                _give(words, capsys)
            if not has_files:
                GIVEN.add(tuple(words))
        _run(block, namespace, name)


def _typed(block: Block, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield what is given to xhsim in a shell block, and go to the folders that it goes to."""
    for program, *words in lines_of(block):
        if program == "cd":
            monkeypatch.chdir(words[0])
        elif program == "xhsim":
            yield words


def _run(block: Block, namespace: dict[str, object], name: str) -> None:
    """Run a block of Python with the names of those before it."""
    if block.kind != "python":
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # As in setup.cfg: a page may be the first to read a model.
        warnings.filterwarnings("ignore", "chardet.universaldetector", DeprecationWarning)
        text = "\n" * block.line + fewer(block.text)  # a traceback names the page's line
        exec(compile(text, name, "exec"), namespace)  # noqa: S102 - the page's own code


def _give(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    if words[0] in ONLY_READ or words[:2] == ["check", "--model"]:
        cli._parser().parse_args(words)
        return
    # What a file or a question is called has to come first, so what is quick goes last.
    status = cli.main([*words, *QUICK.get(words[0], [])])
    assert status == 0, f"xhsim {' '.join(words)}: {capsys.readouterr().err}"


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("name", SHOWN)
def test_output_shown_is_what_comes(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line of a text block is printed by the shell block before it; `...` stands for more."""
    compared, printed = 0, set[str]()
    namespace: dict[str, object] = {}
    for block in blocks(PAGES[name]):
        if block.kind == "text" and printed and block.save_as is None:
            expected = {" ".join(line.split()) for line in block.text.splitlines()} - {"..."}
            assert expected <= printed
            compared += 1
        save(block)
        for words in _typed(block, monkeypatch):
            assert cli.main(words) == 0, f"xhsim {' '.join(words)}: {capsys.readouterr().err}"
        printed = {" ".join(line.split()) for line in capsys.readouterr().out.splitlines()}
        _run(block, namespace, name)
    assert compared


@pytest.mark.parametrize("name", PAGES)
def test_other_programs_are_told_what_exists(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    setup = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    for words in commands(PAGES[name], "make"):
        targets = [word for word in words if "=" not in word]
        for target in targets:
            assert re.search(rf"^{target}:", makefile, re.M), f"make {target}"
    for words in commands(PAGES[name], "python"):
        for extras in re.findall(r"\.\[([^\]]+)\]", " ".join(words)):
            for extra in extras.split(","):
                assert re.search(rf"^{extra} =", setup, re.M), f"the extra {extra}"


def _inline_commands(page: Path) -> Iterator[str]:
    """Name what is said of xhsim in running text: its command and options."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    yield from re.findall(r"`(xhsim [a-z][^`]*)`", text.replace("\n", " "))


@pytest.mark.parametrize("name", PAGES)
def test_commands_in_running_text_exist(name: str) -> None:
    actions = cli._parser()._subparsers
    assert actions is not None
    known = actions._group_actions[0].choices
    assert isinstance(known, dict)
    for text in _inline_commands(PAGES[name]):
        _, command, *words = text.split()
        assert command in known, text
        options = {option for action in known[command]._actions for option in action.option_strings}
        unknown = {word for word in words if word.startswith("--")} - options
        assert not unknown, text
