"""What a person does at the Plan screen in several presses, and what is then decided."""

from __future__ import annotations

from plan_rig import Rig

from bookshift.planner import Planner


def first_two(rig: Rig) -> tuple[str, str]:
    rows = rig.screen.accounts.body.rows
    return rows.key(0), rows.key(1)


def decided(planner: Planner, kind: type) -> list[object]:
    return [one for one in planner.state.decisions if isinstance(one, kind)]


async def pick(rig: Rig, key: str, name: str) -> None:
    """Press a key that asks for a CSM, and pick the one with this name."""
    await rig.press(key)
    await rig.dialog()
    await rig.type(name)
    await rig.press("enter")
    await rig.settled()


async def reason(rig: Rig, text: str = "") -> None:
    """Answer the question for a reason."""
    await rig.dialog()
    await rig.type(text)
    await rig.press("enter")
