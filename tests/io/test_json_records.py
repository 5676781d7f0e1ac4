"""What `sf data query --json` and `sf data export tree` write, as a table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.tables import Table, read_table

CSMS = b"csm_id,name,email\n005A,Ada,ada@example.com\n"


def account(**columns: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account", "url": "/services/data/v60.0/x"}, **columns}


def table(document: Any, encoding: str = "utf-8") -> tuple[Table, Log]:
    log = Log("accounts", "a.json", {})
    found = read_table(json.dumps(document, ensure_ascii=False).encode(encoding), log, lambda _: False)
    assert found is not None
    return found, log


def refusal(data: bytes) -> str:
    with pytest.raises(IntakeError) as caught:
        read_table(data, Log("accounts", "a.json", {}), lambda _: False)
    return str(caught.value)


def test_a_query_with_relationships_is_read_like_any_export() -> None:
    owner = {"attributes": {"type": "User"}, "Email": "ada@example.com", "Manager": {"Name": "Bo"}}
    records = [
        account(Id="001A", Name="Acme", ARR__c=1234.5, Owner=owner, Strategic__c=True, Industry=None),
        account(Id="001B", Name="Total", ARR__c=300000, Owner=None, Contacts={"records": [{"Id": "003"}]}),
    ]
    answer = {"status": 0, "result": {"records": records, "totalSize": 2, "done": True}}
    intake = read_portfolio(json.dumps(answer, indent=2).encode(), CSMS)

    assert intake.portfolio is not None, intake.questions
    assert [(one.id, one.name, one.arr, one.strategic) for one in intake.portfolio.accounts] == [
        ("001A", "Acme", 1234.5, True),
        ("001B", "Total", 300000.0, False),
    ]
    assert intake.portfolio.accounts[0].extra["Owner.Manager.Name"] == "Bo"
    assert (intake.accounts.rows_read, intake.accounts.arr_accepted) == (2, 301234.5)
    assert any(
        one.column == "Contacts" and "lists of further records" in one.message for one in intake.findings
    )


def test_a_tree_has_references_for_ids_and_each_column_that_any_record_has() -> None:
    records = [
        {"attributes": {"type": "Account", "referenceId": "AccountRef1"}, "Name": "Acme"},
        {"attributes": {"type": "Account", "referenceId": "AccountRef2"}, "Name": "Beta", "Tier": "A"},
    ]
    found, log = table({"records": records})

    assert found.headers == ("referenceId", "Name", "Tier")
    assert found.columns == (("AccountRef1", "AccountRef2"), ("Acme", "Beta"), ("", "A"))
    assert (found.lines, log.findings) == ((1, 2), [])


def test_values_stay_what_they_are() -> None:
    found, _ = table(
        [{"a": "007", "b": 12345678901234567890, "c": 1.234, "d": False, "e": ["x", "y"], "f": "1.234"}]
    )

    assert [one[0] for one in found.columns] == [
        "007", "12345678901234567890", "1.2340", "FALSE", "x;y", "1.234",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_a_shell_writes(encoding: str) -> None:
    assert table([{"Name": "Société"}], encoding)[0].columns == (("Société",),)


def test_a_query_that_was_cut_off_is_told() -> None:
    _, log = table({"records": [{"Id": "1"}], "done": False})

    assert [(one.severity, one.message) for one in log.findings] == [
        ("warning", "the query that made this file was not finished; export all records")
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"status":1,"name":"INVALID_FIELD","message":"no"}', "no list of records was found"),
        (b'{"records":[]}', "the JSON file holds no records"),
        (b'[{"Id":"1"},2]', "no list of records was found"),
        (b'[{"sobject":"Account","saveRefs":true,"files":["A.json"]}]', "this is the plan of an export"),
        (b'[{"Id":"1",', "the JSON file is damaged or cut off here"),
        (b'[{"Id":NaN}]', "the JSON file holds NaN, which is no JSON"),
        (b'[{"Id":' + b"9" * 5000 + b"}]", "a number has more than 400 digits"),
        (b'[{"Id":"\xff"}]', "the JSON file is not UTF-8"),
    ],
)
def test_what_is_no_list_of_records_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    assert refusal(data).startswith(said)
