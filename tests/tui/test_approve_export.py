"""Approving and exporting from the screens: nothing typed is lost, nothing is overwritten unasked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from plan_rig import SAMPLE, SIZES, Rig, opened, running
from textual.widgets import Input

from bookshift.panes.sheet import Sheet
from bookshift.planner import Planner
from bookshift.screens.approve import ApproveDialog
from bookshift.screens.export import ExportDialog
from bookshift.screens.plan import PlanScreen
from bookshift.widgets.statusline import Line

OTHER = next(csm.id for csm in SAMPLE.csms if csm.id != SAMPLE.accounts[0].owner)


async def open_approval(rig: Rig) -> None:
    await rig.press("A")
    await rig.until(
        lambda: isinstance(rig.app.screen, ApproveDialog) and "Why is this plan right?" in rig.text
    )


async def test_a_plan_is_approved_with_its_rationale_and_then_frozen(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.pin([SAMPLE.accounts[0].id], OTHER, "knows the industry")
        async with running(planner) as rig:
            await open_approval(rig)
            said = " ".join(rig.text.split())
            assert "knows the industry" in said
            assert " 1 decision " in said
            assert "Accounts moved" in said
            assert "Fair is a book in proportion" in said
            await rig.press("enter")
            await rig.until(lambda: "needs a rationale" in rig.text)
            await rig.type("fair again")
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
            approval = planner.workspace.verify_approval(planner.scenario.id)
            assert approval.rationale == "fair again"
            assert approval.content["figures"]["plan"]["moved_accounts"] == 1
            assert planner.scenario.status == "approved"
            await rig.until(lambda: "approved" in rig.text.splitlines()[0])
            await rig.press("A")
            await rig.until(lambda: "approved already" in rig.message)


async def test_every_pin_can_be_read_and_corrections_of_the_data_do_not_hide_them(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        wrong, *others = SAMPLE.accounts[:42]
        planner.correct([(one.id, "arr", "1000") for one in others])
        planner.accept_findings([("own-group", wrong.id, "x")], "a finding")
        held = SAMPLE.accounts[100:114]
        for one in held:
            planner.lock([one.id])
        planner.pin([wrong.id], OTHER)
        async with running(planner) as rig:
            await open_approval(rig)
            facts = rig.app.screen.query_one("#facts", Sheet)
            lines = facts.text.splitlines()
            first, me = lines.index("15 decisions"), planner.workspace.person.name
            to = next(one.name for one in SAMPLE.csms if one.id == OTHER)
            assert lines[first + 1] == f"  {wrong.name} pinned to {to} (by {me})"
            assert lines[first + 2 : first + 16] == [
                f"  {one.name} locked with its CSM (by {me})" for one in held
            ]
            says = "41 values of the data corrected, 1 finding about it accepted (g f shows them)"
            assert lines[first + 16] == says
            for _ in range(9):
                await rig.press("pagedown")
            await rig.until(lambda: "41 values of the data" in rig.text and held[-1].name in rig.text)


async def test_what_gets_worse_is_in_sight_before_the_approval(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        owned = [one.id for one in SAMPLE.accounts if one.owner == SAMPLE.accounts[0].owner]
        planner.move(owned, OTHER)
        async with running(planner, (120, 60)) as rig:
            await open_approval(rig)
            await rig.until(lambda: "worse off (4 shows them)" in rig.text)
            lines = rig.text.splitlines()
            retention = next(line for line in lines if "Retention" in line)
            today, plan = re.findall(r"[0-9][0-9.,]*[kM]?", retention)[:2]
            assert today != plan
            assert re.search(r"\+[0-9]+ %", rig.text), "what gets worse has its share"
            broken = next(line for line in lines if "Hard rules broken" in line)
            before, after = len(planner.baseline_card.broken), len(planner.card.broken)
            assert f"{before} → {after}" in broken


async def test_a_plan_that_waits_is_said_not_to_be_the_one_approved(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.pin([SAMPLE.accounts[0].id], OTHER, "knows the industry")
        other = {SAMPLE.accounts[0].id: OTHER, SAMPLE.accounts[1].id: OTHER}
        planner.keep_proposal({"moves": other, "points": 1.0})
        async with running(planner) as rig:
            await open_approval(rig)
            said = " ".join(rig.text.split())
            assert "! A solver's plan waits: 2 moves, " in said
            assert "What is approved is the plan shown here, without it" in said
        planner.accept()
        async with running(planner) as rig:
            await open_approval(rig)
            assert "waits" not in rig.text


async def test_a_plan_without_moves_makes_nobody_worse_off(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_approval(rig)
            await rig.until(lambda: "Nobody is worse off." in rig.text)


async def test_what_was_typed_survives_a_dropped_line(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        key = f"approve {planner.scenario.id}"
        async with running(planner) as rig:
            await open_approval(rig)
            await rig.type("half a sen")
            await rig.until(lambda: planner.workspace.draft(key) == "half a sen", about="saved within 2 s")
        async with running(planner) as rig:
            await open_approval(rig)
            assert "half a sen" in rig.text
            await rig.type("tence")
            await rig.press("escape")
            await rig.until(lambda: planner.workspace.draft(key) == "half a sentence")
            assert planner.scenario.status == "draft"
            await open_approval(rig)
            await rig.press("enter")
            await rig.until(lambda: planner.scenario.status == "approved")
            await rig.until(lambda: planner.workspace.draft(key) is None, about="the draft is dropped")


async def test_a_change_by_somebody_else_stops_the_approval(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_approval(rig)
            await rig.type("right")
            Planner(planner.workspace, "Plan 1").lock([SAMPLE.accounts[3].id])
            await rig.press("enter")
            await rig.until(lambda: "Nothing was changed" in rig.app.screen.query_one("#error", Line)._left)
            assert planner.workspace.approval(planner.scenario.id) is None


async def export_into(rig: Rig, folder: Path, *, people: bool = False) -> None:
    await rig.press("e")
    await rig.until(lambda: "For a system" in rig.text)
    await rig.press(*(["down"] if people else []), "enter")
    await rig.until(lambda: "Into which folder?" in rig.text)
    await rig.fill(str(folder))
    await rig.until(lambda: "Enter writes these files" in rig.text)
    await rig.press("enter")


async def test_files_are_listed_and_replaced_only_after_a_yes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with opened(tmp_path) as planner:
        planner.move([SAMPLE.accounts[0].id], OTHER)
        async with running(planner) as rig:
            await export_into(rig, out)
            await rig.until(lambda: "manifest-draft.json lists them" in rig.text)
            assert "DRAFT: not approved" in rig.text
            written = rig.app.screen.query_one(Sheet).text.splitlines()[0]
            assert written == f"✓ Written: {len(list(out.iterdir()))} files into {out}"
            assert "Nothing is written yet" not in rig.text
            manifest = json.loads((out / "manifest-draft.json").read_text())
            for file in manifest["files"]:
                assert (out / file["name"]).exists()
                assert file["name"] in rig.text
            await rig.press("escape")
            planner.move([SAMPLE.accounts[1].id], OTHER)
            before = (out / "plan-draft.csv").read_bytes()
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
            await export_into(rig, out)
            await rig.until(lambda: "Replace these files?" in rig.text)
            assert "plan-draft.csv" in rig.text
            await rig.press("enter")
            await rig.until(lambda: "Nothing was written" in rig.text)
            assert (out / "plan-draft.csv").read_bytes() == before
            await rig.press("escape")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
            await rig.press("e")
            await rig.until(lambda: "For a system" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: "Into which folder?" in rig.text)
            assert rig.app.screen.query_one(Input).value == str(out), "the last folder is offered"
            await rig.press("enter")
            await rig.until(lambda: "Enter writes these files" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: "Replace these files?" in rig.text)
            await rig.press("y")
            await rig.until(lambda: "manifest-draft.json lists them" in rig.text)
            assert (out / "plan-draft.csv").read_bytes() != before


async def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await export_into(rig, tmp_path / "file", people=True)
            await rig.until(lambda: {"cannot", "folder", "exists);", "another."} <= set(rig.text.split()))
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_both_dialogs_fit(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, size) as rig:
            await open_approval(rig)
            assert "Enter approves" in rig.text
            assert "Why is this plan right?" in rig.text
            await rig.press("escape")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
            await export_into(rig, tmp_path / "out")
            await rig.until(lambda: isinstance(rig.app.screen, ExportDialog) and "lists them" in rig.text)


async def test_a_change_of_an_approved_plan_goes_on_in_a_new_draft_after_a_yes(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.workspace.approve(planner.scenario.id, "right", {})
        planner.open(planner.scenario.id)
        frozen = planner.scenario.id
        async with running(planner) as rig:
            for answer in ("n", "y"):
                await rig.press("t")
                await rig.until(lambda: "Go on in a new draft?" in rig.text)
                await rig.press(answer)
                await rig.until(lambda: "Go on in a new draft?" not in rig.text)
                assert planner.workspace.scenario(frozen).status == "approved"
                assert ("Why lock" in rig.text) <= (answer == "y")
            await rig.until(lambda: "Why lock" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: len(planner.state.decisions) == 1)
            assert planner.scenario.name == "Plan 1 (draft 2)"
            assert not planner.workspace.state(frozen).decisions


async def test_several_profiles_are_shown_before_they_are_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with opened(tmp_path) as planner:
        planner.move([SAMPLE.accounts[0].id], OTHER)
        async with running(planner, (80, 24)) as rig:
            await rig.press("e")
            await rig.until(lambda: "For a system" in rig.text)
            assert "parted by comma" in rig.text
            await rig.press("s")
            await rig.until(lambda: "parted by semicolon" in rig.text)
            await rig.press("space", "space", "down", "space", "enter")
            await rig.until(lambda: "Into which folder?" in rig.text)
            await rig.fill(str(out))
            await rig.until(lambda: "Enter writes these files" in rig.text)
            assert "manifest-draft.json will list them" in rig.app.screen.query_one(Sheet).text
            assert re.search(r"Nothing is written yet\. Enter writes \d files into", rig.text)
            assert "Written" not in rig.text
            assert not out.exists()
            await rig.press("escape")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
            assert not out.exists()


async def test_a_crm_is_asked_how_it_wants_its_file_and_warnings_come_first(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with opened(tmp_path) as planner:
        planner.move([SAMPLE.accounts[0].id], OTHER)
        async with running(planner, (80, 24)) as rig:
            for turn in range(2):
                await rig.press("e")
                await rig.until(lambda: "Other CRM" in rig.text)
                await rig.press("up", *["down"] * 8, "enter")
                await rig.until(lambda: "Column that receives the owner (owner_id)" in rig.text)
                if turn == 0:
                    await rig.type("account")
                    await rig.press("tab")
                    await rig.type("account")
                    await rig.press("enter")
                    await rig.until(lambda: "would both be in the column" in rig.text)
                    await rig.press("shift+tab", *["backspace"] * 7)
                    await rig.type("Betreuer")
                assert rig.app.screen.query_one("#target", Input).value == "Betreuer", "kept for next time"
                await rig.press("enter")
                await rig.until(lambda: "Into which folder?" in rig.text)
                await rig.fill(str(out))
                await rig.until(lambda: "Enter writes these files" in rig.text)
                said = rig.app.screen.query_one(Sheet).text
                assert said.startswith("! This is a DRAFT that nobody has approved")
                assert "approve it, and then export again" in said
                await rig.press("enter")
                await rig.until(lambda: "lists them" in rig.text or "Replace these files?" in rig.text)
                await rig.press("escape")
                await rig.until(lambda: isinstance(rig.app.screen, (PlanScreen, ExportDialog)))
                await rig.press(*(["escape"] if isinstance(rig.app.screen, ExportDialog) else []))
                await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
            assert (out / "generic_update-draft.csv").read_text().splitlines() == [
                "account,Betreuer",
                f"{SAMPLE.accounts[0].id},{OTHER}",
            ]


async def test_a_file_that_the_crm_would_refuse_is_refused_with_the_cure(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.move([SAMPLE.accounts[0].id], OTHER)
        async with running(planner, (80, 24)) as rig:
            await rig.press("e")
            await rig.until(lambda: "Salesforce" in rig.text)
            await rig.press("down", "down", "down", "down", "enter")
            await rig.until(lambda: "How Salesforce wants its file" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: "Into which folder?" in rig.text)
            await rig.fill(str(tmp_path / "out"))
            await rig.until(lambda: "Nothing was written." in rig.text)
            said = rig.app.screen.query_one(Sheet).text
            assert f"{SAMPLE.accounts[0].id} has no Salesforce id" in said
            assert not (tmp_path / "out").exists()
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


async def test_enter_typed_ahead_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("e")
            await rig.until(lambda: "For a system" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: "Into which folder?" in rig.text)
            rig.app.screen.query_one(Input).value = str(out)
            await rig.press("enter", "enter")
            await rig.until(lambda: "Enter writes these files" in rig.text or out.exists())
            assert isinstance(rig.app.screen, ExportDialog)
