"""What a sweep shall vary: a few that planners ask for, or one's own words."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from bookshift.screens.choose import Choice, Choose
from bookshift.screens.confirm import Confirm
from bookshift.screens.prompt import Prompt
from bookshift.sweeps import MOST, axes_of
from bookshift.text import count, sentence
from bookshift_model.policy import PolicyError
from bookshift_model.sweep.axes import SweepError, combinations

if TYPE_CHECKING:
    from textual.app import App

    from bookshift.planner import Planner
    from bookshift_model.policy import Policy

_OWN: Final = "own"
_ASKED_FROM: Final = 100
"""A sweep of so many scenarios is begun only after a yes."""
_QUESTION: Final = "What shall vary, KEY=VALUES?"
_HINT: Final = "such as continuity=0..80/5 arr_band.mode=hard,off leaves=any; blanks between them"


def offers(policy: Policy) -> dict[str, tuple[Choice, tuple[str, ...]]]:
    """By key: what is offered under a policy, and what it varies."""
    weights = tuple(
        f"{goal}={weight / 2:g},{weight:g},{2 * weight:g}"
        for goal, weight in policy.weights.items()
        if weight
    )
    limit = int(policy.rules["max_accounts"].model_dump()["limit"])
    span = f"{max(1, limit - 5)}..{limit + 5}"
    found = {
        "moves": ("Fewer or more moves", "the weight of continuity, 0 to 160", ("continuity=0..160/33",)),
        "weights": ("Every goal's weight", "half, as it is, double: all combinations", weights),
        "accounts": (
            "Accounts that a CSM may have",
            f"{span.replace('..', ' to ')}, as a hard rule",
            ("max_accounts.mode=hard", f"max_accounts.limit={span}"),
        ),
        "leaves": (
            "Somebody leaves",
            "one CSM after the other, by the accounts left behind",
            ("leaves=any",),
        ),
        "joins": ("Somebody joins", "a new hire with the profile of each CSM", ("joins=any",)),
    }
    return {key: (Choice(key, name, says), vary) for key, (name, says, vary) in found.items()}


async def asked_for(app: App[object], planner: Planner) -> tuple[str, ...]:
    """Ask what varies; nothing where it was left."""
    known = offers(planner.state.policy)
    choices = [choice for choice, _ in known.values()]
    own = Choice(_OWN, "Something else …", "goals, settings of rules, who leaves or joins")
    picked = await app.push_screen_wait(Choose("What shall vary?", [*choices, own]))
    if picked is None:
        return ()
    if picked != _OWN:
        vary = known[picked][1]
        try:
            axes = await asyncio.to_thread(axes_of, planner, vary)
        except (SweepError, PolicyError):
            return vary  # the sweep says why
        return vary if await _wanted(app, combinations(axes)) else ()
    text = ""
    says: tuple[str, ...] = ()
    while True:
        answer = await app.push_screen_wait(Prompt(_QUESTION, _HINT, text, says=says))
        if not answer:
            return ()
        text = answer
        # An id may hold blanks: the next axis begins where a blank is followed by KEY=.
        vary = tuple(re.split(r"\s+(?=[a-z_.]+=)", text.strip()))
        try:
            axes = await asyncio.to_thread(axes_of, planner, vary)
        except (SweepError, PolicyError) as error:
            says = (sentence(error),)
        else:
            return vary if await _wanted(app, combinations(axes)) else ()


async def _wanted(app: App[object], spanned: int) -> bool:
    """Whether so many scenarios are to be solved: asked where that takes longer than people wait."""
    if spanned < _ASKED_FROM:
        return True
    some = f", drawn from {count(spanned)} combinations" if spanned > MOST else ""
    lines = [
        f"{count(min(spanned, MOST))} scenarios{some}, each solved by itself.",
        "How long that takes is said once the first are solved; ctrl+c stops it and keeps what is done.",
    ]
    return await app.push_screen_wait(Confirm("Solve so many?", lines, "starts the sweep")) is True
