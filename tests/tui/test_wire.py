"""Only cells that changed are sent, the picture is the same, and nothing hostile is among it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pyte
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from term import Terminal, picture
from textual.color import Color
from textual.widgets import Static

from bookshift.frame import Frame, to_cells
from bookshift.wire import LeanWire, Net

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

DEMO = """
from textual.containers import Horizontal, Vertical
from bookshift.text import money
from bookshift.wire import LeanWire
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import HintLine, MessageLine

COLUMNS = [
    Column("name", "Account", 16, 1, priority=0),
    Column("arr", "ARR", 6, align="right", priority=0),
    Column("health", "Hlth", 4, align="right"),
    Column("owner", "Owner", 8),
    Column("renewal", "Renewal", 10, priority=2),
]
NAMES = ("Acme Rail", "Oops [/]", "\\u8868\\u8a08\\u7b97", "a\\u202eb", "\\x1b]52;c;eA==\\x07")

def cells(key):
    number = int(key)
    return (
        f"{NAMES[number % 5]} {key}", money(number * 7919 % 900_000), Cell(str(number % 100), "bad"),
        Cell("Ada", "new"), f"2026-10-{number % 28 + 1:02d}",
    )

class Demo(LeanWire):
    ENABLE_COMMAND_PALETTE = False
    CSS = "#books { width: 42; } Grid { border: solid $primary; }"
    BINDINGS = [("j", "down"), ("t", "tick"), ("r", "refresh_all"), ("ctrl+l", "redraw"), ("q", "quit")]

    def compose(self):
        with Horizontal():
            yield Grid(COLUMNS, ListRows([str(n) for n in range(15)], cells), id="books")
            with Vertical():
                yield Grid(COLUMNS, ListRows([str(n) for n in range(50_000)], cells), id="accounts")
                yield Grid(COLUMNS, ListRows([str(n) for n in range(40)], cells), id="moves")
        yield MessageLine()
        yield HintLine()

    def on_mount(self):
        self.seconds = 0
        self.query_one(HintLine).put_hints([("j", "down"), ("t", "tick")])

    def action_down(self):
        self.focused.action_cursor_down()

    def action_tick(self):
        self.seconds += 1
        self.query_one(MessageLine).status(
            f"solving  00:{self.seconds:02d}  incumbent {self.seconds} moves  gap 3.1%   ctrl+c keeps it"
        )

    def action_refresh_all(self):
        for grid in self.query(Grid):
            grid.refresh()

