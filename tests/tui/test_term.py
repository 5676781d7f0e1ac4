"""The terminal of the end-to-end tests shows what a program draws and does to it what people do."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import psutil
import pytest
from term import Terminal


def test_it_draws_what_the_program_prints_and_sends_what_is_typed() -> None:
    with Terminal(
        ["sh", "-c", r"printf '\033[2J\033[3;5HName? '; read -r name; printf '\033[1mHi %s' $name; read x"]
    ) as one:
        one.wait_for("Name?")
        assert one.lines[2] == "    Name?"
        assert one.cursor == (2, 10)
        one.type("Ada")
        one.press("enter")
        row = one.wait_for(re.compile(r"Hi (\w+)"))[1]
        assert row == "Ada"
        assert one.cell(3, 0).bold
        assert b"\x1b[1mHi Ada" in one.raw


def test_it_counts_the_bytes_of_a_key_press() -> None:
    with Terminal(["sh", "-c", "stty -echo; echo ready; read -r x; printf 12345; sleep 60"]) as one:
        one.wait_for("ready")
        one.settle()
        one.press("enter")
        one.wait_for("12345")
        assert one.settle() == 0
        assert one.drawn == len("ready\r\n12345")


def test_questions_and_keyboard_modes_leave_no_trace_on_the_screen() -> None:
    code = r"""
import sys, time
questions = "\x1b[ >1u \x1b[<u \x1b[?2026$p \x1b[>4;1m \x1b[?4m \x1b[=5u \x1bP+q54 4e\x1b\\ A\x1b"
for part in questions.split():
    sys.stdout.write(part); sys.stdout.flush(); time.sleep(0.02)
sys.stdout.write("[31mB"); sys.stdout.flush(); time.sleep(60)
"""
    with Terminal([sys.executable, "-c", code]) as one:
        one.wait_for("B")
        assert one.text.strip() == "AB"
        assert not one.cell(0, 0).underscore
        assert one.cell(0, 1).fg == "red"


def test_it_has_the_size_that_was_asked_for_and_tells_of_another() -> None:
    script = "trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done"
    with Terminal(["sh", "-c", script], columns=100, rows=30) as one:
        one.wait_for("30 100")
        one.resize(60, 20)
        one.wait_for("20 60")
        assert len(one.lines) == 20


def test_ctrl_c_interrupts_and_signals_suspend_and_end() -> None:
    with Terminal(
        ["sh", "-c", "trap 'echo interrupted' INT; echo ready; while :; do sleep 0.05; done"]
    ) as one:
        one.wait_for("ready")
        one.press("ctrl+c")
        one.wait_for("interrupted")
        one.kill(signal.SIGSTOP)
        one.wait_until(one.is_stopped)
        one.kill()
        assert one.wait_exit() == -signal.SIGKILL


def test_hanging_up_is_a_hangup_to_the_program(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    script = f"trap 'echo gone >{mark}; exit 3' HUP; echo ready; while :; do sleep 0.05; done"
    with Terminal(["sh", "-c", script]) as one:
        one.wait_for("ready")
        one.hang_up()
        assert one.wait_exit() == 3
    assert mark.read_text() == "gone\n"


def test_its_end_leaves_no_process() -> None:
    with Terminal(["sh", "-c", "sleep 600 & sleep 600 & echo ready; wait"]) as one:
        one.wait_for("ready")
        pids = [child.pid for child in one.children()]
        assert len(pids) == 2
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=30)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def test_what_does_not_come_is_told_with_the_screen() -> None:
    with Terminal(["sh", "-c", "echo something else; sleep 60"]) as one:
        one.wait_for("something")
        with pytest.raises(AssertionError, match=r"'never'.*\n-+\nsomething else"):
            one.wait_for("never", timeout=0.2)
    with Terminal(["sh", "-c", "echo last words; exit 4"]) as one:
        with pytest.raises(AssertionError, match=r"ended \(4\)(.|\n)*last words"):
            one.wait_for("never")
        assert one.wait_exit() == 4
