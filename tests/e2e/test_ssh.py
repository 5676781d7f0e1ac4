"""Over a real sshd on the loopback: a connection that drops or stalls leaves no process and loses nothing."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
import pytest
from outside import (
    BOOKSHIFT,
    LIMIT,
    MARK,
    Session,
    alive,
    assert_gone,
    assert_sound,
    kept_plan,
    result,
    workspace_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SSHD: Final = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PASSED: Final = re.compile(r"HOME|LC_ALL|PATH|PYTHONPATH|TZ|XDG_\w+")
"""What the far side needs to know of this test's surroundings."""


@pytest.fixture(scope="module")
def separation() -> Iterator[None]:
    """The empty folder that a server started by root insists on, and that its service unit makes."""
    folder = Path("/run/sshd")
    needed = SSHD is not None and os.geteuid() == 0 and not folder.exists()
    if needed:
        folder.mkdir(mode=0o755)
    yield
    if needed:
        folder.rmdir()


@pytest.fixture(scope="module")
def ssh(separation: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:  # noqa: ARG001 - it has to be there first
    """A server with keys of its own, and the command that logs in to it."""
    if SSHD is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("OpenSSH's server and client are not installed")
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host", "person"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True, timeout=LIMIT
        )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder / 'host'}\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder / 'person.pub'}\nStrictModes no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPrintMotd no\n"
    )
    client = (
        "ssh", "-tt", "-F", "/dev/null", "-p", str(port), "-i", str(folder / "person"),
        "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
        "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder / 'known'}",
        f"{getpass.getuser()}@127.0.0.1",
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", config], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        limit = time.monotonic() + LIMIT
        while "Server listening" not in (folder / "log").read_text():
            if server.poll() is not None or time.monotonic() > limit:
                pytest.skip(f"sshd does not start here: {(folder / 'log').read_text().strip()}")
            time.sleep(0.02)
        tried = subprocess.run(
            [*client, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=LIMIT
        )
        if tried.returncode:
            pytest.skip(f"nobody can log in here: {tried.stderr.decode().strip()}")
        yield client
    finally:
        server.terminate()
        server.wait()


def far(ssh: tuple[str, ...], folder: Path) -> Session:
    """Open the application on the far side of a connection; the client is the session's own process."""
    mark = uuid.uuid4().hex
    passed = [f"{name}={value}" for name, value in os.environ.items() if PASSED.fullmatch(name)]
    command = shlex.join(["env", *passed, f"{MARK}={mark}", *BOOKSHIFT, "open", str(folder)])
    return Session(through=(*ssh, command), mark=mark, columns=200, rows=60)


def drop(session: Session) -> None:
    """Cut the line."""
    session.kill(signal.SIGKILL)


def stall_then_drop(session: Session) -> None:
    """Stop reading while the application draws; cut the line once it rests or can draw no more."""
    (application,) = (one for one in alive(session.mark) if one.cmdline()[-2:-1] == ["open"])
    session.type("\x0c" * 300)
    session.kill(signal.SIGSTOP)
    wait_for_rest(application)
    session.kill(signal.SIGKILL)


def wait_for_rest(process: psutil.Process) -> None:
    """Wait until a process does next to nothing for half a second."""
    limit = time.monotonic() + LIMIT
    used = -1.0
    while (now := process.cpu_times().user) - used > 0.05:
        assert time.monotonic() < limit, "the application is busy without end"
        used = now
        time.sleep(0.5)


@pytest.mark.parametrize("lose", [drop, stall_then_drop])
def test_a_lost_connection_leaves_no_process_and_loses_nothing(
    ssh: tuple[str, ...], tmp_path: Path, lose: Callable[[Session], None]
) -> None:
    folder = workspace_of(tmp_path / "w", 1_500, 30, gap=0.0)
    with far(ssh, folder) as session:
        session.wait_ready()
        session.press("t")
        session.wait_for("Why lock")
        session.type("the board wants it")
        session.press("enter")
        session.wait_depth(1)
        session.wait_solving()
        assert session.solvers()
        lose(session)
        assert_gone(session.mark, but=(session.process.pid,))
    (entry, *_) = result("history", "-w", folder)["entries"]
    assert entry["label"].startswith("locked ")
    assert kept_plan(folder)["moves"]
    assert_sound(folder)
