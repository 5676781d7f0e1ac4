"""The solver's process: whatever it found is kept, and it never outlives or holds up its owner."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from solver_rig import JOB, PATIENCE, Rig, is_gone, portfolio, scripted, wait_for

from bookshift import log, solver_job, solver_loop
from bookshift.solver import SolveError, Solver
from bookshift.solver_events import Answered, Bound, Event, Failed, Finished, Incumbent, Ready, Started
from bookshift.solver_job import Job, Question, Repair
from bookshift_model.policy import Policy


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(*scripts: str, deliver: Callable[[Event], None] | None = None) -> Rig:
        notes = tmp_path / f"notes {len(made)}"
        events: SimpleQueue[Event] = SimpleQueue()
        one = Rig(notes, Solver(deliver or events.put, command=scripted(notes, *scripts)), events)
        made.append(one)
        one.solver.load(portfolio())
        return one

    yield make
    for one in made:
        one.solver.close()


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver_loop, "CANCEL_GRACE", 0.1)
    monkeypatch.setattr(solver_loop, "OVERRUN", 0.1)


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


def test_cancel_lets_the_child_end_by_itself(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 wait stop", "started finish")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(solve)
    end = one.finished()
    assert (end.status, end.points, end.moves) == ("stopped", 5.0, {"A1": "C9"})
    one.solver.solve(JOB)
    one.finished()
    assert len(one.processes()) == 1


def test_cancel_keeps_the_best_plan_of_a_child_that_does_not_listen(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 bound:4 incumbent:8 bound:3 incumbent:10 deaf", "started finish")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.until(Incumbent)
    one.until(Incumbent)
    asked = time.monotonic()
    one.solver.cancel(solve)
    end = one.finished(solve)
    assert time.monotonic() - asked < 2.0
    assert (end.status, end.points, end.moves, end.bound) == ("stopped", 8.0, {"A1": "C8"}, 4.0)
    assert end.gap == pytest.approx((8 - 4) / 8)
    assert end.improvement_gap == pytest.approx((8 - 4) / (20 - 4))
    assert (end.points_baseline, end.seed, end.note) == (20.0, Policy().seed, "")
    assert is_gone(one.processes()[0])
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"
    assert len(one.processes()) == len(one.asked("portfolio")) == 2


@pytest.fixture
def dear_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two accounts and two CSMs take another child four seconds."""
    monkeypatch.setattr(solver_job, "_PAIRS_A_SECOND", 1)


@pytest.mark.usefixtures("short_grace", "dear_child")
def test_a_child_that_took_long_to_begin_may_end_its_step_and_does_the_next_solve(
    rig: Callable[..., Rig],
) -> None:
    one = rig("started incumbent:9 bound:4 pause pause stop", "started finish")
    solve = one.solver.solve(Job(policy=Policy(), seconds=0.1))
    end = one.finished(solve)
    assert (end.status, end.points) == ("time", 9.0)
    wait_for(lambda: one.asked("cancel") == [str(solve)])
    asked = one.solver.ask(Question(policy=Policy(), account="A1"))
    assert one.until(Answered)[-1] == Answered(asked)
    second = one.solver.solve(JOB)
    assert one.finished(second).status == "optimal"
    assert len(one.processes()) == len(one.asked("portfolio")) == 1


