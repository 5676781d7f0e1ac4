"""Keeping an import in its workspace once what it changes there was shown; and writing what was rejected."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work

from bookshift.imports import store
from bookshift.reimport import preview, told
from bookshift.rejected import keep_rejects
from bookshift.screens.importing_decide import Deciding
from bookshift.screens.reimporting import ReimportScreen
from bookshift.text import sentence
from bookshift_io.export.writing import ExportError, write_files
from bookshift_io.workspace import NotAWorkspaceError, Workspace, WorkspaceError
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from bookshift.reimport import Preview
    from bookshift_io.intake.intake import Intake


@dataclass(frozen=True, slots=True)
class Kept:
    """An import in its workspace."""

    workspace: Workspace
    scenario: int | None
    """The scenario that goes on with the data; None where any will do."""
    says: str
    """What it changed against the data before, and where its rejected rows are; empty for neither."""


class Keeping(Deciding[Kept | None]):
    """What becomes of an import in the end."""

    here: Workspace | None
    """The open workspace, where the import is for that one."""
    folder: Path
    intake: Intake | None

    @property
    def reading(self) -> bool:
        """Whether a decision is still being read with."""
        raise NotImplementedError

    def forget_draft(self) -> None:
        """Drop what was decided about these files for another time."""
        raise NotImplementedError

    @work(group="keep", exclusive=True)
    async def action_import_keep(self) -> None:
        """Keep what was read in a workspace, and answer with it."""
        intake = self.intake
        if self.reading:
            self.say("The files are still being read; what comes of it is shown first.", "warn")
            return
        if intake is None or intake.portfolio is None:
            self.say("There is nothing to keep yet: answer what is asked, or mend a file, then r.", "warn")
            return
        self.say("comparing …")
        try:
            workspace, seen = await asyncio.to_thread(self._compare, intake)
            if seen is not None and not seen.changes.nothing:
                self.say("Nothing is kept yet.")
                if not await self.app.push_screen_wait(ReimportScreen(seen)):
                    return
            self.say("keeping …")
            async with self.owner.acting:
                made = await asyncio.to_thread(self._keep, intake, workspace, seen)
        except (WorkspaceError, ExportError) as error:
            self.say(sentence(error), "bad")
            return
        self.forget_draft()
        self.dismiss(made)

    def _compare(self, intake: Intake) -> tuple[Workspace, Preview | None]:
        """The workspace that the import is for, made where it is missing, and what changes in it."""
        try:
            workspace = self.here or Workspace.open(self.folder)
        except NotAWorkspaceError:
            workspace = Workspace.create(self.folder)
        return workspace, preview(workspace, intake.portfolio) if intake.portfolio else None

    def _keep(self, intake: Intake, workspace: Workspace, seen: Preview | None) -> Kept:
        imported = store(workspace, self.files, intake, Policy(), seen)
        going_on = [one.scenario.id for one in imported.rebased]
        last = workspace.last_opened()
        scenario = going_on[0] if going_on and last not in going_on else None
        says = [] if seen is None else [told(seen)]
        return Kept(workspace, scenario, "; ".join([*says, *keep_rejects(workspace, intake)]))

    @work(group="rejects", exclusive=True)
    async def action_import_rejects(self) -> None:
        """Write the rejected rows beside the files that they came from."""
        intake = self.intake
        content = {
            f"rejects-{table}.csv": intake.rejects_csv(table).encode()
            for table, (_, rejected) in (intake.rejects if intake else {}).items()
            if intake and rejected
        }
        if not content:
            self.say("No row was rejected.")
            return
        folder = self.files.accounts.absolute().parent
        try:
            await asyncio.to_thread(write_files, folder, content)
        except ExportError as error:
            self.say(sentence(error), "warn")
            return
        says = "says" if len(content) == 1 else "say"
        self.say(f"{', '.join(content)} {says} why: correct your own file, then r reads it again")
