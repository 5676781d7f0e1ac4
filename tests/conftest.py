"""What every test can count on: a home of its own, one locale, one time zone, no colour settings."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The same examples each time, however slow the machine: a failure is never luck. For a search that goes on:
# `--hypothesis-profile default`.
settings.register_profile(
    "bookshift", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("bookshift")

LEAKING = ("BOOKSHIFT_", "LC_", "TEXTUAL", "XDG_")
LEAKING_NAMES = (
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "FORCE_COLOR",
    "LANGUAGE",
    "LINES",
    "NO_COLOR",
)


def pytest_configure() -> None:
    """Let what the tests start hear hang-ups and Ctrl-C, also where the runner ignores them (nohup, &)."""
    for number in (signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL if number == signal.SIGHUP else signal.default_int_handler)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test an empty home folder and a known environment, also for the processes that it starts."""
    folder = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(LEAKING) or name in LEAKING_NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    for name, below in (
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
    ):
        monkeypatch.setenv(name, str(folder / below))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield folder
    monkeypatch.undo()
    time.tzset()