@pytest.mark.usefixtures("short_grace", "dear_child")
def test_a_first_proof_of_a_dear_child_may_come_late(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 pause bound:4 finish")
    one.solver.solve(Job(policy=Policy(), seconds=0.1))
    assert one.finished().status == "optimal"


@pytest.mark.usefixtures("short_grace")
def test_a_child_that_does_not_come_back_is_replaced_however_dear(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver_job, "_PAIRS_A_SECOND", 5)
    one = rig("started incumbent:9 deaf", "deaf", "started finish")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(solve)
    assert one.finished(solve).points == 9.0
    assert not is_gone(one.processes()[0])
    second = one.solver.solve(JOB)
    assert one.finished(second).status == "optimal"
    assert is_gone(one.processes()[0])
    assert len(one.processes()) == 2


@pytest.fixture
def lingering(rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A child that has 1.6 s more for a solve that was cancelled, and answers no other; grace is 0.6 s."""
    monkeypatch.setattr(solver_job, "_PAIRS_A_SECOND", 2.5)
    monkeypatch.setattr(solver_loop, "CANCEL_GRACE", 0.1)
    one = rig("started incumbent:9 deaf", "deaf", "started finish")
    first = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(first)
    assert one.finished(first).points == 9.0
    monkeypatch.setattr(solver_loop, "CANCEL_GRACE", 0.6)
    return one


GRACE_FIRST = pytest.mark.parametrize(
    "wait", [0.2, 1.2], ids=["its grace ends first", "the child is given up first"]
)


@GRACE_FIRST
def test_a_solve_behind_such_a_child_ends_when_told_to(lingering: Rig, wait: float) -> None:
    second = lingering.solver.solve(JOB)
    time.sleep(wait)
    lingering.solver.cancel(second)
    began = time.monotonic()
    assert "unchanged" in lingering.failed(second).error
    assert time.monotonic() - began < 3.0
    # It gets no more time because of the second.
    wait_for(lambda: is_gone(lingering.processes()[0]), 1.2)
    assert len(lingering.asked("solve")) == 2, "it is not begun again"


@GRACE_FIRST
def test_a_solve_that_takes_the_place_of_that_one_begins(lingering: Rig, wait: float) -> None:
    second = lingering.solver.solve(JOB)
    time.sleep(wait)
    third = lingering.solver.solve(JOB)
    assert "unchanged" in lingering.failed(second).error
    assert lingering.finished(third).status == "optimal"
    assert len(lingering.asked("solve")) == 3


@pytest.mark.usefixtures("short_grace", "dear_child")
def test_close_does_not_wait_for_a_child_that_ends_its_step(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(solve)
    one.finished(solve)
    began = time.monotonic()
    one.solver.close()
    assert time.monotonic() - began < 1.0
    assert is_gone(one.processes()[0])


@pytest.mark.usefixtures("short_grace")
def test_cancel_before_the_first_plan_keeps_the_one_that_was_shown(rig: Callable[..., Rig]) -> None:
    one = rig("started deaf")
    solve = one.solver.solve(JOB)
    one.until(Started)
    one.solver.cancel(solve)
    end = one.finished(solve)
    assert (end.status, end.points, end.moves, end.gap) == ("stopped", 12.0, {"A2": "C2"}, None)


@pytest.mark.usefixtures("short_grace")
def test_cancel_before_the_problem_stands_says_that_nothing_changed(rig: Callable[..., Rig]) -> None:
    one = rig("deaf")
    solve = one.solver.solve(JOB)
    wait_for(lambda: one.asked("solve"))
    one.solver.cancel(solve)
    assert "unchanged" in one.failed(solve).error


@pytest.mark.usefixtures("short_grace")
def test_a_solve_that_passes_its_time_limit_is_ended_with_its_best_plan(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf")
    one.solver.solve(Job(policy=Policy(), seconds=0.2, seed=7))
    end = one.finished()
    assert (end.status, end.points, end.seed) == ("time", 9.0, 7)
    assert end.seconds >= 0.3
    assert is_gone(one.processes()[0])


def test_the_wait_for_a_compiler_does_not_count_as_time_of_the_solve(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver_loop, "OVERRUN", 0.1)
    one = rig("started preparing pause started incumbent:5 finish")
    one.solver.solve(Job(policy=Policy(), seconds=0.1))
    assert one.finished().status == "optimal"


def test_a_child_that_never_begins_is_given_up(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver_loop, "START_LIMIT", 0.2)
    one = rig("deaf")
    one.solver.solve(JOB)
    assert one.failed().error.startswith("The solver did not begin within")


def test_garbage_on_the_pipe_is_passed_over_and_stays_out_of_the_log(rig: Callable[..., Rig]) -> None:
    one = rig("started garbage incumbent:9 garbage finish")
    one.solver.solve(JOB)
    kinds = [type(event) for event in one.until(Finished)]
    assert kinds == [Started, Incumbent, Finished]
    text = log.log_path().read_text()
    assert text.count("are no event") == 14
    assert "Acme" not in text


def test_what_comes_late_from_an_earlier_solve_is_dropped(rig: Callable[..., Rig]) -> None:
    one = rig("started finish", "late:1 started incumbent:9 late:1 deaf")
    one.solver.solve(JOB)
    one.finished()
    second = one.solver.solve(JOB)
    assert {event.id for event in one.until(Incumbent) if not isinstance(event, Ready)} == {second}
    one.solver.cancel(second)
    end = one.finished(second)
    assert end.points == 9.0


def test_a_newer_solve_stops_the_one_under_way_and_replaces_one_that_waits(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf", "started finish")
    first = one.solver.solve(JOB)
    one.until(Incumbent)
    second, third = one.solver.solve(JOB), one.solver.solve(JOB)
    ends = [one.end(), one.end(), one.end()]
    assert [(type(end), end.id) for end in ends] == [(Failed, second), (Finished, first), (Finished, third)]
    assert ends[1].status == "stopped"  # type: ignore[union-attr]


def test_a_child_that_dies_leaves_its_best_plan_and_a_word_about_it(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 die", "started finish")
    one.solver.solve(JOB)
    end = one.finished()
    assert (end.status, end.points) == ("stopped", 9.0)
    assert "SIGKILL" in end.note
    one.solver.solve(JOB)
    assert one.finished().note == ""
    assert len(one.asked("portfolio")) == 2


def test_a_child_killed_from_outside_leaves_its_best_plan(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf")
    one.solver.solve(JOB)
    one.until(Incumbent)
    os.kill(one.processes()[0], signal.SIGKILL)
    assert one.finished().points == 9.0


def test_a_child_that_dies_without_a_plan_is_started_once_again(rig: Callable[..., Rig]) -> None:
    one = rig("started die", "started finish", "started die")
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"
    one.solver.solve(JOB)
    assert "twice" in one.failed().error
    assert len(one.asked("solve")) == 4


def test_a_repair_whose_child_dies_leaves_the_plan_at_hand_with_its_bound(rig: Callable[..., Rig]) -> None:
    one = rig("started bound:4 die")
    one.solver.solve(Job(policy=Policy(), moves={"A2": "C2"}, repair=Repair(accounts=("A1",))))
    end = one.finished()
    assert (end.status, end.points, end.moves, end.bound) == ("stopped", 12.0, {"A2": "C2"}, 4.0)
    assert end.gap == pytest.approx((12 - 4) / 12)
    assert "(SIGKILL) before it found a better plan" in end.note
    assert len(one.asked("solve")) == 1


def test_an_idle_child_that_died_is_replaced_by_the_next_solve(rig: Callable[..., Rig]) -> None:
    one = rig("started finish")
    one.solver.solve(JOB)
    one.finished()
    os.kill(one.processes()[0], signal.SIGKILL)
    wait_for(lambda: is_gone(one.processes()[0]))
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"


def test_a_solve_that_fails_with_a_plan_in_hand_keeps_it(rig: Callable[..., Rig]) -> None:
    one = rig("started fail", "started incumbent:9 fail")
    one.solver.solve(JOB)
    assert one.failed().error == "The rules cannot be read; choose a policy."
    one.solver.solve(JOB)
    end = one.finished()
    assert (end.status, end.points) == ("stopped", 9.0)
    assert end.note == "The rules cannot be read; choose a policy."


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


def test_close_during_a_solve_ends_the_child_within_a_second(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf")
    one.solver.solve(JOB)
    one.until(Incumbent)
    began = time.monotonic()
    one.solver.close()
    assert time.monotonic() - began < 1.0
    assert is_gone(one.processes()[0])
    with pytest.raises(Empty):
        one.events.get_nowait()
    with pytest.raises(SolveError, match="closed"):
        one.solver.solve(JOB)


def test_close_ends_the_child_even_while_the_screen_holds_up_the_thread(rig: Callable[..., Rig]) -> None:
    held: SimpleQueue[Event] = SimpleQueue()
    release: SimpleQueue[None] = SimpleQueue()

    def hold(event: Event) -> None:
        if isinstance(event, Incumbent):
            held.put(event)
            release.get(timeout=PATIENCE)

    one = rig("started incumbent:9 deaf", deliver=hold)
    one.solver.solve(JOB)
    held.get(timeout=PATIENCE)
    began = time.monotonic()
    one.solver.close()
    assert time.monotonic() - began < 1.0
    wait_for(lambda: is_gone(one.processes()[0]), 0.5)
    release.put(None)


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


@pytest.mark.usefixtures("short_grace")
def test_nothing_waits_for_a_child_that_does_not_read() -> None:
    events: SimpleQueue[Event] = SimpleQueue()
    with Solver(events.put, command=("sleep", "600")) as one:
        one.load(portfolio(accounts=5000))
        began = time.monotonic()
        solve = one.solve(JOB)
        one.cancel(solve)
        assert time.monotonic() - began < 0.5
        assert isinstance(events.get(timeout=PATIENCE), Failed)
        began = time.monotonic()
    assert time.monotonic() - began < 1.0


def test_more_data_than_a_pipe_holds_arrives_whole(tmp_path: Path) -> None:
    with Solver(command=scripted(tmp_path / "notes", "started finish")) as one:
        one.load(portfolio(accounts=20_000))
        assert one.run(JOB).status == "optimal"
    assert (tmp_path / "notes").read_text().splitlines()[1:] == ["portfolio ", "solve 1"]


def test_a_child_that_cannot_be_started_is_one_sentence() -> None:
    with (
        Solver(command=("/nonexistent/solver",)) as one,
        pytest.raises(SolveError, match="could not be started"),
    ):
        one.run(JOB)


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
