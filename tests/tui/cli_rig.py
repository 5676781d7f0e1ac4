"""What tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., tuple[int, str, str]]


SAMPLE = Path(__file__).parents[2] / "sample_data"


def record(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    return found
