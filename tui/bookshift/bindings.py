"""Bindings, key sequences and hints, all made from the one table of commands and the user's key map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import platformdirs
from textual.binding import Binding

from bookshift.commands import BY_ID, COMMANDS
from bookshift.keys import label, normal, read_keymap, resolve_keymap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bookshift.commands import Command, Context

_FIRST: Final = frozenset({"solve.cancel", "suspend", "redraw"})
"""Commands that a text field must not swallow."""


def commands(*contexts: Context) -> list[Command]:
    """The commands of some contexts, in the order of the table."""
    return [one for one in COMMANDS if one.context in contexts]


def bindings(*contexts: Context) -> list[Binding]:
    """Textual bindings of the shipped keys; sequences are in `chords`."""
    return [
        Binding(
            ",".join(single),
            f"app.{one.action}" if one.context == "app" else one.action,
            one.title,
            show=False,
            priority=one.id in _FIRST,
            id=one.id,
        )
        for one in commands(*contexts)
        if (single := [normal(keys) for keys in one.keys if " " not in keys])
    ]


def chords(keys: Mapping[str, tuple[str, ...]], *contexts: Context) -> dict[str, tuple[str, str]]:
    """Key sequences with their action and title, for `ChordScreen.set_chords`."""
    return {
        sequence: (f"app.{one.action}" if one.context == "app" else one.action, one.title)
        for one in commands(*contexts)
        for sequence in keys[one.id]
        if " " in sequence
    }


def hints(keys: Mapping[str, tuple[str, ...]], ids: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of key and word for the last line."""
    return [(label(keys[one][0]), BY_ID[one].title) for one in ids if keys[one]]


def user_keys(path: Path | None = None) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The keys of every command under the user's ``keys.toml``, and a sentence for each line left out."""
    path = path or platformdirs.user_config_path("bookshift", appauthor=False) / "keys.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError):
        return resolve_keymap(COMMANDS, {})[0], [f"{path} cannot be read; the shipped keys are in force."]
    wanted, unreadable = read_keymap(text)
    keys, problems = resolve_keymap(COMMANDS, wanted)
    return keys, [f"{path.name}: {one}" for one in (*unreadable, *problems)]


def textual_keymap(keys: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What `App.set_keymap` takes: only the user's own keys, as Textual applies all of them at every key."""
    return {
        id_: ",".join(single)
        for id_, sequences in keys.items()
        if sequences != tuple(map(normal, BY_ID[id_].keys))
        if (single := [one for one in sequences if " " not in one])
    }
