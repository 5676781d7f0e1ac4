"""Changes for tests of the workspace."""

from __future__ import annotations

from bookshift_model.session import Change


def move(account: str, to: str | None, was: str | None = None) -> Change:
    return Change(label=f"moved {account} to {to}", moves=((account, was, to),))
