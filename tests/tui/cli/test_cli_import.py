"""Imports on the command line: questions, rows that cannot be read, and a fresh export."""

from __future__ import annotations

from pathlib import Path

from cli_rig import SAMPLE, Run, record


def test_an_open_question_ends_with_5_and_its_answer_settles_it(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    accounts = tmp_path / "a.csv"
    accounts.write_text("account_id,name,owner_id,arr,renewal_date\n1,One,C-001,1000,03/04/2026\n")
    arguments = ("import", "-w", workspace, "--accounts", accounts, "--csms", SAMPLE / "csms.csv", "--json")
    code, out, _ = run(*arguments)
    assert code == 5
    question = record(out)["questions"][0]
    assert len(record(run("scenarios", "-w", workspace, "--json")[1])["scenarios"]) == 1
    answered = (*arguments, "--dry-run", "--answer", f"{question['key']}={question['choices'][0]}")
    code, out, _ = run(*answered)
    assert code == 5, "149 of 150 accounts would be archived"
    guards = [one["key"] for one in record(out)["questions"]]
    assert guards == ["reimport.gone", "reimport.arr"]
    code, out, _ = run(*answered, *(part for key in guards for part in ("--answer", f"{key}=yes")))
    assert code == 0
    assert record(out)["accepted"] == 1


def test_nobody_is_asked_the_same_twice(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    run("init", folder)
    accounts = tmp_path / "a.csv"
    head = "account_id,name,owner_id,arr,renewal_date"
    accounts.write_text(f"{head}\n1,One,C-001,1000,03/04/2026\n")
    arguments = ("import", "-w", folder, "--accounts", accounts, "--csms", SAMPLE / "csms.csv", "--json")
    question = record(run(*arguments)[1])["questions"][0]
    assert run(*arguments, "--answer", f"{question['key']}={question['choices'][0]}")[0] == 0
    accounts.write_text(f"{head}\n1,One,C-001,1000,05/04/2026\n")
    code, out, _ = run(*arguments)
    assert (code, record(out)["questions"]) == (0, [])


def test_bad_input_changes_nothing_and_ends_with_7(run: Run, workspace: Path, tmp_path: Path) -> None:
    accounts = tmp_path / "a.csv"
    accounts.write_text('account_id,name,arr\n1,"One,1000\n')
    version = record(run("scenarios", "-w", workspace, "--json")[1])["scenarios"][0]["version"]
    code, out, _ = run("import", "-w", workspace, "--accounts", accounts, "--csms", SAMPLE / "csms.csv")
    assert code == 7
    assert "a.csv" in out
    assert record(run("scenarios", "-w", workspace, "--json")[1])["scenarios"][0]["version"] == version


def test_rejected_rows_that_cannot_be_written_are_a_remark(run: Run, workspace: Path, tmp_path: Path) -> None:
    accounts = tmp_path / "a.csv"
    accounts.write_text("account_id,name,arr,owner\n1,One,1000,C-001\n2,Two,x,C-001\n")
    yes = ("--answer", "reimport.gone=yes", "--answer", "reimport.arr=yes")
    files = ("--accounts", accounts, "--csms", SAMPLE / "csms.csv")
    command = ("import", "-w", workspace, *files, *yes, "--json")
    (workspace / "rejects.csv").mkdir()  # which no file can replace, whoever writes it
    code, out, err = run(*command)
    assert (code, record(out)["rejected"], record(out)["dataset"]) == (0, 1, 2)
    assert "the data is kept, but its rejected rows could not be written" in err
    (workspace / "rejects.csv").rmdir()
    code, _, err = run(*command)
    assert (code, "says which rows were rejected and why; correct them in your own file" in err) == (0, True)
    assert "2,Two,x" in (workspace / "rejects.csv").read_text()


def test_a_new_export_of_the_crm_keeps_decisions_and_says_what_became_void(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    run("pin", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    run("move", "-w", workspace, "-a", "A-00002", "-c", "C-003")
    rows = (SAMPLE / "accounts.csv").read_text().splitlines(keepends=True)
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("".join(row for row in rows if not row.startswith("A-00002,")))
    code, out, _ = run(
        "import", "-w", workspace, "--accounts", accounts, "--csms", SAMPLE / "csms.csv",
        "--mapping", SAMPLE / "mapping.toml", "--json",
    )  # fmt: skip
    assert code == 0
    assert record(out)["dropped_moves"] == 1
    shown = record(run("show", "-w", workspace, "--json")[1])
    assert [(one["account"], one["to"]) for one in shown["moves"]] == [("A-00001", "C-003")]


def test_the_totals_say_how_many_rows_have_an_arr_that_is_in_none_of_them(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "w")
    accounts = tmp_path / "a.csv"
    command = ("import", "-w", tmp_path / "w", "--accounts", accounts, "--csms", SAMPLE / "csms.csv")
    command = (*command, "--dry-run")
    good = "account_id,name,owner,arr\n1,One,C-001,1000.5\n1,One,C-001,20\n"
    accounts.write_text(good)
    said = "ARR: 1,020.50 read = 1,000.50 accepted, 20.00 in rejected rows"
    assert said in run(*command)[1].splitlines()
    accounts.write_text(f'{good}2,Two,C-001,"64.490,36"\n')
    more = "; in none of these: the ARR of 1 rejected row, which cannot be read or is below 0"
    assert f"{said}{more}" in run(*command)[1].splitlines()
    assert record(run(*command, "--json")[1])["arr_unread"] == 1
