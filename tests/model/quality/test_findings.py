"""What is found wrong in data, each fault planted alone into a portfolio that has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bookshift_model.correctable import parse
from bookshift_model.decisions import Correct, Decisions
from bookshift_model.formulas import Formulas
from bookshift_model.portfolio import Account, Csm, Portfolio, TouchLevel
from bookshift_model.quality.called import called_nearly
from bookshift_model.quality.examine import examine, overtaken_group
from bookshift_model.quality.group import Group
from bookshift_model.quality.scores import drift
from bookshift_model.sample import sample

DAY = date(2026, 1, 5)
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
TOUCHES: dict[str, TouchLevel] = {"Enterprise": "high", "Mid-Market": "mid", "SMB": "low"}
SIZES = {"Enterprise": 200_000.0, "Mid-Market": 50_000.0, "SMB": 9_000.0}
WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gum", "Hazel", "Ivy", "Juniper")
TRADES = ("Rail", "Bank", "Foods", "Media", "Labs", "Steel", "Parks", "Tools", "Mills")


def clean(**planted: Any) -> Portfolio:
    """Ninety accounts with nothing wrong, but for what is planted into the first (by field name)."""
    accounts = []
    for i in range(90):
        segment = SEGMENTS[i % 3]
        accounts.append(
            Account(
                id=f"A{i:03}", name=f"{WORDS[i // 9]} {TRADES[i % 9]}", owner=f"C{i % 4}",
                arr=SIZES[segment] * (1 + i % 7 / 10), touch=TOUCHES[segment], complexity=1 + i % 5,
                segment=segment,
                health=55.0 + (i * 7) % 40, renewal=date(2026, 1 + i % 12, 15), industry="Rail",
                region="EMEA", owner_since=date(2024, 5, 1), customer_since=date(2023, 5, 1),
                usage=40.0 + i % 50, risk="medium",
            )
        )  # fmt: skip
    accounts[0] = replace(accounts[0], **planted)
    csms = tuple(Csm(id=f"C{j}", name=f"Csm {j}", industries=("Rail",), region="EMEA") for j in range(4))
    return Portfolio(tuple(accounts), csms, DAY)


def found(portfolio: Portfolio) -> dict[str, Group]:
    return {one.id: one for one in examine(portfolio, Formulas())}


def with_all(change: Any) -> Portfolio:
    base = clean()
    return replace(base, accounts=tuple(change(i, one) for i, one in enumerate(base.accounts)))


def test_there_is_nothing_to_find_in_clean_data() -> None:
    assert found(clean()) == {}


@pytest.mark.parametrize(
    ("planted", "id_", "value", "says", "suggest"),
    [
        ({"arr": 0.0}, "arr_zero", "0", "without revenue", ""),
        ({"arr": 24_000_000.0}, "arr_scale", "24000000", "entered in cents", "240000"),
        ({"arr": 200.0, "touch": "mid"}, "arr_scale", "200", "entered in thousands", "200000"),
        ({"renewal": date(2025, 3, 1)}, "renewal_past", "2025-03-01", "310 days before", "2026-03-01"),
        ({"renewal": None}, "missing:renewal", "", "not stated", ""),
        ({"health": None}, "missing:health", "", "not stated", ""),
        ({"arr": 0.0, "imputed": frozenset({"arr"})}, "missing:arr", "", "not stated", ""),
        ({"owner": None}, "owner_missing", "", "nobody", ""),
        ({"owner": "Max Gone"}, "owner_unknown", "Max Gone", "has 1 account in this file", ""),
        ({"industry": "Raill"}, "strange:industry", "Raill", "no CSM states it", "Rail"),
        (
            {"health": None, "extra": {"bookshift:health": "870"}},
            "unreadable:health", "870", "no health", "87",
        ),
        ({"owner_since": date(2026, 8, 1)}, "future:owner_since", "2026-08-01", "not yet", ""),
        ({"risk": "low", "health": 12.0}, "risk_low", "low", "health is 12", ""),
        ({"touch": "tech", "arr": 320_000.0}, "touch_little", "tech", "ARR above", ""),
        ({"arr": 8_000.0}, "touch_much", "high", "ARR below", ""),
    ],
)  # fmt: skip
def test_one_fault_is_found_alone_with_its_value_and_what_was_meant(
    planted: dict[str, Any], id_: str, value: str, says: str, suggest: str
) -> None:
    groups = found(clean(**planted))
    detail = groups[id_].detail(0)
    assert groups[id_].accounts == (0,)
    assert detail.value == value
    assert says in detail.says
    assert detail.suggest == suggest
    if suggest:
        assert parse(groups[id_].field, suggest) is not None


def test_scores_of_one_segment_on_another_scale_are_told_apart_and_proposed_times_ten() -> None:
    groups = found(with_all(lambda _, a: replace(a, health=a.health / 10) if a.segment == "SMB" else a))
    assert list(groups) == ["health_scale:segment SMB"]
    group = groups["health_scale:segment SMB"]
    assert len(group.accounts) == 30
    first = clean().accounts[group.accounts[0]].health
    assert float(group.detail(group.accounts[0]).suggest) == pytest.approx(first)


def test_scores_of_one_source_on_another_scale_are_found_too() -> None:
    groups = found(
        with_all(
            lambda i, a: replace(
                a, health=a.health / 20 if i % 2 else a.health, extra={"Health Source": f"Tool {i % 2}"}
            )
        )
    )
    assert "health_scale:Health Source Tool 1" in groups


def test_one_score_for_all_of_a_segment_says_nothing() -> None:
    groups = found(with_all(lambda _, a: replace(a, health=50.0) if a.segment == "SMB" else a))
    assert list(groups) == ["health_constant:segment SMB"]


def test_a_default_that_most_accounts_have_is_no_measurement() -> None:
    groups = found(with_all(lambda i, a: replace(a, health=50.0) if i % 5 else a))
    assert list(groups) == ["health_constant"]
    assert len(groups["health_constant"].accounts) >= 72


def test_scores_that_lie_elsewhere_in_one_segment_are_a_remark() -> None:
    groups = found(with_all(lambda i, a: replace(a, health=20.0 + i % 17) if a.segment == "SMB" else a))
    assert [one.severity for one in groups.values()] == ["info"]
    assert "health_spread:segment SMB" in groups


def test_a_score_from_last_year_is_old() -> None:
    groups = found(
        with_all(lambda i, a: replace(a, extra={"Health Updated": "2025-01-01" if i < 3 else "2026-01-02"}))
    )
    assert groups["health_stale:Health Updated"].accounts == (0, 1, 2)
    assert "369 days old" in groups["health_stale:Health Updated"].detail(0).says


def test_scores_that_all_move_at_once_between_imports_are_another_formula() -> None:
    before = clean()
    after = with_all(lambda _, a: replace(a, health=a.health - 20))
    assert "-20 points" in drift(before, after)
    assert drift(before, before) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller GmbH & Co. KG", "MUELLER"), ("Acme, Inc.", "Acme Corporation"), ("The Rail Co", "Rail Co."),
        ("Société Générale S.A.", "Societe Generale"), ("Ёлка \u041e\u041e\u041e", "Elka"), ("I.B.M.", "IBM"),
        ("Data Sync Ltd", "Datasync"),
    ],
)  # fmt: skip
def test_names_that_differ_in_form_are_one(one: str, other: str) -> None:
    base = clean()
    accounts = (
        replace(base.accounts[0], name=one),
        replace(base.accounts[1], name=other),
        *base.accounts[2:],
    )
    groups = found(replace(base, accounts=accounts))
    assert groups["same_name"].accounts == (0, 1)
    assert "A001" in groups["same_name"].detail(0).says


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme France", "Acme Germany"), ("Alder Rail 2", "Alder Rail 3"), ("North Bank", "South Bank"),
        ("Acme Rail", "Acme Bank"), ("Bolt", "Bold"), ("Group", "Company"),
    ],
)  # fmt: skip
def test_names_of_different_customers_stay_apart(one: str, other: str) -> None:
    base = clean()
    accounts = (
        replace(base.accounts[0], name=one),
        replace(base.accounts[1], name=other),
        *base.accounts[2:],
    )
    assert not {"same_name", "near_name"} & set(found(replace(base, accounts=accounts)))


def test_a_slip_of_the_pen_counts_only_where_other_facts_agree() -> None:
    base = clean()
    for domain, expected in (("borealis.com", True), ("other.com", False)):
        accounts = (
            replace(base.accounts[0], name="Borealis Bank", extra={"Website": "https://www.borealis.com/x"}),
            replace(base.accounts[3], name="Borealiss Bank", extra={"Domain": domain}),
            *base.accounts[1:3], *base.accounts[4:],
        )  # fmt: skip
        assert ("near_name" in found(replace(base, accounts=accounts))) is expected


def test_a_family_with_several_owners_and_one_that_only_its_domain_shows() -> None:
    base = clean()
    accounts = [*base.accounts]
    accounts[1] = replace(accounts[1], parent="A000")
    accounts[5] = replace(accounts[5], extra={"E-Mail": "ann@borealis.com"})
    accounts[6] = replace(accounts[6], extra={"E-Mail": "bob@borealis.com"})
    accounts[7] = replace(accounts[7], extra={"E-Mail": "cy@gmail.com"})
    accounts[8] = replace(accounts[8], extra={"E-Mail": "di@gmail.com"})
    groups = found(replace(base, accounts=tuple(accounts)))
    assert groups["family_split"].accounts == (0, 1)
    assert groups["family_split"].title == "family has several owners (1 family)"
    assert groups["family_domain"].accounts == (6,)
    assert groups["family_domain"].detail(6).suggest == "A005"


def test_a_correction_that_the_source_has_overtaken_is_asked_about() -> None:
    done = Correct(account="A000", field="health", was="870", value="87", author="ann")
    portfolio = clean()
    (group,) = overtaken_group(portfolio, [(0, done)])
    assert group.detail(0).suggest == "87"
    assert "ann had corrected 870 to 87" in group.detail(0).says
    assert list(overtaken_group(portfolio, [])) == []
    assert len(Decisions([done]).corrections()) == 1
    csm = portfolio.csms[0]
    whose = Correct(account="A000", field="owner", was="Zoe Gone", value=csm.id, author="ann")
    (group,) = overtaken_group(portfolio, [(0, whose)])
    assert f"ann had corrected Zoe Gone to {csm.name}" in group.detail(0).says


def test_the_sample_has_no_doubles_and_no_broken_scores() -> None:
    ids = {one.id.partition(":")[0] for one in examine(sample(4000, 15, 1), Formulas())}
    assert not ids & {"same_name", "near_name", "health_scale", "health_constant", "arr_scale", "arr_zero"}


def test_a_gap_of_few_accounts_is_not_one_of_none() -> None:
    base = clean()
    many = [replace(a, id=f"{a.id}-{k}", name=f"{a.name} {k}") for a in base.accounts for k in (1, 2, 3)]
    accounts = (replace(many[0], renewal=None, arr=0.5), *many[1:])
    title = found(replace(base, accounts=accounts))["missing:renewal"].title
    assert title == "no renewal date for less than 1 % of accounts, less than 1 % of ARR"


def test_the_worst_and_the_rare_come_first() -> None:
    groups = examine(clean(owner=None, complexity=None), Formulas())
    assert [one.severity for one in groups] == ["warning", "info"]


def test_a_gap_says_what_the_model_makes_of_it_and_how_large_it_is() -> None:
    group = found(clean(renewal=None))["missing:renewal"]
    assert "no freeze protects it" in group.says
    assert "1 % of accounts, 2 % of ARR" in group.title


@pytest.mark.parametrize(
    ("owner", "csm"),
    [
        ("Ana Ruíz", "Ana Ruiz"),
        ("RUIZ, ANA", "Ana Ruiz"),
        ("A. Ruiz", "Ana Ruiz"),
        ("Ruíz, A.", "Ana Ruiz"),
        ("X. Ruiz", ""),
        ("Bjoern Mueller", "Björn Müller"),
        ("Bjorn Muller", "Björn Müller"),
        ("Dieter Gross", "Dieter Groß"),
        ("F. Haddad", "Farid Haddad"),
        ("C. O'Neil", "Conor O’Neil"),
        ("Conor ONeil", "Conor O’Neil"),
        ("E. van der Berg", "Emma van der Berg"),
        ("E. Berg", "Emma van der Berg"),
        ("J. Smith", "J. R. Smith"),
        ("John Smith", "J. R. Smith"),
        ("Jack Smith", "J. R. Smith"),
        ("J. A. Smith", ""),
        ("J. Petersen", ""),
        ("K. Petersen", ""),
        ("Jon Petersen", "Jón Petersen"),
        ("J.", ""),
        ("?", ""),
    ],
)
def test_a_name_in_another_spelling_is_proposed_where_it_fits_one_csm_alone(owner: str, csm: str) -> None:
    names = (
        "Ana Ruiz", "Björn Müller", "Dieter Groß", "Farid Haddad", "Conor O’Neil", "Emma van der Berg",
        "J. R. Smith", "Jón Petersen", "Jan Petersen",
    )  # fmt: skip
    roster = [Csm(id=f"C{i}", name=name) for i, name in enumerate(names)]
    assert called_nearly([owner], roster).get(owner, "") == csm


def test_an_owner_written_nearly_as_one_csm_is_proposed_and_one_of_two_namesakes_is_not() -> None:
    base = clean()
    names = ["Sara Okonkwo", "Max Berg", "Max Berg", *(one.name for one in base.csms[3:])]
    csms = tuple(replace(one, name=name) for one, name in zip(base.csms, names, strict=True))
    owners = {0: "Okonkwo Sara", 1: "Sarah Okonkwo", 2: "Max Berg", 3: "Zoe Gone"}
    accounts = tuple(
        replace(one, owner=owners.get(i, csms[0].id if one.owner in base.csm_index else one.owner))
        for i, one in enumerate(base.accounts)
    )
    groups = found(replace(base, csms=csms, accounts=accounts))
    group, unclear = groups["owner_unknown"], groups["owner_unclear"]
    assert [group.detail(i).suggest for i in group.accounts] == ["Sara Okonkwo", "Sara Okonkwo", ""]
    assert (group.title, unclear.title) == (
        "owner not on the roster (3 names)",
        "several CSMs have the owner's name (1 name)",
    )
    (detail,) = map(unclear.detail, unclear.accounts)
    assert unclear.accounts == (2,)
    assert (detail.value, detail.suggest) == ("Max Berg", "")
    assert detail.says == f"has 1 account in this file; Max Berg ({csms[1].id}) or Max Berg ({csms[2].id})"
