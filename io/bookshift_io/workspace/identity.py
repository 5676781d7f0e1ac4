"""Who is at the keyboard: the Unix user of the process, never an environment variable."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A Unix user, as the journal names them."""

    uid: int
    name: str
    full_name: str = ""


def me() -> Person:
    """The user of this process, from the password database; a uid without an entry is named by its number."""
    uid = os.getuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Person(uid=uid, name=f"uid-{uid}")
    return Person(uid=uid, name=entry.pw_name, full_name=entry.pw_gecos.split(",")[0])
