"""Solves come after each other in one child, which gets the data once, and each tells what it found."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import pytest
from solver_rig import JOB, PATIENCE, Rig, portfolio, scripted, wait_for

from bookshift import log
from bookshift.solver import SolveError, Solver
from bookshift.solver_events import Bound, Event, Failed, Finished, Incumbent, Ready, Started


def test_solves_in_sequence_share_one_child_that_gets_the_data_once(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 bound:4 finish")
    for _ in range(2):
        one.solver.load(portfolio())
        solve = one.solver.solve(JOB)
        kinds = [type(event) for event in one.until(Finished, solve)]
        assert kinds == [Started, Incumbent, Bound, Finished]
    assert len(one.processes()) == len(one.asked("portfolio")) == 1
    one.solver.load(portfolio(accounts=3))
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"
    assert len(one.asked("portfolio")) == 2


def test_warming_up_starts_the_child_and_sends_the_data_before_any_solve(rig: Callable[..., Rig]) -> None:
    one = rig("started finish")
    one.solver.warm()
    assert one.events.get(timeout=PATIENCE) == Ready({"highs": "1"})
    wait_for(lambda: one.asked("portfolio"))
    one.solver.solve(JOB)
    one.finished()
    assert len(one.processes()) == len(one.asked("portfolio")) == 1


def test_a_newer_solve_stops_the_one_under_way_and_replaces_one_that_waits(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf", "started finish")
    first = one.solver.solve(JOB)
    one.until(Incumbent)
    second, third = one.solver.solve(JOB), one.solver.solve(JOB)
    ends = [one.end(), one.end(), one.end()]
    assert [(type(end), end.id) for end in ends] == [(Failed, second), (Finished, first), (Finished, third)]
    assert ends[1].status == "stopped"


def test_what_comes_late_from_an_earlier_solve_is_dropped(rig: Callable[..., Rig]) -> None:
    one = rig("started finish", "late:1 started incumbent:9 late:1 deaf")
    one.solver.solve(JOB)
    one.finished()
    second = one.solver.solve(JOB)
    assert {event.id for event in one.until(Incumbent) if not isinstance(event, Ready)} == {second}
    one.solver.cancel(second)
    end = one.finished(second)
    assert end.points == 9.0


def test_garbage_on_the_pipe_is_passed_over_and_stays_out_of_the_log(rig: Callable[..., Rig]) -> None:
    one = rig("started garbage incumbent:9 garbage finish")
    one.solver.solve(JOB)
    kinds = [type(event) for event in one.until(Finished)]
    assert kinds == [Started, Incumbent, Finished]
    text = log.log_path().read_text()
    assert text.count("are no event") == 14
    assert "Acme" not in text


def test_more_data_than_a_pipe_holds_arrives_whole(tmp_path: Path) -> None:
    with Solver(command=scripted(tmp_path / "notes", "started finish")) as one:
        one.load(portfolio(accounts=20_000))
        assert one.run(JOB).status == "optimal"
    assert (tmp_path / "notes").read_text().splitlines()[1:] == ["portfolio ", "solve 1"]


def test_data_that_the_child_refuses_fails_each_solve_with_the_reason(rig: Callable[..., Rig]) -> None:
    one = rig("deaf", "deaf", "started finish")
    one.solver.warm()
    one.solver.load(portfolio(accounts=1))
    for _ in range(2):
        solve = one.solver.solve(JOB)
        assert one.failed(solve) == Failed(solve, "One account is no portfolio; import more.")
    one.solver.load(portfolio())
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"


def test_a_callback_that_fails_is_logged_and_the_solve_goes_on(rig: Callable[..., Rig]) -> None:
    ends: SimpleQueue[Finished] = SimpleQueue()

    def stumble(event: Event) -> None:
        if not isinstance(event, Finished):
            raise NotImplementedError("no such widget")
        ends.put(event)

    one = rig("started finish", deliver=stumble)
    one.solver.solve(JOB)
    assert ends.get(timeout=PATIENCE).status == "optimal"
    assert "no such widget" in log.log_path().read_text()


def test_the_childs_own_words_go_to_the_users_log_not_to_the_screen(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Solver(command=("sh", "-c", "echo from HiGHS >&2")) as one, pytest.raises(SolveError, match="twice"):
        one.run(JOB)
    assert capfd.readouterr() == ("", "")
    assert log.log_path().read_text().count("from HiGHS") == 2
    assert log.log_path().stat().st_mode & 0o777 == 0o600


def test_run_hands_the_events_to_its_caller_and_returns_the_end(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 finish")
    seen: list[Event] = []
    end = one.solver.run(JOB, seen.append)
    assert [type(event) for event in seen] == [Started, Incumbent, Finished]
    assert end is seen[-1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
