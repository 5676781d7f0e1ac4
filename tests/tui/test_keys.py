"""Key maps are checked before they bind anything, and sequences of keys work on a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.binding import Binding
from textual.widgets import Input

from bookshift.chords import ChordScreen
from bookshift.keys import (
    Problem,
    UserKeys,
    check_keymap,
    label,
    normal,
    read_keymap,
    resolve_keymap,
    unsafe,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult


@dataclass(frozen=True)
class Fake:
    id: str
    keys: tuple[str, ...]
    context: str = "plan"
    help: str = "Does it."


TABLE = (
    Fake("quit", ("q",), "app"),
    Fake("help", ("?", "f1"), "app"),
    Fake("solve.cancel", ("ctrl+c",), "app"),
    Fake("undo", ("u",)),
    Fake("redo", ("U",)),
    Fake("top", ("g g", "home"), "grid"),
    Fake("diff", ("g d",)),
    Fake("import.go", ("u",), "import"),
)


def test_a_good_table_has_no_problem() -> None:
    assert check_keymap(TABLE) == []


@pytest.mark.parametrize(
    "key",
    [
        *(
            "ctrl+enter",
            "alt+enter",
            "shift+enter",
            "ctrl+1",
            "alt+3",
            "ctrl+h",
            "ctrl+i",
            "ctrl+j",
            "ctrl+m",
        ),
        *(
            "ctrl+[",
            "[",
            "]",
            "ctrl+a",
            "ctrl+b",
            "ctrl+f",
            "ctrl+space",
            "ctrl+shift+x",
            "f11",
            "f13",
            "ctrl+/",
        ),
    ],
)
def test_keys_that_get_lost_on_the_way_are_refused(key: str) -> None:
    assert unsafe(key)
    problems = check_keymap([*TABLE, Fake("x", (key,))])
    assert any("cannot be relied on" in str(problem) for problem in problems)


@pytest.mark.parametrize(
    "key", ["j", "G", "+", "<", ":", "/", "ctrl+d", "pagedown", "f2", "space", "enter", "tab"]
)
def test_keys_that_arrive_are_allowed(key: str) -> None:
    assert unsafe(key) is None
    assert check_keymap([*TABLE, Fake("x", (key,), "elsewhere")]) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Fake("x", ("u",)), "u means both undo and x"),
        (Fake("x", ("q",)), "q means both quit and x"),
        (Fake("x", ("u",), "grid"), "u means both undo and x"),
        (Fake("x", ("g",)), "g d means both diff and x"),
        (Fake("x", ("question_mark",)), "? means both help and x"),
        (Fake("x", ("y",), help=" "), "x has no help text"),
        (Fake("x", ("ctrl+s",)), "give it a second key"),
        (Fake("x", ("hyper+y",)), "is no key"),
        (Fake("x", ("shift+a",)), "is no key"),
        (Fake("x", ("pgdwn",)), "is no key"),
        (Fake("x", ("",)), "empty key"),
        (Fake("undo", ("z",)), "two commands undo"),
    ],
)
def test_a_fault_in_the_table_is_told(command: Fake, said: str) -> None:
    problems = check_keymap([*TABLE, command])
    assert any(said in str(problem) for problem in problems)


def test_the_same_key_in_contexts_apart_is_no_clash() -> None:
    assert check_keymap([*TABLE, Fake("x", ("ctrl+s", "y"), "import"), Fake("z", ("y",), "policy")]) == []


@pytest.mark.parametrize("lost", ["quit", "help", "solve.cancel"])
def test_quit_help_and_cancel_must_have_keys(lost: str) -> None:
    without = [command for command in TABLE if command.id != lost]
    assert [str(problem) for problem in check_keymap(without)] == [f"{lost} has no key."]
    assert [str(problem) for problem in check_keymap([*without, Fake(lost, ())])] == [f"{lost} has no key."]


def test_a_users_map_replaces_keys_and_its_faults_leave_the_shipped_ones() -> None:
    keys, problems = resolve_keymap(
        TABLE,
        {
            "undo": UserKeys(("z", "g u"), 1),
            "diff": UserKeys(("[",), 2),
            "quit": UserKeys((), 3),
            "nothing": UserKeys(("y",), 4),
            "redo": UserKeys(("q",), 5),
        },
    )
    assert keys["undo"] == ("z", "g u")
    assert keys["diff"] == ("g d",)
    assert keys["quit"] == ("q",)
    assert keys["redo"] == ("U",)
    assert keys["help"] == ("question_mark", "f1")
    assert sorted(problem.line for problem in problems) == [2, 3, 4, 5]
    assert all(str(problem).startswith(f"line {problem.line}: ") for problem in problems)


def test_a_user_may_swap_two_keys_or_unbind_a_command() -> None:
    keys, problems = resolve_keymap(
        TABLE, {"undo": UserKeys(("U",)), "redo": UserKeys(("u",)), "diff": UserKeys(())}
    )
    assert problems == []
    assert (keys["undo"], keys["redo"], keys["diff"]) == (("U",), ("u",), ())


def test_taking_back_one_line_may_take_back_another() -> None:
    keys, problems = resolve_keymap(
        TABLE, {"undo": UserKeys(("q",), 1), "redo": UserKeys(("u",), 2), "diff": UserKeys(("U",), 3)}
    )
    assert (keys["undo"], keys["redo"], keys["diff"]) == (("u",), ("U",), ("g d",))
    assert [problem.line for problem in problems] == [1, 2, 3]


def test_reading_a_key_map() -> None:
    text = '# mine\nundo = "z"\n"solve.cancel" = ["ctrl+c", "f9"]\nimport.go = "i"\nredo = 7\n'
    keymap, problems = read_keymap(text)
    assert keymap == {
        "undo": UserKeys(("z",), 2),
        "solve.cancel": UserKeys(("ctrl+c", "f9"), 3),
        "import.go": UserKeys(("i",), 4),
    }
    assert [(problem.command, problem.line) for problem in problems] == [("redo", 5)]
    keymap, problems = read_keymap("undo = \nredo = 'x'\n")
    assert keymap == {}
    assert "not valid TOML" in problems[0].text
    assert "line 1" in problems[0].text


def test_names_of_keys() -> None:
    assert [normal(key) for key in ("?", "g  d", "pgup", "+", "ctrl+d", "G")] == [
        "question_mark",
        "g d",
        "pageup",
        "plus",
        "ctrl+d",
        "G",
    ]
    assert [label(key) for key in ("question_mark", "g d", "less_than_sign", "ctrl+d", "escape")] == [
        "?",
        "g d",
        "<",
        "ctrl+d",
        "esc",
    ]
    assert str(Problem("x", "Broken.")) == "Broken."


class Sequences(ChordScreen[None]):
    BINDINGS = (Binding("d", "did('d')"), Binding("A", "did('A')"), Binding("escape", "did('escape')"))

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.shown: list[tuple[str, Sequence[tuple[str, str]]]] = []
        self.set_chords(
            {"g g": ("did('top')", "top"), "g d": ("did('diff')", "changes"), "z ?": ("did('odd')", "odd")}
        )

    def compose(self) -> ComposeResult:
        yield Input()

    def action_did(self, what: str) -> None:
        self.done.append(what)

    def show_chord(self, keys: str, choices: Sequence[tuple[str, str]]) -> None:
        self.shown.append((keys, choices))


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.first = Sequences()

    def on_mount(self) -> None:
        self.push_screen(self.first)


@pytest.mark.parametrize(
    ("keys", "done"),
    [
        (("g", "g"), ["top"]),
        (("g", "d", "d"), ["diff", "d"]),
        (("z", "question_mark"), ["odd"]),
        (("g", "x", "d"), ["d"]),
        (("g", "escape", "d"), ["d"]),
        (("escape", "left_square_bracket", "A", "A"), ["escape", "A"]),
        (("escape", "left_square_bracket", "1", "semicolon", "5", "A", "A"), ["escape", "A"]),
        (("escape", "O", "A", "d"), ["escape", "d"]),
        (("escape", "d"), ["escape", "d"]),
    ],
)
async def test_sequences_on_a_screen(keys: tuple[str, ...], done: list[str]) -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.first.set_focus(None)
        await pilot.press(*keys)
        assert app.first.done == done


async def test_the_choices_are_shown_while_a_sequence_waits() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.first.set_focus(None)
        await pilot.press("g")
        assert app.first.shown == [("g", [("g", "top"), ("d", "changes")])]
        await pilot.press("g")
        assert app.first.shown[-1] == ("", ())


async def test_a_text_field_keeps_its_letters() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.first.query_one(Input).focus()
        await pilot.press("g", "g", "d")
        assert app.first.query_one(Input).value == "ggd"
        assert app.first.done == []
