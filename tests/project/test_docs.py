"""The documentation says what the program does: made parts, commands, examples, links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from bookshift.cli.root import commands, run
from bookshift.commands import COMMANDS
from bookshift.docs.figures import figures
from bookshift.docs.pages import PAGES, PICTURE, README, ROOT, parts_of, renewed
from bookshift.keys import read_keymap, resolve_keymap
from bookshift_io.intake.mapping import ColumnMapping, from_toml
from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.score import score

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = [ROOT / README, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: Path, kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text("utf-8")) if found == kind]


def typed_commands(page: Path) -> Iterator[list[str]]:
    """Words of each `bookshift …` or `./run …` line of the shell blocks."""
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] in {"bookshift", "./run"}:
                yield words


@pytest.mark.parametrize("name", PAGES)
def test_made_parts_are_up_to_date(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert set(parts_of(text)) == set(PAGES[name])
    assert renewed(text, PAGES[name]) == text, "run: python -m bookshift.docs"


def test_what_is_written_by_hand_survives_a_renewal() -> None:
    before, after = "# By hand\n\n<!-- made: a -->\n", "<!-- end -->\n\nmore\n"
    assert renewed(f"{before}old\n{after}", {"a": lambda: "new"}) == f"{before}\nnew\n\n{after}"


@pytest.mark.parametrize("page", ALL, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        name, _, heading = target.partition("#")
        linked = page.parent / name if name else page
        assert linked.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.+)$", linked.read_text("utf-8").lower(), flags=re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", one).replace(" ", "-") for one in titles}, target


def test_commands_that_are_shown_exist_with_their_options() -> None:
    group: Any = typer.main.get_command(commands)
    shown = [words for page in ALL for words in typed_commands(page)]
    assert len(shown) > 10
    for program, *words in shown:
        if program == "./run" and words == ["test"]:
            continue
        known = group.commands[words.pop(0)] if words and not words[0].startswith("-") else group
        options = {name for one in known.params for name in (*one.opts, *one.secondary_opts)}
        assert {one for one in words if one.startswith("-")} <= options, words


def test_the_commands_of_the_readme_do_their_work_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("accounts.csv", "csms.csv"):
        (tmp_path / name).write_bytes((ROOT / "sample_data" / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    for program, *words in typed_commands(ROOT / "README.md"):
        if program == "bookshift" and words[0] != "open":  # which needs a terminal
            # The sample is of that day, where a reader's files are of today.
            day = ("--as-of", "2026-01-05") if words[0] in ("import", "plan") else ()
            monkeypatch.setattr("sys.argv", ["bookshift", *words, *day])
            assert run() == 0, (words, capsys.readouterr().err)
    assert (tmp_path / "q3-system" / "plan.csv").exists()
    assert (tmp_path / "q3-people" / "moves-people.csv").exists()
    assert (tmp_path / "plan-files" / "plan-draft.csv").exists()


def test_figures_of_the_readme_are_those_of_the_sample_and_its_picture() -> None:
    portfolio = sample(150, 8, 1)
    policy = sample_policy(portfolio)
    problem = build(Data(portfolio, policy.formulas), policy)
    today = score(problem, problem.baseline)
    made = [line.split("|")[1:3] for line in figures(today, today).splitlines()]
    text = (ROOT / README).read_text("utf-8")
    shown = [line.split("|") for line in text.splitlines() if line.startswith("|")]
    assert [row[1:3] for row in shown] == made
    plan = {row[1].strip(): row[3].strip() for row in shown}
    assert plan["hard rules broken"] == "0"
    moves = plan["accounts that move"].split()[0]
    assert f"{moves}&#160;moves" in (ROOT / PICTURE).read_text("utf-8")


def test_the_shares_that_the_readme_tells_are_those_of_the_sample() -> None:
    shares = sample_policy(sample(150, 8, 1)).shares()
    shares["balance"] = shares.pop("workload_balance") + shares.pop("arr_balance")
    told = [round(100 * shares[one]) for one in ("retention", "balance", "fit", "expansion", "continuity")]
    assert f"shares shown are {'/'.join(map(str, told))}." in (ROOT / README).read_text("utf-8")


def test_files_that_are_shown_are_accepted() -> None:
    for block in blocks(ROOT / "docs/model.md", "toml"):
        assert Policy.from_toml(block) != Policy()
    for block in blocks(ROOT / "docs/keys.md", "toml"):
        wanted, unreadable = read_keymap(block)
        assert wanted
        assert [*unreadable, *resolve_keymap(COMMANDS, wanted)[1]] == []
    for block in blocks(ROOT / "docs/files.md", "toml"):
        mapping = from_toml(block)
        assert mapping != ColumnMapping()
