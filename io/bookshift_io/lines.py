"""Lines of a child process, out of the chunks that its pipe gives."""

from __future__ import annotations


class Lines:
    """Keeps what has come of a line that is not complete yet, up to `longest` bytes with the newest chunk."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._partial = bytearray()

    def add(self, chunk: bytes) -> list[bytes] | None:
        """The lines that are complete by now, without their ends; ``None`` where one becomes too long."""
        if len(self._partial) + len(chunk) > self._longest:
            return None
        if b"\n" not in chunk:
            self._partial += chunk
            return []
        *complete, rest = chunk.split(b"\n")
        complete[0] = bytes(self._partial) + complete[0]
        self._partial = bytearray(rest)
        return complete
