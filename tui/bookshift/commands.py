"""Every action once: bindings, hints, palette, help screen and docs/keys.md are made from these tables."""

from __future__ import annotations

from typing import Final

from bookshift.command import Command, Context, of
from bookshift.commands_screens import SCREENS

__all__ = ["BY_ID", "COMMANDS", "Command", "Context"]

_PLAN: Final[tuple[Command, ...]] = (
    *of(
        "Move",
        "grid",
        ("move.down", "down", "One row down.", "j", "down"),
        ("move.up", "up", "One row up.", "k", "up"),
        ("move.left", "column left", "One column to the left.", "h", "left"),
        ("move.right", "column right", "One column to the right.", "l", "right"),
        ("move.page_down", "page down", "One page down.", "pagedown"),
        ("move.page_up", "page up", "One page up.", "pageup"),
        ("move.half_down", "half page down", "Half a page down.", "ctrl+d"),
        ("move.half_up", "half page up", "Half a page up.", "ctrl+u"),
        ("move.top", "top", "The first row.", "g g", "home"),
        ("move.bottom", "bottom", "The last row.", "G", "end"),
    ),
    *of(
        "Panes",
        "plan",
        ("pane.next", "next pane", "The next pane.", "tab"),
        ("pane.previous", "previous pane", "The previous pane.", "shift+tab"),
        ("pane.books", "books", "The CSMs and their books.", "1", "g b"),
        ("pane.accounts", "accounts", "The accounts of the chosen book, or all.", "2", "g a"),
        ("pane.detail", "detail", "The account under the cursor: why, and who else could have it.", "3"),
        ("pane.diff", "diff", "What the plan changes, losers first.", "4", "g d"),
        ("pane.zoom", "zoom", "Give one pane the whole screen, or give it back.", "+"),
        ("open", "open", "Open what is under the cursor: a book's accounts, an account's detail.", "enter"),
        ("scenarios", "scenarios", "The list of scenarios.", "g s"),
        ("policy", "policy", "Weights, rules and limits.", "g p"),
        ("curve", "move limits", "How much of the improvement each number of moves brings.", "g m"),
        ("compare", "compare", "Plans side by side, and sweeps over many.", "g c"),
        ("findings", "data findings", "What is wrong with the data, and how to mend it.", "g f"),
        ("ax", "AX rules", "Which accounts get which touch level, and the hours of each.", "g x"),
        ("load", "load", "What every CSM has to do month by month, for a year.", "g l"),
    ),
    *of(
        "Find and mark",
        "plan",
        ("filter", "filter", "Show rows that hold words, or where field=a value, field>number.", "/"),
        ("filter.value", "filter by value", "Show rows with the value under the cursor.", "f"),
        ("match.next", "next match", "The next row that matches the latest filter.", "n"),
        ("match.previous", "previous match", "The previous row that matches the latest filter.", "N"),
        ("sort", "sort", "Sort by the column under the cursor; again to reverse.", "s"),
        ("mark", "mark", "Mark or unmark the row.", "space"),
        ("mark.range", "mark range", "Mark from here to where it is pressed again.", "v"),
    ),
    *of(
        "Find and mark",
        "app",
        ("back", "back", "Close, or drop marks, then the filter.", "escape"),
    ),
    *of(
        "Decide",
        "plan",
        ("pin", "pin", "Pin the account, or the marked ones, to a CSM.", "p"),
        ("lock", "lock", "Lock the relationship with today's owner, or unlock it.", "t"),
        ("forbid", "forbid", "Forbid a CSM for the account.", "x"),
        ("move", "move", "Move the account by hand and see every figure at once.", "m"),
        ("together", "keep together", "Keep the marked accounts with one owner.", "o"),
        ("apart", "keep apart", "Keep the marked accounts with different owners.", "O"),
        ("release", "release", "Drop pins, locks, forbids and groups of the account.", "R"),
        ("undo", "undo", "Take back the latest change.", "u"),
        ("redo", "redo", "Do again what was taken back.", "U"),
    ),
    *of(
        "Solve",
        "plan",
        (
            "solve",
            "solve",
            "Look for a better plan; after a change of yours few others move, pressed again all are planned.",
            "S",
        ),
        ("solve.whole", "solve all", "Plan all accounts anew, also right after a change.", "g S"),
    ),
    *of(
        "Solve",
        "app",
        ("solve.cancel", "stop", "Stop the solver and keep its best plan; a second time quits.", "ctrl+c"),
    ),
    *of(
        "Solve",
        "plan",
        ("solve.preview", "preview", "Show the solver's plan, or your own again.", "i"),
        ("solve.accept", "accept", "Take over the solver's plan.", "a"),
        ("solve.reject", "reject", "Drop the solver's plan.", "r"),
    ),
    *of(
        "Explain",
        "plan",
        ("why", "why", "Why the account has this CSM in the plan.", "w"),
        ("why.not", "why not", "Why the account does not have another CSM.", "W"),
        ("losers", "losers", "Accounts and books that are worse off, first.", "L"),
        ("baseline", "today", "Show today's books, or the plan again.", "b"),
    ),
    *of(
        "Scenarios",
        "plan",
        ("scenario.previous", "previous scenario", "The previous scenario.", "less_than_sign"),
        ("scenario.next", "next scenario", "The next scenario.", "greater_than_sign"),
        ("scenario.new", "new scenario", "A new scenario from today's books.", "g n"),
        ("scenario.clone", "clone", "A copy of this scenario.", "C"),
        (
            "start",
            "another workspace",
            "The sample, another workspace, or an import of two files, also into this workspace.",
            "g w",
        ),
        (
            "drift",
            "what changed",
            "What the latest import changed, and what became of the approved plan.",
            "g i",
        ),
    ),
    *of(
        "Output",
        "plan",
        ("copy", "copy", "Copy the chosen rows to the terminal's clipboard.", "y"),
        ("export", "export", "Write plan, moves and CRM files.", "e"),
        ("approve", "approve", "Approve the plan with a rationale and freeze it.", "A"),
    ),
)

_APPLICATION: Final[tuple[Command, ...]] = (
    *of(
        "Application",
        "app",
        ("palette", "commands", "Search all commands.", "colon", "ctrl+p"),
        ("help", "help", "All keys.", "question_mark", "f1"),
        ("quit", "quit", "Close this screen, or leave the application.", "q"),
    ),
    *of(
        "Application",
        "plan",
        ("tour", "tour", "Eight keys, one after the other; esc leaves it.", "g t"),
    ),
    *of(
        "Application",
        "app",
        ("suspend", "suspend", "Go back to the shell; fg returns.", "ctrl+z"),
        ("redraw", "redraw", "Draw the whole screen again.", "ctrl+l"),
    ),
)

COMMANDS: Final[tuple[Command, ...]] = (*_PLAN, *SCREENS, *_APPLICATION)

BY_ID: Final = {one.id: one for one in COMMANDS}
