"""The frame of a whole screen beside the Plan: a line of facts, a body, a message, the keys that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding
from textual.screen import ScreenResultType

from bookshift.bindings import chords, hints
from bookshift.commands import BY_ID
from bookshift.screens.moving import MovingScreen
from bookshift.widgets.statusline import HeaderLine, HintLine, MessageLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from bookshift.app import BookshiftApp
    from bookshift.commands import Context

WIDE = 100


class Page(MovingScreen[ScreenResultType]):
    """Base of the screens that take the whole window; `contexts` say whose keys are in force."""

    contexts: ClassVar[tuple[Context, ...]] = ("grid",)
    hint_ids: ClassVar[Sequence[str]] = ()
    DEFAULT_CSS = """
    Page { layout: vertical; overflow: hidden hidden; }
    Page > HeaderLine { background: $panel; color: $foreground; text-style: bold; }
    Page > HintLine { background: $panel; color: $text-muted; }
    Page .strip { background: $surface-lighten-1; color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        """Put the lines around the body."""
        # Before there is anything in it: each class that a screen gets later styles all that is in it again.
        self.set_class(self.app.size.width >= WIDE, "-wide")
        yield HeaderLine()
        yield from self.compose_body()
        yield MessageLine()
        yield HintLine()

    def compose_body(self) -> Iterable[Widget]:
        """Make what is between the lines."""
        raise NotImplementedError

    @property
    def owner(self) -> BookshiftApp:
        """The application."""
        return cast("BookshiftApp", self.app)

    def on_mount(self) -> None:
        """Put key sequences and hints in force."""
        self.set_chords(chords(self.owner.keys, "app", *self.contexts))
        self.tell_hints()

    def on_resize(self, event: events.Resize) -> None:
        """Say whether two things fit side by side."""
        self.set_class(event.size.width >= WIDE, "-wide")

    def stop(self) -> bool:
        """Stop what this screen has under way; False where there is nothing."""
        return False

    def facts(self, *facts: str) -> None:
        """Write the first line."""
        self.query_one(HeaderLine).put_facts([fact for fact in facts if fact])

    def say(self, text: str, tone: str = "", shorter: Sequence[str] = ()) -> None:
        """Show a sentence until the next one; in fewer words where the whole does not fit."""
        self.query_one(MessageLine).say(text, tone, shorter)

    def tell_hints(self) -> None:
        """Write the last line."""
        self.query_one(HintLine).put_hints(hints(self.owner.keys, self.hint_ids))

    def show_chord(self, keys: str, choices: Sequence[tuple[str, str]]) -> None:
        """Show what may follow the keys pressed so far."""
        if keys:
            self.query_one(HintLine).put_hints(
                [(f"{keys} {key}", title) for key, title in choices], ("esc", "drops")
            )
        else:
            self.tell_hints()


def leaving() -> list[Binding]:
    """Bindings for a screen that answers with a value: back and quit go to its own ``action_leave``."""
    return [Binding(",".join(BY_ID[one].keys), "leave", show=False, id=one) for one in ("back", "quit")]
