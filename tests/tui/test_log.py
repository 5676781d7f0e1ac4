"""The user's log: private, small, without customer data, and never in the way."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bookshift import log


def fail(secret: str) -> None:
    hidden = secret * 2
    try:
        {}[hidden]
    except KeyError as error:
        raise RuntimeError(f"cannot open {hidden}") from error


def caught(secret: str) -> BaseException:
    with pytest.raises(RuntimeError) as info:
        fail(secret)
    return info.value


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_report_says_where_but_shows_no_values() -> None:
    short = log.report(caught("Acme Rail"))
    text = log.log_path().read_text()
    assert re.fullmatch(r"[0-9a-f]{8}", short)
    assert f"fault {short}" in text
    assert "in fail" in text
    assert "which led to" in text
    assert text.index("KeyError") < text.index("RuntimeError")
    assert "Acme" not in text


def test_a_report_keeps_messages_about_the_program() -> None:
    log.report(ExceptionGroup("two", [AttributeError("'Grid' has no 'rows'"), ValueError("Acme Rail")]))
    text = log.log_path().read_text()
    assert "'Grid' has no 'rows'" in text
    assert "Acme" not in text


def test_only_its_owner_can_read_the_log() -> None:
    before = os.umask(0)
    try:
        log.note("one")
    finally:
        os.umask(before)
    assert (mode(log.log_path()), mode(log.log_path().parent)) == (0o600, 0o700)
    log.log_path().chmod(0o644)
    log.note("two")
    assert mode(log.log_path()) == 0o600
    assert [line.split()[-1] for line in log.log_path().read_text().splitlines()] == ["one", "two"]


def test_a_full_log_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 100)
    for number in range(20):
        log.note(f"line {number}")
    kept = sorted(log.log_path().parent.iterdir())
    assert [path.name for path in kept] == ["bookshift.log", "bookshift.log.1"]
    assert all(path.stat().st_size < 200 for path in kept)
    assert log.log_path().read_text().endswith("line 19\n")


def test_what_the_terminal_would_obey_is_written_as_an_escape() -> None:
    log.note("a\x1b]52;c;x\x07\udcff")
    assert log.log_path().read_text().endswith("a\\x1b]52;c;x\\x07\\udcff\n")


@pytest.mark.parametrize("trap", ["symlink", "fifo", "folder", "no parent"])
def test_a_log_that_cannot_be_had_stops_nobody(tmp_path: Path, trap: str) -> None:
    path = log.log_path()
    path.parent.parent.mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    if trap == "no parent":
        path.parent.write_text("a file where the folder goes")
    else:
        path.parent.mkdir()
    if trap == "symlink":
        path.symlink_to(victim)
    elif trap == "fifo":
        os.mkfifo(path)
    elif trap == "folder":
        path.mkdir()
    assert len(log.report(caught("Acme"))) == 8
    assert victim.read_text() == "precious"
