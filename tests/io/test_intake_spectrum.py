"""The small CSV files that every reader of CSV is tried with: what quoting, line ends and blanks mean."""

from __future__ import annotations

import pytest

from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.tables import Table, read_table

KNOWN = {"id", "a", "b", "c"}


def table(data: str | bytes) -> Table:
    raw = data if isinstance(data, bytes) else data.encode()
    found = read_table(raw, Log("accounts", "a.csv", {}), lambda text: text.lower() in KNOWN)
    assert found is not None
    return found


def rows(data: str | bytes) -> list[tuple[str, ...]]:
    found = table(data)
    return [found.cells(i) for i in range(found.rows)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param("a,b,c\n1,2,3\n", [("1", "2", "3")], id="simple"),
        pytest.param("a,b,c\n1,2,3", [("1", "2", "3")], id="no line end at the end"),
        pytest.param("a,b,c\r\n1,2,3\r\n4,5,6\r\n", [("1", "2", "3"), ("4", "5", "6")], id="CRLF"),
        pytest.param('"a","b","c"\n"1","2","3"\n', [("1", "2", "3")], id="all quoted"),
        pytest.param('a,b\n1,"x, y"\n', [("1", "x, y")], id="comma in quotes"),
        pytest.param('a,b\n1,"ha ""ha"" ha"\n', [("1", 'ha "ha" ha')], id="escaped quotes"),
        pytest.param('a,b\n1,"""quoted"""\n', [("1", '"quoted"')], id="quotes at both ends"),
        pytest.param('a,b,c\n1,"",""\n2,,\n', [("1", "", ""), ("2", "", "")], id="empty cells"),
        pytest.param('a,b\n1,"line 1\nline 2"\n', [("1", "line 1\nline 2")], id="newline"),
        pytest.param('a,b\r\n1,"line 1\r\nline 2"\r\n', [("1", "line 1\r\nline 2")], id="CRLF in a cell"),
        pytest.param('a,b\n1,"\n"\n2,x\n', [("1", "\n"), ("2", "x")], id="nothing but a newline"),
        pytest.param('a,b\n1,"x\n""y"", z"\n', [("1", 'x\n"y", z')], id="newline and quotes"),
        pytest.param('a,b\n1,"{""type"": ""Point"", ""at"": [102.0, 0.5]}"\n',
                     [("1", '{"type": "Point", "at": [102.0, 0.5]}')], id="JSON in a cell"),
        pytest.param("a,b,c\n1,2,3\n4,5,ʤ\n", [("1", "2", "3"), ("4", "5", "ʤ")], id="UTF-8"),
        pytest.param(b"a,b\n1,\xa9 2026\n", [("1", "© 2026")], id="Latin-1"),
        pytest.param("a,b\n 1 , 2 \n", [(" 1 ", " 2 ")], id="blanks are kept"),
        pytest.param("a,b\n1,it's\n2,'x,y'\n3,z\n", [("1", "it's"), ("3", "z")], id="single quotes"),
        pytest.param('a,b\n1,\\"x\n', [("1", '\\"x')], id="a backslash does not escape"),
        pytest.param("a\n1\n2\n", [("1",), ("2",)], id="one column"),
        pytest.param('a\n1\n""\n2\n', [("1",), ("2",)], id="one column with an empty row"),
        pytest.param("a,b\n#1,x\n# no comment,y\n", [("#1", "x"), ("# no comment", "y")], id="no comments"),
        pytest.param("a,b\n1,x\n\n\n\n", [("1", "x")], id="blank lines at the end"),
        pytest.param("\n\na,b\n1,x\n", [("1", "x")], id="blank lines at the beginning"),
        pytest.param("a,b\n1,x\n,\n2,y\n", [("1", "x"), ("2", "y")], id="a row of nothing"),
        pytest.param("a,b\n1,x\n   \n2,y\n", [("1", "x"), ("2", "y")], id="a row of blanks"),
        pytest.param("a\tb\n1\tx y\n", [("1", "x y")], id="tabs"),
        pytest.param("a,b\n1,2,\n", [("1", "2")], id="an empty cell too many"),
        pytest.param("a,b\n1,\ufeffx\n", [("1", "\ufeffx")], id="a byte order mark in the middle"),
    ],
)  # fmt: skip
def test_a_small_file_is_what_every_reader_takes_it_for(
    data: str | bytes, expected: list[tuple[str, ...]]
) -> None:
    assert rows(data) == expected


@pytest.mark.parametrize(
    ("data", "rejected"),
    [
        ("a,b\n1,2,3\n4,5\n", [2]),
        ("a,b,c\n1,2\n4,5,6\n", [2]),
        ('a,b\n1,"x"y\n2,z\n', [2]),
        ("a,b\n1\n2,x\n", [2]),
    ],
)
def test_ragged_rows_are_rejected_with_their_line_and_the_rest_is_read(
    data: str, rejected: list[int]
) -> None:
    found = table(data)

    assert [one.line for one in found.rejects] == rejected
    assert found.rows == 1


@pytest.mark.parametrize("data", ["", " \n\n", 'a,b\n1,"x\n', "\0a,b\n1,2\n", "a,b\n1,2\0\n"])
def test_what_nobody_can_read_is_refused(data: str) -> None:
    with pytest.raises(IntakeError):
        table(data)
