"""A solve in the foreground: ctrl-c keeps the best, and a child goes with its owner."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from solver_rig import PATIENCE, is_gone, scripted, wait_for

OWNER = """
import json, sys
from datetime import date
from bookshift import solver, solver_loop
from bookshift.solver_job import Job
from bookshift_model.policy import Policy
solver_loop.CANCEL_GRACE = float(sys.argv[1])
with solver.Solver(command=sys.argv[2:]) as one:
    end = one.run(Job(policy=Policy()), lambda event: print(event.event, flush=True))
print(json.dumps([end.status, end.points]), flush=True)
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a program that solves in the foreground, and read it up to its first incumbent."""
    started: list[subprocess.Popen[str]] = []

    def start(grace: float, script: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", OWNER, str(grace), *scripted(tmp_path / "notes", script)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        started.append(process)
        assert process.stdout is not None
        assert [process.stdout.readline().strip() for _ in range(2)] == ["started", "incumbent"]
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def last_words(process: subprocess.Popen[str]) -> object:
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return json.loads(output.splitlines()[-1])


def child_of(tmp_path: Path) -> int:
    return int((tmp_path / "notes").read_text().split()[1])


@pytest.mark.parametrize(
    ("grace", "script", "points"),
    [(30.0, "started incumbent:9 wait stop", 5.0), (0.1, "started incumbent:9 deaf", 9.0)],
    ids=["the child agrees", "the child is deaf"],
)
def test_ctrl_c_keeps_the_best(
    owner: Callable[..., subprocess.Popen[str]], tmp_path: Path, grace: float, script: str, points: float
) -> None:
    process = owner(grace, script)
    process.send_signal(signal.SIGINT)
    assert last_words(process) == ["stopped", points]
    assert is_gone(child_of(tmp_path))


def test_a_second_ctrl_c_keeps_the_best_without_waiting_for_the_child(
    owner: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = owner(10 * PATIENCE, "started incumbent:9 deaf")
    process.send_signal(signal.SIGINT)
    wait_for(lambda: "cancel" in (tmp_path / "notes").read_text())
    process.send_signal(signal.SIGINT)
    assert last_words(process) == ["stopped", 9.0]
    assert is_gone(child_of(tmp_path))


def test_the_child_goes_with_an_owner_that_is_killed(
    owner: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = owner(30.0, "started incumbent:9 deaf")
    child = child_of(tmp_path)
    assert not is_gone(child)
    process.kill()
    wait_for(lambda: is_gone(child))
