"""What stands in the cells of a workbook is what people see there, and exact."""

from __future__ import annotations

from datetime import date

import pytest
from xlsx import Cell, Maker, Sheet, book, error, number

from bookshift_io.intake.findings import Log
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.tables import Table, read_table

HEADER = ["id", "name", "arr", "value"]
CSMS = b"csm_id,name\nC1,Ada\n"


def known(text: str) -> bool:
    return text.lower() in HEADER


def table(data: bytes) -> tuple[Table, Log]:
    log = Log("accounts", "book.xlsx", {})
    found = read_table(data, log, known)
    assert found is not None, log.questions
    return found, log


def shown(cell: object, **options: object) -> str:
    """The text that one cell becomes."""
    return table(book([["id", "value"], ["1", cell]], **options))[0].columns[1][0]


def said(log: Log) -> list[tuple[str, int | None, str | None]]:
    return [(one.message, one.row, one.column) for one in log.findings if one.severity != "info"]


SHOWN: tuple[tuple[object, str], ...] = (
    (number(1200), "1200"),
    (number("1234.5"), "1234.5"),
    (number("0.30000000000000004"), "0.3"),
    (number("-1.5E-3"), "-0.0015"),
    (number("1.2345678901E+11"), "123456789010"),
    (number("1.234"), "1.2340"),
    (number("12345", "#,##0.00"), "12345"),
    (number("1500000", '0.0,,"M"'), "1500000"),
    (number("0.07", "0%"), "7%"),
    (number("0.125", 10), "12.5%"),
    (number("85", '0"%"'), "85%"),
    (number("123", "00000"), "00123"),
    (number("1234567", "00000"), "1234567"),
    (number("123", '"AC-"0000'), "AC-0123"),
    (number("123456789", "000-00-0000"), "123-45-6789"),
    (number("1234.5", "[$€-407] #,##0.00"), "€1234.5"),
    (number("-1234.5", '"CHF" #,##0.00;[Red]-"CHF" #,##0.00'), "-CHF1234.5"),
    (number("99", "$#,##0"), "$99"),
    (number("99", 44), "99"),
    (number("46387", 14), "2026-12-31"),
    (number("46387.6041666667", "dd.mm.yyyy hh:mm"), "2026-12-31 14:30:00"),
    (number("46387", "[$-409]d\\-mmm\\-yy;@"), "2026-12-31"),
    (number("59", 14), "1900-02-28"),
    (number("61", 14), "1900-03-01"),
    (number("0.75", "h:mm AM/PM"), "18:00:00"),
    (number("1.5", "[h]:mm"), "1.5"),
    (number("-5", 14), "-5"),
    (number("46387", '0 "days"'), "46387"),
    (number("46387", "@"), "46387"),
    (number("nan"), "nan"),
    (True, "TRUE"),
    (False, "FALSE"),
    ("00042", "00042"),
    ("NA", "NA"),
    ("=1+1", "=1+1"),
    (" line one\nline two ", " line one\nline two "),
    ("a_x000D_b_x005F_x000D_", "a\rb_x000D_"),
    (Cell("<v>text of a formula</v>", "str"), "text of a formula"),
    (
        Cell("<is><r><t>rich </t></r><r><t>text</t></r><rPh><t>read</t></rPh></is>", "inlineStr"),
        "rich text",
    ),
    (Cell("<v>2026-12-31T00:00:00</v>", "d"), "2026-12-31"),
    (Cell("<f>A1*2</f><v>84</v>"), "84"),
    (Cell("<f>12*1000</f><v/>"), "=12*1000"),
    (Cell("<f>12*1000</f><v></v>", "str"), ""),
)


@pytest.mark.parametrize("shared", [True, False])
def test_a_cell_is_the_text_that_people_see_or_the_exact_value(shared: bool) -> None:
    rows = [["id", "value"], *([str(i), cell] for i, (cell, _) in enumerate(SHOWN))]
    found, _ = table(book(rows, shared=shared))

    assert found.columns[1] == tuple(expected for _, expected in SHOWN)


