"""What is pasted is text, whatever stands in it.

Terminals put marks around a paste, so that it can be told from keys. Textual 8.2.8 looks for escape sequences
inside of it too: coloured output of a command falls apart into keys that act, or swallows the mark at its end
and with it all keys from then on. Here a paste is cut out before Textual's parser sees any of it. Without
marks, as from a terminal that has none, nothing can tell it from keys.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from textual._xterm_parser import BRACKETED_PASTE_END as END
from textual._xterm_parser import BRACKETED_PASTE_START as START
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.events import Paste

from bookshift.wire import tested

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.message import Message

_SEQUENCES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])?"
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n?")


class PasteParser(XTermParser):
    """Textual's parser for all but pastes."""

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002 - as in Textual
        super().__init__(debug)
        self._before = ""
        """The last that was read, which may be the beginning of a mark."""
        self._pasted: str | None = None
        """What has come of a paste that has not ended."""

    def feed(self, data: str) -> Iterable[Message]:
        """Turn what the terminal sends into events; nothing ends it, as in Textual."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._pasted is None:
                head = self._until_paste(data)
                yield from super().feed(head)
                data = data[len(head) :]
                if self._pasted is None:
                    return
                # The mark went through, so that nothing is left half-read; for Textual the paste ends here.
                yield from (one for one in super().feed(END) if not isinstance(one, Paste))
            look_from = max(0, len(self._pasted) - len(END))
            self._pasted += data
            end = self._pasted.find(END, look_from)
            if end < 0:
                return
            text, data = self._pasted[:end], self._pasted[end + len(END) :]
            self._pasted = None
            yield Paste(as_text(text))

    def _until_paste(self, data: str) -> str:
        """What comes before a paste, with the mark at its beginning; all of it where there is none."""
        known = self._before + data
        begin = known.find(START)
        if begin < 0:
            self._before = known[1 - len(START) :]
            return data
        head = data[: begin + len(START) - len(self._before)]
        self._before, self._pasted = "", ""
        return head


def install() -> None:
    """Have Textual's driver use the parser; only the one version that it was read and tested against."""
    if tested():
        linux_driver.XTermParser = PasteParser  # type: ignore[attr-defined]  # the driver names it at run time


def as_text(pasted: str) -> str:
    """Lines of text and nothing that a terminal obeys."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", _SEQUENCES.sub("", pasted)))


def on_one_line(text: str) -> str:
    """The same for a field of one line: its lines with a blank between them."""
    lines = text.splitlines()
    one = lines[0] if len(lines) == 1 else " ".join(filter(None, map(str.strip, lines)))
    return one.replace("\t", " ")
