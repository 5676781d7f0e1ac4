"""A kill at any moment loses nothing that the screen showed as done."""

from __future__ import annotations

import os
import random
import re
import signal
from typing import TYPE_CHECKING, Final

from outside import (
    Session,
    Step,
    assert_gone,
    assert_sound,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


KILLS: Final = int(os.environ.get("E2E_KILLS", "12"))


SEED: Final = int(os.environ.get("E2E_SEED", "1"))


def depth_of(steps: list[Step]) -> tuple[int, int]:
    """How many changes can be undone and done again after these steps."""
    done = undone = 0
    for step in steps:
        if step.kind == "do":
            done, undone = done + 1, 0
        else:
            by = 1 if step.kind == "redo" else -1
            done, undone = done + by, undone - by
    return done, undone


class Planner:
    """Somebody at the keys who decides at random, and notes what the screen showed as done."""

    def __init__(self, session: Session, rng: random.Random, known: list[Step]) -> None:
        self.session, self.rng = session, rng
        self.shown = list(known)

    def plan_action(self) -> tuple[str, list[tuple[str, str]]]:
        """A kind of step, and its keys, each with what the screen shows before the next is pressed."""
        done, undone = depth_of(self.shown)
        choices = ["pin", "lock", "pin", "lock"] + ["undo"] * bool(done) + ["redo"] * bool(undone)
        kind = self.rng.choice(choices)
        if kind == "undo":
            return "undo", [("u", "")]
        if kind == "redo":
            return "redo", [("U", "")]
        away = [("j", "")] * self.rng.randrange(1, 4)
        # A reason of its own makes each decision a change.
        reason = f"reason {self.rng.randrange(10**6)}"
        if kind == "lock":
            # Unlocks where it is locked already, without a question.
            return "do", [*away, ("t", "Why lock|released|!"), (reason, reason), ("enter", "")]
        down = [("down", "")] * self.rng.randrange(3)
        asked = ("p", "Enter picks|release it first")
        pick = [asked, *down, ("enter", "Why pin"), (reason, reason), ("enter", "")]
        return "do", [*away, *pick]

    def act(self, *, stop_at: int | None = None) -> str | None:
        """Do something and note it once it shows; `stop_at` says after which key to leave it."""
        session = self.session
        session.hush()
        kind, keys = self.plan_action()
        before = session.depth
        for index, (key, expected) in enumerate(keys):
            session.press(key) if len(key) == 1 or key in {"enter", "down"} else session.type(key)
            if index == stop_at:
                return kind
            if expected:
                session.wait_for(re.compile(expected))
            if session.message.startswith(("released", "!")):
                break
        if session.message.startswith("!"):
            return None
        step = {"do": 1, "redo": 1, "undo": -1}[kind]
        session.wait_depth(before + step)
        session.wait_until(lambda: session.message, "a message")
        label = session.message.removeprefix("undone: ").removeprefix("done again: ")
        self.shown.append(Step(kind, label))
        return None


def test_a_kill_at_any_moment_loses_nothing_that_was_shown(
    small: Path, history: Callable[[Path], list[Step]]
) -> None:
    rng = random.Random(SEED)
    known: list[Step] = []
    for _ in range(KILLS):
        with Session("open", small) as session:
            session.wait_ready()
            session.wait_depth(depth_of(known)[0])
            planner = Planner(session, rng, known)
            for _ in range(rng.randrange(3)):
                planner.act()
            in_flight = planner.act(stop_at=rng.randrange(8))
            session.kill(signal.SIGKILL)
            session.process.wait()
            assert_gone(session.mark)
        now = history(small)
        assert now[: len(planner.shown)] == planner.shown
        unseen = now[len(planner.shown) :]
        assert [one.kind for one in unseen] in ([], [in_flight])
        known = now
    assert len(known) >= KILLS
    assert_sound(small)