def test_days_since_1904_are_other_days() -> None:
    assert shown(number("44925", 14), since_1904=True) == "2026-12-31"


def test_amounts_dates_and_percentages_of_a_workbook_are_read_without_a_question() -> None:
    data = book(
        [
            ["Account ID", "Account Name", "ARR", "Renewal Date", "Health", "Churn Probability"],
            [
                number(7, "00000"),
                "Acme",
                number("1.234", "[$€-2] #,##0.000"),
                number(46091, 14),
                80,
                number("0.1", 9),
            ],
            [
                number(8, "00000"),
                "Beta",
                number("2500000", "[$€-2] #,##0"),
                number(46092, 14),
                55,
                number("0.2", 9),
            ],
        ]
    )
    intake = read_portfolio(data, CSMS, as_of=date(2026, 1, 1))

    assert intake.portfolio is not None, intake.questions
    assert [
        (one.id, one.arr, one.renewal, one.health, one.churn_probability) for one in intake.portfolio.accounts
    ] == [
        ("00007", 1.234, date(2026, 3, 10), 80, 0.1),
        ("00008", 2500000.0, date(2026, 3, 11), 55, 0.2),
    ]
    assert intake.portfolio.currency == "EUR"
    assert (intake.accounts.rows_read, intake.accounts.arr_accepted) == (2, 2500001.234)


def test_what_a_cell_has_lost_is_told_with_its_place() -> None:
    found, log = table(
        book(
            [
                ["id", "name", "arr", "value"],
                ["1", "Acme", error("#REF!"), number("1.2345678901234567E+17")],
                ["2", "Beta", Cell("<f>SUM(A1:A2)</f>"), 5],
                ["3", "Gamma", Cell('<f t="shared" si="0"/>'), "12"],
            ]
        )
    )

    assert found.columns[2] == ("#REF!", "=SUM(A1:A2)", "=")
    assert found.columns[3] == ("123456789012346000", "5", "12")
    assert [
        (message.partition(" holds")[0].partition(" is a")[0], row, column)
        for message, row, column in said(log)
    ] == [
        ("cell C2", 2, "arr"),
        ("cell D2", 2, "value"),
        ("cell C3", 3, "arr"),
        ("cell C4", 4, "arr"),
        ("cell D4", 4, "value"),
    ]
    assert {one.file for one in log.findings} == {"book.xlsx:Accounts"}


def test_an_amount_that_is_an_error_or_has_no_result_is_rejected_and_never_nothing() -> None:
    data = book(
        [
            ["id", "name", "arr"],
            ["1", "Acme", 100],
            ["2", "Beta", error("#REF!")],
            ["3", "Gamma", Cell("<f>SUM(A1:A2)</f><v/>")],
            ["4", "Delta", error("#N/A")],
            ["Total", "", Cell("<f>SUM(C2:C5)</f><v/>")],
        ]
    )
    intake = read_portfolio(data, CSMS)

    assert (intake.accounts.accepted, intake.accounts.rejected) == (2, 2)
    assert intake.rejects["accounts"][1][0].cells == ("2", "Beta", "#REF!")
    assert intake.portfolio is not None
    assert intake.portfolio.accounts[1].imputed == {"arr"}, "a lookup that found nothing is a missing ARR"


def test_texts_among_dates_warn_of_a_spreadsheet_that_swapped_day_and_month() -> None:
    _, log = table(book([["id", "value"], ["1", number(46091, 14)], ["2", "31/12/2026"]]))

    [(message, row, column)] = said(log)
    assert message.startswith("cell B3 is a text among dates: a spreadsheet that expected another order")
    assert (row, column) == (3, "value")


def test_ids_that_are_texts_in_digits_are_nothing_to_tell() -> None:
    assert said(table(book([["id", "value"], ["0012", "a"], ["0013", "b"]]))[1]) == []


