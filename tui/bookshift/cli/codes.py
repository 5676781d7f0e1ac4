"""Exit codes, which scripts rely on."""

from __future__ import annotations

FAULT = 1
NO_TERMINAL = 2
NOT_ALLOWED = 3
CHANGED_MEANWHILE = 4
NEEDS_ANSWER = 5
BREAKS_RULES = 6
BAD_INPUT = 7
