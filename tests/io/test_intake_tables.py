from __future__ import annotations

import pytest

from bookshift_io.export.marker import PEOPLE_MARKER
from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.progress import Cancelled
from bookshift_io.intake.tables import Table, read_table

KNOWN = {"id", "name", "arr", "owner", "account id", "region"}


def log(**answers: str) -> Log:
    return Log("accounts", "a.csv", {f"accounts.{key}": value for key, value in answers.items()})


def table(data: bytes | str, **answers: str) -> Table:
    raw = data if isinstance(data, bytes) else data.encode()
    found = read_table(raw, log(**answers), lambda text: text.lower() in KNOWN)
    assert found is not None
    return found


def question(data: bytes) -> list[tuple[str, tuple[str, ...]]]:
    one = log()
    assert read_table(data, one, lambda text: text.lower() in KNOWN) is None
    return [(asked.key, asked.choices) for asked in one.questions]


SALESFORCE = """\
"Accounts by CSM"
"Filtered by: My accounts, ARR > 0"
"","",""
"Group","","Figures"
"Account ID","Name","ARR"
"1","Acme","5"

"2","Beta","6"
"Account ID","Name","ARR"
"3","Total","7"
"Grand Totals (3 records)","","18"
""
"Confidential Information - Do Not Distribute"
Copyright (c) 2000-2026 example.com, inc. All rights reserved.
"""


def test_a_report_is_its_rows_without_what_stands_above_below_and_between() -> None:
    one = log()
    found = read_table(SALESFORCE.encode(), one, lambda text: text.lower() in KNOWN)

    assert found is not None
    assert found.headers == ("Account ID", "Name", "ARR")
    assert found.columns == (("1", "2", "3"), ("Acme", "Beta", "Total"), ("5", "6", "7"))
    assert found.lines == (6, 8, 10)
    assert (found.rejects, found.blank) == ((), 3)
    noted = {finding.row: finding.message for finding in one.findings}
    assert sorted(row for row in noted if row) == [1, 2, 4, 9, 11, 13, 14]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_line_ends_and_delimiters(ending: str, delimiter: str) -> None:
    lines = ["id,name,arr", '1,"x\n;,|\ty",5', "2,Beta,6"]
    data = ending.join(line if '"' in line else line.replace(",", delimiter) for line in lines)
    data = data.replace('1,"', f'1{delimiter}"').replace('",5', f'"{delimiter}5')

    found = table(data)
    assert found.columns == (("1", "2"), ("x\n;,|\ty", "Beta"), ("5", "6"))
    assert found.lines == (2, 3), "a cell with a line break is one row of a spreadsheet"


def test_two_delimiters_that_fit_alike_are_a_question() -> None:
    data = b"id,name;arr\n1,Acme;5\n"

    assert question(data) == [("accounts.delimiter", ("comma", "semicolon"))]
    assert table(data, delimiter="semicolon").headers == ("id,name", "arr")


def test_lists_in_cells_are_no_reason_to_ask() -> None:
    data = b"A report\n\nid,name,arr\n1,a;b,5\n2,c;d,6\n3,e;f,7\nGrand Totals (3 records),,18\n"

    assert table(data).columns[1] == ("a;b", "c;d", "e;f")


def test_bytes_that_are_partly_utf_8_are_a_question() -> None:
    data = "id,name\n1,Café\n".encode() + b"2,Caf\xe9\n"

    assert question(data) == [("accounts.encoding", ("utf-8", "cp1252"))]
    assert table(data, encoding="cp1252").columns[1] == ("CafÃ©", "Café")
    assert table(data, encoding="utf-8").columns[1] == ("Café", "Caf\N{REPLACEMENT CHARACTER}")


def test_api_names_under_the_labels_are_no_account() -> None:
    assert table("Account ID,Name,ARR\nid,name,arr\n1,Acme,5\n").lines == (3,)


def test_empty_cells_beyond_the_header_do_no_harm_and_others_cost_their_row() -> None:
    found = table("id,name,arr,,\n1,Acme,5,,\n2,Beta,6\n3,Gamma,7,,,,\n4,Delta,8,x\n5,Eps,9,x,\n")

    assert found.headers == ("id", "name", "arr", "column 4")
    assert [one.line for one in found.rejects] == [3, 5]
    found = table("id,name,arr,,\n1,Acme,5,,\n2,Beta,6\n")
    assert (found.headers, found.rows) == (("id", "name", "arr"), 2)


def test_repeated_names_are_numbered() -> None:
    assert table("id,name,Note,Note,note,Note\n1,a,b,c,d,e\n").headers == (
        ("id", "name", "Note", "Note (2)", "note", "Note (3)")
    )


