"""A worker of a sweep that the system ends takes nothing with it that was done."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from plan_rig import opened

from bookshift.sweeps import axes_of, run, told
from bookshift_model.sample import sample
from bookshift_model.sweep.axes import SweepError


def end_a_worker() -> None:
    child = multiprocessing.active_children()[0]
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)


def test_what_is_done_is_kept_and_it_is_said(tmp_path: Path) -> None:
    with opened(tmp_path, sample(30, 3, 1)) as planner:
        swept = run(
            planner, axes_of(planner, ["continuity=1..200"]), processes=1,
            tell=lambda done, _of: end_a_worker() if done else None,
        )  # fmt: skip
        assert 1 <= len(swept.outcomes) < 200
        assert "a worker process was ended from outside" in swept.ended
        assert f"of 200, {swept.ended}" in told(swept, planner.portfolio, "moves", "continuity")


def test_before_anything_is_done_it_is_an_error_with_a_cure(tmp_path: Path) -> None:
    def as_it_starts() -> None:
        while not multiprocessing.active_children():
            time.sleep(0.01)
        end_a_worker()

    # A worker that is forked is at its first scenario at once: one that takes long.
    with opened(tmp_path, sample(1000, 30, 1)) as planner:
        threading.Thread(target=as_it_starts, daemon=True).start()
        with pytest.raises(SweepError, match="doctor"):
            run(planner, axes_of(planner, ["continuity=1,2"]), processes=1, careful=True)
