"""Machine code that is damaged, gone, or cannot be kept where it should: the engine works all the same."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numba
import pytest

from bookshift_model import start
from bookshift_model.start.compiling import _CALLERS, OWN
from bookshift_model.start.folder import Folder, writable
from bookshift_model.start.warmup import have

LOOP = """
import numba

@numba.njit(cache=True)
def loop(most):
    total = most - most
    for i in range(5):
        total += i
    return total
"""
PLACE = """
import numba
from bookshift_model.start.compiling import OWN
print(OWN.path, numba.config.CACHE_DIR, sep="\\n")
"""


class Loop:
    """One loop, compiled and kept as the engine's are."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.own = Folder.under(folder, "own")
        self.made = Folder.under(folder / "beside", "own")
        self.told: list[str] = []
        self._source = folder / "loop.py"
        self._source.write_text(LOOP)
        monkeypatch.setattr(numba.config, "CACHE_DIR", str(self.own.path))

    def load(self, most: float = 5) -> None:
        spec = importlib.util.spec_from_file_location("loop", self._source)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.loop(most) == 10

    def have(self) -> list[str]:
        """Have it ready; what was told meanwhile."""
        self.told.clear()
        have(self.own, self.made, self.load, self.told.append)
        return list(self.told)

    def file(self, kind: str) -> Path:
        (found,) = self.own.path.rglob("*" + kind)
        return found


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loop:
    return Loop(tmp_path, monkeypatch)


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _emptied(_data: bytes) -> bytes:
    return b""


def _flipped(data: bytes) -> bytes:
    at = 2 * len(data) // 3
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


def test_what_was_compiled_once_is_loaded_without_a_word(loop: Loop) -> None:
    assert not loop.own.is_whole()
    assert loop.have() == [""]
    assert loop.own.is_whole()
    assert loop.have() == []


def test_that_another_process_compiles_is_told_before_it_is_done(loop: Loop) -> None:
    waiting = threading.Thread(target=loop.have)
    limit = time.monotonic() + 60
    with loop.own.alone():
        waiting.start()
        while not loop.told:
            waiting.join(0.01)
            assert waiting.is_alive()
            assert time.monotonic() < limit
        assert loop.told == [""]
    waiting.join()
    assert loop.own.is_whole()


def test_code_for_other_kinds_of_arrays_may_be_added_later(loop: Loop) -> None:
    loop.have()
    index = loop.file(".nbi")
    before = index.read_bytes()
    loop.load(5.0)
    assert index.read_bytes() != before
    assert loop.have() == []


@pytest.mark.parametrize(
    ("kind", "damage"),
    [(".nbc", _cut), (".nbc", _emptied), (".nbc", _flipped), (".nbi", _cut), (".nbi", _emptied)],
)
def test_a_damaged_file_is_compiled_again_and_that_is_told(
    loop: Loop, kind: str, damage: Callable[[bytes], bytes]
) -> None:
    loop.have()
    file = loop.file(kind)
    file.write_bytes(damage(file.read_bytes()))
    (told,) = loop.have()
    assert "was damaged (1 files), so it is compiled again" in told
    assert loop.have() == []


def test_damage_that_shows_only_when_it_is_loaded_heals_too(loop: Loop) -> None:
    loop.have()
    file = loop.file(".nbc")
    file.write_bytes(_cut(file.read_bytes()))
    loop.own.seal()
    (told,) = loop.have()
    assert "Ran out of input" in told or "truncated" in told
    assert loop.have() == []
    # An interrupted compile left it: nothing says what the files should be.
    file.write_bytes(_cut(file.read_bytes()))
    (loop.own.path / "complete").unlink()
    assert len(loop.have()) == 2
    assert loop.have() == []


def test_a_list_without_its_files_is_not_complete(loop: Loop) -> None:
    loop.have()
    loop.file(".nbc").unlink()
    assert not loop.own.is_whole()
    assert len(loop.have()) == 1
    for file in list(loop.own.path.rglob("*.nb?")):
        file.unlink()
    (loop.own.path / "complete").write_bytes(b"")
    assert loop.have() == [""]
    assert loop.own.is_whole()


def test_what_cannot_be_compiled_at_all_is_tried_twice_at_most(loop: Loop) -> None:
    calls = []

    def broken() -> None:
        calls.append(1)
        message = "no compiler"
        raise OSError(message)

    loop.have()
    with pytest.raises(OSError, match="no compiler"):
        have(loop.own, loop.made, broken, loop.told.append)
    assert len(calls) == 2
    assert loop.have() == [""]


def test_what_an_administrator_compiled_is_taken_over(loop: Loop) -> None:
    loop.have()
    loop.made.take(loop.own)
    loop.own.clear()
    assert loop.have() == [""], "an administrator who was interrupted left no list"
    loop.made.seal()
    loop.own.clear()
    assert loop.have() == []
    assert loop.own.is_whole()
    made = next(loop.made.path.rglob("*.nbc"))
    made.write_bytes(_flipped(made.read_bytes()))
    assert not loop.made.is_whole()
    assert loop.have() == []


