"""Fresh exports and further files on the command line: what changes is said first, a part is asked about."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from cli_rig import SAMPLE, Run


@pytest.fixture
def rows() -> list[dict[str, str]]:
    with (SAMPLE / "accounts.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Desk:
    """A workspace with the sample, and one command that imports other accounts into it."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run
        self.folder = folder
        self.workspace = folder / "w"
        assert run("init", self.workspace)[0] == 0
        assert self.bring(SAMPLE / "accounts.csv")[0] == 0

    def write(self, rows: list[dict[str, str]]) -> Path:
        path = self.folder / "fresh.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def bring(self, accounts: Path, *more: object) -> tuple[int, str, str]:
        csms = ("--csms", SAMPLE / "csms.csv", "--as-of", "2026-01-05")
        return self.run("import", "-w", self.workspace, "--accounts", accounts, *csms, *more)

    def json(self, *words: object) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(words[0], "-w", self.workspace, *words[1:], "--json")[1])
        return found


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> Desk:
    return Desk(run, tmp_path)


def test_the_same_file_twice_changes_nothing_and_says_so(desk: Desk) -> None:
    code, out, _ = desk.bring(SAMPLE / "accounts.csv")
    assert code == 0
    assert "accounts and CSMs are as before" in out
    assert out.rstrip().endswith("the same data as before; nothing new is kept")


def test_the_same_file_of_another_day_names_both_days(desk: Desk) -> None:
    code, out, _ = desk.bring(SAMPLE / "accounts.csv", "--as-of", "2026-02-01")
    assert code == 0
    assert "day of the data: 2026-02-01" in out
    assert "as before; the day of the data is 2026-02-01, no longer 2026-01-05" in out
    assert "kept as data set 2" in out


def test_new_gone_and_changed_are_printed_before_anything_is_kept(
    desk: Desk, rows: list[dict[str, str]]
) -> None:
    rows[0]["arr"] = "7000"
    rows[1]["owner_id"] = "C-003"
    fresh = desk.write([*rows[:2], *rows[3:], {**rows[2], "account_id": "A-99999", "name": "Newcomer"}])
    code, out, _ = desk.bring(fresh, "--dry-run")
    assert code == 0
    assert "against data set 1 of 2026-01-05: accounts 1 new, 1 gone, 1 with new ARR, 1 with new owner" in out
    for line in (
        "gone: Bramavia Tooling (A-00003)",
        "new: Newcomer (A-99999)",
        "owner: Maldacre Training (A-00002): owner Fiona Olsen → Liam Grant",
        "changed: Tarnaby Data (A-00001): ARR 6,400 → 7,000",
    ):
        assert line in out
    assert "kept as" not in out
    assert desk.json("drift")["dataset"] == 1
    changes = json.loads(desk.bring(fresh, "--json")[1])["changes"]
    assert ([one["account"] for one in changes["new"]], [one["account"] for one in changes["gone"]]) == (
        ["A-99999"], ["A-00003"],
    )  # fmt: skip
    assert {"id": "A-00001", "name": "Tarnaby Data", "field": "arr", "old": 6400.0, "new": 7000.0} in changes[
        "changed"
    ]
    drift = desk.json("drift")
    assert (drift["dataset"], drift["changes"]["against"]) == (2, 1)
    assert [one["account"] for one in drift["archived"]] == ["A-00003"]


def test_a_filtered_report_is_asked_about_and_kept_only_after_yes(
    desk: Desk, rows: list[dict[str, str]]
) -> None:
    part = desk.write(rows[:60])
    assert desk.bring(part, "--dry-run")[0] == 5, "what would be asked is no success"
    code, out, _ = desk.bring(part)
    assert code == 5
    assert "90 of 150 accounts are not in this export" in out
    assert "--answer reimport.gone=yes" in out
    assert "--answer reimport.arr=yes" in out
    assert desk.json("drift")["dataset"] == 1
    assert desk.bring(part, "--answer", "reimport.gone=yes")[0] == 5
    assert desk.bring(part, "--answer", "reimport.gone=yes", "--answer", "reimport.arr=no")[0] == 5
    both = ("--answer", "reimport.gone=yes", "--answer", "reimport.arr=yes")
    code, out, _ = desk.bring(part, *both)
    assert (code, "90 accounts archived" in out) == (0, True)
    code, out, _ = desk.bring(SAMPLE / "accounts.csv", "--answer", "reimport.arr=yes")
    assert code == 0
    assert "90 accounts back from the archive with their decisions" in out
    assert desk.json("drift")["archived"] == []
    assert len(desk.json("drift", "--ever")["archived"]) == 90


