"""One spelling for each value: canonical JSON, its hash, compressed content, and times."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC, datetime
from typing import Any, Final

from bookshift_io.workspace.errors import DamagedError

MAX_BYTES: Final = 512 * 2**20
"""Largest content that is unpacked; a portfolio of 50,000 accounts is about 30 MB."""


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text; refuses NaN and infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def pack(text: str) -> bytes:
    """Compress a text for storage."""
    return zlib.compress(text.encode())


def unpack(content: bytes) -> str:
    """Take back what `pack` made; raises `DamagedError` on anything else."""
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(content, MAX_BYTES).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise DamagedError(
            f"stored content is damaged ({error}); restore the newest file of backups/"
        ) from error
    if not engine.eof:
        raise DamagedError("stored content is cut off or too large; restore the newest file of backups/")
    return text


def now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A time as text that sorts like the time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
