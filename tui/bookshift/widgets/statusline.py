"""The one-line widgets above and below the panes: they change often and never move anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from bookshift.text import fit, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "  "
_SEPARATOR = "\0"
_CLOCK = re.compile(r"\d+:\d\d")


class Line(Widget):
    """One line: text that is cut at the left part, and text at the right edge that is not."""

    DEFAULT_CSS = """
    Line { height: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._left = ""
        self._right = ""

    def put(self, left: str, right: str = "") -> None:
        """Show these texts; the same ones again draw nothing."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render(self) -> Text:
        """Make the line, with a blank at each end."""
        return Text(self._compose_line(max(0, self.size.width - 2)), end="", no_wrap=True)

    def _compose_line(self, room: int) -> str:
        right = plain(self._right)
        if cell_len(right) + len(GAP) > room:
            right = ""
        left = fit(plain(self._left), room - cell_len(right))
        return f" {left}{right} "


class HeaderLine(Line):
    """The first line: facts of which the last ones give way where the terminal is narrow."""

    def put_facts(self, facts: Sequence[str]) -> None:
        """Show facts, the most important first; the first is always shown."""
        self.put(_SEPARATOR.join(facts))

    def _compose_line(self, room: int) -> str:
        facts = [plain(fact) for fact in self._left.split(_SEPARATOR)]
        while len(facts) > 1 and cell_len("   ".join(facts)) > room:
            facts.pop()
        return f" {fit('   '.join(facts), room)} "


class MessageLine(Line):
    """The line for what runs in the background, and for what the application has to say.

    A message stands whole, and the status takes what is left, if only with its time, until `say("")`.
    """

    DEFAULT_CSS = """
    MessageLine.-warn { color: $text-warning; }
    MessageLine.-bad { color: $text-error; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._message = ""
        self._shorter: tuple[str, ...] = ()
        self._status = ""

    @property
    def message(self) -> str:
        """What was said last."""
        return self._message

    def status(self, text: str) -> None:
        """Show the state of the background work; empty when there is none. At most twice a second."""
        self._status = text
        self._update()

    def say(self, text: str, tone: str = "", shorter: Sequence[str] = ()) -> None:
        """Show a message; `tone` is empty, ``warn`` or ``bad``, whose text also begins with a mark.

        Where it does not fit, the first of the `shorter` forms that does, or as much as there is room for of
        the last.
        """
        self.set_class(tone == "warn", "-warn")
        self.set_class(tone == "bad", "-bad")
        mark = {"warn": "! ", "bad": "× "}.get(tone, "")
        self._message = mark + text if text else ""
        self._shorter = tuple(mark + one for one in shorter)
        self._update()

    def _update(self) -> None:
        message = _SEPARATOR.join((self._message, *self._shorter))
        if self._message and self._status:
            self.put(message, self._status)
        else:
            self.put(message if self._message else self._status)

    def _compose_line(self, room: int) -> str:
        forms = [plain(one) for one in self._left.split(_SEPARATOR)]
        left = next((one for one in forms if cell_len(one) <= room), forms[-1])
        clock = _CLOCK.search(self._right)
        for right in (plain(self._right), clock[0] if clock else ""):
            if right and cell_len(left) + len(GAP) + cell_len(right) <= room:
                return f" {fit(left, room - cell_len(right))}{right} "
        return f" {fit(left, room)} "


class HintLine(Line):
    """The last line: keys and what they do, as many as fit, always ending with how to get help."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._hints: tuple[tuple[str, str], ...] = ()
        self._help = ("?", "help")

    def put_hints(self, hints: Sequence[tuple[str, str]], help_hint: tuple[str, str] = ("?", "help")) -> None:
        """Show pairs of key and word, the most important first."""
        if (tuple(hints), help_hint) != (self._hints, self._help):
            self._hints, self._help = tuple(hints), help_hint
            self.refresh()

    def render(self) -> Text:
        """Make the line, keys stronger than words."""
        room = max(0, self.size.width - 2)
        ending = " ".join(map(plain, self._help))
        line = Text(" ", end="", no_wrap=True)
        used = 0
        for key, word in self._hints:
            cells = cell_len(f"{plain(key)} {plain(word)}{GAP}")
            if used + cells + cell_len(ending) > room:
                break
            line.append(plain(key), "bold").append(f" {plain(word)}{GAP}")
            used += cells
        line.append(" " * max(0, room - used - cell_len(ending)))
        return line.append(plain(self._help[0]), "bold").append(f" {plain(self._help[1])} ")
