"""Keys are handled one after the other, however fast they come.

Textual hands a key to the focused widget at once, but runs what it is bound to only when it has come back up
to the application, and a dialog that a worker opens appears later still. Of keys that come in one burst (a
slow line, a paste, tmux send-keys) the second would go where the first was still about to lead away from: the
o of ``/owner`` would keep accounts together instead of filtering.

So keys wait in a line here, and the next is handed on when the event loop has nothing left to run. Only that
says that all is done: queues of widgets, focus, dismissed dialogs, what their callers do next, screens that
are being made. Threads do not show in the loop, so workers are waited for too, unless they ask something.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakSet

from textual.app import App, ReturnType
from textual.events import Key, Paste
from textual.widgets import Input
from textual.worker import get_current_worker

from bookshift.pastes import on_one_line

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.events import Event
    from textual.worker import Worker

WORKER_SECONDS: Final = 0.5
"""A worker that takes longer is one that people do not wait for: an import, an export."""
LOOP_SECONDS: Final = 5.0
"""Nothing on the loop keeps it busy for so long; if it did, keys must not hang."""
_LOOK_SECONDS: Final = 0.004


class TypingOrder(App[ReturnType]):
    """An `App` that takes the next key when the last one has had its effect."""

    beside: ClassVar[frozenset[str]] = frozenset()
    """Groups of workers that no key waits for: what they do changes nothing that a key is about."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Key | Paste] = deque()
        self._typist: asyncio.Task[None] | None = None
        self._deaf = False
        self._asking: set[Worker[Any]] = set()
        self._slow: WeakSet[Worker[Any]] = WeakSet()

    async def on_event(self, event: Event) -> None:
        """Put what is typed in line, and let Textual do the rest."""
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
        elif not self._deaf:
            self._typed.append(event)
            if self._typist is None or self._typist.done():
                self._typist = asyncio.create_task(self._hand_on(), name="typing order")

    async def push_screen_wait(self, screen: Any, *, mode: str | None = None) -> Any:
        """Open a screen from a worker and wait for its answer, which needs keys."""
        worker = get_current_worker()
        self._asking.add(worker)
        try:
            return await super().push_screen_wait(screen, mode=mode)
        finally:
            self._asking.discard(worker)

    def stop_typing(self) -> None:
        """Drop what is typed from now on, and what waits in line."""
        self._deaf = True
        self._typed.clear()

    async def _hand_on(self) -> None:
        while self._typed:
            await self._settled()
            if not self._typed:
                return
            try:
                await super().on_event(self._fitting(self._typed.popleft()))
            except Exception as error:  # noqa: BLE001 - as Textual's own loop of messages does
                self._handle_exception(error)
                return

    def _fitting(self, event: Key | Paste) -> Key | Paste:
        """For a field of one line all lines of a paste on one: it would drop all but the first."""
        if isinstance(event, Paste) and isinstance(self.focused, Input):
            return Paste(on_one_line(event.text))
        return event

    async def _settled(self) -> None:
        """Wait until what was handed on before has had its effect."""
        # Private, but so since asyncio exists. Without it keys go on at once, as in Textual.
        ready: Collection[Any] = getattr(asyncio.get_running_loop(), "_ready", ())
        began = time.monotonic()
        waiting_since: float | None = None
        while True:
            now = time.monotonic()
            if now - began > LOOP_SECONDS:
                return
            if ready:
                await asyncio.sleep(0)
                continue
            working = self._working()
            if not working:
                return
            waiting_since = waiting_since or now
            if now - waiting_since > WORKER_SECONDS:
                self._slow.update(working)
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _working(self) -> list[Worker[Any]]:
        return [
            one
            for one in self.workers
            if not (one.is_finished or one in self._asking or one in self._slow or one.group in self.beside)
        ]
