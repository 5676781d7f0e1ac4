"""Lines out of chunks: whole whatever the chunks are, and no line without end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookshift_io.lines import Lines


@given(st.binary(), st.integers(1, 7))
def test_lines_do_not_depend_on_the_chunks(data: bytes, size: int) -> None:
    lines = Lines(1 << 20)
    found: list[bytes] = []
    for at in range(0, len(data), size):
        found += lines.add(data[at : at + size]) or []
    assert found == data.split(b"\n")[:-1]


def test_a_line_that_is_too_long_is_none() -> None:
    lines = Lines(8)
    assert lines.add(b"abc") == []
    assert lines.add(b"\nef") == [b"abc"]
    assert lines.add(b"ghijklm") is None
