"""Files that are not what they should be: workbooks, documents, images, and the two files exchanged."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.read import read_portfolio

ACCOUNTS = b"account_id,name,arr,owner,renewal_date\nA1,Acme,5,C1,2026-12-31\n"
CSMS = b"csm_id,name,email,languages,fte\nC1,Ada,ada@example.com,en,1\n"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, "<x/>" * 100)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(
            archive("[Content_Types].xml", "xl/workbook.bin"),
            "this is a binary Excel workbook (.xlsb); save it as .xlsx or as CSV (UTF-8) and import that",
            id="xlsb",
        ),
        pytest.param(
            archive("[Content_Types].xml", "xl/workbook.xml"),
            "the workbook is damaged; open it in a spreadsheet program, save it again and import that",
            id="damaged xlsx",
        ),
        pytest.param(archive("mimetype") + b"opendocument.spreadsheet", "this is an OpenDoc", id="ods"),
        pytest.param(
            OLE + b"\0" * 500,
            "this is an old Excel workbook (.xls); save it as .xlsx or as CSV (UTF-8) and import that",
            id="xls",
        ),
        pytest.param(
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "this workbook is protected by a password; save it without one and import that",
            id="password",
        ),
        pytest.param(OLE + "WordDocument".encode("utf-16-le"), "this is an old Word document", id="doc"),
        pytest.param(
            b"\r\n<HTML xmlns:x='urn:x'><table><tr><td>id</td></tr></table>",
            "this is a web page, whatever its name; open it in a spreadsheet program, save it as .xlsx",
            id="html named xls",
        ),
        pytest.param("<table><tr><td>é".encode("utf-16"), "this is a web page", id="utf-16 html"),
        pytest.param(b"MIME-Version: 1.0\n\nx", "this is an archived web page", id="mht"),
        pytest.param(
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "this is an XML spreadsheet of 2003; save it as .xlsx",
            id="xml 2003",
        ),
        pytest.param(b"<?xml version='1.0'?><accounts/>", "this is an XML file; export", id="xml"),
        pytest.param(b"PAR1\x15\x04rest PAR1", "this is a Parquet file; save it as CSV", id="parquet"),
        pytest.param(archive("a.csv"), "this is a ZIP archive; unpack it", id="zip"),
        pytest.param(archive("word/document.xml"), "this is a Word document; export the table", id="docx"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", "this is a PDF; export the table", id="pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "this is an image; export the table", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF", "this is an image; export the table", id="jpeg"),
        pytest.param(gzip.compress(ACCOUNTS), "this is a compressed file; unpack it", id="gzip"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(data: bytes, said: str) -> None:
    for intake in (read_portfolio(data, CSMS), read_portfolio(ACCOUNTS, data)):
        assert intake.refused
        assert intake.portfolio is None
        [finding] = [one for one in intake.findings if one.severity == "error"]
        assert finding.message.startswith(said)


def test_a_csv_file_may_start_with_the_letters_of_an_archive() -> None:
    for data in (b"PK,id,name,arr\n1,A1,Acme,5\n", b"PAR1,id,name,arr\n1,A1,Acme,5\n"):
        assert read_portfolio(data, CSMS).portfolio is not None


@pytest.mark.parametrize(
    ("accounts", "csms"),
    [
        pytest.param(ACCOUNTS, CSMS, id="usual names"),
        pytest.param(
            b"Kunden-ID;Kunde;ARR;Renewal\n1;Acme;5;\n", b"csm;fte;email\nAda;1;a@b.c\n", id="short"
        ),
    ],
)
def test_files_given_the_wrong_way_round_are_refused_in_one_sentence(accounts: bytes, csms: bytes) -> None:
    intake = read_portfolio(csms, accounts)

    assert intake.refused
    [finding] = intake.findings
    assert str(finding) == (
        "accounts.csv: the two files look swapped: this one lists CSMs and csms.csv lists accounts; "
        "give them the other way round"
    )
    assert intake.questions == ()


def test_files_that_fit_both_ways_or_that_the_mapping_names_are_not_called_swapped() -> None:
    assert read_portfolio(b"id,name,arr\n1,Acme,5\n", b"id,name\nC1,Ada\n").portfolio is not None

    mapping = ColumnMapping(
        accounts={"csm_id": "id", "email": "name", "fte": "arr", "languages": "language"},
        csms={
            "account_id": "id",
            "name": "name",
            "arr": "max_arr",
            "owner": "email",
            "renewal_date": "start",
        },
    )
    assert read_portfolio(CSMS, ACCOUNTS, mapping=mapping).portfolio is not None


@pytest.mark.parametrize(
    ("kind", "text", "columns"),
    [
        ("tickets", "Ticket ID,Account ID,Account Name,Status,Severity\n1,A1,Acme,Open,high\n", "Ticket ID"),
        (
            "contacts",
            "Contact ID,Account ID,Full Name,Email,Role,Champion\n1,A1,Zoe,z@x.com,CFO,yes\n",
            "Role",
        ),
        ("usage", "Account ID,Date,Active Users,Seats\nA1,2026-01-01,5,10\n", "Active Users, Seats, Date"),
        (
            "opportunities",
            "Opportunity ID,Account ID,Account Name,Stage,Amount,Close Date\n1,A1,Acme,Won,100,2026-01-01\n",
            "Stage, Opportunity ID, Close Date",
        ),
        (
            "contracts",
            (
                "Contract ID,Account ID,Account Name,Status,Start Date,Term,ARR\n"
                "1,A1,Acme,Active,2026-01-01,12,100\n2,A1,Acme,Active,2026-01-01,12,50\n"
            ),
            "Term, Contract ID, Status",
        ),
    ],
)
def test_a_file_to_be_joined_is_not_taken_for_one_of_accounts(kind: str, text: str, columns: str) -> None:
    intake = read_portfolio(text.encode(), CSMS)
    assert intake.refused
    assert intake.questions == ()
    (finding,) = (one for one in intake.findings if one.severity == "error")
    assert f"this looks like {kind} (it has " in finding.message
    assert columns in finding.message
    # A person who says what a column is knows better.
    told = read_portfolio(text.encode(), CSMS, answers={"accounts.column.arr": "none"})
    assert not any("looks like" in one.message for one in told.findings)


def test_accounts_with_what_their_contract_says_are_accounts() -> None:
    head = b"Account ID,Account Name,ARR,Owner,Contract Number,Contract Status,Start Date,Term,Auto Renew\n"
    intake = read_portfolio(head + b"A1,Acme,5,C1,7,Active,2026-01-01,12,yes\n", CSMS)
    assert intake.portfolio is not None
