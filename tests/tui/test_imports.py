"""Imports: the policy that is named, the first scenario, and what a fresh export does to drafts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bookshift.imports import AS_OF, FIRST_SCENARIO, Files, known_exports, read_policy, store
from bookshift.places import own_profiles
from bookshift.planner import Planner
from bookshift.reimport import preview
from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.workspace import ChangedMeanwhileError, Imported, Person, Workspace
from bookshift_model.policy import MAX_TEXT, PRESETS, Policy, PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.portfolio import Portfolio

DAY = date(2026, 1, 5)
ACCOUNTS = "id,name,arr,owner\nA1,Acme,100,C1\nA2,Bolt,200,C1\nA3,Coil,300,C2\n"
CSMS = "id,name\nC1,Ada\nC2,Ben\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "W", person=Person(uid=1001, name="ada")) as made:
        yield made


def files(folder: Path, accounts: str = ACCOUNTS, csms: str = CSMS, *, as_of: date | None = DAY) -> Files:
    (folder / "accounts.csv").write_text(accounts, "utf-8")
    (folder / "csms.csv").write_text(csms, "utf-8")
    return Files(folder / "accounts.csv", folder / "csms.csv", as_of=as_of)


def keep(workspace: Workspace, files: Files, intake: Intake, policy: Policy) -> Imported:
    assert intake.portfolio is not None
    return store(workspace, files, intake, policy, preview(workspace, intake.portfolio))


def read(named: Files) -> Portfolio:
    found = named.read().portfolio
    assert found is not None
    return found


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_named_with_dashes_or_underscores(name: str) -> None:
    assert read_policy(name) == read_policy(name.replace("_", "-")) == Policy.preset(name)


def test_a_policy_is_the_default_a_file_or_refused(tmp_path: Path) -> None:
    assert read_policy(None) == Policy()
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xef\xbb\xbf" + Policy.preset("balanced").to_toml().encode())
    assert read_policy(str(path)) == Policy.preset("balanced"), "a byte order mark does no harm"
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(PolicyError, match="is no text in UTF-8; save it as UTF-8"):
        read_policy(str(path))
    path.write_bytes(b"#" * (5 * MAX_TEXT))
    with pytest.raises(PolicyError, match="more than 1,000,000 characters"):
        read_policy(str(path))
    with pytest.raises(OSError, match="no-such-preset"):
        read_policy("no-such-preset")


def test_the_first_import_makes_the_first_scenario(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path)
    intake = named.read()
    assert intake.portfolio is not None
    made = keep(workspace, named, intake, Policy.preset("balanced"))
    assert made.created is not None
    assert (made.created.name, made.rebased) == (FIRST_SCENARIO, ())
    planner = Planner(workspace, FIRST_SCENARIO)
    assert planner.portfolio == intake.portfolio
    assert planner.state.policy.name == "Balanced"
    source = workspace.dataset(made.dataset.id).source
    assert [(one.name, one.rows, one.accepted) for one in source.files] == [
        ("accounts.csv", 3, 3),
        ("csms.csv", 2, 2),
    ]


def test_the_hash_kept_is_that_of_what_was_read(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path)
    intake = named.read()
    named.accounts.write_text("another export, meanwhile", "utf-8")
    named.csms.unlink()
    made = keep(workspace, named, intake, Policy())
    kept = [one.sha256 for one in workspace.dataset(made.dataset.id).source.files]
    assert kept == [hashlib.sha256(text.encode()).hexdigest() for text in (ACCOUNTS, CSMS)]


def test_the_same_files_again_change_nothing(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path)
    first = keep(workspace, named, named.read(), Policy())
    Planner(workspace, FIRST_SCENARIO).move(["A1"], "C2")
    again = keep(workspace, named, named.read(), Policy.preset("balanced"))
    assert (again.dataset.id, again.created, again.rebased) == (first.dataset.id, None, ())
    planner = Planner(workspace, FIRST_SCENARIO)
    assert planner.state.moves == {"A1": "C2"}
    assert planner.state.policy == Policy(), "the policy is for a first scenario"
    assert len(workspace.datasets()) == 1


def test_a_fresh_export_carries_every_draft_along_and_leaves_the_approved(
    workspace: Workspace, tmp_path: Path
) -> None:
    named = files(tmp_path)
    keep(workspace, named, named.read(), Policy())
    planner = Planner(workspace, FIRST_SCENARIO)
    planner.move(["A1", "A2"], "C2")
    planner.lock(["A3"])
    approved = workspace.clone_scenario(planner.scenario.id, "Approved").scenario
    workspace.approve(approved.id, "fine", {})
    fresh = files(
        tmp_path, ACCOUNTS.replace("A1,Acme,100,C1", "A1,Acme,150,C2").replace("A3,Coil,300,C2\n", "")
    )
    made = keep(workspace, fresh, fresh.read(), Policy())
    assert made.created is None
    assert [one.scenario.name for one in made.rebased] == [FIRST_SCENARIO]
    assert [(one.account, one.reason) for one in made.rebased[0].dropped] == [("A1", "already there")]
    planner.open(FIRST_SCENARIO)
    assert planner.state.moves == {"A2": "C2"}
    assert planner.portfolio.total_arr == 350
    assert planner.problem.allowed.all(), "the lock speaks of an account that is gone"
    assert Planner(workspace, "Approved").portfolio.total_arr == 600


def test_where_all_is_approved_a_draft_of_the_newest_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path)
    keep(workspace, named, named.read(), Policy())
    older = workspace.clone_scenario(workspace.scenario(FIRST_SCENARIO).id, "Older").scenario
    workspace.approve(older.id, "fine", {})
    planner = Planner(workspace, FIRST_SCENARIO)
    planner.move(["A1", "A2"], "C2")
    planner.lock(["A3"])
    workspace.approve(planner.scenario.id, "fine", {})
    fresh = files(tmp_path, ACCOUNTS.replace("A1,Acme,100,C1", "A1,Acme,150,C2"))
    made = keep(workspace, fresh, fresh.read(), Policy())
    assert made.created is not None
    assert made.created.name == "Plan 1 (draft 2)"
    assert [one.scenario for one in made.rebased] == [made.created]
    assert [(one.account, one.reason) for one in made.rebased[0].dropped] == [("A1", "already there")]
    draft = Planner(workspace, made.created.id)
    assert (draft.portfolio.total_arr, draft.state.moves) == (650, {"A2": "C2"})
    assert len(draft.state.decisions) == 1
    assert Planner(workspace, FIRST_SCENARIO).portfolio.total_arr == 600
    again = keep(workspace, fresh, fresh.read(), Policy())
    assert (again.created, again.rebased, len(workspace.scenarios())) == (None, (), 3)


def test_where_all_is_put_away_new_data_has_a_scenario_again(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path)
    keep(workspace, named, named.read(), Policy())
    workspace.archive(workspace.scenario(FIRST_SCENARIO).id)
    made = keep(workspace, named, named.read(), Policy())
    assert made.created is not None
    assert [one.id for one in workspace.scenarios()] == [made.created.id]


def test_what_was_not_read_is_not_stored(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path, accounts="nothing,of,use\n1,2,3\n")
    intake = named.read()
    assert intake.portfolio is None
    with pytest.raises(ValueError, match="nothing was read; answer the questions or mend the files first"):
        store(workspace, named, intake, Policy(), None)
    assert workspace.datasets() == []


ASKING = (
    "id,name,MRR,owner,renewal date,touch\n"
    "A1,Acme,100,C1,03/04/2027,Tier 1\nA2,Bolt,200,C2,05/06/2027,Tier 1\n"
)
ANSWERS = {
    "accounts.column.arr": "MRR times 12",
    "accounts.dates.renewal": "day-first",
    "accounts.value.touch.Tier 1": "high",
}


def answered(folder: Path, text: str = ASKING) -> Files:
    return replace(files(folder, text), decided=ColumnMapping(answers=ANSWERS))


def test_the_same_export_next_month_imports_without_a_question_and_says_why(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = answered(tmp_path)
    assert [one.key for one in replace(first, decided=ColumnMapping()).read().questions] == list(ANSWERS)
    intake = first.read(known_exports(workspace))
    assert intake.portfolio is not None
    keep(workspace, first, intake, Policy())

    later = files(tmp_path, ASKING.replace("100", "150").replace("03/04", "07/08"))
    again = later.read(known_exports(workspace))
    assert again.portfolio is not None
    one = again.portfolio.accounts[0]
    assert (one.arr, one.renewal, one.touch) == (1800, date(2027, 8, 7), "high")
    told = [one.message for one in again.findings if "decided then are in force" in one.message]
    assert told == [
        f"its columns are those of accounts.csv of {date.today()}: "  # noqa: DTZ011, ISC004 - the day where the planner is; two lines of one text
        "1 column, 2 answers, 1 word decided then are in force"
    ]
    keep(workspace, later, again, Policy())
    third = files(tmp_path, ASKING).read(known_exports(workspace))
    assert third.questions == ()


def test_a_column_more_asks_whether_the_nearest_export_is_meant(workspace: Workspace, tmp_path: Path) -> None:
    first = answered(tmp_path)
    keep(workspace, first, first.read(), Policy())
    wider = ASKING.replace("touch\n", "touch,Plan\n").replace("Tier 1\n", "Tier 1,Gold\n")
    named = files(tmp_path, wider)
    asked = named.read(known_exports(workspace))
    [question] = [one for one in asked.questions if one.key == "accounts.profile"]
    assert "new: Plan" in question.text
    assert question.choices == ("use", "anew")
    done = replace(named, answers={question.key: "use"}).read(known_exports(workspace))
    assert done.portfolio is not None
    assert done.portfolio.accounts[0].arr == 1200
    fresh = replace(named, answers={question.key: "anew"}).read(known_exports(workspace))
    assert [one.key for one in fresh.questions] == list(ANSWERS)
    other = files(tmp_path, "id,name,MRR\nA1,Acme,5\n").read(known_exports(workspace))
    assert "accounts.profile" not in [one.key for one in other.questions], "another file altogether"


def test_what_a_person_decided_elsewhere_is_only_proposed(workspace: Workspace, tmp_path: Path) -> None:
    first = answered(tmp_path)
    keep(workspace, first, first.read(), Policy())
    with Workspace.create(tmp_path / "other") as other:
        asked = files(tmp_path, ASKING).read(known_exports(other))
        assert asked.questions[0].key == "accounts.profile"


def test_columns_that_need_no_decision_ask_nothing_however_they_change(
    workspace: Workspace, tmp_path: Path
) -> None:
    named = files(tmp_path)
    keep(workspace, named, named.read(), Policy())
    wider = files(
        tmp_path,
        ACCOUNTS.replace("owner\n", "owner,Plan\n").replace("C1\n", "C1,x\n").replace("C2\n", "C2,y\n"),
    )
    assert wider.read(known_exports(workspace)).questions == ()


def test_a_damaged_profile_is_as_none(workspace: Workspace, tmp_path: Path) -> None:
    first = answered(tmp_path)
    keep(workspace, first, first.read(), Policy())
    kept = sorted((workspace.folder / "profiles").iterdir())
    assert [one.name.partition("-")[0] for one in kept] == ["accounts", "csms"]
    for one in kept:
        one.write_text("[profile]\ntable = 5\n", "utf-8")
    own_profiles().joinpath("broken.toml").write_bytes(b"\xff")
    found = files(tmp_path, ASKING).read(known_exports(workspace))
    assert [one.key for one in found.questions if one.key != "accounts.profile"] == list(ANSWERS)


def test_who_answers_everything_is_not_asked_whether_it_is_as_before(
    workspace: Workspace, tmp_path: Path
) -> None:
    named = replace(files(tmp_path, ASKING), answers=ANSWERS)
    keep(workspace, named, named.read(), Policy())
    other = replace(files(tmp_path, "".join(f"{one},Note\n" for one in ASKING.splitlines())), answers=ANSWERS)
    keys = [one.key for one in replace(other, answers=None).read(known_exports(workspace)).questions]
    assert "accounts.profile" in keys
    assert other.read(known_exports(workspace)).questions == ()


def test_the_day_is_not_kept(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path, as_of=None)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[answers]\nas_of = "2026-01-31"\n', "utf-8")
    named = Files(named.accounts, named.csms, mapping=mapping)
    intake = named.read()
    assert intake.portfolio is not None
    assert intake.portfolio.as_of == date(2026, 1, 31)
    keep(workspace, named, intake, Policy())
    kept = known_exports(workspace)
    assert all(AS_OF not in one.mapping.answers for one in kept)
    later = Files(named.accounts, named.csms, as_of=date(2026, 2, 28)).read(kept)
    assert later.portfolio is not None
    assert later.portfolio.as_of == date(2026, 2, 28)
    today = Files(named.accounts, named.csms).read(kept)
    assert today.portfolio is not None
    assert today.portfolio.as_of == date.today()  # noqa: DTZ011  (the day where the planner is)


def test_a_mapping_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    named = files(tmp_path)
    mapping = tmp_path / "mapping.toml"
    for content, said in (
        (b"\xff", "is no text in UTF-8"),
        (b'[answers]\nas_of = "soon"\n', "the day of the data, 'soon', is no date; write it as 2026-03-31"),
    ):
        mapping.write_bytes(content)
        with pytest.raises(IntakeError, match=said):
            Files(named.accounts, named.csms, mapping=mapping).read()


def test_data_that_came_meanwhile_is_never_replaced_unseen(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path)
    intake = named.read()
    keep(workspace, named, intake, Policy())
    fewer = files(tmp_path, ACCOUNTS.replace("A3,Coil,300,C2\n", ""))
    with pytest.raises(ChangedMeanwhileError, match="somebody else has imported data meanwhile"):
        store(workspace, fewer, fewer.read(), Policy(), None)
    assert workspace.absences() == []


def test_the_very_same_data_that_came_meanwhile_is_no_conflict(workspace: Workspace, tmp_path: Path) -> None:
    named = files(tmp_path)
    keep(workspace, named, named.read(), Policy())
    looked = preview(workspace, read(files(tmp_path, ACCOUNTS.replace("100", "150"))))
    again = files(tmp_path)
    first = store(workspace, again, again.read(), Policy(), None)
    assert (first.created, first.rebased, first.previous) == (None, (), first.dataset.id)
    fewer = files(tmp_path, ACCOUNTS.replace("A3,Coil,300,C2\n", ""))
    for _ in range(2):
        made = store(workspace, fewer, fewer.read(), Policy(), looked)
    assert (made.previous, made.archived) == (made.dataset.id, ())
    assert [one.account for one in workspace.absences()] == ["A3"]
