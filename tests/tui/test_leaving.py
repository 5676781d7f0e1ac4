"""Leaving: a screen that is dismissed twice closes once, and nothing that was seen or found is lost."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from plan_rig import PATIENCE, opened, running
from textual.css.query import NoMatches
from textual.events import Key

from bookshift import log, solving
from bookshift.screens.plan import PlanScreen
from bookshift.screens.policy import PolicyScreen
from bookshift.screens.prompt import Prompt
from bookshift_io.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_screen_answers_once_and_closes_once(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            answers: list[str | None] = []
            prompt = Prompt("What?")
            await rig.app.push_screen(prompt, answers.append)
            prompt.dismiss("first")
            prompt.dismiss("second")
            await rig.until(lambda: answers)
            await rig.settled()
            assert answers == ["first"]
            assert isinstance(rig.app.screen, PlanScreen)


async def test_a_screen_that_is_dismissed_from_below_takes_along_what_is_over_it(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            answers: list[tuple[str, str | None]] = []
            below, above = Prompt("Below?"), Prompt("Above?")
            await rig.app.push_screen(below, lambda answer: answers.append(("below", answer)))
            await rig.app.push_screen(above, lambda answer: answers.append(("above", answer)))
            below.dismiss("done")
            above.dismiss("late")
            await rig.until(lambda: len(answers) == 2)
            assert sorted(answers, key=str) == [("above", None), ("below", "done")]
            assert isinstance(rig.app.screen, PlanScreen)


@pytest.mark.parametrize("quit_", ["q", "ctrl+c ctrl+c"])
async def test_where_one_looked_last_is_kept_by_quitting_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quit_: str
) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first = rig.screen.accounts.body.key
            # No look around comes between, as it might on a slow machine.
            monkeypatch.setattr(rig.screen, "save_view", lambda: None)
            await rig.press("j", "j", "1")
            account = rig.screen.accounts.body.key
            await rig.press(*quit_.split())
            await rig.until(lambda: not rig.app.is_running)
        kept = planner.workspace.view(planner.scenario.id)
        assert (kept["pane"], kept["account"]) == ("books", account)
        assert account != first


async def test_where_one_looked_before_never_overtakes_where_one_looked_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, last = Workspace.save_view, threading.Event()
    begun: list[object] = []
    stored: list[object] = []

    def save_the_first_late(workspace: Workspace, scenario: int, seen: dict[str, Any]) -> None:
        begun.append(seen)
        if len(begun) == 1:
            # In vain, unless the second is written beside it.
            last.wait(0.5)
        save(workspace, scenario, seen)
        stored.append(seen)
        if len(stored) == 1:
            last.set()

    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            body = rig.screen.accounts.body
            await rig.until(lambda: planner.workspace.view(planner.scenario.id).get("account") == body.key)
            monkeypatch.setattr(Workspace, "save_view", save_the_first_late)
            for at in (3, 5):
                body.jump_to(body.rows.key(at))
                rig.screen.save_view()
            await rig.until(lambda: len(stored) == 2)
        assert planner.workspace.view(planner.scenario.id)["account"] == body.rows.key(5)


async def test_the_solvers_latest_plan_is_kept_by_quitting_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "KEEP_SECONDS", 60.0)
    save, written = Workspace.save_proposal, threading.Event()

    def save_slowly(workspace: Workspace, *args: Any, **named: Any) -> None:
        save(workspace, *args, **named)
        assert written.wait(PATIENCE)

    monkeypatch.setattr(Workspace, "save_proposal", save_slowly)
    with opened(tmp_path) as planner:
        last = planner.portfolio.csms[-1].id
        others = [one.id for one in planner.portfolio.accounts if one.owner != last]
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: rig.solvers and rig.solver.jobs)
            rig.solver.started()
            rig.solver.better({others[0]: last})
            await rig.until(lambda: planner.proposal is not None)
            # The second comes while the first is being written, so its turn is a minute later.
            rig.solver.better(dict.fromkeys(others[:2], last), 65.0)
            await rig.until(lambda: rig.screen.proposal and len(rig.screen.proposal["moves"]) == 2)
            written.set()
            await rig.pilot.pause(0.1)
            assert len(planner.proposal["moves"]) == 1
            began = time.monotonic()
            await rig.press("q")
            await rig.until(lambda: not rig.app.is_running)
            assert time.monotonic() - began < 20
        assert planner.proposal is not None
        assert planner.proposal["moves"] == dict.fromkeys(others[:2], last)


async def test_quitting_does_not_wait_for_a_workspace_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:

            async def for_ever() -> None:
                await asyncio.Event().wait()

            monkeypatch.setattr(rig.screen, "keep_view", for_ever)
            began = time.monotonic()
            await rig.press("q", "p", "u")
            await rig.until(lambda: not rig.app.is_running)
            assert time.monotonic() - began < 20
            assert len(rig.app.screen_stack) <= 2


async def test_keys_that_wait_when_a_fault_ends_the_application_are_dropped(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            rig.app.run_worker(partial(asyncio.sleep, 0.3), name="busy")
            await asyncio.sleep(0)
            for key in ("j", "j"):
                await rig.app.on_event(Key(key, None))
            try:
                int("broken")
            except ValueError:
                rig.app._fatal_error()
            # Handed on, they would find no screen and be written down as a second fault.
            assert not rig.app._typed
            await rig.app.on_event(Key("j", None))
            assert not rig.app._typed
    assert log.log_path().read_text().count(" fault ") == 1


async def test_what_a_task_of_a_left_screen_found_is_no_fault(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("g", "p")
            await rig.until(lambda: isinstance(rig.app.screen, PolicyScreen))
            page = rig.app.screen

            async def show_late() -> None:
                rig.app.pop_screen()
                page.query_one("#a-line-that-is-gone")

            late = page.run_worker(show_late)
            await rig.until(lambda: late.is_finished)
            assert isinstance(late.error, NoMatches)
            await rig.press("j")
            assert rig.app.return_code in {0, None}
            assert isinstance(rig.app.screen, PlanScreen)
