"""Key sequences on a screen: ``g`` waits for the next key and says what it could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ScreenResultType

from bookshift.keys import label, normal
from bookshift.screens.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events


class ChordScreen(Answering[ScreenResultType]):
    """A screen with key sequences, which Textual does not have.

    `set_chords` says what they do; `show_chord` is called with the keys so far and the choices, to fill the
    which-key line, and with nothing when the sequence is over. Text fields keep the keys they take.

    It also drops the rest of an arrow key that a slow line has split: Escape, ``[``, ``A`` would otherwise
    run whatever ``A`` is bound to.
    """

    def set_chords(self, chords: Mapping[str, tuple[str, str]]) -> None:
        """Take sequences, each with its Textual action and title: ``{"g d": ("pane_diff", "diff")}``."""
        self._chords = {tuple(normal(keys).split()): meaning for keys, meaning in chords.items()}

    def show_chord(self, keys: str, choices: Sequence[tuple[str, str]]) -> None:
        """Show what may follow `keys` as pairs of key and title; both are empty when the sequence is over."""

    _chords: Mapping[tuple[str, ...], tuple[str, str]] = {}
    _pending: tuple[str, ...] = ()
    _split: str = ""

    async def on_key(self, event: events.Key) -> None:
        """Take the key where it begins or goes on with a sequence."""
        if self._is_rest_of_split_key(event):
            self._take(event)
            return
        keys = (*self._pending, event.key)
        if self._pending and event.key == "escape":
            self._take(event)
            self._end()
        elif meaning := self._chords.get(keys):
            self._take(event)
            self._end()
            await self.run_action(meaning[0])
        elif choices := self._following(keys):
            self._take(event)
            self._pending = keys
            self.show_chord(label(" ".join(keys)), choices)
        elif self._pending:
            self._take(event)
            self._end()

    def _following(self, keys: tuple[str, ...]) -> list[tuple[str, str]]:
        count = len(keys)
        return [
            (label(" ".join(chord[count:])), title)
            for chord, (_, title) in self._chords.items()
            if chord[:count] == keys
        ]

    def _end(self) -> None:
        self._pending = ()
        self.show_chord("", ())

    def _is_rest_of_split_key(self, event: events.Key) -> bool:
        """Follow ESC [ digits letter, of which the escape itself has done its harmless work."""
        before, self._split = self._split, ""
        if event.key == "escape":
            self._split = "escape"
        elif before == "escape" and event.character in {"[", "O"}:
            self._split = "bracket"
            # Some keys come as ESC O A. A bare O may be bound, so only what follows it is dropped.
            return event.character == "["
        elif before == "bracket" and event.character and event.character in "0123456789;":
            self._split = "bracket"
            return True
        elif before == "bracket":
            return bool(event.character and event.character in "ABCDEFHPQRSZ~")
        return False

    @staticmethod
    def _take(event: events.Key) -> None:
        event.stop()
        event.prevent_default()
