"""The web domain of an account, from whichever further column holds one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bookshift_model.portfolio import Account

_COLUMN: Final = re.compile(r"\b(website|web site|domain|url|homepage|e-?mail)\b", re.IGNORECASE)
_DOMAIN: Final = re.compile(
    r"(?:https?://)?(?:[^@\s/]+@)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE
)
_SHARED: Final = frozenset({
    "163.com", "aol.com", "facebook.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
    "icloud.com", "linkedin.com", "live.com", "mail.ru", "outlook.com", "proton.me", "protonmail.com",
    "qq.com", "web.de", "yahoo.com",
})  # fmt: skip
"""Domains that many who have nothing to do with each other share."""


def domain(account: Account) -> str:
    """The web or mail domain, without www and in small letters; empty where there is none of its own."""
    for header, text in account.extra.items():
        if _COLUMN.search(header.replace("_", " ")) and (found := _DOMAIN.match(text.strip())):
            own = found[1].casefold()
            return "" if own in _SHARED else own
    return ""
