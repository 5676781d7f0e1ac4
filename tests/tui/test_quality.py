"""The quality of the data of a scenario: found, corrected, accepted, kept over an import."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from findings_rig import DIRTY, rows_of
from plan_rig import SAMPLE, opened

from bookshift.quality import CORRECTED, Lines, examined
from bookshift_io.intake.places import runs_of
from bookshift_io.workspace import Source, SourceFile


def test_a_correction_changes_the_figures_and_closes_the_finding(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        before = examined(planner)
        (item,) = rows_of(before, "unreadable:health")
        assert (item.account, item.value, item.suggest) == (SAMPLE.accounts[0].id, "870", "87")
        planner.correct([(item.account, "health", item.suggest)], "a zero too many")
        after = examined(planner)
        assert after.entry("unreadable:health") is None
        assert after.ready.score > before.ready.score
        assert planner.portfolio.accounts[0].health == 87
        (done,) = rows_of(after, CORRECTED)
        assert done.decided.startswith(f"corrected by {planner.workspace.person.name} on ")
        assert done.decided.endswith("a zero too many")
        planner.undo()
        assert examined(planner).entry("unreadable:health") is not None
        assert planner.portfolio is planner.session.portfolio


def test_an_accepted_finding_is_counted_apart_until_its_value_changes(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        found = examined(planner)
        entry = found.entry("arr_zero")
        assert entry is not None
        planner.accept_findings(found.subjects(entry, found.items(entry)), entry.title, "free of charge")
        after = examined(planner)
        entry = after.entry("arr_zero")
        assert entry is not None
        assert (entry.open, entry.accepted) == (0, 1)
        assert "free of charge" in after.items(entry)[0].decided
        assert after.ready.score > found.ready.score
        assert after.entries[-1].open == 0, "what is settled stands last"


def test_it_holds_over_an_import_until_the_source_says_something_else(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        key = SAMPLE.accounts[0].id
        planner.correct([(key, "health", "87")])
        same = replace(DIRTY, as_of=DIRTY.as_of.replace(day=DIRTY.as_of.day + 1))
        planner.workspace.rebase_scenario(planner.scenario.id, planner.workspace.import_portfolio(same).id)
        planner.open(planner.scenario.id)
        assert planner.portfolio.accounts[0].health == 87
        fresh = replace(same, accounts=(replace(SAMPLE.accounts[0], health=52.0), *DIRTY.accounts[1:]))
        planner.workspace.rebase_scenario(planner.scenario.id, planner.workspace.import_portfolio(fresh).id)
        planner.open(planner.scenario.id)
        assert planner.portfolio.accounts[0].health == 52
        found = examined(planner)
        (item,) = rows_of(found, "overtaken:health")
        assert (item.value, item.suggest) == ("52.0", "87")
        assert "not in force" in rows_of(found, CORRECTED)[0].says


def test_a_finding_names_line_and_column_of_the_file() -> None:
    lines = Lines(
        Source(
            files=(SourceFile(name="crm.csv", sha256="", rows=4),),
            mapping='[accounts]\n"Kunde" = "name"\n"Punkte" = "health"\n',
            counts={"lines": runs_of([2, 3, 7, 8, 12])},
        )
    )
    assert runs_of([2, 3, 7, 8, 12]) == [[0, 2], [2, 7], [4, 12]]
    assert [lines.of(i) for i in range(5)] == [2, 3, 7, 8, 12]
    assert (lines.header("health"), lines.header("renewal")) == ("Punkte", "renewal date")
    assert Lines(Source()).of(3) is None


def test_a_proposed_owner_is_taken_by_name_and_named_in_the_list_of_corrections(tmp_path: Path) -> None:
    misspelt = replace(
        SAMPLE,
        accounts=(replace(SAMPLE.accounts[0], owner="Liam Grnat"), *SAMPLE.accounts[1:]),
    )
    with opened(tmp_path, misspelt) as planner:
        found = examined(planner)
        (item,) = rows_of(found, "owner_unknown")
        planner.correct([(item.account, "owner", item.suggest)])
        assert planner.portfolio.accounts[0].owner == "C-003"
        after = examined(planner)
        assert after.ready.score > found.ready.score
        (done,) = rows_of(after, CORRECTED)
        assert done.says == "owner: Liam Grnat → Liam Grant"
        planner.take_back([done.key], "it")
        assert planner.portfolio.accounts[0].owner == "Liam Grnat"


def test_a_score_is_compared_with_the_import_before_which_need_not_be_the_newest(tmp_path: Path) -> None:
    worse = replace(
        SAMPLE, accounts=tuple(replace(one, health=(one.health or 0) / 4) for one in SAMPLE.accounts)
    )
    with opened(tmp_path) as planner:
        said = []
        for data in (worse, SAMPLE, replace(SAMPLE, as_of=SAMPLE.as_of + timedelta(days=1))):
            planner.workspace.rebase_scenario(
                planner.scenario.id, planner.workspace.import_portfolio(data).id
            )
            planner.open(planner.scenario.id)
            said.append(examined(planner).drifted)
    assert ["moved by -" in one or "moved by −" in one for one in said] == [True, False, False]
    assert ["moved by +" in one for one in said] == [False, True, False]
