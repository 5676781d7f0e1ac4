"""The one-line widgets fit their line, keep what matters, and move nothing when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.app import App

from bookshift.widgets.statusline import HeaderLine, HintLine, MessageLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

FACTS = ("Q4 rebalance*", "scenario 7 of 9", "4,000 accts  15 CSM", "undo 12", "saved 14:02")
HINTS = (("j/k", "move"), ("1-4", "pane"), ("/", "filter"), ("m", "move"), ("p", "pin"), (":", "command"))


class Bench(App[None]):
    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield MessageLine()
        yield HintLine()

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips(self.screen.size)]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
async def test_each_line_is_as_wide_as_the_screen_and_hints_end_with_help(width: int) -> None:
    app = Bench()
    async with app.run_test(size=(width, 4)) as pilot:
        app.query_one(HeaderLine).put_facts(FACTS)
        app.query_one(MessageLine).status("solving  00:41  proven gap 3.1%   ctrl+c keeps the best")
        app.query_one(HintLine).put_hints(HINTS)
        await pilot.pause()
        header, message, hints = app.lines[:3]
        assert header.startswith(" Q4 rebalance*")
        assert message.startswith(" solving  00:41")
        assert hints.startswith(" j/k move  ")
        assert hints.endswith(" ? help ")
        assert [cell_len(line) for line in (header, message, hints)] == [width] * 3


async def test_whole_facts_and_hints_give_way_and_not_parts_of_them() -> None:
    app = Bench()
    async with app.run_test(size=(42, 4)) as pilot:
        app.query_one(HeaderLine).put_facts(FACTS)
        app.query_one(HintLine).put_hints(HINTS)
        await pilot.pause()
        assert app.lines[0].strip() == "Q4 rebalance*   scenario 7 of 9"
        assert app.lines[2].split() == ["j/k", "move", "1-4", "pane", "/", "filter", "?", "help"]


async def test_a_message_stands_before_the_status_and_goes_away() -> None:
    app = Bench()
    async with app.run_test(size=(60, 4)) as pilot:
        line = app.query_one(MessageLine)
        line.status("solving 00:41")
        line.say("ACME [/] was \x1b[31mnot pinned", "bad")
        await pilot.pause()
        assert app.lines[1].startswith(" × ACME [/] was ␛[31mnot pinned ")
        assert app.lines[1].endswith(" solving 00:41 ")
        line.say("")
        await pilot.pause()
        assert app.lines[1].strip() == "solving 00:41"
        assert line.message == ""


@pytest.mark.parametrize(
    ("width", "ending"),
    [
        (80, "ctrl+c stops  solving 00:30  149.3 → 83.4 points"),
        (52, "ctrl+c stops  00:30"),
        (44, "ctrl+c stops  00:30"),
        (43, "ctrl+c stops"),
        (40, "ctrl+c stops"),
    ],
)
async def test_a_message_is_whole_before_the_status_has_room(width: int, ending: str) -> None:
    app = Bench()
    async with app.run_test(size=(width, 4)) as pilot:
        line = app.query_one(MessageLine)
        line.status("solving 00:30  149.3 → 83.4 points")
        line.say("It is still looking; ctrl+c stops", "warn")
        await pilot.pause()
        assert " ".join(app.lines[1].split()) == " ".join(f"! It is still looking; {ending}".split())


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, "! found: 3 moves — i preview"),
        (30, "! found: 3 moves — i preview"),
        (29, "! found: 3 moves"),
        (18, "! found: 3 moves"),
        (17, "! 3 moves"),
        (10, "! 3 mov…"),
    ],
)
async def test_a_message_that_does_not_fit_is_said_in_fewer_words(width: int, shown: str) -> None:
    app = Bench()
    async with app.run_test(size=(width, 4)) as pilot:
        line = app.query_one(MessageLine)
        line.say("found: 3 moves — i preview", "warn", ("found: 3 moves", "3 moves"))
        await pilot.pause()
        assert app.lines[1].strip() == shown
        assert line.message == "! found: 3 moves — i preview"
        line.say("else")
        await pilot.pause()
        assert app.lines[1].strip() == "else"


async def test_a_tick_lays_nothing_out() -> None:
    app = Bench()
    async with app.run_test(size=(60, 4)) as pilot:
        await pilot.pause()
        layouts: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.screen, layouts.append)
        app.query_one(MessageLine).status("solving 00:42")
        app.query_one(HeaderLine).put_facts(["other"])
        app.query_one(HintLine).put_hints([("q", "close")])
        await pilot.pause()
        assert "00:42" in app.lines[1]
        assert layouts == []
