"""The folder and the file: what is refused, who may write, backups, and the doctor."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bookshift_io.workspace import (
    DamagedError,
    NewerWorkspaceError,
    NoAccessError,
    NotAWorkspaceError,
    Person,
    Workspace,
    WorkspaceError,
    me,
)
from bookshift_io.workspace.backup import back_up, backups
from bookshift_io.workspace.doctor import doctor
from bookshift_io.workspace.engine import sqlite3 as engine
from bookshift_io.workspace.engine import wal_is_safe
from bookshift_io.workspace.filesystem import file_system, locks_are_unsafe, refuse_network
from bookshift_model.session import Change

if TYPE_CHECKING:
    from bookshift_io.workspace import ScenarioInfo

MOUNTS = """\
21 1 254:0 / / rw - ext4 /dev/vda rw
40 21 0:40 / /net rw shared:1 - nfs4 server:/x rw
41 40 0:41 / /net/local rw - xfs /dev/vdb rw
42 21 0:42 / /my\\040drive rw - fuse.sshfs host: rw
43 41 0:43 / /net/local rw - cifs //host/x rw
"""


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_workspace_is_shared_by_its_group_and_closed_to_others(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with Workspace.create(tmp_path / "deep" / "W") as made:
            made.backup()
            made.save_draft("a", "b")
            files = [one for one in made.folder.rglob("*") if one.is_file()]
            assert {mode_of(one) for one in files} == {0o660}
            assert {mode_of(made.folder), mode_of(made.folder / "backups")} == {0o2770}
            names = {one.name for one in made.folder.iterdir()}
            assert {"bookshift.db", "audit.heads", "backups"} <= names
            assert not any(name.startswith(".") for name in names)
    finally:
        os.umask(before)


def test_creating_never_touches_what_is_there(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspaceError, match="already"):
        Workspace.create(workspace.folder)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    mode = mode_of(tmp_path / "letters")
    with pytest.raises(NotAWorkspaceError, match="not empty"):
        Workspace.create(tmp_path / "letters")
    assert mode_of(tmp_path / "letters") == mode
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="file"):
        Workspace.create(tmp_path / "file")


def test_an_empty_folder_can_become_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "W").mkdir()
    with Workspace.create(tmp_path / "W") as made:
        assert made.scenarios() == []


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()


def text(path: Path) -> None:
    path.write_text("Dear diary, " * 100)


def nothing(path: Path) -> None:
    path.touch()


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [foreign, text, nothing, folder])
def test_what_is_no_workspace_is_refused_and_left_alone(tmp_path: Path, make: object) -> None:
    path = tmp_path / "bookshift.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(NotAWorkspaceError, match=r"bookshift\.db"):
        Workspace.open(tmp_path)
    assert before is None or path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["bookshift.db"]


def test_opening_never_creates(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspaceError, match="bookshift init"):
        Workspace.open(tmp_path)
    with pytest.raises(NotAWorkspaceError):
        Workspace.open(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_newer_workspace_is_refused(workspace: Workspace) -> None:
    workspace.close()
    connection = sqlite3.connect(workspace.folder / "bookshift.db")
    connection.execute("PRAGMA user_version=9")
    connection.close()
    with pytest.raises(NewerWorkspaceError, match="upgrade Bookshift"):
        Workspace.open(workspace.folder)


def test_who_may_not_write_is_told_before_anything(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The suite may run as root, whom no mode stops.
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)
    with pytest.raises(NoAccessError, match="ask its owner to add you"):
        Workspace.open(workspace.folder)


@pytest.mark.parametrize(
    ("path", "kind", "unsafe"),
    [
        ("/srv/books", "ext4", False),
        ("/net/books", "nfs4", True),
        ("/my drive/books", "fuse.sshfs", True),
        ("/network", "ext4", False),
        ("/net/local/books", "cifs", True),
    ],
)
def test_file_systems_without_locks_are_known(tmp_path: Path, path: str, kind: str, unsafe: bool) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert file_system(Path(path), mounts) == kind
    assert locks_are_unsafe(kind) is unsafe


def test_a_network_drive_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookshift_io.workspace.filesystem.file_system", lambda _: "nfs4")
    with pytest.raises(NotAWorkspaceError, match="nfs4 file system"):
        Workspace.open(workspace.folder)
    with pytest.raises(NotAWorkspaceError, match="disk of this machine"):
        refuse_network(workspace.folder)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_which_engines_are_safe_in_wal_mode(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_every_connection_is_set_up_for_safety(workspace: Workspace) -> None:
    def settings(connection: engine.Connection) -> dict[str, object]:
        names = ("synchronous", "foreign_keys", "trusted_schema", "mmap_size", "busy_timeout", "journal_mode")
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    expected = {
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "mmap_size": 0,
        "busy_timeout": 10000,
        "journal_mode": "wal" if wal_is_safe(engine.sqlite_version_info) else "truncate",
    }
    assert workspace.database.write(settings) == expected
    with workspace.database.reading() as connection:
        assert settings(connection) == expected


def test_identity_is_the_password_databases_not_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "HOME"):
        monkeypatch.setenv(name, "mallory")
    assert me().uid == os.getuid()
    assert me().name != "mallory"
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999)
    assert me() == Person(uid=3_999_999, name="uid-3999999")


def test_a_backup_is_a_whole_workspace_and_seven_are_kept(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    session = workspace.session(scenario.id)
    session.do(Change(label="moved", moves=(("A0", None, "C1"),)))
    made = [workspace.backup() for _ in range(9)]
    assert backups(workspace.folder) == made[:1:-1]
    assert sorted((workspace.folder / "backups").iterdir()) == made[2:]
    # Later changes are in the workspace, not in the backup.
    session.do(Change(label="moved", moves=(("A1", None, "C2"),)))
    other = workspace.folder.with_name("restored")
    other.mkdir()
    shutil.copy(made[-1], other / "bookshift.db")
    shutil.copy(workspace.folder / "audit.heads", other)
    with Workspace.open(other) as restored:
        assert restored.session(scenario.id).state.moves == {"A0": "C1"}
        assert restored.verify() == []


def test_a_backup_is_due_once_a_day(workspace: Workspace) -> None:
    first = workspace.backup_if_due()
    assert first is not None
    assert workspace.backup_if_due() is None
    yesterday = first.stat().st_mtime - 25 * 3600
    os.utime(first, (yesterday, yesterday))
    assert workspace.backup_if_due() is not None
    assert len(backups(workspace.folder)) == 2


def test_a_backup_that_does_not_verify_is_not_kept(
    workspace: Workspace, scenario: ScenarioInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = workspace.backup()
    monkeypatch.setattr("bookshift_io.workspace.backup.APPLICATION_ID", 1)
    with pytest.raises(DamagedError, match="was not kept"):
        back_up(workspace.folder, "manual")
    assert list((workspace.folder / "backups").iterdir()) == [good]
    assert workspace.scenarios() == [scenario]


def by_name(path: Path | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in doctor(path):
        found.setdefault(check.name, []).append(check.status)
        assert (check.status == "ok") == (check.cure == "")
    return found


def test_the_doctor_is_content_with_a_healthy_workspace(workspace: Workspace, scenario: ScenarioInfo) -> None:
    assert scenario.name
    workspace.backup()
    found = by_name(workspace.folder)
    assert found.pop("SQLite engine") == ["ok" if wal_is_safe(engine.sqlite_version_info) else "warning"]
    # Disk and file system are the test machine's own.
    assert len(found.pop("Free space")) == len(found.pop("File system")) == 1
    assert found == {name: ["ok"] for name in ("Permissions", "Database", "Audit trail", "Backups")}
    assert list(by_name(None)) == ["SQLite engine"]


def test_the_doctor_finds_what_is_wrong(workspace: Workspace, scenario: ScenarioInfo) -> None:
    assert by_name(workspace.folder)["Backups"] == ["warning"]
    (workspace.folder / "bookshift.db").chmod(0o666)
    assert by_name(workspace.folder)["Permissions"][0] == "fault"
    (workspace.folder / "bookshift.db").chmod(0o600)
    assert by_name(workspace.folder)["Permissions"][0] == "warning"
    workspace.close()
    connection = sqlite3.connect(workspace.folder / "bookshift.db")
    connection.execute('UPDATE scenarios SET moves = \'{"A0":"C1"}\'')
    connection.commit()
    connection.close()
    assert by_name(workspace.folder)["Audit trail"] == ["fault"]
    (workspace.folder / "audit.heads").unlink()
    assert "fault" in by_name(workspace.folder)["Permissions"]
    (workspace.folder / "bookshift.db").unlink()
    assert by_name(workspace.folder)["Database"] == ["fault"]
    assert scenario.moves == 0


@pytest.mark.parametrize(("free", "status"), [(2**20, "fault"), (2**29, "warning"), (2**40, "ok")])
def test_the_doctor_minds_the_disk(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, free: int, status: str
) -> None:
    real = os.statvfs(workspace.folder)
    sized = os.statvfs_result((*real[:4], free // real.f_frsize, *real[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: sized)
    assert by_name(workspace.folder)["Free space"] == [status]


def test_the_doctor_minds_the_engine_and_the_file_system(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshift_io.workspace.doctor.wal_is_safe", lambda _: False)
    assert by_name(None) == {"SQLite engine": ["warning"]}
    for kind, status in (("nfs4", "fault"), (None, "warning"), ("ext4", "ok")):
        monkeypatch.setattr("bookshift_io.workspace.doctor.file_system", lambda _, kind=kind: kind)
        assert by_name(workspace.folder)["File system"] == [status]


def test_an_unexpected_fault_of_the_engine_names_the_workspace(workspace: Workspace) -> None:
    with pytest.raises(
        WorkspaceError, match=r"bookshift\.db failed: no such table: \{x\}; run bookshift doctor"
    ):
        workspace.database.write(lambda connection: connection.execute('SELECT 1 FROM "{x}"'))


def test_a_page_that_was_overwritten_is_damage_not_a_crash(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    workspace.close()
    path = workspace.folder / "bookshift.db"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(WorkspaceError, match="damaged"), Workspace.open(workspace.folder) as opened:
        opened.scenario(scenario.id)


def test_the_first_paint_does_not_wait_for_the_workspace_module() -> None:
    code = (
        "import time, bookshift_model.portfolio, bookshift_model.session\n"
        "before = time.process_time()\n"
        "import bookshift_io.workspace\n"
        "print(time.process_time() / before - 1)\n"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    assert min(runs) < 0.25, "of what Python and the model take before it"
