"""Rollbacks undo updates: they hold what the target's own column held, and never what another one does."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pytest

from bookshift_io.export.crm import CrmOptions
from bookshift_io.export.plan import ExportOptions, ExportScenario, prepare_plan
from bookshift_io.intake.read import read_portfolio
from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.problem import build

ACME, BOLT, CLIO = "001D000000IqhSLIAZ", "001D000000IqhSlIAJ", "0015g00000AbCdEAAV"
ADA, BEN, SALES = "005D0000001KyEIIA0", "005D0000001KyEiIAK", "005D0000001KyAAIA0"

TEAM = (
    "User ID,Full Name,Email,Ext\n"
    f"{ADA},Ada Abel,ada@example.com,E-1\n{BEN},Ben Bond,ben@example.com,E-2\n"
    "005D0000001KyEZIA0,Kim Lee,kim@example.com,E-3\n005D0000001KyEzIAK,Kim Lee,kim2@example.com,E-4\n"
)


@dataclass(frozen=True)
class Made:
    """What an export of all accounts to Ben wrote."""

    update: dict[str, str]
    rollback: dict[str, str]
    said: str


def exported(
    accounts: str, profile: str, *, csms: str = TEAM, answers: dict[str, str] | None = None, **options: str
) -> Made:
    """Import two files, give every account to Ben, and read both files of the CRM back."""
    intake = read_portfolio(accounts.encode(), csms.encode(), as_of=date(2026, 1, 5), answers=answers)
    assert intake.questions == ()
    assert intake.portfolio is not None
    policy = Policy()
    problem = build(Data(intake.portfolio, policy.formulas), policy)
    made = prepare_plan(
        problem=problem,
        assignment=np.ones(len(intake.portfolio.accounts), dtype=np.int64),
        scenario=ExportScenario(
            name="Q1",
            version=1,
            fairness="Fair.",
            app_version="0",
            at=datetime(2026, 1, 6, tzinfo=UTC),
            columns=intake.mapping.accounts,
        ),
        profiles=[profile],
        reasons={},
        options=ExportOptions(crm={profile: CrmOptions(**options)}),
    )
    read = [list(csv.reader(io.StringIO(one.decode()))) for one in made.files.values()]
    update, rollback = ({row[0]: row[-1] for row in rows[1:]} for rows in read)
    return Made(update, rollback, " ".join(made.manifest.warnings))


def hubspot(*rows: str, more: str = "Customer Success Manager") -> str:
    return "\n".join((f"Record ID,Company name,Company owner,{more},ARR", *rows))


def test_hubspot_gets_the_names_back_that_its_own_export_had() -> None:
    made = exported(
        hubspot(
            "1,Acme,Sales 3,ada@example.com,100",
            "2,Bolt,Sales 0,,90",  # without a CSM, but not without an owner
            "3,Clio,,ada@example.com,80",  # and the reverse
            "4,Duo,Ada Abel,ada@example.com,70",
            "5,Eos,kim@example.com,ada@example.com,60",
        ),
        "hubspot",
    )
    assert len(made.update) == 5
    assert made.rollback == {
        "1": "Sales 3",
        "2": "Sales 0",
        "4": "ada@example.com",
        "5": "kim@example.com",
    }
    assert "in 3 of 4 changed accounts Company owner holds somebody else" in made.said
    assert "leaves out 1 of 5 accounts (Clio): nobody is in Company owner today" in made.said
    assert "the rollback has 2 owners of today by name, such as 'Sales 3'" in made.said


def test_hubspot_gets_no_name_back_that_it_could_not_find_or_tell_apart() -> None:
    made = exported(
        hubspot(
            "1,Acme,Kim Lee,ada@example.com,100",
            "2,Bolt,Rae Roe (Deactivated User),ada@example.com,90",
            "3,Clio,Sales 1,ada@example.com,80",
        ),
        "hubspot",
    )
    assert made.rollback == {"3": "Sales 1"}
    assert (
        "the rollback leaves out 2 of 3 accounts (Acme and Bolt): Company owner holds what HubSpot would not "
        "take back or could not tell apart, such as 'Kim Lee'; see to them by hand"
    ) in made.said


def test_a_csm_whom_the_crm_has_no_id_of_is_named_as_the_file_names_them() -> None:
    made = exported(
        "Id,Name,OwnerId,ARR\n0015g00000AbCdE,Acme,Kim Li,100\n",
        "salesforce",
        csms="id,name,Salesforce User ID\nC7,Kim Li,\nC8,Ben,005D0000001KyEZ\n",
    )
    assert made.rollback == {}
    assert "OwnerId holds what Salesforce would not take back" in made.said
    assert "such as 'Kim Li'" in made.said


def test_the_column_that_owners_were_read_from_is_returned_where_it_is_the_target() -> None:
    for target in ("Customer Success Manager", "customer_success_manager"):
        made = exported(
            hubspot("1,Acme,Sales 3,ada@example.com,100", "2,Bolt,Sales 0,gone@example.com,90"),
            "hubspot",
            target=target,
        )
        assert made.rollback == {"1": "ada@example.com", "2": "gone@example.com"}
        assert made.said.count("HubSpot: ") == 0


def test_an_id_of_the_target_goes_before_its_name() -> None:
    accounts = hubspot("1,Acme,Sales 3,4711,ada@example.com,9", more="HubSpot owner ID,CSM Email")
    assert exported(accounts, "hubspot", target="HubSpot owner ID").rollback == {"1": "4711"}
    accounts = (
        f"Account ID,Account Name,Account Owner,Owner ID,CSM,ARR\n{ACME},Acme,Ada Abel,{SALES},Ada Abel,9\n"
    )
    assert exported(accounts, "salesforce").rollback == {ACME: SALES}


def test_salesforce_without_ids_of_the_owner_returns_only_those_whom_the_roster_names() -> None:
    made = exported(
        "Account ID,Account Name,Account Owner,CSM,ARR\n"
        f"{ACME},Acme,Sales 3,Ada Abel,9\n{BOLT},Bolt,Ada Abel,Ada Abel,8\n{CLIO},Clio,,Ada Abel,7\n",
        "salesforce",
    )
    assert made.update == dict.fromkeys((ACME, BOLT, CLIO), BEN)
    assert made.rollback == {BOLT: ADA}
    assert "in 1 of 2 changed accounts Account Owner holds somebody else" in made.said
    assert (
        "leaves out 1 of 3 accounts (Acme): Account Owner holds what Salesforce would not take" in made.said
    )
    assert "leaves out 1 of 3 accounts (Clio): nobody is in Account Owner today" in made.said


@pytest.mark.parametrize(
    ("target", "value"), [("CSM__c", ADA), ("CSM__r.Ext__c", "E-1"), ("CSM__r.Email", "ada@example.com")]
)
def test_a_field_is_known_by_what_reports_call_it(target: str, value: str) -> None:
    made = exported(
        "Account ID,Account Name,Account Owner,Customer Success Manager,ARR\n"
        f"{ACME},Acme,Sales 3,Ada Abel,9\n{BOLT},Bolt,Sales 0,Rae Roe,8\n",
        "salesforce",
        target=target,
    )
    assert made.rollback == {ACME: value}
    assert "(Bolt): Customer Success Manager holds what Salesforce would not take back" in made.said


def test_nobody_in_a_field_that_can_be_emptied_is_told_so_though_there_is_a_csm() -> None:
    accounts = (
        "Account ID,Account Name,CSM__c,CSM Email,ARR\n"
        f"{ACME},Acme,{ADA},ada@example.com,9\n{BOLT},Bolt,,ada@example.com,8\n"
    )
    made = exported(accounts, "salesforce", target="CSM__c", answers={"accounts.column.owner": "CSM Email"})
    assert made.rollback == {ACME: ADA, BOLT: "#N/A"}


@pytest.mark.parametrize(
    ("profile", "target"),
    [("salesforce", ""), ("salesforce", "Second_CSM__c"), ("hubspot", ""), ("hubspot", "Renewal owner"),
     ("generic", "Manager"), ("gainsight", "Account Manager Email")],
)  # fmt: skip
def test_without_the_targets_column_nothing_is_made_up(profile: str, target: str) -> None:
    key = ACME if profile == "salesforce" else "1"
    made = exported(
        f"Id,Name,CSM Email,ARR\n{key},Acme,ada@example.com,9\n", profile, target=target, key_from="id"
    )
    assert len(made.update) == 1
    assert made.rollback == {}
    assert "rollback is empty and nothing undoes the update: your accounts file has no" in made.said
    assert "only CSM Email" in made.said


def test_our_own_column_is_the_owners_whatever_the_file_calls_it() -> None:
    made = exported("Id,Name,CSM Email,ARR\n1,Acme,ada@example.com,9\n", "generic")
    assert made.rollback == {"1": ADA}
    made = exported(hubspot("1,Acme,Sales 3,ada@example.com,9"), "generic")
    assert made.rollback == {"1": ADA}


def test_a_column_that_the_import_was_told_to_ignore_is_said() -> None:
    intake = read_portfolio(
        hubspot("1,Acme,Sales 3,ada@example.com,9").encode(), TEAM.encode(), as_of=date(2026, 1, 5)
    )
    assert intake.portfolio is not None
    columns = {**intake.mapping.accounts, "Company owner": "ignore"}
    policy = Policy()
    made = prepare_plan(
        problem=build(Data(intake.portfolio, policy.formulas), policy),
        assignment=np.ones(1, dtype=np.int64),
        scenario=ExportScenario(
            name="Q1", version=1, fairness="", app_version="0", at=datetime(2026, 1, 6, tzinfo=UTC),
            columns=columns,
        ),
        profiles=["hubspot"],
        reasons={},
    )  # fmt: skip
    assert "your import does not keep Company owner" in " ".join(made.manifest.warnings)


def test_dynamics_gets_its_owners_back_by_name_also_those_who_are_no_csms() -> None:
    keep = ("(Do Not Modify) Account", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On")
    key = "0a1b2c3d-0000-4000-8000-00000000000"
    made = exported(
        f"{','.join(keep)},Account Number,Account Name,Owner,CSM,ARR\n"
        f"{key}a,x,y,N1,Acme,Sal Esrep,Ada Abel,9\n{key}b,x,y,N2,Bolt,,Ada Abel,8\n",
        "dynamics",
    )
    assert made.rollback == {f"{key}a": "Sal Esrep"}
    assert "leaves out 1 of 2 accounts (Bolt): nobody is in Owner today" in made.said
