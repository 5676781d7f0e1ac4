"""The solver's child through its real pipe: what it says, and that it never stays behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from bookshift_model.decisions import Pin, decision_to_record
from bookshift_model.policy import Policy
from bookshift_model.records import to_record
from bookshift_model.sample import sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLICY = Policy.preset("balanced").with_rule("max_accounts", mode="hard", limit=15).to_record()
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "bookshift_model.worker"], stdin=0, stdout=2)
with open(sys.argv[1] + " made", "w") as made:
    made.write(str(child.pid))
os.replace(made.name, sys.argv[1])
time.sleep(60)
"""
PORTFOLIO = sample(60, 5, 1)


class Child:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bookshift_model.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )

    def send(self, *requests: dict[str, Any]) -> None:
        for request in requests:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()

    def events(self, last: set[str]) -> list[dict[str, Any]]:
        found = []
        while not found or found[-1]["event"] not in last:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read().decode()
            found.append(json.loads(line))
        return found

    def solve(self, number: int, **further: Any) -> list[dict[str, Any]]:
        request = {"op": "solve", "id": number, "policy": POLICY, "decisions": [], "moves": {}, "seconds": 60}
        self.send({**request, **further})
        return self.events({"finished", "failed"})

    def end(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        self.process.wait(60)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    made = Child()
    made.events({"ready"})
    made.send({"op": "portfolio", "portfolio": to_record(PORTFOLIO)})
    yield made
    made.end()


def slow(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A request that takes long: nothing but a proof of the very best is enough."""
    big = to_record(sample(400, 12, 1))
    policy = Policy.preset("balanced").to_record()
    solve = {"op": "solve", "id": number, "policy": policy, "decisions": [], "moves": {}, "gap": 0.0}
    return {"op": "portfolio", "portfolio": big}, solve


def test_a_solve_starts_streams_better_plans_and_finishes(child: Child) -> None:
    events = child.solve(1, gap=0.01)
    assert events[0]["event"] == "started"
    assert (events[0]["accounts"], events[0]["csms"]) == (60, 5)
    plans = [one for one in events if one["event"] == "incumbent"]
    assert plans[0]["moves"] == {}
    assert [one["points"] for one in plans] == sorted((one["points"] for one in plans), reverse=True)
    finished = events[-1]
    assert finished["status"] in {"optimal", "gap_reached"}
    assert finished["gap"] <= 0.01
    assert finished["bound"] <= finished["points"] < finished["points_baseline"]
    assert set(finished["moves"]) <= {a.id for a in PORTFOLIO.accounts}
    assert {one["id"] for one in events} == {1}


def test_the_plan_at_hand_is_where_the_next_solve_starts(child: Child) -> None:
    first = child.solve(2, gap=0.01)[-1]
    moves = first["moves"]
    events = child.solve(3, gap=0.01, moves=moves, known=first["bound"])
    assert events[0]["points_now"] < events[0]["points_baseline"]
    assert events[-1]["moves"] == moves
    assert len(events) == 3  # started, the plan itself, finished: the bound is known


def test_decisions_are_followed(child: Child) -> None:
    account = PORTFOLIO.accounts[0]
    csm = next(c.id for c in PORTFOLIO.csms if c.id != account.owner)
    pin = decision_to_record(Pin(account=account.id, csm=csm))
    finished = child.solve(4, decisions=[pin], gap=0.02)[-1]
    assert finished["moves"][account.id] == csm


def test_a_bad_request_is_one_sentence_and_the_child_lives_on(child: Child) -> None:
    bad = child.solve(5, policy={"weights": {"luck": 1}})[-1]
    assert bad["event"] == "failed"
    assert "there is no goal 'luck'" in bad["error"]
    assert "\n" not in bad["error"]
    child.send({"op": "dance", "id": 6})
    assert "dance" in child.events({"failed"})[-1]["error"]
    child.process.stdin.write(b"not json\n")
    child.process.stdin.flush()
    assert child.events({"failed"})[-1]["id"] is None
    assert child.solve(7, gap=0.05)[-1]["event"] == "finished"


def test_a_cancel_ends_a_solve_with_the_best_so_far() -> None:
    one = Child()
    one.send(*slow(8))
    events = one.events({"incumbent"})
    one.send({"op": "cancel", "id": 8})
    events += one.events({"finished"})
    assert events[-1]["status"] == "stopped"
    assert events[-1]["points"] <= min(e["points"] for e in events if e["event"] == "incumbent")
    one.end()


def test_interrupts_from_the_keyboard_are_the_parent_s_business(child: Child) -> None:
    child.process.send_signal(signal.SIGINT)
    assert child.solve(9, gap=0.05)[-1]["event"] == "finished"


def test_the_child_ends_when_its_input_ends_in_the_middle_of_a_solve() -> None:
    one = Child()
    one.send(*slow(10))
    one.events({"incumbent"})
    began = time.monotonic()
    one.process.stdin.close()
    assert one.process.wait(60) == 0
    assert time.monotonic() - began < 20
    one.process.stdout.close()
    one.process.stderr.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_the_child_dies_with_its_parent_even_if_the_pipe_stays_open(tmp_path: Path) -> None:
    said = tmp_path / "pid"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(said)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert b"ready" in parent.stderr.readline()
    limit = time.monotonic() + 60
    while not said.exists():
        assert time.monotonic() < limit
        time.sleep(0.01)
    child = int(said.read_text())
    parent.kill()
    parent.wait()
    # The pipe ends when the child is gone: nobody else holds its other end.
    ended = select.select([parent.stderr], [], [], 60)[0] and parent.stderr.read() == b""
    parent.stdin.close()
    parent.stderr.close()
    assert ended, child


def test_a_child_that_has_just_been_started_answers_a_question(child: Child) -> None:
    """As `bookshift why` does: prices of an earlier solve are there, the engine is not loaded yet."""
    certificate = child.solve(70)[-1]["certificate"]
    question = {
        "op": "probe",
        "id": 1,
        "policy": POLICY,
        "decisions": [],
        "moves": {},
        "most": 3,
        "seconds": 0.1,
    }
    first = PORTFOLIO.accounts[0]
    fresh = Child()
    try:
        fresh.send(
            {"op": "portfolio", "portfolio": to_record(PORTFOLIO)},
            {**question, "certificate": certificate, "account": first.id, "here": first.owner},
        )
        assert "probed" in [one["event"] for one in fresh.events({"answered"})]
    finally:
        fresh.end()