def test_code_goes_where_it_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "file"
    closed.touch()
    opened = tmp_path / "home" / "cache"
    assert writable([closed / "install", opened]) == opened
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    last = writable([closed / "install", closed / "home"])
    assert last.parent == tmp_path
    assert writable([closed / "install"]) == last, "the next process finds what this one compiled"
    if os.name == "posix":
        assert last.stat().st_mode & 0o777 == 0o700
        last.chmod(0o777)
        assert writable([closed / "install"]) != last, "others may have put their code there"


@pytest.mark.skipif(os.name != "posix", reason="no locks")
def test_versions_that_nobody_uses_go_after_a_week(tmp_path: Path) -> None:
    folders = {name: Folder.under(tmp_path, name) for name in ("own", "young", "old", "busy")}
    for one in folders.values():
        one.path.mkdir()
        (one.path / "loop.nbc").write_bytes(b"code")
        one.seal()
    long_ago = time.time() - 8 * 24 * 3600
    for name in ("own", "old", "busy"):
        os.utime(folders[name].path / "complete", (long_ago, long_ago))
    with folders["busy"].alone():
        folders["own"].used()
    left = {name for name, one in folders.items() if one.path.exists()}
    assert left == {"own", "young", "busy"}
    assert time.time() - (folders["own"].path / "complete").stat().st_mtime < 3600


def test_one_at_a_time_compiles_and_the_lock_goes_with_its_holder(tmp_path: Path) -> None:
    order: list[str] = []
    begun, go = threading.Event(), threading.Event()
    folders = Folder(tmp_path / "compiled")

    def work(name: str, then: Callable[[], object]) -> None:
        with folders.alone():
            order.append(name)
            then()

    first = threading.Thread(target=work, args=["first", lambda: (begun.set(), go.wait(60))])
    first.start()
    assert begun.wait(60)
    second = threading.Thread(target=work, args=["second", lambda: None])
    second.start()
    second.join(0.1)
    assert order == ["first"]
    go.set()
    first.join()
    second.join()
    assert order == ["first", "second"]
    with pytest.raises(ZeroDivisionError), folders.alone():
        _ = 1 / 0
    work("third", lambda: None)


def test_the_name_tells_processors_apart_and_a_preset_folder_is_not_used(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CACHE_DIR": str(tmp_path),
    }
    said = subprocess.run(
        [sys.executable, "-c", PLACE], capture_output=True, text=True, check=True, env=environment
    ).stdout
    place, used = said.splitlines()
    assert used == place
    assert Path(place).parent == OWN.path.parent
    assert Path(place).name != OWN.path.name


def test_what_the_name_does_not_count_holds_no_loop_and_is_read_by_none() -> None:
    for source in Path(start.__path__[0]).glob("*.py"):
        text = source.read_text(encoding="utf-8")
        if source.stem in _CALLERS:
            assert "@compiled" not in text
            assert "@inlined" not in text
            assert "@lent" not in text
        else:
            used = {name for name in _CALLERS if f"bookshift_model.start.{name} import" in text}
            assert used <= ({"folder"} if source.stem == "compiling" else set())


def test_private_loops_are_called_by_loops_only() -> None:
    """From Python they would run as Python: they are compiled as parts of others."""
    for source in Path(start.__path__[0]).glob("*.py"):
        made = [
            one
            for one in ast.parse(source.read_text(encoding="utf-8")).body
            if isinstance(one, ast.FunctionDef)
        ]
        loops = {
            one.name
            for one in made
            if {_name(by) for by in one.decorator_list} & {"compiled", "inlined", "lent"}
        }
        for one in made:
            if one.name not in loops:
                called = {_name(call.func) for call in ast.walk(one) if isinstance(call, ast.Call)}
                assert not {name for name in called & loops if name.startswith("_")}, source.name


def test_loops_that_count_no_references_return_numbers_only() -> None:
    """That they make no arrays numba sees to; one that they were lent it would let them return, uncounted."""
    found = set()
    for source in Path(start.__path__[0]).glob("*.py"):
        for one in ast.parse(source.read_text(encoding="utf-8")).body:
            if isinstance(one, ast.FunctionDef) and {_name(by) for by in one.decorator_list} & {
                "inlined",
                "lent",
            }:
                assert one.returns is not None
                found.add(ast.unparse(one.returns))
                # The next of chance is one of numpy's numbers.
                numbers = {"None", "bool", "float", "int", "np", "int64", "tuple"} | (
                    {"Any"} if one.name == "_next" else set()
                )
                assert set(re.findall(r"\w+", ast.unparse(one.returns))) <= numbers, one.name
    assert {"None", "float", "tuple[int, float]"} <= found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
