"""Helpers never outlive the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

POOL = """
import time
if __name__ == "__main__":
    from bookshift_model.sweep.run import local_pool
    pool = local_pool(2)
    pool.submit(time.sleep, 600), pool.submit(time.sleep, 600)
    print("begun", flush=True)
    time.sleep(600)
"""
STOPPED = """
import contextlib, time
if __name__ == "__main__":
    from bookshift_model.sweep.run import local_pool
    print("begins", flush=True)
    with contextlib.suppress(KeyboardInterrupt), local_pool(1) as pool:
        pool.submit(time.sleep, 600).result()
"""
PATIENCE = 60.0


def test_a_helper_whose_parent_is_another_one_by_now_ends_at_once() -> None:
    source = "from bookshift_model.parent import tie_to_parent; tie_to_parent(1 << 30); print(1)"
    assert subprocess.run([sys.executable, "-c", source], capture_output=True, check=True).stdout == b""


def test_a_helper_of_a_living_parent_goes_on() -> None:
    source = f"from bookshift_model.parent import tie_to_parent; tie_to_parent({os.getpid()}); print(1)"
    assert subprocess.run([sys.executable, "-c", source], capture_output=True, check=True).stdout == b"1\n"


@pytest.mark.parametrize("later", [0.0, 0.4], ids=["at once", "while they start"])
def test_the_processes_of_a_sweep_end_with_a_killed_owner(tmp_path: Path, later: float) -> None:
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"begun\n"
        time.sleep(later)
        helpers = psutil.Process(owner.pid).children(recursive=True)
        owner.kill()
    assert helpers
    _, left = psutil.wait_procs(helpers, timeout=PATIENCE)
    for one in left:
        one.kill()
    assert left == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers are not forked")
def test_a_sweep_that_is_stopped_while_it_gets_ready_leaves_nothing_and_says_nothing(tmp_path: Path) -> None:
    script = tmp_path / "pool.py"
    script.write_text(STOPPED)
    command = [sys.executable, script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stderr is not None
        assert owner.stdout.readline() == b"begins\n"
        limit = time.monotonic() + PATIENCE
        while not any("forkserver" in str(one.cmdline()) for one in psutil.Process(owner.pid).children()):
            assert time.monotonic() < limit
        owner.send_signal(signal.SIGINT)
        # Helpers hold the other end for as long as they live.
        assert owner.stderr.read() == b""
    assert owner.returncode == 0
