"""Search all commands by what they do; the palette is Textual's, what it finds is the table of commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Provider

from bookshift.bindings import commands
from bookshift.keys import label
from bookshift.painting import PaintedOnce

if TYPE_CHECKING:
    from textual.command import Hits

    from bookshift.commands import Command

_NOT_LISTED = frozenset({"Move"})


class Palette(CommandPalette, PaintedOnce[None]):
    """Textual's palette, with what we search for."""

    def __init__(self) -> None:
        super().__init__(placeholder="Search commands")

    def _action_command_list(self, action: str) -> None:
        """Leave a list alone that has no room yet: Textual fails on a page of it."""
        if self.query_one(CommandList).size:
            super()._action_command_list(action)


class CommandSearch(Provider):
    """Finds commands of the table."""

    async def discover(self) -> Hits:
        """List every command."""
        for one in self._here():
            if one.group not in _NOT_LISTED:
                yield DiscoveryHit(self._shown(one), partial(self._run, one), one.title, one.help)

    async def search(self, query: str) -> Hits:
        """List commands whose title or help matches."""
        matcher = self.matcher(query)
        for one in self._here():
            score = max(matcher.match(one.title), 0.8 * matcher.match(one.help))
            if score > 0 and one.group not in _NOT_LISTED:
                yield Hit(score, self._shown(one), partial(self._run, one), one.title, one.help)

    def _here(self) -> list[Command]:
        """The commands of the screen below."""
        return commands("app", *getattr(self.screen, "contexts", ("plan", "grid")))

    def _shown(self, one: Command) -> str:
        keys: dict[str, tuple[str, ...]] = getattr(self.app, "keys", {})
        return f"{one.title}  ({', '.join(label(each) for each in keys.get(one.id, one.keys))})".replace(
            "[", "\\["
        )

    async def _run(self, one: Command) -> None:
        action = f"app.{one.action}" if one.context == "app" else f"screen.{one.action}"
        await self.screen.run_action(action)
