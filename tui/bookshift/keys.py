"""Which keys may be bound, key sequences such as ``g d``, and the check of every key map.

A key that a terminal, tmux or an SSH client eats or changes on the way is a dead binding, and Textual's
`set_keymap` takes unknown ids and impossible keys without a word. So both the shipped table and the user's
own map go through `check_keymap`.
"""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, format_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

REQUIRED = ("quit", "help", "solve.cancel")
"""Commands that always have a key, whatever the user's map says."""

OUTER = dict.fromkeys(
    ("findings", "ax", "load", "plan", "policy", "scenarios", "import", "reimport", "start"), "grid"
)
"""The context that is in force with another one: every screen has a table; with all of them ``app`` is."""

_NAMES = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "return": "enter"}
_UNSAFE = (
    (r"(ctrl|shift|alt)\+enter", "arrives as plain enter or not at all"),
    (r"(ctrl|alt)\+\d", "arrives as another character or not at all"),
    (r"ctrl\+h", "arrives as backspace"),
    (r"ctrl\+i", "arrives as tab"),
    (r"ctrl\+j", "arrives as enter"),
    (r"ctrl\+m", "arrives as enter"),
    (r"ctrl\+(left_square_bracket|\[)", "arrives as escape"),
    (r"ctrl\+(space|@|at)", "arrives under different names"),
    (r"ctrl\+(slash|comma|full_stop|semicolon|minus|plus|equals_sign)", "does not arrive"),
    (r"ctrl\+shift\+\w", "does not arrive"),
    (r"left_square_bracket|right_square_bracket", "also arrives when a slow line splits an arrow key"),
    (r"ctrl\+b", "is the prefix of tmux"),
    (r"ctrl\+a", "is the prefix of screen"),
    (r"ctrl\+f", "pairs with ctrl+b, the prefix of tmux"),
    (r"(shift\+|ctrl\+|alt\+)*f(1[1-9]|2\d)", "is taken by the terminal's window or arrives garbled"),
)
_ALIAS_ONLY = {"ctrl+s": "freezes", "ctrl+q": "unfreezes"}


class CommandLike(Protocol):
    """What the check needs to know of a command."""

    @property
    def id(self) -> str:
        """Its public name."""
        ...

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys; a sequence is written with a blank: ``g d``."""
        ...

    @property
    def context(self) -> str:
        """Where its keys are in force; ``app`` is everywhere."""
        ...

    @property
    def help(self) -> str:
        """What it does, in a sentence."""
        ...


class UserKeys(NamedTuple):
    """The keys a user's map gives to one command, and the line that says so (0 when unknown)."""

    keys: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a key map, as a sentence; `line` is 0 for the shipped table."""

    command: str
    text: str
    line: int = 0

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


def normal(keys: str) -> str:
    """A key or sequence in Textual's names: ``?`` is ``question_mark``, ``g  d`` is ``g d``."""
    return " ".join(_normal_key(part) for part in keys.split())


def label(keys: str) -> str:
    """A key or sequence as a person reads it: ``question_mark`` is ``?``, ``g d`` stays."""
    return " ".join(format_key(part) if "+" not in part else part for part in normal(keys).split())


def unsafe(key: str) -> str | None:
    """Why a key must not be bound, as the end of a sentence; None when it may."""
    return next((why for pattern, why in _UNSAFE if re.fullmatch(pattern, normal(key))), None)


def check_keymap(
    commands: Iterable[CommandLike],
    user_keymap: Mapping[str, UserKeys] | None = None,
    *,
    required: Collection[str] = REQUIRED,
) -> list[Problem]:
    """Everything wrong with the shipped table and the user's map over it; empty when all is well.

    Unknown ids and keys, unsafe keys, the same key twice where both are in force, a key that also begins a
    sequence, a missing help text, no key for a required command.
    """
    table = list(commands)
    return [
        *_table_problems(table, required),
        *resolve_keymap(table, user_keymap or {}, required=required)[1],
    ]


def resolve_keymap(
    commands: Iterable[CommandLike],
    user_keymap: Mapping[str, UserKeys],
    *,
    required: Collection[str] = REQUIRED,
) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """The keys of each command under the user's map, normalised, and what is wrong with that map.

    A line of the map with a problem is left out, and its command keeps the shipped keys.
    """
    table = {command.id: command for command in commands}
    shipped = {id_: tuple(map(normal, command.keys)) for id_, command in table.items()}
    problems: list[Problem] = []
    wanted: dict[str, UserKeys] = {}
    for id_, entry in user_keymap.items():
        found = list(_entry_problems(id_, entry, table, required))
        problems += found
        if not found:
            wanted[id_] = UserKeys(tuple(map(normal, entry.keys)), entry.line)
    while True:
        keys = shipped | {id_: entry.keys for id_, entry in wanted.items()}
        clashing = [
            (id_, other, key) for id_, other, key in _clashes(table, keys) if id_ in wanted or other in wanted
        ]
        if not clashing:
            return keys, problems
        for first, second, key in clashing:
            id_, other = (first, second) if first in wanted else (second, first)
            if id_ in wanted:
                text = f"{label(key)} for {id_} clashes with {other}: choose another key."
                problems.append(Problem(id_, text, wanted.pop(id_).line))


