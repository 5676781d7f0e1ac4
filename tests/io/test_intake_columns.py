from __future__ import annotations

import pytest

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.mapping import ColumnMapping, from_toml
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.vocabulary import normal
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS

CSMS = b"csm_id,name\nC1,Ada\n"


def read(header: str, *rows: str, mapping: ColumnMapping | None = None, **answers: str) -> Intake:
    data = "\n".join([header, *rows]).encode()
    given = {f"accounts.{key}": value for key, value in answers.items()}
    return read_portfolio(data, CSMS, mapping=mapping, answers=given)


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        pytest.param(
            "Account ID,Account Name,ARR__c,CSM__c,Renewal_Date__c,Industry,NPS_Score__c",
            ["id", "name", "arr", "owner", "renewal", "industry", "nps"],
            id="Salesforce",
        ),
        pytest.param(
            "AccountId,AccountName,CurrentARR,OwnerId,RenewalDate,HealthScore,IsStrategic",
            ["id", "name", "arr", "owner", "renewal", "health", "strategic"],
            id="Salesforce API",
        ),
        pytest.param(
            "Record ID,Company name,Company owner,Annual Recurring Revenue,Time Zone,Country/Region",
            ["id", "name", "owner", "arr", "timezone", "location"],
            id="HubSpot",
        ),
        pytest.param(
            "GSID,Company Name,CSM,ARR,Next Renewal Date,Overall Score,Original Contract Date",
            ["id", "name", "owner", "arr", "renewal", "health", "customer_since"],
            id="Gainsight",
        ),
        pytest.param(
            "Account Number,Account Name,Owner,Total ARR,Parent Account,Address 1: City",
            ["id", "name", "owner", "arr", "parent", "location"],
            id="Dynamics",
        ),
        pytest.param(
            "Kunden-ID,Kunde,ARR,Betreuer,Verlängerung,Branche,Region,Sprache,Gesundheit",
            ["id", "name", "arr", "owner", "renewal", "industry", "region", "language", "health"],
            id="German",
        ),
        pytest.param(
            "Kundennummer,Name,ARR,Besitzer,Vertragsende",
            ["id", "name", "arr", "owner", "renewal"],
            id="German, other words",
        ),
        pytest.param(
            "ARR (EUR),id,Acccount Name,Open Tickets [#]", ["arr", "id", "name", "open_tickets"], id="nearly"
        ),
    ],
)
def test_columns_of_the_usual_systems_are_recognised(header: str, fields: list[str]) -> None:
    intake = read(header, ",".join("50" for _ in fields))

    assert list(intake.mapping.accounts.values()) == fields
    assert intake.questions == ()


def test_a_german_file_is_read_with_its_grades() -> None:
    german = b"Kunden-ID;Kunde;ARR;Risiko\n1;Eins;5;Hoch\n2;Zwei;6;mittel\n3;Drei;7;Niedrig\n"
    intake = read_portfolio(
        german, "Mitarbeiter;Sprachen\nJürgen;de\n".encode(), answers={"csms.column.id": "Mitarbeiter"}
    )

    assert intake.portfolio is not None
    assert [one.risk for one in intake.portfolio.accounts] == ["high", "medium", "low"]
    assert intake.portfolio.csms[0].languages == ("de",)
    assert [one for one in intake.findings if one.file == "accounts.csv" and one.column == "Risiko"] == []


def test_no_column_name_means_two_fields() -> None:
    for fields in (ACCOUNT_FIELDS, CSM_FIELDS):
        names = [name for one in fields for name in one.names]
        assert len(names) == len(set(names))
        assert all(normal(name) == name for name in names)


def test_a_misspelt_column_is_reported() -> None:
    intake = read("id,name,arr,Helth Score", "1,Acme,5,80")

    assert intake.portfolio is not None
    assert intake.portfolio.accounts[0].health == 80
    assert [one.column for one in intake.findings if "is read as health" in one.message] == ["Helth Score"]


def test_a_rate_is_not_a_misspelt_date() -> None:
    assert read("id,name,arr,Renewal Rate", "1,Acme,5,80%").mapping.accounts["Renewal Rate"] == "extra"


def test_an_office_is_not_a_misspelt_industry() -> None:
    assert read("id,name,arr,Branch", "1,Acme,5,Leeds").mapping.accounts["Branch"] == "extra"


@pytest.mark.parametrize("header", ["Annual Revenue", "Amount", "ACV", "Contract Value", "Jahresumsatz"])
def test_revenue_is_never_taken_for_arr_unasked(header: str) -> None:
    asked = read(f"id,name,{header}", "1,Acme,5")
    assert asked.portfolio is None
    assert [(one.key, one.choices) for one in asked.questions] == [
        ("accounts.column.arr", (header, "none")),
    ]

    answered = read(f"id,name,{header}", "1,Acme,5", **{"column.arr": header})
    assert answered.portfolio is not None
    assert answered.portfolio.accounts[0].arr == 5


