"""Every key of the Plan screen does what it says, or says why it can do nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from plan_rig import Rig, opened, running

from bookshift.widgets.statusline import Line

Check = tuple[str, Callable[[Rig], bool]]


def active(pane: str) -> Callable[[Rig], bool]:
    return lambda rig: rig.screen.active_pane.id == pane


# Keys pressed one after the other, each with what must then be so; a list begins on a screen just opened.
CHECKS: dict[str, list[Check]] = {
    "panes": [
        ("1", active("books")),
        ("2", active("accounts")),
        ("g b", active("books")),
        ("g a", active("accounts")),
        ("3", active("detail")),
        ("2 tab", active("detail")),
        ("2 shift+tab", active("books")),
        ("2 enter", active("detail")),
        ("4", active("diff")),
        ("2 g d", active("diff")),
        ("2 L", active("diff")),
        ("1 enter", active("accounts")),
        ("w", lambda rig: rig.screen.active_pane.id == "detail" and rig.screen.detail.expanded),
    ],
    "zoom": [
        ("plus", lambda rig: [p.id for p in rig.screen._panes() if p.display] == ["accounts"]),
        ("escape", lambda rig: rig.screen.has_class("-two")),
    ],
    "rows": [
        ("j", lambda rig: rig.screen.accounts.body.position == "2/150"),
        ("j k", lambda rig: rig.screen.accounts.body.position == "2/150"),
        ("G", lambda rig: rig.screen.accounts.body.position == "150/150"),
        ("g g", lambda rig: rig.screen.accounts.body.position == "1/150"),
        ("pagedown", lambda rig: rig.screen.accounts.body.position != "1/150"),
        ("pageup", lambda rig: rig.screen.accounts.body.position == "1/150"),
        ("ctrl+d", lambda rig: rig.screen.accounts.body.position != "1/150"),
        ("ctrl+u", lambda rig: rig.screen.accounts.body.position == "1/150"),
        ("s", lambda rig: rig.screen.accounts.sort == ("name", False)),
        ("s", lambda rig: rig.screen.accounts.sort == ("name", True)),
        ("l", lambda rig: rig.screen.accounts.body.column.key == "held"),
        ("l h", lambda rig: rig.screen.accounts.body.column.key == "held"),
    ],
    "marks": [
        ("space", lambda rig: len(rig.screen.accounts.body.marks) == 1),
        ("escape", lambda rig: not rig.screen.accounts.body.marks),
        ("g g v G v", lambda rig: len(rig.screen.accounts.body.marks) == 150),
    ],
    "what is shown": [
        ("b", lambda rig: "TODAY" in rig.text.splitlines()[0]),
        ("b", lambda rig: "TODAY" not in rig.text.splitlines()[0]),
        ("a", lambda rig: "no plan of the solver" in rig.message),
        ("escape r", lambda rig: "no plan of the solver" in rig.message),
        ("escape i", lambda rig: "no plan of the solver yet" in rig.message),
        ("n", lambda rig: "There is no filter" in rig.message),
        ("ctrl+c", lambda rig: "press ctrl+c again to quit" in rig.message),
        ("ctrl+l", lambda rig: "Try what is shown" in rig.text),
        ("1 j", lambda rig: rig.screen.accounts.book == rig.planner.portfolio.csms[0].id),
    ],
}


async def test_keys(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        dataset = planner.scenario.dataset_id
        async with running(planner) as rig:
            for name, checks in CHECKS.items():
                # A scenario of its own each: where a person looked in another does not carry over.
                fresh = planner.workspace.create_scenario(f"Try {name}", dataset, planner.state.policy)
                planner.open(fresh.id)
                await rig.app.open_plan(planner)
                await rig.until(lambda: rig.ready)
                for keys, is_so in checks:
                    await rig.press(*keys.split())
                    await rig.until(partial(is_so, rig), about=f"{name}: {keys}")


@pytest.mark.parametrize("keys", ["q", "ctrl+c ctrl+c"])
async def test_quit(tmp_path: Path, keys: str) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press(*keys.split())
            await rig.until(lambda: not rig.app.is_running)


async def test_keys_that_can_do_nothing_say_why(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            for keys, said in (
                ("3 enter", "This is the detail already"),
                ("3 space", "Only rows of a list can be marked"),
                ("3 s", "Books and accounts can be sorted"),
                ("4 R", "There is no account here"),
                ("4 p", "There is no account here"),
                ("1 plus t", "No account is in sight"),
            ):
                await rig.press(*keys.split())
                await rig.until(lambda wanted=said: wanted in rig.message, about=keys)
                await rig.press("escape")
            await rig.press("g", "p")
            await rig.until(lambda: "Policy:" in rig.text)
            await rig.press("g", "g", "plus")
            await rig.until(lambda: "That changes nothing on this line" in rig.text)
            await rig.press("ctrl+c")
            await rig.until(lambda: "press ctrl+c again to quit" in rig.text, about="on the open screen")


async def test_a_zoomed_pane_says_how_much_of_it_is_in_sight(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("3", "w")
            pane = rig.screen.detail
            await rig.until(lambda: re.search(r"1–\d+/\d+", pane.title_parts()[1]))
            small = pane.body.size.height
            await rig.press("plus")
            await rig.until(lambda: pane.body.size.height > small)
            lines = pane.body.length
            shown = f"1–{pane.body.size.height}/{lines}" if lines > pane.body.size.height else ""
            await rig.until(lambda: pane.query_one(".title", Line)._right == shown, about=shown)
