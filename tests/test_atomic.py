"""A file appears whole or not at all, and so does a folder, whatever goes wrong and whenever."""

from __future__ import annotations

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from xhsim.atomic import (
    DRAFT,
    WriteError,
    check_folder,
    write_bytes,
    write_json,
    write_text,
    writing,
)
from xhsim.errors import InputError


def content(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with what is in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"folder"
        for path in sorted(folder.rglob("*"))
    }


# --- a file -------------------------------------------------------------------------------


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_made_and_replaced(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "deep" / "er" / "plan.txt"
    write_text(path, "规划\r\n", durable=durable)
    assert path.read_bytes() == "规划\r\n".encode()
    write_bytes(path, b"\x00\n", durable=durable)
    assert content(path.parent) == {"plan.txt": b"\x00\n"}


def test_a_new_file_may_be_read_by_others(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_permissions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o604)
    write_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o604


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(errno.EIO, "I/O")])
@pytest.mark.parametrize("step", ["os.fsync", "shutil.copymode", "pathlib.Path.replace"])
def test_what_breaks_off_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException, exists: bool
) -> None:
    path = tmp_path / "new" / "plan.txt"
    if exists:
        path.parent.mkdir()
        path.write_text("old")
    before = content(tmp_path)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(step, fail)
    with pytest.raises((KeyboardInterrupt, MemoryError, WriteError)):
        write_text(path, "new", durable=True)
    monkeypatch.undo()
    assert content(tmp_path) == before


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_kill_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("old")
    program = (
        "import os, pathlib, sys; from xhsim.atomic import write_text; "
        "os.fsync = lambda _: os.kill(os.getpid(), 9); "
        "write_text(pathlib.Path(sys.argv[1]), 'new' * 100_000, durable=True)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)])
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    assert all(name == "plan.txt" or name.startswith(DRAFT) for name in content(tmp_path))
    write_text(path, "newer")
    assert path.read_text() == "newer"


def test_of_two_writers_one_wins_whole(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    texts = {letter: letter * 50_000 for letter in "ab"}
    write_text(path, texts["a"])

    def write(text: str) -> None:
        for _ in range(50):
            write_text(path, text)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts.values()]
    for thread in threads:
        thread.start()
    seen = set()
    while any(thread.is_alive() for thread in threads):
        seen.add(path.read_text())
    for thread in threads:
        thread.join()
    assert seen <= set(texts.values())
    assert list(content(tmp_path)) == ["plan.txt"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(
        InputError, match=r"plan.txt: the file cannot be written: permission denied"
    ):
        write_text(tmp_path / "plan.txt", "new")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "permission denied. choose a place that you may write to"),
        (errno.EROFS, "read-only file system. choose a place that you may write to"),
        (errno.ENOSPC, "no space left on device. make room on the disk"),
    ],
)
def test_what_the_disk_refuses_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError) as caught:
        write_text(tmp_path / "plan.txt", "new")
    monkeypatch.undo()
    assert str(caught.value) == f"{tmp_path}/plan.txt: the file cannot be written: {words}"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.errno) == (str(caught.value), number)
    assert content(tmp_path) == {}


def test_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "below", tmp_path / "folder", tmp_path / ("x" * 5000)):
        with pytest.raises(InputError, match="the file cannot be written"):
            write_text(path, "new")
    assert content(tmp_path) == {"file": b"x", "folder": b"folder"}


# --- a folder -----------------------------------------------------------------------------


def test_the_folder_is_at_fault_and_not_the_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    told = r'^results cannot be written to ".*out": no space left'
    with pytest.raises(InputError, match=told), writing(tmp_path / "out") as draft:
        write_text(draft / "a.txt", "x")
    with pytest.raises(WriteError, match=r"elsewhere.txt: "), writing(tmp_path / "out"):
        write_text(tmp_path / "elsewhere.txt", "x")
    monkeypatch.undo()
    assert content(tmp_path) == {}


def test_files_move_in_and_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("old")
    (out / "notes.txt").write_text("mine")
    with writing(out) as draft:
        (draft / "a.txt").write_text("new")
        (draft / "b.txt").write_text("more")
        assert (out / "a.txt").read_text() == "old"
    assert content(out) == {"a.txt": b"new", "b.txt": b"more", "notes.txt": b"mine"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit, MemoryError])
@pytest.mark.parametrize("exists", [True, False])
def test_what_breaks_off_leaves_no_trace(
    tmp_path: Path, error: type[BaseException], exists: bool
) -> None:
    out = tmp_path / "deep" / "er" / "out"
    if exists:
        out.mkdir(parents=True)
        (out / "a.txt").write_text("old")
    before = content(tmp_path)

    def write() -> None:
        with writing(out) as draft:
            (draft / "a.txt").write_text("new")
            raise error

    with pytest.raises(error):
        write()
    assert content(tmp_path) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, PermissionError(errno.EACCES, "denied")])
@pytest.mark.parametrize("fatal", range(1, 7))
def test_an_interrupt_while_files_move_puts_all_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: int, error: BaseException
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.txt", "c.txt"):
        (out / name).write_text("old")
    before = content(tmp_path)
    moves = 0
    real = Path.replace

    def replace(self: Path, place: Path) -> Path:
        nonlocal moves
        moves += 1
        if moves == fatal:
            raise error
        return real(self, place)

    def write() -> None:
        with writing(out) as draft:
            (draft / "b").mkdir()
            for name in ("a.txt", "b/x.txt", "b.txt", "c.txt"):
                (draft / name).write_text("new")
            monkeypatch.setattr(Path, "replace", replace)

    with pytest.raises((KeyboardInterrupt, InputError)):
        write()
    monkeypatch.undo()
    assert moves >= fatal
    assert content(tmp_path) == before


def test_a_full_disk_is_told_without_a_traceback(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r'cannot be written to ".*out": no space left.*another'),
        writing(tmp_path / "out"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not (tmp_path / "out").exists()


def test_a_broken_pipe_is_not_taken_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), writing(tmp_path / "out"):
        raise BrokenPipeError


def test_a_folder_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    (tmp_path / "a.txt" / "precious").write_text("x")
    with pytest.raises(InputError, match=r'"a.txt" in it is a folder'), writing(tmp_path) as draft:
        (draft / "a.txt").write_text("new")
    assert content(tmp_path) == {"a.txt": b"folder", "a.txt/precious": b"x"}


def test_results_cannot_go_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "below" / "it"):
        with pytest.raises(InputError, match=r'file" is a file. name a folder'):
            check_folder(out)
    check_folder(tmp_path / "not" / "there" / "yet")


def test_results_cannot_go_where_nobody_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match=r"no permission. name another folder"):
        check_folder(tmp_path)


def test_a_name_no_disk_takes_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file name too long"):
        check_folder(tmp_path / ("x" * 5000))


def test_json_refuses_what_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"a": float("nan")})