def test_two_columns_for_one_field_are_a_question_unless_they_are_equal() -> None:
    asked = read("id,name,ARR,Current ARR", "1,Acme,5,6")
    assert [one.key for one in asked.questions] == ["accounts.column.arr"]
    assert asked.questions[0].samples == ("ARR: 5", "Current ARR: 6")

    assert read("id,name,ARR,Current ARR", "1,Acme,5,5").portfolio is not None


def test_the_csm_is_the_owner_where_a_sales_owner_is_named_too() -> None:
    intake = read("id,name,arr,Account Owner,CSM", "1,Acme,5,Sam Sales,Ada")

    assert intake.portfolio is not None
    assert intake.portfolio.accounts[0].owner == "C1"
    assert intake.portfolio.accounts[0].extra == {"Account Owner": "Sam Sales"}


def test_a_mapping_wins_over_names_and_can_ignore_columns() -> None:
    mapping = from_toml(
        '[accounts]\n"Revenue" = "arr"\n"arr" = "extra"\n"Secret" = "ignore"\n"Gone" = "nps"\n'
    )
    intake = read("id,name,Revenue,arr,Secret", "1,Acme,5,6,hush", mapping=mapping)

    assert intake.portfolio is not None
    account = intake.portfolio.accounts[0]
    assert (account.arr, account.extra) == (5, {"arr": "6"})
    assert [one.column for one in intake.findings if "does not have it" in one.message] == ["Gone"]


def test_the_mapping_used_can_be_saved_and_answers_the_next_import() -> None:
    header, row = 'id,name,Revenue,Note "x",when_renewed', "1,Acme,5,n,03/04/2026"
    mapping = ColumnMapping(accounts={"when_renewed": "renewal"}, nulls=("n/a", '"', "\x7f"))
    first = read(header, row, mapping=mapping, **{"column.arr": "Revenue", "dates.renewal": "day-first"})
    assert first.portfolio is not None

    saved = from_toml(first.mapping.to_toml())
    assert saved == first.mapping
    again = read(header, row, mapping=saved)
    assert again.portfolio == first.portfolio
    assert again.mapping.to_toml() == first.mapping.to_toml()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[accounts", "is not TOML"),
        ('[accounts]\n"ARR" = "money"', "column 'ARR' of accounts as 'money', which is no field"),
        ("[accounts]\nARR = 5", "[accounts] in the mapping must hold lines"),
        ("[tickets]", "has a part 'tickets'"),
        ("nulls = 5", "nulls in the mapping must be a list"),
        ("#" * 1_000_001, "larger than 1 MB"),
        ("a=" + "[" * 100_000, "is not TOML"),
        ("a=" + "9" * 5_000, "is not TOML"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(text: str, expected: str) -> None:
    with pytest.raises(IntakeError, match=r"mapping") as caught:
        from_toml(text)

    assert expected in str(caught.value)


def test_two_columns_mapped_to_one_field_are_refused() -> None:
    mapping = ColumnMapping(accounts={"a": "arr", "b": "arr"})

    assert read("id,name,a,b", "1,Acme,5,6", mapping=mapping).refused


ODD_IDS = (
    "Account Name,Ref Nr,ARR,Region,Remark",
    "Acme,K1,5,North,a",
    "Beta,K2,6,North,",
    "Gamma,K2,7,South,",
    "Delta,K4,8,South,",
)


def test_a_column_with_a_duplicate_is_offered_as_the_id_and_the_duplicate_is_a_rejected_row() -> None:
    [question] = read(*ODD_IDS).questions
    assert (question.key, question.choices) == ("accounts.column.id", ("Ref Nr", "Account Name"))

    answered = read(*ODD_IDS, **{"column.id": "Ref Nr"})
    assert answered.portfolio is not None
    assert [one.id for one in answered.portfolio.accounts] == ["K1", "K2", "K4"]
    assert [one.line for one in answered.rejects["accounts"][1]] == [4]


def test_a_column_whose_values_repeat_is_not_offered_as_the_id() -> None:
    assert read("Region,ARR", "North,5", "North,6", "South,7", "South,8").refused


def test_a_list_of_people_with_first_and_last_names_needs_no_other_name() -> None:
    csms = b"User ID,First Name,Last Name,Email\n7,Ada,Lovelace,ada@x.org\n8,,Okri,\n"
    intake = read_portfolio(b"id,name,arr,owner\n1,Acme,5,Ada Lovelace\n", csms)

    assert intake.portfolio is not None
    assert [one.name for one in intake.portfolio.csms] == ["Ada Lovelace", "Okri"]
    assert intake.portfolio.accounts[0].owner == "7"
    assert intake.portfolio.csms[0].extra == {"First Name": "Ada", "Last Name": "Lovelace"}
    whole = read_portfolio(
        b"id,name,arr\n1,Acme,5\n", b"Id,Name,First Name,Last Name\n7,Ada L.,Ada,Lovelace\n"
    )
    assert whole.portfolio is not None
    assert whole.portfolio.csms[0].name == "Ada L."
