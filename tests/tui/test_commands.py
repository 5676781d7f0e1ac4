"""The table of commands is sound, every command does something, and help and palette come from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from plan_rig import opened, running

from bookshift.app import BookshiftApp
from bookshift.bindings import bindings, chords, hints, user_keys
from bookshift.commands import COMMANDS, Command
from bookshift.keys import check_keymap
from bookshift.screens.help import help_rows
from bookshift.screens.palette import Palette
from bookshift.screens.plan import PlanScreen


def test_the_shipped_keys_are_safe_distinct_and_explained() -> None:
    assert check_keymap(COMMANDS) == []


HOMES = {"app": BookshiftApp, "plan": PlanScreen, "grid": PlanScreen}
OURS = [one for one in COMMANDS if one.context in HOMES]


@pytest.mark.parametrize("command", OURS, ids=lambda command: command.id)
def test_every_command_has_an_action(command: Command) -> None:
    assert callable(getattr(HOMES[command.context], f"action_{command.action}", None))


def test_every_key_is_bound_or_begins_a_sequence() -> None:
    keys, problems = user_keys()
    assert not problems
    bound = {binding.id for binding in bindings("app", "plan", "grid")}
    sequences = {action.removeprefix("app.") for action, _ in chords(keys, "app", "plan", "grid").values()}
    assert {one.id for one in OURS if one.id not in bound and one.action not in sequences} == set()


def test_help_names_every_command_with_its_keys_and_finds_by_word() -> None:
    keys, _ = user_keys()
    text = "\n".join("".join(span.text for span in row.spans) for row in help_rows(keys))
    assert all(one.help in text for one in COMMANDS)
    assert "ctrl+c" in text
    found = "\n".join("".join(span.text for span in row.spans) for row in help_rows(keys, "forbid"))
    assert "Forbid a CSM" in found
    assert "zoom" not in found


def test_keys_of_the_users_own_are_taken_and_faults_are_named_with_their_line(tmp_path: Path) -> None:
    own = tmp_path / "keys.toml"
    own.write_text('pin = "P"\nquit = []\nnonsense = "x"\n', encoding="utf-8")
    keys, problems = user_keys(own)
    assert keys["pin"] == ("P",)
    assert keys["quit"] == ("q",)
    assert [problem.split(":")[1].strip() for problem in problems] == ["line 2", "line 3"]
    assert hints(keys, ["pin"]) == [("P", "pin")]


async def test_keys_of_the_users_own_work_on_the_screen(tmp_path: Path, home: Path) -> None:
    config = home / ".config" / "bookshift"
    config.mkdir(parents=True)
    (config / "keys.toml").write_text('"pane.zoom" = ["Z"]\nlosers = "g z"\n', encoding="utf-8")
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("Z")
            assert rig.screen.has_class("-one")
            await rig.press("plus")
            assert rig.screen.has_class("-one")
            await rig.press("g", "z")
            assert rig.screen.active_pane.id == "diff"


async def test_the_palette_runs_a_command_by_a_part_of_its_name(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("colon")
            await rig.dialog()
            await rig.type("zoom")
            await rig.until(lambda: "Give one pane" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: rig.screen.has_class("-one"))


async def test_help_opens_over_the_screen_and_escape_closes_it(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("question_mark")
            await rig.dialog()
            assert "type to find a command" in rig.text
            await rig.type("undo")
            await rig.until(lambda: "Take back the latest change" in rig.text and "Pin the" not in rig.text)
            await rig.press("escape")
            await rig.until(lambda: not rig.app.over_home)


def test_the_first_paint_loads_no_solver_and_no_data_frames() -> None:
    program = (
        "import sys, bookshift.app\n"
        "loaded = {'pyomo', 'pandas', 'numba', 'highspy', 'scipy', 'typer'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(loaded)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_the_palette_takes_every_key_also_where_it_has_no_room(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, (60, 14)) as rig:
            await rig.press("colon")
            await rig.until(lambda: isinstance(rig.app.screen, Palette))
            for height in (2, 5, 14):
                await rig.pilot.resize_terminal(60, height)
                await rig.press("m", "pagedown", "down", "pageup", "ctrl+home")
            await rig.press("escape")
            await rig.until(lambda: rig.ready)
