"""Every action once: key bindings, hints, palette, help screen and docs/keys.md are made from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Context: TypeAlias = Literal[
    "app",
    "plan",
    "grid",
    "policy",
    "scenarios",
    "start",
    "import",
    "reimport",
    "compare",
    "findings",
    "ax",
    "curve",
    "load",
]


@dataclass(frozen=True, slots=True)
class Command:
    """One action of a person."""

    id: str
    """Public name, for key maps; dots become underscores in the screen's method ``action_<id>``."""
    title: str
    """Two or three words, for hints and the palette."""
    help: str
    """A sentence."""
    keys: tuple[str, ...]
    """Textual key names; a sequence is written with a blank, "g d"."""
    group: str
    context: Context = "plan"
    """app: everywhere; grid: whichever table has the cursor; the others: the screen of that name."""

    @property
    def action(self) -> str:
        """Name of the Textual action."""
        return self.id.replace(".", "_")


COMMANDS: Final[tuple[Command, ...]] = (
    # Moving about
    Command("move.down", "down", "One row down.", ("j", "down"), "Move", "grid"),
    Command("move.up", "up", "One row up.", ("k", "up"), "Move", "grid"),
    Command("move.left", "column left", "One column to the left.", ("h", "left"), "Move", "grid"),
    Command("move.right", "column right", "One column to the right.", ("l", "right"), "Move", "grid"),
    Command("move.page_down", "page down", "One page down.", ("pagedown",), "Move", "grid"),
    Command("move.page_up", "page up", "One page up.", ("pageup",), "Move", "grid"),
    Command("move.half_down", "half page down", "Half a page down.", ("ctrl+d",), "Move", "grid"),
    Command("move.half_up", "half page up", "Half a page up.", ("ctrl+u",), "Move", "grid"),
    Command("move.top", "top", "The first row.", ("g g", "home"), "Move", "grid"),
    Command("move.bottom", "bottom", "The last row.", ("G", "end"), "Move", "grid"),
    # Panes
    Command("pane.next", "next pane", "The next pane.", ("tab",), "Panes"),
    Command("pane.previous", "previous pane", "The previous pane.", ("shift+tab",), "Panes"),
    Command("pane.books", "books", "The CSMs and their books.", ("1", "g b"), "Panes"),
    Command("pane.accounts", "accounts", "The accounts of the chosen book, or all.", ("2", "g a"), "Panes"),
    Command(
        "pane.detail",
        "detail",
        "The account under the cursor: why, and who else could have it.",
        ("3",),
        "Panes",
    ),
    Command("pane.diff", "diff", "What the plan changes, losers first.", ("4", "g d"), "Panes"),
    Command("pane.zoom", "zoom", "Give one pane the whole screen, or give it back.", ("+",), "Panes"),
    Command(
        "open",
        "open",
        "Open what is under the cursor: a book's accounts, an account's detail.",
        ("enter",),
        "Panes",
    ),
    Command("scenarios", "scenarios", "The list of scenarios.", ("g s",), "Panes"),
    Command("policy", "policy", "Weights, rules and limits.", ("g p",), "Panes"),
    Command(
        "curve", "move limits", "How much of the improvement each number of moves brings.", ("g m",), "Panes"
    ),
    Command("compare", "compare", "Plans side by side, and sweeps over many.", ("g c",), "Panes"),
    Command(
        "findings", "data findings", "What is wrong with the data, and how to mend it.", ("g f",), "Panes"
    ),
    Command(
        "ax", "AX rules", "Which accounts get which touch level, and the hours of each.", ("g x",), "Panes"
    ),
    Command("load", "load", "What every CSM has to do month by month, for a year.", ("g l",), "Panes"),
    # Finding and marking
    Command(
        "filter",
        "filter",
        "Show rows that hold a text, or where field=value, field>number.",
        ("/",),
        "Find and mark",
    ),
    Command(
        "filter.value",
        "filter by value",
        "Show rows with the value under the cursor.",
        ("f",),
        "Find and mark",
    ),
    Command(
        "match.next", "next match", "The next row that matches the latest filter.", ("n",), "Find and mark"
    ),
    Command(
        "match.previous",
        "previous match",
        "The previous row that matches the latest filter.",
        ("N",),
        "Find and mark",
    ),
    Command(
        "sort", "sort", "Sort by the column under the cursor; again to reverse.", ("s",), "Find and mark"
    ),
    Command("mark", "mark", "Mark or unmark the row.", ("space",), "Find and mark"),
    Command(
        "mark.range",
        "mark range",
        "Mark from here to where it is pressed again.",
        ("v",),
        "Find and mark",
    ),
    Command("back", "back", "Close, or drop marks, then the filter.", ("escape",), "Find and mark", "app"),
    # Deciding
    Command("pin", "pin", "Pin the account, or the marked ones, to a CSM.", ("p",), "Decide"),
    Command("lock", "lock", "Lock the relationship with today's owner, or unlock it.", ("t",), "Decide"),
    Command("forbid", "forbid", "Forbid a CSM for the account.", ("x",), "Decide"),
    Command("move", "move", "Move the account by hand and see every figure at once.", ("m",), "Decide"),
    Command("together", "keep together", "Keep the marked accounts with one owner.", ("o",), "Decide"),
    Command("apart", "keep apart", "Keep the marked accounts with different owners.", ("O",), "Decide"),
    Command("release", "release", "Drop pins, locks, forbids and groups of the account.", ("R",), "Decide"),
    Command("undo", "undo", "Take back the latest change.", ("u",), "Decide"),
    Command("redo", "redo", "Do again what was taken back.", ("U",), "Decide"),
    # Solving
    Command(
        "solve",
        "solve",
        "Look for a better plan; after a change of yours few others move, pressed again all are planned.",
        ("S",),
        "Solve",
    ),
    Command(
        "solve.whole", "solve all", "Plan all accounts anew, also right after a change.", ("g S",), "Solve"
    ),
    Command(
        "solve.cancel",
        "stop",
        "Stop the solver and keep its best plan; a second time quits.",
        ("ctrl+c",),
        "Solve",
        "app",
    ),
    Command("solve.preview", "preview", "Show the solver's plan, or your own again.", ("i",), "Solve"),
    Command("solve.accept", "accept", "Take over the solver's plan.", ("a",), "Solve"),
    Command("solve.reject", "reject", "Drop the solver's plan.", ("r",), "Solve"),
    # Explaining
    Command("why", "why", "Why the account has this CSM in the plan.", ("w",), "Explain"),
    Command("why.not", "why not", "Why the account does not have another CSM.", ("W",), "Explain"),
    Command("losers", "losers", "Accounts and books that are worse off, first.", ("L",), "Explain"),
    Command("baseline", "today", "Show today's books, or the plan again.", ("b",), "Explain"),
    # Scenarios and output
    Command(
        "scenario.previous", "previous scenario", "The previous scenario.", ("less_than_sign",), "Scenarios"
    ),
    Command("scenario.next", "next scenario", "The next scenario.", ("greater_than_sign",), "Scenarios"),
    Command("scenario.new", "new scenario", "A new scenario from today's books.", ("g n",), "Scenarios"),
    Command("scenario.clone", "clone", "A copy of this scenario.", ("C",), "Scenarios"),
    Command(
        "start",
        "another workspace",
        "The sample, another workspace, or an import of two files, also into this workspace.",
        ("g w",),
        "Scenarios",
    ),
    Command(
        "drift",
        "what changed",
        "What the latest import changed, and what became of the approved plan.",
        ("g i",),
        "Scenarios",
    ),
    Command("copy", "copy", "Copy the chosen rows to the terminal's clipboard.", ("y",), "Output"),
    Command("export", "export", "Write plan, moves and CRM files.", ("e",), "Output"),
    Command("approve", "approve", "Approve the plan with a rationale and freeze it.", ("A",), "Output"),
    # The policy screen
    Command(
        "policy.edit",
        "change",
        "Change the number under the cursor, or take the preset.",
        ("enter",),
        "Policy",
        "policy",
    ),
    Command(
        "policy.mode",
        "hard, soft, off",
        "The next mode of the rule, or the other of yes and no.",
        ("space",),
        "Policy",
        "policy",
    ),
    Command("policy.more", "weight +5", "Nudge the goal's weight up by 5.", ("+", "="), "Policy", "policy"),
    Command("policy.less", "weight -5", "Nudge the goal's weight down by 5.", ("-",), "Policy", "policy"),
    Command(
        "policy.unfold",
        "more settings",
        "Show or hide the further settings of the rule.",
        ("o",),
        "Policy",
        "policy",
    ),
    Command("policy.ax", "AX rules", "Which accounts get which touch level.", ("g x",), "Policy", "policy"),
    Command("policy.read", "read", "Give the explanation more room, or less.", ("i",), "Policy", "policy"),
    Command("policy.next", "next part", "The next part of the policy.", ("tab",), "Policy", "policy"),
    Command("policy.previous", "previous part", "The part before.", ("shift+tab",), "Policy", "policy"),
    Command(
        "policy.undo", "undo", "Take back the latest change of the scenario.", ("u",), "Policy", "policy"
    ),
    Command("policy.redo", "redo", "Do again what was taken back.", ("U",), "Policy", "policy"),
    Command("policy.solve", "solve", "Look for a better plan under this policy.", ("S",), "Policy", "policy"),
    Command(
        "policy.moved",
        "what moved",
        "What the latest nudge moved, after a solve.",
        ("w",),
        "Policy",
        "policy",
    ),
    Command("policy.load", "load", "Take over a policy file.", ("L",), "Policy", "policy"),
    Command("policy.save", "save", "Write the policy to a file.", ("W",), "Policy", "policy"),
    # Findings about the data
    Command(
        "findings.open",
        "open",
        "The rows of the finding; of a row the account.",
        ("enter",),
        "Data findings",
        "findings",
    ),
    Command(
        "findings.correct", "correct", "Type the value that was meant.", ("c",), "Data findings", "findings"
    ),
    Command(
        "findings.take",
        "take proposal",
        "Put what is proposed in place of the value: of the row, the marked ones, or all of a finding.",
        ("p",),
        "Data findings",
        "findings",
    ),
    Command(
        "findings.accept",
        "accept",
        "Leave it as it is, with a reason: the row, the marked ones, or all of a finding.",
        ("a",),
        "Data findings",
        "findings",
    ),
    Command(
        "findings.back",
        "take back",
        "Drop the correction or the acceptance of the row.",
        ("x",),
        "Data findings",
        "findings",
    ),
    Command("findings.mark", "mark", "Mark or unmark the row.", ("space",), "Data findings", "findings"),
    Command(
        "findings.range",
        "mark range",
        "Mark from here to where it is pressed again.",
        ("v",),
        "Data findings",
        "findings",
    ),
    Command(
        "findings.read", "readiness", "What each gap costs the plan.", ("i",), "Data findings", "findings"
    ),
    Command(
        "findings.undo",
        "undo",
        "Take back the latest change of the scenario.",
        ("u",),
        "Data findings",
        "findings",
    ),
    Command("findings.redo", "redo", "Do again what was taken back.", ("U",), "Data findings", "findings"),
    # AX rules
    Command("ax.edit", "change", "Type the rule under the cursor anew.", ("enter",), "AX rules", "ax"),
    Command("ax.new", "new rule", "Add a rule before the one under the cursor.", ("n",), "AX rules", "ax"),
    Command("ax.delete", "remove", "Remove the rule.", ("x",), "AX rules", "ax"),
    Command("ax.up", "earlier", "Ask the rule before the one above it.", ("K",), "AX rules", "ax"),
    Command("ax.down", "later", "Ask the rule after the one below it.", ("J",), "AX rules", "ax"),
    Command(
        "ax.stated",
        "stated first",
        "Let touch levels that the file states go before the rules, or after them.",
        ("space",),
        "AX rules",
        "ax",
    ),
    Command("ax.undo", "undo", "Take back the latest change of the scenario.", ("u",), "AX rules", "ax"),
    Command("ax.redo", "redo", "Do again what was taken back.", ("U",), "AX rules", "ax"),
    # The list of scenarios
    Command("scenarios.open", "open", "Open the scenario.", ("enter",), "Scenario list", "scenarios"),
    Command(
        "scenarios.new",
        "new",
        "A new scenario from today's books, under a preset or this policy.",
        ("n", "N"),
        "Scenario list",
        "scenarios",
    ),
    Command("scenarios.clone", "clone", "A copy of the scenario.", ("C",), "Scenario list", "scenarios"),
    Command(
        "scenarios.rename", "rename", "Give the scenario another name.", ("r",), "Scenario list", "scenarios"
    ),
    Command(
        "scenarios.archive",
        "archive",
        "Put the scenario away, or take it back.",
        ("x",),
        "Scenario list",
        "scenarios",
    ),
    Command(
        "scenarios.archived",
        "show archived",
        "Show archived scenarios too, or hide them.",
        ("a",),
        "Scenario list",
        "scenarios",
    ),
    Command(
        "scenarios.pane",
        "history",
        "Go to the history of the scenario, or back to the list.",
        ("tab", "shift+tab"),
        "Scenario list",
        "scenarios",
    ),
    # Plans side by side
    Command(
        "compare.open",
        "open",
        "Open the scenario; one of a sweep becomes a scenario and is solved.",
        ("enter",),
        "Compare",
        "compare",
    ),
    Command(
        "compare.sweep",
        "sweep",
        "Solve many variations: weights, limits, who leaves, who joins.",
        ("S",),
        "Compare",
        "compare",
    ),
    Command("compare.x", "figure along", "The figure along the chart.", ("x",), "Compare", "compare"),
    Command("compare.y", "figure up", "The figure up the chart.", ("y",), "Compare", "compare"),
    Command(
        "compare.scenarios",
        "scenarios",
        "Compare the scenarios of the workspace again.",
        ("r",),
        "Compare",
        "compare",
    ),
    # The curve of move limits
    Command(
        "curve.take",
        "take this limit",
        "Make this number of moves a hard rule of the policy, and solve.",
        ("enter",),
        "Move limits",
        "curve",
    ),
    # The load month by month
    Command("load.today", "today", "Show today's books, or the plan again.", ("b",), "Load", "load"),
    Command("load.open", "open", "Go to the accounts of the book.", ("enter",), "Load", "load"),
    # The first start, and an import
    Command("start.choose", "choose", "Do what the cursor stands on.", ("enter",), "Start", "start"),
    Command(
        "import.answer",
        "decide",
        "Answer the question under the cursor, or say which field the column is.",
        ("enter",),
        "Import",
        "import",
    ),
    Command("import.keep", "keep", "Keep what was read and open it.", ("s", "a"), "Import", "import"),
    Command(
        "import.ignore",
        "ignore",
        "Do not read the column; again keeps it as it is.",
        ("x",),
        "Import",
        "import",
    ),
    Command(
        "import.unit",
        "times",
        "Say what the figures of the column are multiplied by.",
        ("m",),
        "Import",
        "import",
    ),
    Command(
        "import.undecide",
        "undecide",
        "Drop what was decided here about the column.",
        ("u",),
        "Import",
        "import",
    ),
    Command(
        "import.known",
        "earlier decisions",
        "Use what was decided about such files before, or do without.",
        ("p",),
        "Import",
        "import",
    ),
    Command("import.next", "next file", "The next file, or the findings.", ("tab",), "Import", "import"),
    Command("import.previous", "file before", "The file before.", ("shift+tab",), "Import", "import"),
    Command(
        "import.again", "read again", "Read the files again, after mending them.", ("r",), "Import", "import"
    ),
    Command(
        "import.join",
        "add file",
        "Join a further file: contracts, tickets, usage, opportunities or contacts.",
        ("J",),
        "Import",
        "import",
    ),
    Command(
        "import.rejects",
        "write rejects",
        "Write the rejected rows to a file, to mend and import.",
        ("w",),
        "Import",
        "import",
    ),
    # A fresh export over the data in force
    Command(
        "reimport.keep",
        "keep",
        "Keep the fresh export; drafts go on with it.",
        ("s",),
        "Fresh export",
        "reimport",
    ),
    Command(
        "reimport.next",
        "next kind",
        "Show the next kind of change alone, then all again.",
        ("tab",),
        "Fresh export",
        "reimport",
    ),
    Command(
        "reimport.previous",
        "kind before",
        "Show the kind of change before.",
        ("shift+tab",),
        "Fresh export",
        "reimport",
    ),
    # The app
    Command("palette", "commands", "Search all commands.", ("colon", "ctrl+p"), "Application", "app"),
    Command("help", "help", "All keys.", ("question_mark", "f1"), "Application", "app"),
    Command("quit", "quit", "Close this screen, or leave the application.", ("q",), "Application", "app"),
    Command("tour", "tour", "Eight keys, one after the other; esc leaves it.", ("g t",), "Application"),
    Command("suspend", "suspend", "Go back to the shell; fg returns.", ("ctrl+z",), "Application", "app"),
    Command("redraw", "redraw", "Draw the whole screen again.", ("ctrl+l",), "Application", "app"),
)

BY_ID: Final = {one.id: one for one in COMMANDS}
