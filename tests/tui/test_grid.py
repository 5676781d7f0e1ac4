"""The grid asks for what is in sight, keeps cursor and marks by key, and fits any width and name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.app import App

from bookshift.widgets.columns import Column, place
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.lines import MARK, RANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.pilot import Pilot

COLUMNS = (
    Column("name", "Account", 16, share=1, priority=0),
    Column("segment", "Seg", 4, priority=3),
    Column("arr", "ARR", 6, align="right", priority=0),
    Column("health", "Hlth", 4, align="right", priority=2),
    Column("owner", "Owner", 8),
    Column("renewal", "Renewal", 10, priority=2),
    Column("hours", "Hrs", 3, align="right", priority=4),
)
HOSTILE = (
    "Oops [/] closing",
    "ACME [EU]",
    "\x1b]52;c;eA==\x07",
    "a\u202eb",
    "表計算株式会社コンサル",
    "👨‍👩‍👧 Kids",
)


class Accounts:
    """Rows that count how often they are asked."""

    def __init__(self, keys: Sequence[str], names: Sequence[str] = ("Acme",)) -> None:
        self.keys = keys
        self.names = names
        self.asked = 0

    def __len__(self) -> int:
        return len(self.keys)

    def cells(self, index: int) -> Sequence[Cell | str]:
        self.asked += 1
        name = f"{self.names[int(self.keys[index]) % len(self.names)]} {self.keys[index]}"
        return (name, "ENT", "253k", Cell("68", "bad"), "Ada", "2026-10-22", "8")

    def key(self, index: int) -> str:
        return self.keys[index]

    def find(self, key: str) -> int | None:
        return self.keys.index(key) if key in self.keys else None


def numbered(count: int) -> list[str]:
    return [str(number) for number in range(count)]


class Bench(App[None]):
    """One grid and a place for the focus to go."""

    def __init__(self, rows: Accounts | ListRows, columns: Sequence[Column] = COLUMNS) -> None:
        super().__init__()
        self.grid = Grid(columns, rows, empty="No accounts match.")
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.grid
        yield Grid(COLUMNS, id="other")

    def on_mount(self) -> None:
        self.grid.focus()
        self.query_one("#other").styles.height = 2

    def on_grid_moved(self, message: Grid.Moved) -> None:
        self.heard.append(message.key)

    def on_grid_marked(self, message: Grid.Marked) -> None:
        self.heard.append(message.grid.marks)


async def resize(app: Bench, pilot: Pilot[None], width: int, height: int) -> None:
    """Change the size of the terminal, and wait until the grid has it and is drawn in it."""
    await pilot.resize_terminal(width, height)
    for _ in range(1_000):
        await pilot.pause()
        if app.grid.size == (width, height - 2):
            return
    raise AssertionError(f"the grid is still of {app.grid.size}")


def screen(app: App[None]) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips(app.screen.size)]


async def test_it_asks_only_for_rows_in_sight() -> None:
    rows = Accounts(numbered(50_000))
    app = Bench(rows)
    async with app.run_test(size=(120, 40)) as pilot:
        in_sight = app.grid.size.height - 1
        assert 30 < in_sight < 40
        assert rows.asked == in_sight
        for action, allowed in (
            (app.grid.action_cursor_down, 0),
            (app.grid.action_toggle_mark, 0),
            (app.grid.action_page_down, in_sight),
            (app.grid.action_bottom, in_sight),
            (app.grid.action_mark_range, 0),
            (app.grid.action_top, in_sight),
            (app.grid.action_mark_range, 0),
            (lambda: app.grid.highlight("acme"), 0),
            (lambda: app.grid.show(rows), in_sight),
        ):
            rows.asked = 0
            action()
            await pilot.pause()
            assert rows.asked <= allowed
        assert len(app.grid.marks) == 50_000


async def test_no_event_costs_more_than_its_budget_at_50000_rows() -> None:
    forwards, backwards = Accounts(numbered(50_000)), Accounts(numbered(50_000)[::-1])
    app = Bench(forwards)
    took: list[float] = []
    async with app.run_test(size=(120, 40)) as pilot:
        app.grid.action_bottom()
        for rows in (backwards, forwards) * 3:
            await pilot.pause()
            started = time.process_time()
            app.grid.show(rows, sort=("name", rows is backwards))
            took.append(time.process_time() - started)
    # The budget is 50 ms on an idle machine; the search for the key is what grows with the rows.
    assert min(took) < 0.1


async def test_the_cursor_stays_on_its_key_when_rows_change() -> None:
    app = Bench(Accounts(numbered(1000)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.grid.jump_to("500")
        app.grid.action_toggle_mark()
        assert app.grid.key == "501"
        app.grid.show(Accounts(numbered(1000)[::-1]), sort=("name", True))
        await pilot.pause()
        assert app.grid.key == "501"
        assert app.grid.marks == {"500"}
        lines = screen(app)
        assert any("›" in line and "Acme 501" in line for line in lines)  # noqa: RUF001 - the cursor's mark
        assert "Account▼" in lines[0]
        app.grid.action_cursor_down()
        await pilot.pause()
        assert any(MARK in line and "Acme 500" in line for line in screen(app))
        app.grid.action_cursor_up()
        assert app.grid.position == f"499/1,000 {MARK}1"

        app.grid.show(Accounts([key for key in numbered(1000) if key != "501"]))
        assert app.grid.key is not None
        assert not app.grid.jump_to("501")
        app.grid.show(Accounts([]))
        await pilot.pause()
        assert app.grid.key is None
        assert app.grid.selected() == []
        assert app.grid.position.startswith("0/0")
        assert any("No accounts match." in line for line in screen(app))
        app.grid.action_cursor_down()
        app.grid.action_toggle_mark()
        app.grid.action_mark_range()
        assert app.grid.marks == {"500"}


async def test_moving_says_where_and_ends_at_the_ends() -> None:
    app = Bench(Accounts(numbered(30)))
    async with app.run_test(size=(80, 12)) as pilot:
        app.grid.action_cursor_up()
        await pilot.pause()
        assert app.heard == []
        app.grid.action_bottom()
        await pilot.pause()
        assert app.heard == ["29"]
        app.grid.action_cursor_down()
        app.grid.action_page_up()
        await pilot.pause()
        assert app.grid.key == str(29 - (app.grid.size.height - 1))
        app.grid.action_half_up()
        app.grid.action_half_down()
        app.grid.action_top()
        assert app.grid.key == "0"


async def test_many_moves_make_one_message() -> None:
    app = Bench(Accounts(numbered(30)))
    async with app.run_test(size=(80, 12)) as pilot:
        app.heard.clear()
        for _ in range(20):
            app.grid.action_cursor_down()
        await pilot.pause()
        assert app.heard[-1] == "20"
        assert len(app.heard) < 20


async def test_marks_and_ranges() -> None:
    app = Bench(Accounts(numbered(30)))
    grid = app.grid
    async with app.run_test(size=(80, 24)) as pilot:
        assert grid.selected() == ["0"]
        grid.action_cursor_down()
        grid.action_mark_range()
        grid.action_cursor_down()
        grid.action_cursor_down()
        await pilot.pause()
        assert sum(RANGE in line for line in screen(app)) == 3
        assert grid.marks == frozenset()
        grid.action_mark_range()
        await pilot.pause()
        assert grid.selected() == ["1", "2", "3"]
        assert sum(MARK in line for line in screen(app)) == 3
        grid.action_mark_range()
        assert grid.clear()
        assert grid.marks == {"1", "2", "3"}
        # Marks on rows filtered away are kept, and no command acts on what is not shown.
        grid.show(Accounts(["3", "4"]))
        assert grid.selected() == ["3"]
        assert grid.marks == {"1", "2", "3"}
        assert grid.clear()
        assert not grid.clear()


@pytest.mark.parametrize("width", [20, 41, 60, 80, 120, 200])
async def test_every_line_of_hostile_names_is_exactly_as_wide_as_the_grid(width: int) -> None:
    app = Bench(Accounts(numbered(60), HOSTILE))
    async with app.run_test(size=(width, 24)) as pilot:
        app.grid.highlight("kids")
        await pilot.pause()
        for y in range(app.grid.size.height):
            line = app.grid.render_line(y)
            assert cell_len(line.text) == app.grid.size.width
            assert line.text.isprintable()
        assert any("[EU]" in line or "AC" in line for line in screen(app))


async def test_columns_leave_by_priority_and_return_when_chosen() -> None:
    app = Bench(Accounts(numbered(5)), [Column("name", "Account", 26, share=1, priority=0), *COLUMNS[1:]])
    async with app.run_test(size=(120, 12)) as pilot:
        assert screen(app)[0].split() == ["Account", "Seg", "ARR", "Hlth", "Owner", "Renewal", "Hrs"]
        await resize(app, pilot, 69, 12)
        assert screen(app)[0].split() == ["Account", "Seg", "ARR", "Hlth", "Owner", "Renewal", "Hrs"]
        await resize(app, pilot, 68, 12)
        assert screen(app)[0].split() == ["Account", "Seg", "ARR", "Hlth", "Owner", "Renewal"]
        for _ in range(9):
            app.grid.action_column_right()
        await pilot.pause()
        assert app.grid.column.key == "hours"
        assert screen(app)[0].split() == ["Account", "ARR", "Hlth", "Owner", "Renewal", "Hrs"]
        await resize(app, pilot, 50, 12)
        assert screen(app)[0].split() == ["Account", "Hrs"]
        for _ in range(9):
            app.grid.action_column_left()
        await pilot.pause()
        assert screen(app)[0].split() == ["Account", "ARR"]


async def test_resize_keeps_the_cursor_in_sight() -> None:
    app = Bench(Accounts(numbered(100)))
    async with app.run_test(size=(80, 40)) as pilot:
        app.grid.jump_to("30")
        await resize(app, pilot, 80, 12)
        assert any("Acme 30" in line for line in screen(app))
        app.grid.action_bottom()
        await resize(app, pilot, 80, 60)
        assert "Acme 99" in screen(app)[app.grid.size.height - 1]


async def test_focus_shows_without_a_layout() -> None:
    app = Bench(Accounts(numbered(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        focused = list(app.grid.render_line(1))
        layouts: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.screen, layouts.append)
        app.query_one("#other").focus()
        await pilot.pause()
        blurred = list(app.grid.render_line(1))
        assert [part.text for part in focused] == [part.text for part in blurred]
        assert [part.style for part in focused] != [part.style for part in blurred]
        assert layouts == []


async def test_what_is_searched_for_is_underlined() -> None:
    app = Bench(Accounts(numbered(3), ["Acme [x] Rail"]))
    async with app.run_test(size=(80, 12)):
        app.grid.highlight("[X]")
        found = [part.text for part in app.grid.render_line(1) if part.style and part.style.underline]
        assert found == ["[x]"]
        app.grid.highlight("")
        assert not [part for part in app.grid.render_line(1) if part.style and part.style.underline]


@pytest.mark.parametrize("current", range(len(COLUMNS)))
def test_columns_never_take_more_than_the_room(current: int) -> None:
    for room in range(12, 200):
        placed = place(COLUMNS, room, current)
        assert sum(width for _, width in placed) + len(placed) - 1 <= room
        assert {0, current} <= {at for at, _ in placed}
