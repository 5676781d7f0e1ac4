"""What the application needs of its terminal, and what happens when the terminal goes away.

Imported before Textual, which reads its environment at import: no Textual here.
"""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import sys
import termios
import threading
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

GRACE_SECONDS = 3.0
"""How long a clean exit may take after a hang-up before the process is ended."""

# Leave the alternate screen, show the cursor, end bracketed paste, focus reports and the key protocol.
_RESTORE = b"\x1b[0m\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h"
_STANDARD_STREAMS = (0, 1, 2)


def refuse_without_terminal(environment: Mapping[str, str] | None = None) -> str | None:
    """One sentence that says why no screen can be opened here; None when one can.

    Without a terminal Textual would run for ever and show nothing. The caller exits with 2.
    """
    environment = os.environ if environment is None else environment
    names = ("input", "output", "error output")
    for descriptor, name in zip(_STANDARD_STREAMS, names, strict=True):
        if not _is_terminal(descriptor):
            return (
                f"The screens need a terminal, but standard {name} is not one: "
                "run this without pipes or redirection, or use a command such as `bookshift plan`."
            )
    kind = environment.get("TERM", "")
    if kind in {"", "dumb"}:
        return (
            f"The screens need a terminal that can move its cursor, but TERM is {kind or 'not set'}: "
            "set TERM, for example to xterm-256color, or use a command such as `bookshift plan`."
        )
    return None


def choose(environment: MutableMapping[str, str] | None = None, stderr: TextIO | None = None) -> bool:
    """Decide colours, animations and character set, and tell Textual through `environment`.

    Whether the screens may draw Unicode. What the user set already stays. Call before Textual is imported.
    """
    environment = os.environ if environment is None else environment
    environment.setdefault("TEXTUAL_COLOR_SYSTEM", _colours(environment))
    if "SSH_CONNECTION" in environment or "SSH_TTY" in environment:
        environment.setdefault("TEXTUAL_ANIMATIONS", "none")
        environment.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    return utf8_or_ascii(environment, stderr or sys.stderr)


def utf8_or_ascii(environment: Mapping[str, str], stderr: TextIO) -> bool:
    """Whether the screens may draw Unicode; `stderr`, on which Textual draws, is made to take what they draw.

    Where the locale is UTF-8 and only Python's stream is not, the stream is changed. Else the screens draw
    ASCII, and a letter that the stream cannot encode becomes a question mark instead of an escape.
    """
    if environment.get("TERM") == "linux":
        # The console's font has neither the marks nor most scripts.
        return False
    encoding = (stderr.encoding or "ascii").lower().replace("_", "-")
    if encoding in {"utf-8", "utf8"}:
        return True
    locale = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    speaks_utf8 = locale.lower().replace("-", "").endswith("utf8")
    if isinstance(stderr, io.TextIOWrapper):
        stderr.reconfigure(encoding="utf-8" if speaks_utf8 else encoding, errors="replace")
        return speaks_utf8
    return False


class Watchdog:
    """Ends the process when its terminal goes away or it is told to end.

    Textual does nothing on SIGHUP and SIGTERM, and with a stalled SSH client its full output queue blocks
    the event loop, so that nothing on that loop can help. This thread waits for the two signals and for the
    hang-up of the terminal. Then it calls `on_hangup` (end the solver), then `exit_app`; after
    `GRACE_SECONDS` the process is ended whatever it does.

    Both are called in this thread. For an app: ``lambda: app.call_later(app.exit)``, which is thread-safe.
    """

    def __init__(self, on_hangup: Callable[[], None], exit_app: Callable[[], None]) -> None:
        self._on_hangup = on_hangup
        self._exit_app = exit_app
        self._reader, self._writer = -1, -1
        self._before: dict[int, Any] = {}
        self._attributes: list[Any] | None = None
        self._thread: threading.Thread | None = None
        self.received: int = 0
        """The signal that ended the session; 0 while there was none. The exit code is 128 more."""

    def start(self) -> None:
        """Begin to watch. Call in the main thread, before ``App.run``.

        Nothing may call ``loop.add_signal_handler`` after this: it would take the wake-up descriptor.
        """
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(0)
        for number in (signal.SIGHUP, signal.SIGTERM):
            # A handler, though it does nothing, is what makes the number appear in the pipe.
            self._before[number] = signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._thread = threading.Thread(target=self._watch, name="terminal-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch after a normal exit; after a hang-up the process still ends in time."""
        if self._thread is None or self.received:
            return
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.write(self._writer, b"\0")
        self._thread.join()
        self._thread = None
        os.close(self._reader)
        os.close(self._writer)

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        poll.register(0, 0)  # hang-up and error are always reported
        while not self.received:
            for descriptor, event in poll.poll():
                if descriptor != self._reader and event & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                    self.received = signal.SIGHUP
                elif descriptor == self._reader:
                    numbers = os.read(self._reader, 512)
                    if 0 in numbers:
                        return
                    self.received = next(
                        (number for number in numbers if number in {signal.SIGHUP, signal.SIGTERM}),
                        self.received,
                    )
        threading.Thread(target=self._ask, name="terminal-goodbye", daemon=True).start()
        time.sleep(GRACE_SECONDS)
        self._restore_terminal()
        os._exit(128 + self.received)

    def _ask(self) -> None:
        """Ask for a clean exit, in a thread of its own: either call may block for ever."""
        try:
            self._on_hangup()
        finally:
            self._exit_app()

    def _restore_terminal(self) -> None:
        """Leave a usable shell behind where the terminal is still there, without waiting for it."""
        if self._attributes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, self._attributes)
        poll = select.poll()
        poll.register(2, select.POLLOUT)
        if any(event == select.POLLOUT for _, event in poll.poll(0)):
            with contextlib.suppress(OSError):
                os.write(2, _RESTORE)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def _colours(environment: Mapping[str, str]) -> str:
    """How many colours the terminal says it has, in Textual's words."""
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "truecolor"
    kind = environment.get("TERM", "")
    if kind.endswith("-direct"):
        return "truecolor"
    return "256" if "256color" in kind or "kitty" in kind else "standard"
