"""The documentation says what the program does: made parts, commands, examples, links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from bookshift.cli.root import commands
from bookshift.commands import COMMANDS
from bookshift.docs.pages import PAGES, ROOT, parts_of, renewed
from bookshift.keys import read_keymap, resolve_keymap
from bookshift_io.intake.mapping import from_toml
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = sorted(path for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")) if path.exists())
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: Path, kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text("utf-8")) if found == kind]


def typed_commands() -> Iterator[list[str]]:
    """Words of each `bookshift …` or `./run …` line of the shell blocks, lines joined at a backslash."""
    for page in ALL:
        for block in blocks(page, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                if "bookshift" in words or "./run" in words:
                    start = min(words.index(one) for one in ("bookshift", "./run") if one in words)
                    yield [one for one in words[start:] if one not in {"</dev/null", "|", ">"}]


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
    shown = list(typed_commands())
    assert shown
    for program, *words in shown:
        if program == "./run" and words[:1] == ["test"]:
            continue
        if not words or words[0].startswith("-"):
            known, rest = group, words
        else:
            assert words[0] in group.commands, words
            known, rest = group.commands[words[0]], words[1:]
        options = {name for one in known.params for name in (*one.opts, *one.secondary_opts)}
        options |= {"--help", "-h"}
        used = {one.partition("=")[0] for one in rest if one.startswith("-")}
        assert used <= options, (words, used - options)


def test_files_that_are_shown_are_accepted() -> None:
    for block in blocks(ROOT / "docs/model.md", "toml"):
        assert Policy.from_toml(block) != Policy()
    for block in blocks(ROOT / "docs/keys.md", "toml"):
        wanted, unreadable = read_keymap(block)
        assert wanted
        assert [*unreadable, *resolve_keymap(COMMANDS, wanted)[1]] == []
    for block in blocks(ROOT / "docs/files.md", "toml"):
        assert from_toml(block).accounts
