from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from bookshift_io.export.writing import ExportError, FilesExistError, write_files

if TYPE_CHECKING:
    from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_files_are_written_into_a_new_folder_for_owner_and_group_only(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "october"
    before = os.umask(0o077)
    try:
        write_files(folder, {"a.csv": b"1\r\n", "b.json": b""})
    finally:
        os.umask(before)
    assert contents(folder) == {"a.csv": b"1\r\n", "b.json": b""}
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o640}


def test_nothing_is_overwritten_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"mine")
    with pytest.raises(FilesExistError, match=r"already holds b\.csv; .*overwriting") as caught:
        write_files(tmp_path, {"a.csv": b"1", "b.csv": b"2"})
    assert caught.value.names == ("b.csv",)
    assert contents(tmp_path) == {"b.csv": b"mine"}

    write_files(tmp_path, {"a.csv": b"1", "b.csv": b"2"}, overwrite=True)
    assert contents(tmp_path) == {"a.csv": b"1", "b.csv": b"2"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_planted_link_leads_nowhere(tmp_path: Path, overwrite: bool) -> None:
    treasure = tmp_path / "treasure"
    treasure.write_bytes(b"gold")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "plan.csv").symlink_to(treasure)
    if overwrite:
        write_files(folder, {"plan.csv": b"new"}, overwrite=True)
        assert not (folder / "plan.csv").is_symlink()
        assert contents(folder) == {"plan.csv": b"new"}
    else:
        with pytest.raises(FilesExistError):
            write_files(folder, {"plan.csv": b"new"})
        assert (folder / "plan.csv").readlink() == treasure
    assert treasure.read_bytes() == b"gold"


def test_a_dangling_link_counts_as_taken(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FilesExistError):
        write_files(tmp_path, {"plan.csv": b"new"})
    assert not (tmp_path / "nowhere").exists()


def test_the_folder_itself_may_not_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(ExportError, match="is a symbolic link"):
        write_files(tmp_path / "link", {"plan.csv": b""})
    assert contents(tmp_path / "real") == {}


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(ExportError, match="out cannot be used as a folder"):
        write_files(tmp_path / "out", {"plan.csv": b""})


@pytest.mark.parametrize("name", ["", ".hidden", "-rf", "a/b", "..", "plan csv", "é.csv", "a\n", "x" * 81])
def test_names_of_other_kinds_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match="is no name for an export file"):
        write_files(tmp_path, {name: b""})
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_failure_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real, calls = getattr(os, call), []

    def second_fails(*args: Any, **named: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(*args, **named)

    monkeypatch.setattr(os, call, second_fails)
    with pytest.raises(ExportError, match="No space left on device"):
        write_files(tmp_path, {"a.csv": b"1", "b.csv": b"2", "c.csv": b"3"})
    assert contents(tmp_path) == {}


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def rival_first(source: str, name: str, **named: Any) -> None:
        if name == "b.csv":
            (tmp_path / name).write_bytes(b"theirs")
        real(source, name, **named)

    monkeypatch.setattr(os, "link", rival_first)
    with pytest.raises(FilesExistError, match=r"b\.csv"):
        write_files(tmp_path, {"a.csv": b"1", "b.csv": b"2"})
    assert contents(tmp_path) == {"b.csv": b"theirs"}


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    write_files(tmp_path, {"a.csv": b"1", "b.csv": b"2"})
    assert contents(tmp_path) == {"a.csv": b"1", "b.csv": b"2"}
    with pytest.raises(FilesExistError):
        write_files(tmp_path, {"a.csv": b"3"})