def test_the_drift_from_the_approved_plan_is_told(desk: Desk, rows: list[dict[str, str]]) -> None:
    for account in ("A-00001", "A-00002", "A-00004"):
        to = "C-003" if account != "A-00004" else "C-004"
        assert desk.run("move", "-w", desk.workspace, "-a", account, "-c", to)[0] == 0
    assert desk.run("approve", "-w", desk.workspace, "--rationale", "fine")[0] == 0
    rows[0]["owner_id"] = "C-003"
    rows[1]["owner_id"] = "C-005"
    rows[10]["owner_id"] = "C-001" if rows[10]["owner_id"] != "C-001" else "C-002"
    code, out, _ = desk.bring(desk.write(rows))
    assert code == 0
    says = "Plan 1: 1 of 3 approved moves are in the CRM now, 1 not yet, 1 went elsewhere, 1 account moved"
    assert says in out
    assert f"elsewhere: {rows[1]['name']} (A-00002)" in out
    assert says in desk.run("drift", "-w", desk.workspace)[1]
    found = desk.json("drift")["drift"]
    assert (found["planned"], [one["account"] for one in found["elsewhere"]]) == (3, ["A-00002"])
    assert [one["account"] for one in found["outside"]] == [rows[10]["account_id"]]


def test_a_further_file_is_joined_asked_about_once_and_known_the_next_time(desk: Desk) -> None:
    tickets = desk.folder / "tickets 2026-01.csv"
    tickets.write_text("Ticket ID,Account ID,Status\n1,A-00001,Open\n2,A-00001,Open\n3,A-77777,Open\n")
    rules = ("--answer", "tickets.conflict=join")
    code, out, _ = desk.bring(SAMPLE / "accounts.csv", "--also", tickets, *rules)
    assert code == 5
    assert "--answer tickets.kind=tickets" in out
    code, out, _ = desk.bring(
        SAMPLE / "accounts.csv", "--also", tickets, *rules, "--answer", "tickets.kind=tickets"
    )
    assert code == 0
    assert "3 rows read = 2 used + 0 left out + 1 without account + 0 rejected + 0 blank" in out
    rejected = (desk.workspace / "rejects-tickets.csv").read_text()
    assert "A-77777" in rejected
    later = tickets.with_name("tickets 2026-02.csv")
    later.write_text(tickets.read_text().replace("3,A-77777", "3,A-00002"))
    code, out, _ = desk.bring(SAMPLE / "accounts.csv", "--also", later, "--json")
    assert code == 0, out
    joined = json.loads(out)["joins"][0]
    assert (joined["used"], joined["unmatched"]) == (3, 0)
    assert not (desk.workspace / "rejects-tickets.csv").exists(), "of an import that is no longer in force"
    code, out, _ = desk.bring(SAMPLE / "accounts.csv", "--dry-run")
    assert "none was given with --also" in out


def test_rejects_of_an_older_import_go_and_what_is_no_such_file_stays(desk: Desk) -> None:
    rejects, own = desk.workspace / "rejects.csv", desk.workspace / "rejects-mine.csv"
    own.write_text("a note of somebody's\n")
    bad = desk.folder / "bad.csv"
    bad.write_text((SAMPLE / "accounts.csv").read_text() + "A-9,Bad,C-001,much\n")
    assert desk.bring(bad)[0] == 0
    assert "A-9" in rejects.read_text()
    # Imported again from where they lie, they are not taken from under the planner's hands.
    code, out, _ = desk.bring(rejects)
    assert code in {5, 7}, out
    assert rejects.exists()
    assert desk.bring(SAMPLE / "accounts.csv")[0] == 0
    assert not rejects.exists()
    assert own.exists()


