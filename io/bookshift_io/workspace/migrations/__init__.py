"""The steps that bring a workspace database from one schema version to the next, oldest first."""

from __future__ import annotations

from typing import Final

from bookshift_io.workspace.migrations.m0001_first import STATEMENTS as FIRST
from bookshift_io.workspace.migrations.m0002_intakes import STATEMENTS as INTAKES

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (FIRST, INTAKES)
"""Migration i (from 0) leads from ``user_version`` i to i + 1; a released one is never edited."""