def read_keymap(text: str) -> tuple[dict[str, UserKeys], list[Problem]]:
    """Read a user's key map: TOML, a line for each command, ``"solve.cancel" = ["ctrl+c", "f9"]``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [Problem("", f"The key map is not valid TOML: {error}.")]
    keymap: dict[str, UserKeys] = {}
    problems: list[Problem] = []
    for id_, value in _flat(document):
        line = _line_of(id_, text)
        keys = [value] if isinstance(value, str) else value
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            keymap[id_] = UserKeys(tuple(keys), line)
        else:
            problems.append(Problem(id_, f'{id_} needs a key or a list of keys, such as "g d".', line))
    return keymap, problems


def _normal_key(key: str) -> str:
    *modifiers, last = key.split("+") if len(key) > 1 and not key.endswith("+") else [key]
    if len(last) == 1 and not last.isalnum():
        name = unicodedata.name(last, last).lower().replace("-", "_").replace(" ", "_")
        last = KEY_NAME_REPLACEMENTS.get(name, name)
    return "+".join([*modifiers, _NAMES.get(last, last)])


_PUNCTUATION = frozenset(map(_normal_key, string.punctuation))
_KNOWN = frozenset(key.value for key in Keys) | _PUNCTUATION | frozenset(string.ascii_letters + string.digits)


def _exists(key: str) -> bool:
    """Whether any terminal sends this: a known name, with modifiers that add to it."""
    *modifiers, last = normal(key).split("+")
    if set(modifiers) - {"ctrl", "alt", "shift"} or last not in _KNOWN:
        return False
    # Shift is part of a character: shift+a arrives as A.
    return modifiers != ["shift"] or (len(last) > 1 and last not in _PUNCTUATION)


def _key_problems(id_: str, keys: Sequence[str]) -> Iterator[str]:
    for sequence in keys:
        if not sequence.split():
            yield f"{id_} has an empty key: name one, or leave the line out."
        for key in sequence.split():
            if not _exists(key):
                yield f'{key} for {id_} is no key: write it like j, G, ctrl+d, pagedown or "g d".'
            elif why := unsafe(key):
                yield f"{key} for {id_} cannot be relied on, it {why}: choose another key."
    only = {normal(key) for key in keys}
    if only and only <= _ALIAS_ONLY.keys():
        key = min(only)
        yield f"{key} for {id_} {_ALIAS_ONLY[key]} some terminals: give it a second key."


def _entry_problems(
    id_: str, entry: UserKeys, table: Mapping[str, CommandLike], required: Collection[str]
) -> Iterator[Problem]:
    if id_ not in table:
        yield Problem(id_, f"There is no command {id_}: the help screen lists them all.", entry.line)
        return
    for text in _key_problems(id_, entry.keys):
        yield Problem(id_, text, entry.line)
    if not entry.keys and id_ in required:
        yield Problem(id_, f"{id_} must have a key: name one, or leave the line out.", entry.line)


def _table_problems(table: Sequence[CommandLike], required: Collection[str]) -> Iterator[Problem]:
    by_id = {command.id: command for command in table}
    for command in table:
        if by_id[command.id] is not command:
            yield Problem(command.id, f"There are two commands {command.id}.")
        if not command.help.strip():
            yield Problem(command.id, f"{command.id} has no help text.")
        for text in _key_problems(command.id, command.keys):
            yield Problem(command.id, text)
    for id_ in required:
        if id_ not in by_id or not by_id[id_].keys:
            yield Problem(id_, f"{id_} has no key.")
    for first, second, key in _clashes(by_id, {id_: tuple(map(normal, c.keys)) for id_, c in by_id.items()}):
        yield Problem(first, f"{label(key)} means both {first} and {second}.")


def _clashes(
    table: Mapping[str, CommandLike], keys: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str, str]]:
    """Pairs of commands in force at the same time with the same key, or one that begins the other's."""
    users: dict[str, list[tuple[str, str]]] = {}
    for id_, sequences in keys.items():
        for sequence in dict.fromkeys(sequences):
            users.setdefault(sequence.split(" ")[0], []).append((id_, sequence))
    for together in users.values():
        for index, (first, one) in enumerate(together):
            for second, other in together[index + 1 :]:
                same = one == other or one.startswith(other + " ") or other.startswith(one + " ")
                if same and first != second and _overlap(table[first].context, table[second].context):
                    yield first, second, max(one, other, key=len) if one != other else one


def _overlap(one: str, other: str) -> bool:
    return one in _around(other) or other in _around(one)


def _around(context: str) -> set[str]:
    contexts = {context, "app"}
    while context in OUTER:
        context = OUTER[context]
        contexts.add(context)
    return contexts


def _flat(document: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Ids and values: TOML reads ``solve.cancel = …`` without quotes as a table in a table."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _line_of(id_: str, text: str) -> int:
    """The line that sets an id, counted from 1; 0 when it is written in an unusual way."""
    wanted = re.compile(rf"\s*[\"']?{re.escape(id_)}[\"']?\s*=")
    return next((number for number, line in enumerate(text.splitlines(), 1) if wanted.match(line)), 0)