def test_an_answer_that_answers_nothing_is_named_with_the_keys_that_exist(desk: Desk) -> None:
    code, out, _ = desk.bring(SAMPLE / "accounts.csv", "--answer", "accounts.dats=dmy")
    assert code == 0
    assert "warning: --answer accounts.dats=dmy answers no question; this import asks nothing" in out
    dates = desk.folder / "dates.csv"
    text = "account_id,name,arr,owner_id,renewal_date\nA-1,One,5,C-001,03/04/2026\n"
    dates.write_text(text)
    yes = ("--answer", "reimport.gone=yes", "--answer", "reimport.arr=yes")
    code, out, _ = desk.bring(dates, *yes, "--answer", "accounts.dates.renwal=dmy")
    assert code == 5
    assert "the key is perhaps accounts.dates.renewal" in out
    code, out, _ = desk.bring(dates, *yes, "--answer", "accounts.dates=day-first", "--json")
    assert (code, json.loads(out)["unused_answers"]) == (0, [])


def test_plan_joins_further_files_too(desk: Desk) -> None:
    contracts = desk.folder / "contracts.csv"
    contracts.write_text(
        "Contract ID,Account ID,Status,Start Date,End Date,Annual Value\n"
        "1,A-00001,Active,2026-01-01,2026-12-31,987654\n"
    )
    both = (SAMPLE / "accounts.csv", SAMPLE / "csms.csv", "--as-of", "2026-01-05", "--also", contracts)
    kind = ("--answer", "contracts.kind=contracts")
    code, _, err = desk.run("plan", *both, *kind)
    assert code == 5
    assert "--answer contracts.conflict.arr=contracts.csv" in err
    assert "--answer contracts.conflict.arr=accounts.csv" in err
    found = []
    for winner in ("contracts.csv", "accounts.csv"):
        answer = ("--answer", f"contracts.conflict={winner}")
        code, out, _ = desk.run("plan", *both, *kind, *answer, "--json")
        assert code == 0
        found.append(sum(one["arr"] for one in json.loads(out)["scorecard"]["books"].values()))
    assert found[0] > found[1]


def test_another_currency_is_never_compared_with_the_one_before_unasked(
    desk: Desk, rows: list[dict[str, str]]
) -> None:
    same = desk.write(rows)
    for wrong in ("EURO", "€", "12A"):
        assert desk.bring(same, "--currency", wrong)[0] == 2
    francs = ("--currency", "chf", "--answer", "accounts.rate.EUR=1", "--answer", "accounts.rate.USD=1")
    code, out, _ = desk.bring(same, *francs)
    assert (code, "are in CHF now" in out) == (5, True)
    assert desk.json("drift")["dataset"] == 1
    assert desk.bring(same, *francs, "--answer", "reimport.currency=yes")[0] == 0


def test_what_further_files_told_is_not_lost_unasked(desk: Desk, rows: list[dict[str, str]]) -> None:
    bare = desk.write([{key: text for key, text in one.items() if "ticket" not in key} for one in rows])
    tickets = desk.folder / "tickets 2026-01.csv"
    tickets.write_text("Ticket ID,Account ID,Status\n1,A-00001,Open\n2,A-00002,Closed\n")
    assert desk.bring(bare, "--also", tickets, "--answer", "tickets.kind=tickets")[0] == 0
    code, out, _ = desk.bring(bare)
    assert code == 5
    assert f"last time {tickets.name} were joined; without them" in out
    assert "lose open tickets" in out
    assert "--answer reimport.lost=yes" in out
    assert desk.bring(bare, "--dry-run")[0] == 5
    assert desk.bring(bare, "--answer", "reimport.lost=yes")[0] == 0
    assert desk.bring(bare)[0] == 0
