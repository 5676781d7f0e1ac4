"""What a planner decides about a file: which field a column is, what a word means, what a figure is times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from textual import work
from textual.screen import ScreenResultType

from bookshift.imports import AS_OF
from bookshift.screens.choose import Choice, Choose
from bookshift.screens.field_picker import FieldPicker
from bookshift.screens.importing_rows import FINDINGS
from bookshift.screens.page import Page
from bookshift.screens.prompt import Prompt
from bookshift_io.intake.mapping import EXTRA, IGNORE, TABLES

if TYPE_CHECKING:
    from bookshift.imports import Files
    from bookshift.screens.importing_rows import View
    from bookshift.widgets.grid import Grid
    from bookshift_io.intake.became import Became
    from bookshift_io.intake.findings import Question
    from bookshift_io.intake.intake import Intake
    from bookshift_io.intake.mapping import ColumnMapping

_OTHER: Final = "another"
"""Stands for an answer that is none of the choices."""


class Deciding(Page[ScreenResultType]):
    """The decisions of the import screen; each is read with at once."""

    files: Files
    intake: Intake | None
    view: View | None

    @property
    def grid(self) -> Grid:
        """The list of questions and columns."""
        raise NotImplementedError

    def decide(self, decided: ColumnMapping) -> None:
        """Put decisions in force, and read again."""
        raise NotImplementedError

    @property
    def column(self) -> Became | None:
        """The column under the cursor."""
        return None if self.view is None else self.view.columns.get(self.grid.key or "")

    @work(group="decide", exclusive=True)
    async def action_import_answer(self) -> None:
        """Answer the question under the cursor, or say which field the column is."""
        view, column = self.view, self.column
        if view is None:
            return
        asked = view.questions.get(self.grid.key or "")
        if asked is not None:
            answer = await self._answer(asked)
            if answer:
                self.decide(self.files.decided.with_answers({asked.key: answer}))
        elif column is not None and self._of_a_file() is not None:
            taken = {one.field: one.header for one in view.columns.values()}
            picked = await self.app.push_screen_wait(
                FieldPicker(view.tab, column.header, column.field, taken)
            )
            if picked is not None:
                self._read_as(column, picked)
        elif column is None:
            self.say("Here is nothing to decide: mend it in your file, then r reads it again.", "warn")

    async def _answer(self, asked: Question) -> str | None:
        samples = [f"In the file: {', '.join(asked.samples[:5])}"] if asked.samples else []
        if asked.choices:
            choices = [Choice(one, one) for one in asked.choices]
            if asked.form:
                choices.append(Choice(_OTHER, _OTHER, asked.form.removeprefix(f"{_OTHER} ")))
            picked = await self.app.push_screen_wait(
                Choose("Only you can know", choices, says=[asked.text, *samples])
            )
            if picked != _OTHER:
                return picked
        return await self.app.push_screen_wait(
            Prompt("Only you can know", f"Enter takes {asked.form}, esc none", says=[asked.text])
        )

    def action_import_ignore(self) -> None:
        """Do not read the column; again keeps it as it is."""
        column = self._of_a_file()
        if column is not None:
            self._read_as(column, EXTRA if column.field == IGNORE else IGNORE)

    @work(group="decide", exclusive=True)
    async def action_import_unit(self) -> None:
        """Say what the figures of the column are multiplied by."""
        column = self._of_a_file()
        if column is None or self.view is None:
            return
        text = await self.app.push_screen_wait(
            Prompt(
                f"What are the figures of {column.header} multiplied by?",
                "A number, such as 12 for an amount a month; Enter on nothing takes it back",
                column.unit.removeprefix("times "),
            )
        )
        if text is None:
            return
        unit = f"times {text.removeprefix('times').strip()}" if text else ""
        try:
            decided = self.files.decided.with_unit(self.view.tab, column.header, unit)
        except ValueError:
            self.say(f"“{text}” is no number above 0; write one such as 12 or 0.01.", "warn")
            return
        self.decide(decided)

    @work(group="decide", exclusive=True)
    async def action_import_day(self) -> None:
        """Say of which day the data is, whether that is asked or not."""
        if self.intake is None:
            return
        decided = self.files.decided
        text = await self.app.push_screen_wait(
            Prompt(
                "Of which day is the data?",
                "A day such as 2026-03-31; Enter on nothing leaves it to the files",
                f"{self.intake.as_of}",
                says=["Renewals, tenure and contracts are counted from it."],
            )
        )
        if text is None:
            return
        try:
            said = {AS_OF: date.fromisoformat(text).isoformat()} if text else {}
        except ValueError:
            self.say(f"“{text}” is no day; write one such as 2026-03-31.", "warn")
            return
        others = {key: answer for key, answer in decided.answers.items() if key != AS_OF}
        self.decide(replace(decided, answers={**others, **said}))

    def action_import_undecide(self) -> None:
        """Drop what was decided here about the column, so that it is recognised or asked again."""
        column, view, decided = self._of_a_file(), self.view, self.files.decided
        if column is None or view is None:
            return
        table = view.tab
        about = {column.field, column.header}
        without = {one: name for one, name in decided.of(table).items() if one != column.header}
        kept = replace(
            decided.with_unit(table, column.header, ""),
            accounts=without if table == "accounts" else decided.accounts,
            csms=without if table == "csms" else decided.csms,
            answers={
                key: one
                for key, one in decided.answers.items()
                if key.rpartition(".")[2] not in about and one.removesuffix(" times 12") != column.header
            },
            values={name: words for name, words in decided.values.items() if name != column.field},
        )
        if kept == decided:
            self.say("Nothing was decided here about this column.")
        else:
            self.decide(kept)

    def _read_as(self, column: Became, meaning: str) -> None:
        if self.view is not None:
            self.decide(self.files.decided.with_column(self.view.tab, column.header, meaning))

    def _of_a_file(self) -> Became | None:
        """The column under the cursor, where it is decided here; else that is said."""
        tab = self.view.tab if self.view else FINDINGS
        if tab not in (*TABLES, FINDINGS):
            self.say(f"How it is read is said in the mapping: [[join]] of {tab}, columns.", "warn")
            return None
        if self.column is None:
            where = "tab goes to a file." if tab == FINDINGS else "go down to one."
            self.say(f"There is no column under the cursor; {where}", "warn")
        return self.column