demo = Demo()
"""
RUN = "demo.run(mouse=False)\n"


def demo(run_in_terminal: Callable[..., Terminal], source: str = DEMO + RUN) -> Terminal:
    """The demonstration, drawn in full."""
    one = run_in_terminal(source)
    one.wait_for("? help")
    one.settle()
    return one


def test_bytes_of_each_kind_of_change_stay_within_budget(run_in_terminal: Callable[..., Terminal]) -> None:
    one = demo(run_in_terminal)
    assert len(one.answer("j")) <= 500
    assert len(one.answer("\t")) <= 10_000
    assert len(one.answer("j")) <= 500
    one.answer("t")
    assert len(one.answer("t")) <= 250
    one.type("r")
    assert one.settle(0.7) == 0


def test_the_picture_is_the_one_textual_would_draw(run_in_terminal: Callable[..., Terminal]) -> None:
    """The same keys with the frame diff and with Textual alone, which another version number brings back."""
    pictures, sizes = [], []
    for source in (DEMO + RUN, DEMO + "import bookshift.wire\nbookshift.wire.TESTED_TEXTUAL = '0'\n" + RUN):
        one = demo(run_in_terminal, source)
        sizes.append(sum(len(one.answer(keys)) for keys in ("j", "\t", "jjj", "t", "t", "\t")))
        assert "Acme Rail 5" in one.text
        assert b"\x1b]52" not in one.raw
        pictures.append(one.picture)
    assert pictures[0] == pictures[1]
    assert sizes[0] < 20_000 < sizes[1]


def test_redraw_and_resize_send_everything_again(run_in_terminal: Callable[..., Terminal]) -> None:
    one = demo(run_in_terminal)
    before = one.picture
    one.wipe()
    one.answer("\x0c")
    assert one.picture == before
    one.resize(100, 30)
    one.wipe()
    one.wait_for("? help")
    one.settle()
    assert "Acme Rail 0" in one.lines[2]
    assert "help" in one.lines[29]


def test_coming_back_from_the_shell_draws_everything_again(run_in_terminal: Callable[..., Terminal]) -> None:
    one = demo(run_in_terminal)
    before = one.picture
    one.kill(signal.SIGTSTP)
    one.wait_until(one.is_stopped)
    one.settle()
    assert b"\x1b[?1049l" in one.raw
    one.wipe()
    one.kill(signal.SIGCONT)
    one.wait_for("? help")
    one.settle()
    assert one.picture == before


def test_ascii_only_draws_nothing_but_ascii(run_in_terminal: Callable[..., Terminal]) -> None:
    one = demo(run_in_terminal, DEMO + "demo.ascii_only = True\n" + RUN)
    assert one.raw.isascii()
    assert one.lines[0].startswith("+-----")
    assert "> Acme Rail 0" in one.lines[2]


class Raw(LeanWire[None]):
    """An app whose widgets were handed text that nobody made safe."""

    def compose(self) -> ComposeResult:
        yield Static("evil \x1b]52;c;eA==\x07 a\u202eb \u009b31m 👨‍👩‍👧 end", markup=False)


async def test_the_net_holds_under_every_widget() -> None:
    app = Raw()
    async with app.run_test(size=(60, 4)):
        strips = app.screen._compositor.render_strips(app.screen.size)
        assert all(strip.text.isprintable() for strip in strips)
        assert all(strip.cell_length == 60 for strip in strips)
        assert "evil" in strips[0].text


@given(st.text())
def test_the_net_lets_nothing_through_and_keeps_the_width(text: str) -> None:
    before = Segment(text)
    for net in (Net(), Net(ascii_only=True)):
        (after,) = net.apply([before], Color(0, 0, 0))
        assert after.cell_length == before.cell_length
        assert not set(after.text) & set("\x1b\x07\x9b\n\t\u202e")
    assert after.text.isascii()


def test_the_net_drops_control_segments() -> None:
    title = Segment("\x1b]0;owned\x07", None, [(1,)])
    assert Net().apply([title, Segment("kept")], Color(0, 0, 0)) == [Segment("kept")]


STYLES = (
    None,
    Style(bold=True),
    Style(dim=True, color="red"),
    Style(bold=True, dim=True, bgcolor="blue"),
    Style(reverse=True, color="#ff8800", bgcolor="#002244"),
    Style(underline=True, strike=True, italic=True),
    Style(color="default", bgcolor="color(200)"),
)
SEGMENTS = st.lists(
    st.builds(Segment, st.text("ab  │●表e\u0301👍", max_size=8), st.sampled_from(STYLES)), max_size=6
)


@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10), SEGMENTS)), max_size=5))
@example([[(0, 0, [Segment("a", Style(bold=True))]), (0, 0, [Segment(" "), Segment("\u0301")])]])
@settings(max_examples=50)
def test_painted_frames_are_what_was_asked_for(frames: list[list[tuple[int, int, list[Segment]]]]) -> None:
    """Painting differences in sequence gives the picture that painting the last state at once gives."""
    frame, screen = Frame(), pyte.Screen(60, 3)
    terminal = pyte.Stream(screen)
    everything = [(y, 0, to_cells([Segment(" " * 60)], ColorSystem.TRUECOLOR)) for y in range(3)]
    terminal.feed(frame.paint(everything, 60, 3))
    for pieces in frames:
        cells = [(y, 0, _whole(segments)) for y, _, segments in pieces]
        terminal.feed(frame.paint(cells, 60, 3))
        assert frame.paint(cells[-1:], 60, 3) == ""
        for y, x, line in cells[-1:]:
            at_once = pyte.Screen(60, 3)
            pyte.Stream(at_once).feed(Frame().paint([(y, x, line)], 60, 3))
            assert picture(screen)[y] == picture(at_once)[y]


def _whole(segments: list[Segment]) -> list[tuple[str, Any]]:
    cells = to_cells(segments, ColorSystem.TRUECOLOR)
    return cells + to_cells([Segment(" " * (60 - len(cells)))], ColorSystem.TRUECOLOR)


@pytest.mark.parametrize("size", [(20, 2), (5, 1)])
def test_what_lies_outside_the_screen_is_not_sent(size: tuple[int, int]) -> None:
    cells = to_cells([Segment("x" * 40)], ColorSystem.STANDARD)
    output = Frame().paint([(0, 0, cells), (7, 0, cells), (0, 50, cells)], *size)
    assert output.count("x") == size[0]
