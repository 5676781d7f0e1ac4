"""A paste is text: nothing in it acts as a key, however the terminal sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_rig import opened, running
from textual.events import Key, Paste
from textual.widgets import Input

from bookshift.pastes import PasteParser, as_text, on_one_line

if TYPE_CHECKING:
    from pathlib import Path

    from textual.message import Message

START, END = "\x1b[200~", "\x1b[201~"
TERMINAL_OUTPUT = (
    "\x1b[31mrot\x1b[0m \x1b]8;;http://e\x07link\x1b]8;;\x07\x1b\x1b[A \x1b[" + "9" * 40 + "\r\nq"
)


def read(*parts: str) -> list[Message]:
    parser = PasteParser()
    return [one for part in parts for one in parser.feed(part)]


def told(found: list[Message]) -> list[str]:
    return [
        f"paste {one.text}" if isinstance(one, Paste) else one.key
        for one in found
        if isinstance(one, Key | Paste)
    ]


def test_coloured_output_is_one_paste_and_keys_go_on_after_it() -> None:
    found = told(read(f"j{START}{TERMINAL_OUTPUT}{END}k"))
    assert found == ["j", f"paste {as_text(TERMINAL_OUTPUT)}", "k"]
    assert (
        as_text("\x1b[31mrot\x1b[0m \x1b]8;;http://e\x07link\x1b]8;;\x07\x1b\x1b[A\x00!\r\n\tq")
        == "rot link!\n\tq"
    )


@given(st.data(), st.text(st.sampled_from("ab\x1b[]200~1;mA\n\r\t\x00q"), max_size=30))
def test_however_a_paste_is_cut_it_stays_one(data: st.DataObject, text: str) -> None:
    sent = f"j{START}{text}{END}k"
    if END in text:
        return
    cuts = sorted(data.draw(st.sets(st.integers(1, len(sent) - 1), max_size=6)))
    parts = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    found = told(read(*parts))
    assert [one for one in found if one.startswith("paste ")] == [f"paste {as_text(text)}"]
    assert [one for one in found if not one.startswith("paste ")] == ["j", "k"]


def test_keys_that_begin_like_a_paste_are_keys() -> None:
    assert told(read("\x1b[2", "0~")) == told(read("\x1b[20~")) == ["f9"]
    assert told(read("\x1b[A\x1b[6~")) == ["up", "pagedown"]


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [("one\ntwo\n", "one two"), (" a b ", " a b "), ("a\tb", "a b"), ("a\n\n  b", "a b"), ("\n", "")],
)
def test_a_field_of_one_line_takes_all_lines(pasted: str, shown: str) -> None:
    assert on_one_line(pasted) == shown


async def test_a_paste_into_the_filter_keeps_every_line_and_none_anywhere_else_acts(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            rig.app.post_message(Paste("tq\nx"))
            await rig.press("slash")
            rig.app.post_message(Paste("Harvaro\nMedical"))
            await rig.until(lambda: rig.app.screen.query_one("#find", Input).value == "Harvaro Medical")
            assert not planner.state.decisions