def test_a_fault_down_a_column_is_listed_a_hundred_times_and_counted() -> None:
    rows = [["id", "name"], *(["1", error("#N/A")] for _ in range(150))]
    _, log = table(book(rows))

    assert len(log.findings) == 101
    assert log.findings[-1].message.startswith("one of 150 cells of this column holds an error")


def test_hidden_rows_columns_and_merged_cells_are_told_and_read() -> None:
    sheet = Sheet(
        [["id", "name", "arr"], ["1", "Acme", 5], ["2", "Beta", 6], ["3", "", 7]],
        before='<cols><col min="1" max="1"/><col min="2" max="3" hidden="1"/></cols>',
        after='<mergeCells><mergeCell ref="B3:B4"/></mergeCells>',
        hidden_rows=frozenset({2, 4}),
    )
    found, log = table(Maker().make({"Accounts": sheet}))

    assert found.columns[1] == ("Acme", "Beta", "")
    assert [(one.severity, one.row, one.column, one.message) for one in log.findings] == [
        ("info", 2, None, "2 hidden rows were read like the others"),
        ("info", None, "name", "column B is hidden in the sheet; it was read like the others"),
        ("info", None, "arr", "column C is hidden in the sheet; it was read like the others"),
        (
            "warning",
            3,
            "name",
            "the cells B3:B4 are merged: only the first of them has a value; unmerge them and fill each",
        ),
    ]


def test_cells_and_rows_need_no_places_and_elements_may_have_prefixes() -> None:
    cells = "<x:c><x:v>1</x:v></x:c><x:c t='str'><x:v>Acme</x:v></x:c>"
    part = (
        "<x:worksheet xmlns:x='http://purl.oclc.org/ooxml/spreadsheetml/main'><x:sheetData>"
        "<x:row><x:c t='str'><x:v>id</x:v></x:c><x:c t='str'><x:v>name</x:v></x:c></x:row>"
        f"<x:row>{cells}</x:row></x:sheetData></x:worksheet>"
    )
    found, _ = table(book([[]], parts={"xl/worksheets/sheet1.xml": part}))

    assert (found.headers, found.columns, found.lines) == (("id", "name"), (("1",), ("Acme",)), (2,))


def amounts(*cells: object, answers: dict[str, str] | None = None) -> list[float] | list[str]:
    """The ARR of a workbook's accounts, or the questions it asks."""
    rows = [["id", "name", "arr"], *([str(at), f"Firm {at}", cell] for at, cell in enumerate(cells))]
    found = read_portfolio(book(rows), CSMS, answers=answers, as_of=date(2026, 1, 1))
    if found.questions:
        return [one.key for one in found.questions]
    assert found.portfolio is not None
    assert found.accounts.rejected == 0
    return [one.arr for one in found.portfolio.accounts]


def test_numbers_of_a_workbook_are_no_evidence_of_a_decimal_sign() -> None:
    native = [number("12.5"), number("7000.25", "#,##0.00\\ €"), number("9400")]

    assert amounts(*native, "86,4", "90,1") == [12.5, 7000.25, 9400.0, 86.4, 90.1]
    assert amounts(*native, "86.4") == [12.5, 7000.25, 9400.0, 86.4]
    assert amounts(*native, "86,400") == ["accounts.decimal.arr"]
    for answer, meant in (("comma", 86.4), ("point", 86_400.0)):
        found = amounts(*native, "86,400", answers={"accounts.decimal.arr": answer})
        assert found == [12.5, 7000.25, 9400.0, meant]


def test_blank_rows_between_records_are_counted_as_in_a_csv_file() -> None:
    rows = [["id", "name", "arr"], ["1", "Acme", 100], [], [], ["2", "Beta", 90]]
    intake = read_portfolio(book(rows), CSMS)
    assert (intake.accounts.rows_read, intake.accounts.accepted, intake.accounts.blank) == (4, 2, 2)
    plain = read_portfolio(b"id,name,arr\n1,Acme,100\n\n\n2,Beta,90\n", CSMS)
    assert plain.accounts.blank == intake.accounts.blank
