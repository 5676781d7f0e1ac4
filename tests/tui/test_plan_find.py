"""The account list of the Plan screen: filtered, sorted, and as it was left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from plan_rig import SAMPLE, Rig, opened, running
from textual.widgets import Input

from bookshift_model.portfolio import Account


def shown(rig: Rig) -> set[str]:
    """Ids of the accounts that the list has."""
    rows = rig.screen.accounts.body.rows
    return {rows.key(at) for at in range(len(rows))}


async def find(rig: Rig, text: str) -> None:
    """Ask for a filter, and type it."""
    await rig.press("slash")
    await rig.fill(text)


async def test_the_account_list_is_that_of_the_chosen_book_as_planned(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        account = planner.portfolio.accounts[0]
        taker = next(csm for csm in planner.portfolio.csms if csm.id != account.owner)
        planner.move([account.id], taker.id)
        async with running(planner) as rig:
            rig.screen.books.body.jump_to(taker.id)
            await rig.until(lambda: rig.screen.accounts.book == taker.id)
            owned = {a.id for a in planner.portfolio.accounts if a.owner == taker.id}
            assert shown(rig) == owned | {account.id}


FILTERS: list[tuple[str, Callable[[Account], bool]]] = [
    ("kelv", lambda a: "kelv" in a.name.lower()),
    ("industry=Software", lambda a: a.industry == "Software"),
    ("ind=soft", lambda a: a.industry.startswith("Soft")),
    ("region=North America health<60", lambda a: a.region == "North America" and (a.health or 99) < 60),
    ('region="North America" health<60', lambda a: a.region == "North America" and (a.health or 99) < 60),
    ("arr>200k", lambda a: a.arr > 200_000),
    ("touch=mid", lambda a: a.touch == "mid"),
    ("renewal<2026-03", lambda a: a.renewal is not None and str(a.renewal) < "2026-03"),
    ("health=", lambda a: a.health is None),
    ("arr>100,000", lambda a: a.arr > 100_000),
    ("ARR > 100k and Region = emea", lambda a: a.arr > 100_000 and a.region == "EMEA"),
    ("HLTH<50", lambda a: a.health is not None and a.health < 50),
    ("software arr>=50k", lambda a: a.industry == "Software" and a.arr >= 50_000),
]


async def test_the_filter(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            for text, wanted in FILTERS:
                await rig.press("slash")
                assert rig.app.focused is rig.screen.query_one("#find", Input)
                await rig.fill(text)
                await rig.until(lambda now=text: rig.screen.accounts.filter == now, about=text)
                assert shown(rig) == {a.id for a in planner.portfolio.accounts if wanted(a)}
                assert 0 < len(shown(rig)) < 150
                await rig.press("n", "escape")
                await rig.until(lambda: len(rig.screen.accounts.body.rows) == 150)


async def test_a_filter_that_makes_no_sense_says_so_and_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            for text, says in (
                ("nonsense=3", "is no field"),
                ("arr>many", "is a number"),
                ("re=x", "could be"),
                ("arr>1.500", "can mean two numbers"),
                ("region=EMEA or region=APAC", 'no "or"'),
                ("arr=100 000", "without blanks: 100000"),
                ("health=50 bank", "“50 bank” is none; words anywhere come first"),
            ):
                await find(rig, text)
                await rig.until(lambda wanted=says: wanted in rig.message, about=text)
                assert len(rig.screen.accounts.body.rows) == 150


async def test_a_value_of_two_words_is_one_account_and_the_cursor_goes_there(tmp_path: Path) -> None:
    names = ("Delta Logistics", "Delta Pay", "Retail Delta", "Delta Retail")
    changed = [replace(a, name=n, industry="Retail") for a, n in zip(SAMPLE.accounts[:4], names, strict=True)]
    with opened(tmp_path, replace(SAMPLE, accounts=(*changed, *SAMPLE.accounts[4:]))) as planner:
        async with running(planner, size=(80, 24)) as rig:
            body = rig.screen.accounts.body
            await rig.press("slash")
            await rig.type("name=Delta Retail")
            await rig.press("enter")
            await rig.until(lambda: "1 account matches: name is “Delta Retail”; esc" in rig.message)
            assert [body.rows.key(at) for at in range(len(body.rows))] == [changed[3].id]
            await rig.until(lambda: '/ name="Delta Retail"' in rig.text)
            await rig.press("escape")
            assert body.jump_to(SAMPLE.accounts[9].id)
            await rig.press("slash")
            await rig.type("name=delta")
            await rig.press("enter")
            await rig.until(lambda: "3 accounts match: name begins with “delta”; esc" in rig.message)
            assert body.position == "1/3"
            body.jump_to(changed[1].id)
            await find(rig, "retail")
            await rig.until(lambda: "“retail” anywhere" in rig.message)
            assert body.key == changed[1].id, "an account that matches stays the one under the cursor"


async def test_a_filter_that_finds_nothing_says_what_it_looked_for(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            for text, says in (
                ("region=EMEA bank", "no account matches: region is “EMEA bank”; words anywhere come before"),
                ("bank owner=", "no account matches: “bank” anywhere and owner is nobody; esc"),
                ("arr<0 and region!=EMEA", "no account matches: arr < 0 and region is not “EMEA”; esc"),
                ("health= arr>1B", "no account matches: health is not stated and arr > 1B; esc"),
            ):
                await find(rig, text)
                await rig.until(lambda wanted=says: wanted in rig.message, about=text)
            rig.screen.books.body.jump_to(planner.portfolio.csms[0].id)
            await rig.until(lambda: rig.screen.accounts.book == planner.portfolio.csms[0].id)
            await find(rig, "arr>1B")
            await rig.until(lambda: "no account matches in this book: arr > 1B" in rig.message)


async def test_accounts_without_an_owner_are_found_by_an_empty_owner(tmp_path: Path) -> None:
    first = replace(SAMPLE.accounts[0], owner=None)
    with opened(tmp_path, replace(SAMPLE, accounts=(first, *SAMPLE.accounts[1:]))) as planner:
        async with running(planner) as rig:
            for text, number in (("owner=", 1), ("plan = and owner=", 1), ("Owner!=", 149)):
                rig.screen.accounts.look_for(text)
                assert len(rig.screen.accounts.body.rows) == number, text


async def test_filter_by_the_value_under_the_cursor(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("l", "l", "l", "f")
            await rig.until(lambda: rig.screen.accounts.filter.startswith("owner="))
            first = rig.screen.accounts.body.key
            assert first is not None
            account = planner.portfolio.accounts[planner.portfolio.account_index[first]]
            owned = sum(a.owner == account.owner for a in planner.portfolio.accounts)
            assert len(rig.screen.accounts.body.rows) == owned


async def test_filter_by_value_finds_large_unknown_and_quoted_values(tmp_path: Path) -> None:
    first = replace(SAMPLE.accounts[0], name='The "Old" [Mill]', arr=12_345_678.5, health=None)
    with opened(tmp_path, replace(SAMPLE, accounts=(first, *SAMPLE.accounts[1:]))) as planner:
        async with running(planner) as rig:
            for field in ("name", "arr", "health"):
                rig.screen.accounts.look_for("")
                rig.screen.accounts.body.jump_to(first.id)
                while rig.screen.accounts.body.column.key != field:
                    await rig.press("l")
                await rig.press("f")
                await rig.until(lambda: "esc drops the filter" in rig.message, about=field)
                ids = shown(rig)
                found = [a for a in planner.portfolio.accounts if a.id in ids]
                assert first in found
                assert {getattr(a, field) for a in found} == {getattr(first, field)}


async def test_high_risk_is_filtered_as_it_is_shown(tmp_path: Path) -> None:
    accounts = (replace(SAMPLE.accounts[0], risk=None, churn_probability=0.9), *SAMPLE.accounts[1:])
    with opened(tmp_path, replace(SAMPLE, accounts=accounts)) as planner:
        async with running(planner) as rig:
            rig.screen.accounts.look_for("risk=high")
            assert accounts[0].id in shown(rig)
            assert len(shown(rig)) == int(planner.problem.data.high_risk.sum())


async def test_sorting_puts_unknown_values_last_both_ways(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            for descending in (True, False):
                rig.screen.accounts.sort = ("health", descending)
                rig.screen.project()
                rows = rig.screen.accounts.body.rows
                found = [
                    planner.portfolio.accounts[planner.portfolio.account_index[rows.key(i)]].health
                    for i in range(150)
                ]
                known = [value for value in found if value is not None]
                assert found[: len(known)] == sorted(known, reverse=descending)


async def test_where_a_person_looks_is_there_again(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        csm = planner.portfolio.csms[4].id
        async with running(planner) as rig:
            rig.screen.books.body.jump_to(csm)
            await rig.press("2")
            await find(rig, "arr>10k")
            await rig.press("j", "j", "s")
            await rig.settled()
            where = rig.screen.accounts.body.key
            kept = {
                "book": csm,
                "account": where,
                "filter": "arr>10k",
                "sort": ["name", False],
                "pane": "accounts",
            }
            await rig.until(lambda: planner.workspace.view(planner.scenario.id) == kept)
        async with running(planner) as rig:
            await rig.until(lambda: rig.screen.accounts.body.key == where)
            assert rig.screen.books.chosen == csm
            assert rig.screen.accounts.filter == "arr>10k"
            assert rig.screen.accounts.sort == ("name", False)


async def test_a_corrected_renewal_date_is_whole_at_80_columns(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        account = next(one for one in planner.portfolio.accounts if one.renewal is not None)
        planner.correct([(account.id, "renewal", "2027-11-07")], "as the contract says")
        async with running(planner, size=(80, 24)) as rig:
            await find(rig, account.id)
            await rig.until(lambda: "2027-11-07*" in rig.text)


async def test_how_many_accounts_nobody_has_stands_whole_beside_the_books(tmp_path: Path) -> None:
    free = tuple(replace(one, owner=None) for one in SAMPLE.accounts[:81])
    with opened(tmp_path, replace(SAMPLE, accounts=(*free, *SAMPLE.accounts[81:]))) as planner:
        async with running(planner) as rig:
            await rig.until(lambda: "81 without owner, 8 CSMs" in rig.text)
