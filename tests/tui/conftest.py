"""Programs on real terminals of their own, and the command line in this process."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from term import Terminal

from bookshift.cli import main

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


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run ``bookshift ARGS`` in this process: exit code, stdout, stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bookshift", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err

    return call