def test_a_quotation_mark_in_one_row_costs_that_row() -> None:
    found = table('id,name\n1,"Acme" Inc\n2,Beta\n3,Gam"ma\n')

    assert found.columns[1] == ("Beta", 'Gam"ma')
    assert [(one.line, one.cells) for one in found.rejects] == [(2, ('1,"Acme" Inc',))]


def test_rows_swallowed_by_an_open_quotation_mark_are_never_lost_silently() -> None:
    with pytest.raises(IntakeError, match="quotation mark") as caught:
        table('id,name,arr\n1,"Acme,5\n2,Beta,6\n3,"Gamma",7\n')
    assert caught.value.row == 2

    found = table('id,name,arr\n1,"Acme,5\n2,Beta,6\n3,Gam",7\n4,Delta,8\n')
    assert [one.line for one in found.rejects] == [2]
    assert "closing quotation mark" in found.rejects[0].reason
    assert found.columns[1] == ("Delta",)


def test_a_cell_over_the_limit_costs_its_row() -> None:
    found = table("id,name\n1," + "x" * 1_000_001 + "\n2,Beta\n")

    assert (found.columns[1], [one.line for one in found.rejects]) == (("Beta",), [2])


def test_a_file_made_for_people_is_refused() -> None:
    with pytest.raises(IntakeError, match="made for people"):
        table(f"{PEOPLE_MARKER},id,name\n1,1,Acme\n")


def test_a_huge_cell_does_not_hide_the_delimiter() -> None:
    found = table("id;name;arr\n1;" + "x" * 200_000 + ";5\n2;" + "y" * 1_000_001 + ";6\n3;Gamma;7\n")

    assert (found.headers, found.columns[0]) == (("id", "name", "arr"), ("1", "3"))


def test_a_file_without_column_names_is_refused_rather_than_losing_its_first_row() -> None:
    with pytest.raises(IntakeError, match="no row with column names"):
        table("A1,Acme,1200\nA2,Beta,99\n")


def test_a_hint_that_names_no_delimiter_is_an_ordinary_line() -> None:
    assert table("sep=x\nid,name\n1,Acme\n").headers == ("id", "name")


def test_a_full_row_above_the_header_is_a_warning() -> None:
    one = log()
    read_table(b"0,Zero,1\nid,name,arr\n1,Acme,5\n", one, lambda text: text in KNOWN)

    assert [(finding.severity, finding.row) for finding in one.findings] == [("warning", 1)]


PAGES = """\
Accounts by CSM,,
Page 1 of 2,,
,,
id,name,arr
1,Acme,5
2,Beta,6
Page 1 of 2,,
,,
Accounts by CSM,,
id,name,arr
3,Gamma,7
Page 2 of 2,,
"""


def test_pages_of_a_report_are_one_table() -> None:
    one = log()
    found = read_table(PAGES.encode(), one, lambda text: text in KNOWN)

    assert found is not None
    assert (found.columns[1], found.lines, found.rejects) == (("Acme", "Beta", "Gamma"), (5, 6, 11), ())
    assert found.blank == 4, "two lines between the pages, one without cells, one header"
    assert sorted(finding.row for finding in one.findings if finding.row) == [1, 2, 7, 9, 10, 12]


def test_groups_over_the_names_tell_repeated_names_apart() -> None:
    found = table("Account,,Contract,,Renewal,\nid,name,Date,Amount,Date,Amount\n1,Acme,a,b,c,d\n")

    assert found.headers == (
        "id", "name", "Contract Date", "Contract Amount", "Renewal Date", "Renewal Amount",
    )  # fmt: skip
    assert found.repeats == found.headers


@pytest.mark.parametrize("above", ["A title,,", "x,x,x", ",,"])
def test_a_line_that_groups_nothing_changes_no_name(above: str) -> None:
    assert table(f"{above}\nid,name,name\n1,a,b\n").headers == ("id", "name", "name (2)")


def test_progress_is_told_and_ends_the_reading() -> None:
    data = ("id,name\n" + "1,a\n" * 5_000).encode()
    heard: list[tuple[str, int]] = []
    read_table(data, log(), lambda text: text in KNOWN, progress=lambda *one: heard.append(one))
    assert heard == [("a.csv", 2000), ("a.csv", 4000)]

    def stop(_file: str, _rows: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_table(data, log(), lambda text: text in KNOWN, progress=stop)


def test_a_file_of_nothing_but_delimiters_is_refused_before_it_fills_the_memory() -> None:
    data = b"id,name\n" + (b"," * 99_999 + b"\n") * 120
    with pytest.raises(IntakeError, match="more than 10,000,000 cells"):
        table(data, delimiter="comma")
