"""Programs on real terminals of their own."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from term import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def run_in_terminal() -> Iterator[Callable[..., Terminal]]:
    """Start Python programs from their source; all are ended with the test."""
    with ExitStack() as started:

        def run(source: str, **environment: str) -> Terminal:
            command = [sys.executable, "-c", source]
            environment = {"COLORTERM": "truecolor", **environment}
            return started.enter_context(Terminal(command, columns=120, rows=40, env=environment))

        yield run
