"""The looks: dark, light, high contrast, 16 colours. Whatever a colour says, a sign or a word says too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

_CURSOR: Final = {
    "block-cursor-background": "#264f78",
    "block-cursor-foreground": "#ffffff",
    "block-cursor-text-style": "bold",
    "block-cursor-blurred-background": "#2d333b",
    "block-cursor-blurred-foreground": "#d4d7dc",
    "block-cursor-blurred-text-style": "none",
}

# Blue and orange instead of green and red: told apart with every common colour vision.
DARK: Final = Theme(
    name="dark",
    primary="#4c8bc9",
    secondary="#7aa6d8",
    accent="#56c2d6",
    success="#5fb3e6",
    warning="#e0a04a",
    error="#f07a5a",
    foreground="#d4d7dc",
    background="#14171c",
    surface="#1b1f26",
    panel="#232933",
    variables=_CURSOR,
)
LIGHT: Final = Theme(
    name="light",
    primary="#2a66a5",
    secondary="#3c78b4",
    accent="#0b6e84",
    success="#1c6fae",
    warning="#8f5600",
    error="#b3341a",
    foreground="#1c2026",
    background="#fbfbfa",
    surface="#f1f2f3",
    panel="#e2e5e9",
    dark=False,
    variables={
        **_CURSOR,
        "block-cursor-background": "#bcd6f0",
        "block-cursor-foreground": "#0b1a2b",
        "block-cursor-blurred-background": "#e4e7ea",
        "block-cursor-blurred-foreground": "#1c2026",
    },
)
CONTRAST: Final = Theme(
    name="contrast",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#00ffff",
    success="#80d0ff",
    warning="#ffd000",
    error="#ff9060",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    variables={
        **_CURSOR,
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-blurred-background": "#505050",
        "block-cursor-blurred-foreground": "#ffffff",
    },
)

THEMES: Final = (DARK, LIGHT, CONTRAST)
SIXTEEN: Final = {True: "ansi-dark", False: "ansi-light"}
"""Textual's themes for terminals with 16 colours, by whether they are dark."""


def choose_theme(environment: Mapping[str, str]) -> str:
    """The theme that ``BOOKSHIFT_THEME`` names; else dark, in the terminal's own colours where it has 16."""
    wanted = environment.get("BOOKSHIFT_THEME", "").casefold()
    if wanted in {one.name for one in THEMES}:
        return wanted
    if wanted == "16" or environment.get("TEXTUAL_COLOR_SYSTEM") == "standard":
        return SIXTEEN[True]
    return DARK.name
