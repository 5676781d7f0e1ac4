"""Write-backs to CRMs: what their imports take, and never a file that would be loaded in part or wrongly."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift_io.export.crm import CRMS, CrmOptions
from bookshift_io.export.plan import ExportOptions, ExportScenario, PreparedExport, prepare_plan
from bookshift_io.export.writing import ExportError
from bookshift_io.intake.read import read_portfolio
from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCENARIO = ExportScenario(
    name="Q1", version=1, fairness="Fair.", app_version="0", at=datetime(2026, 1, 6, tzinfo=UTC)
)
# 15-character ids that differ by case only, and the same with their check characters.
ACME, BOLT, CLIO = "001D000000IqhSL", "001D000000IqhSl", "0015g00000AbCdE"
ACME_18, BOLT_18, CLIO_18 = "001D000000IqhSLIAZ", "001D000000IqhSlIAJ", "0015g00000AbCdEAAV"
ADA, BEN = "005D0000001KyEI", "005D0000001KyEi"
ADA_18, BEN_18 = "005D0000001KyEIIA0", "005D0000001KyEiIAK"


def team(accounts: Sequence[Account] = (), csms: Sequence[Csm] = ()) -> Problem:
    accounts = accounts or (
        Account(id=ACME, name="Acme", arr=100.0, owner=ADA),
        Account(id=BOLT, name="Bolt", arr=10.0, owner=ADA),
        Account(id=CLIO, name="Clio", arr=1.0, owner=BEN),
    )
    csms = csms or (
        Csm(id=ADA, name="Ada Abel", email="ada@example.com"),
        Csm(id=BEN, name="Ben Bond", email="ben@example.com"),
    )
    policy = Policy()
    return build(Data(Portfolio(tuple(accounts), tuple(csms), date(2026, 1, 5)), policy.formulas), policy)


def prepared(
    profile: str, problem: Problem | None = None, plan: Sequence[int] = (1, 0, 0), **options: str
) -> PreparedExport:
    return prepare_plan(
        problem=problem or team(),
        assignment=np.array(plan),
        scenario=SCENARIO,
        profiles=[profile],
        reasons={},
        options=ExportOptions(crm={profile: CrmOptions(**options)}),
    )


def rows(made: PreparedExport, what: str = "update") -> list[dict[str, str]]:
    (content,) = [one for name, one in made.files.items() if what in name]
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def said(made: PreparedExport) -> str:
    return " ".join(made.manifest.warnings)


def extra(**columns: str) -> Mapping[str, str]:
    return columns


# Salesforce


def test_salesforce_gets_changed_rows_with_18_characters_and_line_feeds() -> None:
    made = prepared("salesforce")
    assert made.files["salesforce_update-draft.csv"] == (
        f"Id,OwnerId\n{ACME_18},{BEN_18}\n{CLIO_18},{ADA_18}\n".encode("ascii")
    )
    assert made.files["salesforce_rollback-draft.csv"] == (
        f"Id,OwnerId\n{ACME_18},{ADA_18}\n{CLIO_18},{BEN_18}\n".encode("ascii")
    )
    assert [(one.rows, one.arr) for one in made.manifest.files] == [(2, 101.0), (2, 101.0)]
    assert made.manifest.warnings == ()


def test_update_and_then_rollback_restore_every_owner() -> None:
    made = prepared("salesforce")
    today = {ACME_18: ADA_18, BOLT_18: ADA_18, CLIO_18: BEN_18}
    update, rollback = (
        {row["Id"]: row["OwnerId"] for row in rows(made, one)} for one in ("update", "rollback")
    )
    assert today | update == {ACME_18: BEN_18, BOLT_18: ADA_18, CLIO_18: ADA_18}
    assert today | update | rollback == today


def test_ids_that_differ_by_case_only_stay_two_accounts() -> None:
    found = rows(prepared("salesforce", plan=(1, 1, 1)))
    assert [row["Id"] for row in found] == [ACME_18, BOLT_18]


@pytest.mark.parametrize(
    ("target", "csm", "value"),
    [
        ("CSM__c", {"crm id": BEN}, BEN_18),
        ("CSM__r.External_ID__c", {"External ID": "E-7"}, "E-7"),
        ("ns__CSM__r.ns__Number__c", {"ns__Number__c": "007"}, "007"),
        ("Owner.Email", {}, "ben@example.com"),
    ],
)
def test_a_target_may_be_any_field_or_relationship(target: str, csm: dict[str, str], value: str) -> None:
    people = (
        Csm(id="C1", name="Ada", email="ada@example.com", extra=dict.fromkeys(csm, ADA)),
        Csm(id="C2", name="Ben", email="ben@example.com", extra=csm),
    )
    problem = team((Account(id=ACME, name="Acme", arr=1.0, owner="C1"),), people)
    assert rows(prepared("salesforce", problem, (1,), target=target)) == [{"Id": ACME_18, target: value}]


def test_a_roster_without_user_ids_is_refused_with_the_cure() -> None:
    people = (Csm(id=ADA, name="Ada"), Csm(id="C2", name="Ben"))
    problem = team((Account(id=ACME, name="Acme", arr=1.0, owner=ADA),), people)
    with pytest.raises(ExportError) as caught:
        prepared("salesforce", problem, (1,))
    assert str(caught.value) == (
        "Ben receives accounts and has no Salesforce user id (15 or 18 letters and digits from 005) for "
        "OwnerId; add a column crm_id with it to the CSMs file and import that again, "
        "or say which column holds it (--owner-from)"
    )
    people = (people[0], Csm(id="C2", name="Ben", extra={"crm_id": BEN}))
    problem = team((Account(id=ACME, name="Acme", arr=1.0, owner=ADA),), people)
    assert rows(prepared("salesforce", problem, (1,))) == [{"Id": ACME_18, "OwnerId": BEN_18}]


def test_an_owner_is_a_user_and_an_id_with_wrong_check_characters_is_none() -> None:
    for wrong in (ACME, BEN_18[:-1] + "X", BEN_18.lower()):
        people = (Csm(id=ADA, name="Ada"), Csm(id="C2", name="Ben", extra={"crm_id": wrong}))
        with pytest.raises(ExportError, match="Ben receives accounts") as caught:
            prepared("salesforce", team((Account(id=ACME, name="A", arr=1.0, owner=ADA),), people), (1,))
        assert ("do not fit the others" in str(caught.value)) is (wrong != ACME)


def test_account_ids_with_wrong_check_characters_are_told_from_no_ids() -> None:
    wrong = Account(id=ACME + "AAA", name="Acme", arr=1.0, owner=ADA)
    for others, said in (((), "; "), ((Account(id=BOLT + "AAA", name="B", arr=1.0, owner=ADA),), ", and so")):
        with pytest.raises(ExportError) as caught:
            prepared("salesforce", team((wrong, *others)), (1,) * (1 + len(others)))
        assert str(caught.value).startswith(
            f"the last three characters of '{ACME}AAA' do not fit the others ('IAZ' would){said}"
        )
        assert "--key-from" in str(caught.value)


def test_accounts_without_the_crms_id_are_refused_or_found_in_another_column() -> None:
    own = Account(id="A-1", name="Acme", arr=1.0, owner=ADA)
    with pytest.raises(ExportError, match=r"^A-1 has no Salesforce id .* \(--key-from\)$"):
        prepared("salesforce", team((own,)), (1,))
    named = replace(own, extra=extra(**{"SFDC Id": ACME, "Other": BOLT}))
    assert rows(prepared("salesforce", team((named,)), (1,)))[0]["Id"] == ACME_18
    assert rows(prepared("salesforce", team((named,)), (1,), key_from="other"))[0]["Id"] == BOLT_18
    with pytest.raises(
        ExportError, match=r"your accounts have no column 'Another'.* one of id, name, SFDC Id"
    ):
        prepared("salesforce", team((named,)), (1,), key_from="Another")


@pytest.mark.parametrize(
    ("target", "says"),
    [("CSM__r", "needs a field of it"), ("CSM Name", "is no Salesforce field"), ("Id", "name two columns"),
     ("=cmd", "is no Salesforce field"), ("a\nb", "no name of a column")],
)  # fmt: skip
def test_what_is_no_field_is_refused(target: str, says: str) -> None:
    with pytest.raises(ExportError, match=says):
        prepared("salesforce", target=target)


def test_an_owner_who_left_is_restored_by_id_and_one_without_any_is_said() -> None:
    gone = "005D0000001KyEZ"
    accounts = (
        Account(id=ACME, name="Acme", arr=1.0, owner=gone),
        Account(id=BOLT, name="Bolt", arr=1.0, owner="Somebody Else"),
        Account(id=CLIO, name="Clio", arr=1.0),
    )
    made = prepared("salesforce", team(accounts), (1, 1, 1))
    assert [row["OwnerId"][:15] for row in rows(made, "rollback")] == [gone]
    assert len(rows(made)) == 3
    assert (
        "leaves out 1 of 3 accounts (Bolt): OwnerId holds what Salesforce would not take back or "
        "could not tell apart, such as 'Somebody Else'; see to it by hand"
    ) in said(made)
    assert (
        "leaves out 1 of 3 accounts (Clio): nobody is in OwnerId today, and Salesforce cannot be told so by"
    ) in said(made)
    made = prepared("salesforce", team(accounts), (1, 1, 1), target="CSM__c")
    assert rows(made, "rollback")[1] == {"Id": CLIO_18, "CSM__c": "#N/A"}
    assert "empties CSM__c with #N/A" in said(made)


def test_a_target_that_holds_others_today_is_restored_as_it_was_and_said() -> None:
    accounts = (
        Account(id=ACME, name="Acme", arr=1.0, owner=ADA, extra=extra(OwnerId=BOLT.replace("001", "005"))),
    )
    made = prepared("salesforce", team(accounts), (1,))
    assert rows(made, "rollback")[0]["OwnerId"].startswith("005D000000Iqh")
    assert "in 1 of 1 changed accounts OwnerId holds somebody else" in said(made)
    assert "(--target)" in said(made)


# The others


def test_hubspot_gets_record_ids_and_addresses() -> None:
    accounts = (Account(id="9001", name="Acme", arr=1.0, owner="1"), Account(id="9002", name="B", arr=1.0))
    people = (Csm(id="1", name="Ada", email="ada@example.com"), Csm(id="77", name="Ben"))
    made = prepared("hubspot", team(accounts, people), (1, 0))
    assert rows(made) == [
        {"Record ID": "9001", "Company owner": "77"},
        {"Record ID": "9002", "Company owner": "ada@example.com"},
    ]
    assert [row["Record ID"] for row in rows(made, "rollback")] == ["9001"]
    with pytest.raises(ExportError, match="add a column email with it to the CSMs file"):
        prepared("hubspot", team(accounts, (people[0], Csm(id="C2", name="Ben"))), (1, 0))


DYNAMICS = {
    "(Do Not Modify) Account": "0A1B2C3D-0000-4000-8000-00000000000A",
    "(Do Not Modify) Row Checksum": "kRPz+0/==",
    "(Do Not Modify) Modified On": "2026-01-05 08:00:01",
}


def test_dynamics_gets_its_own_columns_back_as_they_stood() -> None:
    accounts = (
        Account(id="A1", name="Acme", arr=1.0, owner="Ada Abel", extra=dict(reversed(DYNAMICS.items()))),
    )
    people = (Csm(id="Ada Abel", name="Ada Abel"), Csm(id="u2", name="Ben Bond"))
    made = prepared("dynamics", team(accounts, people), (1,))
    (row,) = rows(made)
    assert list(row) == [*DYNAMICS, "Owner"]
    assert row == {**DYNAMICS, "Owner": "Ben Bond"}
    assert rows(made, "rollback")[0]["Owner"] == "Ada Abel"
    assert "the rollback's checksums are refused once the update is loaded" in said(made)
    without = {k: v for k, v in DYNAMICS.items() if "Checksum" not in k}
    with pytest.raises(ExportError, match="export them there as a static worksheet"):
        prepared("dynamics", team((replace(accounts[0], extra=without),), people), (1,))
    twins = (*people, Csm(id="u3", name="Ben Bond"))
    other = {**DYNAMICS, "(Do Not Modify) Account": "0a1b2c3d-0000-4000-8000-00000000000b"}
    two = (accounts[0], replace(accounts[0], id="A2", extra=other))
    with pytest.raises(ExportError, match=r"Ben Bond \(u2\) and Ben Bond \(u3\) would both be"):
        prepared("dynamics", team(two, twins), (1, 2))


def test_gainsight_and_any_other_system_get_the_columns_that_are_chosen() -> None:
    accounts = (Account(id="A1", name="Acme", arr=1.0, owner=ADA, extra=extra(GSID="1P02")),)
    assert rows(prepared("gainsight", team(accounts), (1,), key_from="GSID")) == [
        {"GSID": "1P02", "CSM Email": "ben@example.com"}
    ]
    made = prepared("generic", team(accounts), (1,), key="Kunde", target="Betreuer", owner_from="name")
    assert rows(made) == [{"Kunde": "A1", "Betreuer": "Ben Bond"}]


@pytest.mark.parametrize("profile", sorted(CRMS))
def test_a_plan_without_moves_has_nothing_to_load_and_says_so(profile: str) -> None:
    made = prepared(profile, plan=(0, 0, 1))
    assert rows(made) == rows(made, "rollback") == []
    assert "no account changes its owner" in said(made)


def test_an_account_that_is_left_without_owner_is_said_and_left_out() -> None:
    made = prepared("salesforce", plan=(1, -1, 1))
    assert [row["Id"] for row in rows(made)] == [ACME_18]
    assert "the update leaves out 1 of 2 accounts (Bolt): nobody owns it in the plan" in said(made)


def test_the_manifest_carries_the_warnings_and_every_file() -> None:
    made: Any = prepared("salesforce", plan=(1, -1, 1))
    assert [one.name for one in made.manifest.files] == list(made.files)
    assert '"warnings": [' in made.manifest.to_json()
    assert made.manifest.name == "manifest-salesforce-draft.json"


# From the CRM's own export and back


REPORTS = {
    "salesforce": (
        (
            f"Account ID,Account Name,OwnerId,CSM__c,ARR\n{ACME},Acme,005D0000001KyAA,{ADA},100\n"
            f"{BOLT},Bolt,,{ADA},9\n"
        ),
        f"User ID,Full Name\n{ADA},Ada Abel\n{BEN},Ben Bond\n",
        {"target": "CSM__c"},
        (f"{ACME_18},{BEN_18}", f"{ACME_18},{ADA_18}"),
    ),
    "hubspot": (
        (
            "Record ID,Company name,Company owner,Annual recurring revenue\n9001,Acme,ada@example.com,100\n"
            "9002,Bolt,,9\n"
        ),
        "User ID,Name,Email\n1,Ada,ada@example.com\n2,Ben,ben@example.com\n",
        {},
        ("9001,ben@example.com", "9001,ada@example.com"),
    ),
    "dynamics": (
        ",".join(DYNAMICS) + ",Account Number,Account Name,Owner,ARR\n"
        + ",".join(DYNAMICS.values()) + ",N1,Acme,Ada Abel,100\n"
        "0a1b2c3d-0000-4000-8000-00000000000b,x,y,N2,Bolt,Ada Abel,9\n",
        "CSM ID,Full Name\nu1,Ada Abel\nu2,Ben Bond\n",
        {},
        (",".join(DYNAMICS.values()) + ",Ben Bond", ",".join(DYNAMICS.values()) + ",Ada Abel"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("profile", REPORTS)
def test_a_crms_own_export_becomes_its_update(profile: str) -> None:
    accounts, csms, options, expected = REPORTS[profile]
    intake = read_portfolio(accounts.encode(), csms.encode(), as_of=date(2026, 1, 5))
    assert intake.questions == ()
    assert intake.portfolio is not None
    policy = Policy()
    problem = build(Data(intake.portfolio, policy.formulas), policy)
    assert problem.baseline[0] == 0
    made = prepared(profile, problem, (1, *problem.baseline.tolist()[1:]), **options)
    for content, line in zip(made.files.values(), expected, strict=True):
        assert content.decode().splitlines()[1:] == [line]
