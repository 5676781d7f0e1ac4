"""Policy files: asked for, read and written, each failure said with the entry that is wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bookshift.imports import read_policy
from bookshift.screens.confirm import Confirm
from bookshift.screens.path_prompt import PathPrompt
from bookshift_io.export.writing import ExportError, FilesExistError, write_files
from bookshift_model.policy import PolicyError

if TYPE_CHECKING:
    from bookshift.screens.page import Page
    from bookshift_model.policy import Policy


async def load_policy(page: Page[None]) -> Policy | None:
    """Ask for a file and read it; None, with the reason said, where there is no policy in it."""
    path = await page.app.push_screen_wait(
        PathPrompt("Load a policy from", endings=(".toml",), must_exist=True)
    )
    if path is None:
        return None
    try:
        return await asyncio.to_thread(read_policy, str(path))
    except PolicyError as error:
        page.say(f"{path.name}: {error}; nothing was changed", "bad")
    except OSError as error:
        page.say(f"{path} cannot be read ({error.strerror}); nothing was changed", "bad")
    return None


async def save_policy(page: Page[None], policy: Policy) -> None:
    """Ask for a name and write the policy there; an existing file only after a yes."""
    path = await page.app.push_screen_wait(
        PathPrompt("Save the policy as", "policy.toml", endings=(".toml",))
    )
    if path is None:
        return
    path = path.absolute() if path.suffix else path.absolute().with_suffix(".toml")
    content = {path.name: policy.to_toml().encode()}
    overwrite = False
    while True:
        try:
            await asyncio.to_thread(write_files, path.parent, content, overwrite=overwrite)
        except FilesExistError:
            answer = await page.app.push_screen_wait(
                Confirm("Replace this file?", [str(path)], "replaces it")
            )
            overwrite = answer is True
            if not overwrite:
                page.say(f"{path.name} stays as it was")
                return
        except ExportError as error:
            page.say(str(error), "bad")
            return
        else:
            page.say(f"wrote {path}")
            return
