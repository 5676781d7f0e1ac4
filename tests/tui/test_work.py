"""How much work a start and a key take, counted: what is loaded, which rows and lines are written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from plan_rig import opened, running
from term import Terminal
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input

from bookshift.bindings import textual_keymap, user_keys
from bookshift.panes import accounts, sheet
from bookshift.panes.accounts import AccountRows
from bookshift.panes.query import Term
from bookshift.panes.sheet import Row, Sheet, Span, row
from bookshift.panes.view import View
from bookshift.screens.picker import Picker
from bookshift.widgets.grid import Cell, ListRows
from bookshift.widgets.statusline import HeaderLine
from bookshift_model.sample import sample

UNWANTED = {"highspy", "numba", "pandas", "pyomo", "scipy", "tomlkit", "typer", "bookshift.imports"}
RUN = """
import sys
from bookshift.cli import main
try:
    main()
finally:
    open(LOADED, "w").write(" ".join(sys.modules))
"""


def test_a_start_loads_nothing_that_the_plan_screen_does_not_need(tmp_path: Path) -> None:
    loaded = tmp_path / "loaded"
    places = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "STATE", "CONFIG", "CACHE")}
    program = f"LOADED = {str(loaded)!r}\n{RUN}"
    # The first start reads the sample's files.
    for _ in range(2):
        with Terminal([sys.executable, "-c", program, "demo"], columns=120, rows=40, env=places) as terminal:
            terminal.wait_for("? help")
            terminal.press("j", "q")
            terminal.wait_exit()
    seen = set(loaded.read_text().split())
    assert "bookshift.screens.plan" in seen
    assert not UNWANTED & seen


async def test_rows_out_of_sight_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    cells = AccountRows.cells

    def counted(self: AccountRows, index: int) -> list[Cell | str]:
        written.append(index)
        return cells(self, index)

    monkeypatch.setattr(AccountRows, "cells", counted)
    with opened(tmp_path, sample(1_500, 12, 1)) as planner:
        async with running(planner) as rig:
            height = rig.screen.accounts.body.size.height
            await rig.press("2", "G", "s")
            await rig.settled()
            assert len(rig.screen.accounts.body.rows) == 1_500
            assert len(written) < 12 * height


async def test_a_dialog_is_painted_once_and_nothing_below_it_is_arranged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[Screen[Any]] = []
    arranged: list[Screen[Any]] = []
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            # At rest: the detail follows the cursor a moment later, and arranges the screen once more.
            await rig.until(lambda: rig.screen.detail.body.text and not rig.app._working())
            await rig.pilot.pause(0.1)
            paint, reflow = rig.app._display, Compositor.reflow

            def display(screen: Screen[Any], update: Any) -> None:
                # Several turns of one picture are sent together.
                painted.extend([screen] * (not rig.app.unfinished))
                paint(screen, update)

            def arrange(self: Compositor, screen: Screen[Any], size: Size) -> Any:
                arranged.append(screen)
                return reflow(self, screen, size)

            monkeypatch.setattr(rig.app, "_display", display)
            monkeypatch.setattr(Compositor, "reflow", arrange)
            below = rig.text.splitlines()[0]
            await rig.press("p")
            await rig.dialog()
            await rig.until(lambda: "Enter picks" in rig.text)
            assert isinstance(rig.app.screen, Picker)
            assert rig.screen not in arranged
            assert rig.screen not in painted
            assert 0 < len(painted) <= 3
            assert rig.text.splitlines()[0] == below
            rig.screen.query_one(HeaderLine).put_facts(["Something else"])
            await rig.until(lambda: rig.text.startswith(" Something else"), about="what changes below shows")


async def test_a_filter_looks_through_the_accounts_once_and_the_keys_are_back_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    matches = accounts.matches

    def counted(view: View, terms: Sequence[Term]) -> Any:
        searched.extend(term.value for term in terms)
        return matches(view, terms)

    monkeypatch.setattr(accounts, "matches", counted)
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("/")
            assert isinstance(rig.screen.focused, Input)
            assert rig.screen._look_for("bank")
            assert searched == ["bank"]
            rig.screen.stop_finding()
            assert rig.screen.focused is rig.screen.accounts.body


async def test_an_account_is_found_where_it_is_shown(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            rig.screen.accounts.look_for("health>60")
            rows = rig.screen.accounts.body.rows
            shown = [rows.key(place) for place in range(len(rows))]
            assert 0 < len(shown) < 150
            assert [rows.find(key) for key in shown] == list(range(len(shown)))
            hidden = {account.id for account in planner.portfolio.accounts} - set(shown)
            assert {rows.find(key) for key in (*hidden, "nobody's")} == {None}


def test_a_key_is_found_in_a_list() -> None:
    rows = ListRows(["b", "a"], lambda _: ())
    assert [rows.find(key) for key in "abc"] == [1, 0, None]


class Lines(App[None]):
    """A sheet of many lines, of which each is cut."""

    def compose(self) -> ComposeResult:
        yield Sheet()


async def test_lines_out_of_sight_are_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    cut = sheet._cut

    def counted(spans: Sequence[Span], room: int) -> list[Span]:
        done.append(spans)
        return cut(spans, room)

    monkeypatch.setattr(sheet, "_cut", counted)
    app = Lines()
    async with app.run_test(size=(40, 10)) as pilot:
        lines: list[Row] = [row(f"line {number} " + "x" * 60, hang=-1) for number in range(1_000)]
        app.query_one(Sheet).show(lines)
        await pilot.pause()
        app.query_one(Sheet).action_bottom()
        await pilot.pause()
        assert app.query_one(Sheet).position == "991–1000/1000"
        assert len(done) < 100


def test_only_keys_of_ones_own_are_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('"pane.zoom" = ["z"]\n')
    assert textual_keymap(user_keys(tmp_path / "none.toml")[0]) == {}
    assert textual_keymap(user_keys(tmp_path / "keys.toml")[0]) == {"pane.zoom": "z"}


async def test_what_the_panes_show_is_never_written_out_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            assert len(repr(rig.screen.view)) < 200


async def test_what_changes_while_a_picture_waits_for_its_turn_is_painted_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.pilot.pause(0.1)
            screen, body = rig.screen, rig.screen.detail.body
            drawn: list[str] = []
            draw = Sheet.render_line

            def noted(self: Sheet, y: int) -> Strip:
                drawn.append(self.text)
                return draw(self, y)

            monkeypatch.setattr(Sheet, "render_line", noted)
            body.show([row("changed meanwhile")])
            screen._dirty_widgets.add(body)
            screen._paint()
            while screen._painting is not None:
                screen._paint()
            assert drawn
            assert set(drawn) == {"changed meanwhile"}
