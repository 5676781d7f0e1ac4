"""What a CSM would cost the account in sight if the rest adapts: on the screen, and from the real child."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import psutil
import pytest
from plan_rig import Rig, opened, running
from solver_rig import wait_for

from bookshift.cli.adapting import record
from bookshift.hover import Adapting, Hover
from bookshift.panes import detail
from bookshift.panes.ranking import rank
from bookshift.panes.sheet import Row
from bookshift.panes.table import Table
from bookshift.panes.view import View
from bookshift.screens.picker import Picker
from bookshift.solver import Solver
from bookshift.solver_events import Answered, Event, Finished, Prices, Probed, Ready, Started
from bookshift.solver_job import Job, Question
from bookshift_model.decisions import Decisions, Pin
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.proven import prices_of
from bookshift_model.sample import sample

PATIENCE = 120.0


async def with_prices(rig: Rig) -> None:
    """The child is there and has told prices for the account in sight."""
    rig.app.solving.warm()
    await rig.press("2")
    await rig.until(lambda: "Who could have it" in rig.text)
    rig.solver.on_event(Ready({}))
    await rig.until(lambda: rig.solver.questions)
    certificate = prices_of(rig.planner.problem).to_record()
    rig.solver.on_event(Prices(latest(rig), certificate))
    await rig.until(lambda: "~" in figures(rig)[1])


def latest(rig: Rig) -> int:
    return 1000 + len(rig.solver.questions)


def found(number: int, account: str, base: float, points: dict[str, float], *, last: bool = True) -> Probed:
    """What the child says of plans that it found."""
    return Probed(number, account, base, points, dict.fromkeys(points, 0.0), [], last)


def figures(rig: Rig) -> list[str]:
    """The column of the rest adapting, a line for each CSM."""
    lines = rig.screen.detail.body.text.split("Who could have it")[1].splitlines()
    begin = lines[1].index("adapting")
    return [line[begin : begin + 8].strip() for line in lines[2:10]]


async def test_prices_show_at_once_and_probes_take_their_place(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await with_prices(rig)
            assert [one for one in figures(rig) if not one.startswith("~")] == ["0"], "the present CSM's"
            await rig.until(lambda: rig.solver.questions[-1].account == rig.screen.detail.account)
            question = rig.solver.questions[-1]
            assert question.account is not None
            points = {one.id: 80.0 + place for place, one in enumerate(planner.portfolio.csms)}
            del points["C-008"]
            rig.solver.on_event(found(latest(rig), question.account, 80.0, points))
            await rig.until(lambda: not figures(rig)[1].startswith("~"))
            assert sum(one.startswith("~") for one in figures(rig)) == 1
            rig.solver.on_event(Answered(latest(rig)))
            asked = len(rig.solver.questions)
            await rig.press("j", "k")
            await rig.until(lambda: not figures(rig)[1].startswith("~"), about="known answers stay known")
            assert len(rig.solver.questions) - asked <= 1


async def test_a_cursor_that_moves_on_drops_what_was_asked_and_a_held_key_asks_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine takes longer for a key than a held one repeats.
    monkeypatch.setattr(detail, "SETTLE_SECONDS", 2.0)
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await with_prices(rig)
            await rig.until(lambda: rig.solver.questions[-1].account is not None)
            asked, number = len(rig.solver.questions), latest(rig)
            await rig.press(*["j"] * 12)
            assert number in rig.solver.dropped
            await rig.until(lambda: len(rig.solver.questions) > asked)
            await rig.pilot.pause(0.3)
            assert len(rig.solver.questions) == asked + 1
            assert rig.solver.questions[-1].account == rig.screen.accounts.body.key


async def test_figures_that_come_later_write_no_reason_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    rows = detail.account_rows

    def counted(view: Any, key: str, *rest: Any, **options: Any) -> Sequence[Row]:
        written.append(key)
        return rows(view, key, *rest, **options)

    monkeypatch.setattr(detail, "account_rows", counted)
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await with_prices(rig)
            await rig.until(lambda: rig.solver.questions[-1].account is not None)
            before = len(written)
            for base in (80.0, 81.0, 82.0):
                account = str(rig.solver.questions[-1].account)
                rig.solver.on_event(found(latest(rig), account, base, {"C-001": base + 3.0, "C-002": base}))
            await rig.until(lambda: sum(not one.startswith("~") for one in figures(rig)) > 1)
            assert len(written) == before


async def test_nothing_is_asked_during_a_solve_and_its_proof_makes_the_present_csm_cost_nothing(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await with_prices(rig)
            await rig.press("S")
            await rig.until(lambda: rig.solver.jobs)
            asked = len(rig.solver.questions)
            await rig.press("j", "j")
            await rig.pilot.pause(0.4)
            assert len(rig.solver.questions) == asked
            points = planner.card.points
            certificate = prices_of(planner.problem).to_record()
            rig.solver.on_event(
                Finished(
                    id=len(rig.solver.jobs), status="optimal", moves={}, points=points, bound=points, gap=0.0,
                    improvement_gap=0.0, points_baseline=points, seconds=1.0, cpu_seconds=1.0, seed=1,
                    certificate=certificate,
                )
            )  # fmt: skip
            await rig.until(lambda: len(rig.solver.questions) > asked, about="asked again after the solve")
            here = next(line for line in rig.screen.detail.body.text.splitlines() if " here " in line)
            assert here.split("here")[1].split()[:2] == ["0", "0"]


async def test_the_picker_shows_them_and_keeps_its_order(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, (80, 24)) as rig:
            rig.app.solving.warm()
            await rig.press("p")
            await rig.dialog()
            picker = rig.app.screen
            assert isinstance(picker, Picker)
            names = [line[:20] for line in rig.text.splitlines()]
            assert "~" not in rig.text
            await rig.until(lambda: rig.solver.questions)
            certificate = prices_of(planner.problem).to_record()
            rig.solver.on_event(Prices(latest(rig), certificate))
            await rig.until(lambda: "~" in rig.text)
            assert [line[:20] for line in rig.text.splitlines()] == names
            assert "Adapting" in rig.text


async def test_the_picker_for_marked_accounts_says_what_prices_prove_for_all_of_them(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, (120, 40)) as rig:
            await with_prices(rig)
            await rig.pilot.resize_terminal(80, 24)
            await rig.press("2", "p")
            await rig.dialog()
            assert "esc cancels  " in rig.text
            assert "fewer is better; adapting: others move" in rig.text
            await rig.press("escape")
            await rig.until(lambda: not rig.app.over_home)
            await rig.press("space", "space", "p")
            await rig.dialog()
            assert "esc cancels" in rig.text
            assert "fewer is better; ~ by prices, for several" in rig.text
            picker = rig.app.screen
            assert isinstance(picker, Picker)
            adapting = [getattr(one, "text", one) for one in (picker.cells(str(j))[3] for j in range(8))]
            assert any(one.startswith("~+") for one in adapting)
            assert all(one.startswith("~") or one == "0" for one in adapting if one)


def test_figures_say_whether_they_are_rough() -> None:
    known = Adapting(np.array([0.31, 0.0, -1.25]), np.array([False, True, True]), np.array([0.25, 0.0, 0.0]))
    assert [known.words(csm) for csm in range(3)] == ["~+0.3", "0", "−1.2"]
    assert [known.proven(csm) for csm in range(3)] == ["+0.2", "", ""]


def test_what_is_not_proven_is_not_said(tmp_path: Path) -> None:
    asked: list[Question] = []

    def ask(_portfolio: Portfolio, question: Question) -> int:
        asked.append(question)
        return len(asked)

    with opened(tmp_path) as planner:
        view = View.of(planner, Table(planner.portfolio), "plan", None)
        account = planner.portfolio.accounts[0].id
        here = int(view.assignment[0])
        ids = [one.id for one in planner.portfolio.csms]
        ranking = rank(view, [0])
        highest = max(one.points for one in ranking)
        hover = Hover(ask, lambda _: None, lambda: None)
        hover.want(view, account)
        hover.heard(Prices(1, prices_of(planner.problem).to_record()))
        points = dict.fromkeys(ids, 80.0 + highest) | {ids[here]: 80.0}
        # Nothing of the first, nothing beyond the plan at hand of the second, something of the others.
        first, second, *others = (j for j in range(len(ids)) if j != here and view.problem.eligible[0, j])
        least = {one: 80.5 for one in ids if one != ids[first]} | {ids[second]: 79.0}
        hover.heard(Probed(1, account, 80.0, points, least, [], last=True))
        adapting = hover.costs(view, [0], ranking)
        assert adapting is not None
        said = {one["csm"]: one["at_least"] for one in record(planner, ranking, adapting)}
        assert said[ids[first]] is said[ids[second]] is None
        assert adapting.proven(first) == adapting.proven(second) == ""
        assert any(said[ids[j]] for j in others)


def test_a_child_that_is_not_there_is_not_asked_for_anything(tmp_path: Path) -> None:
    asked: list[Question] = []
    with opened(tmp_path) as planner:
        hover = Hover(lambda _portfolio, question: asked.append(question), lambda _: None, lambda: None)
        hover.heard(Answered(1))
        hover.leave()
        hover.recall(planner)
        assert not asked
    heard: SimpleQueue[Event] = SimpleQueue()
    with Solver(heard.put) as solver:
        number = solver.ask(Question(policy=Policy()))
        assert heard.get(timeout=PATIENCE) == Answered(number)
        assert solver._loop._child.process is None


# The real child


@pytest.fixture(scope="module")
def real() -> Iterator[tuple[Solver, SimpleQueue[Event]]]:
    heard: SimpleQueue[Event] = SimpleQueue()
    with Solver(heard.put) as solver:
        solver.warm()
        solver.load(sample(150, 8, 1))
        yield solver, heard


def answers(heard: SimpleQueue[Event], number: int) -> list[Event]:
    """What was heard up to the end of a question."""
    found: list[Event] = []
    while not found or found[-1] != Answered(number):
        found.append(heard.get(timeout=PATIENCE))
    return found


def test_the_child_makes_prices_and_probes(real: tuple[Solver, SimpleQueue[Event]]) -> None:
    solver, heard = real
    decisions = Decisions([Pin(account="A-00003", csm="C-002")])
    question = Question(policy=Policy(), decisions=decisions, account="A-00003", here="C-002", seconds=20.0)
    found = answers(heard, solver.ask(question))
    probed = [one for one in found if isinstance(one, Probed)]
    assert any(isinstance(one, Prices) for one in found)
    assert [one.last for one in probed] == [False] * (len(probed) - 1) + [True]
    assert len(probed[-1].reached) == 8
    assert min(probed[-1].reached.values()) < probed[-1].reached["C-002"], "the pin costs something"
    assert len(probed[-1].least) >= 4
    assert all(points <= probed[-1].reached[csm] for csm, points in probed[-1].least.items())


def test_the_newest_question_is_answered(real: tuple[Solver, SimpleQueue[Event]]) -> None:
    solver, heard = real
    many = [solver.ask(Question(policy=Policy(), account=f"A-{at:05}", seconds=20.0)) for at in range(1, 40)]
    found = answers(heard, many[-1])
    ended = [one.id for one in found if isinstance(one, Answered)]
    assert ended == many
    probed = [one for one in found if isinstance(one, Probed)]
    assert probed[-1].account == "A-00039"


def test_a_solve_does_not_wait_for_probes(real: tuple[Solver, SimpleQueue[Event]]) -> None:
    solver, heard = real
    number = solver.ask(Question(policy=Policy(), account="A-00010", most=8, seconds=60.0))
    solve = solver.solve(Job(policy=Policy(), gap=0.05))
    found: list[Event] = []
    while not isinstance(found[-1] if found else None, Finished):
        found.append(heard.get(timeout=PATIENCE))
    order = [one for one in found if isinstance(one, Answered | Started)]
    assert order[0] == Answered(number)
    assert isinstance(order[1], Started)
    assert order[1].id == solve
    assert not [one for one in found if isinstance(one, Probed) and one.id != number]


def test_nothing_is_left_after_quitting_in_the_middle_of_a_question() -> None:
    before = workers()
    heard: SimpleQueue[Event] = SimpleQueue()
    solver = Solver(heard.put)
    solver.warm()
    solver.load(sample(600, 20, 1))
    while not isinstance(heard.get(timeout=PATIENCE), Ready):
        pass
    solver.ask(Question(policy=Policy(), account="A-00001", most=20, seconds=60.0))
    began = time.monotonic()
    solver.close()
    assert time.monotonic() - began < 20
    wait_for(lambda: workers() == before)


def workers() -> set[int]:
    """The solver's processes that this one has started."""
    found = set()
    for one in psutil.Process(os.getpid()).children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            if "bookshift_model.worker" in " ".join(one.cmdline()):
                found.add(one.pid)
    return found
