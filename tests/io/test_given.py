"""What a person names as a file is read, or refused at once with what it is; nothing is waited for."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from bookshift_io.given import read_given
from bookshift_io.intake.read import read_portfolio

CSMS = b"csm_id,name\nC1,Ada\n"


def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    assert read_given(path, 4) == b"0123"
    assert read_given(path, 40) == b"0123456789"


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    before = set(Path("/proc/self/fd").iterdir())
    intake = read_portfolio(tmp_path / "pipe.csv", CSMS)
    assert intake.refused
    assert any("it is a named pipe and no file" in str(one) for one in intake.findings)
    assert set(Path("/proc/self/fd").iterdir()) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/dev/zero", "a device"),
        ("/dev/null", "a device"),
        ("folder", "a folder"),
        ("socket", "No such device"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as here:
        here.bind(str(tmp_path / "socket"))
        with pytest.raises(OSError, match=said) as refused:
            read_given(tmp_path / name, 10)
    assert refused.value.filename == str(tmp_path / name)


def test_links_that_lead_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    intake = read_portfolio(tmp_path / "a", CSMS)
    assert intake.refused
    assert "symbolic links" in " ".join(str(one) for one in intake.findings)


def test_a_pipe_that_a_shell_made_is_read_to_its_end() -> None:
    reader, writer = os.pipe()

    def write() -> None:
        with os.fdopen(writer, "wb") as file:
            for part in (b"Account ID,Name,ARR\n", b"A1,Acme,5\n"):
                file.write(part)
                file.flush()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        intake = read_portfolio(Path(f"/dev/fd/{reader}"), CSMS)
    finally:
        thread.join()
        os.close(reader)
    assert intake.accounts.accepted == 1
