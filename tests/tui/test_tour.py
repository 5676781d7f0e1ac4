"""The tour goes on with each key that it shows, and begins again whenever it is asked for."""

from __future__ import annotations

from pathlib import Path

from plan_rig import SAMPLE, opened, running

from bookshift.screens.tour import STEPS, Tour


async def test_the_tour_goes_on_when_its_key_was_used(tmp_path: Path) -> None:
    account = SAMPLE.accounts[5]
    with opened(tmp_path) as planner:
        async with running(planner) as rig:

            def step() -> str:
                found = rig.screen.query_one(Tour).step
                return "" if found is None else found.command

            await rig.press("g", "t")
            await rig.until(lambda: rig.screen.query(Tour) and "Tour 1/8" in rig.text)
            assert [one.command for one in STEPS][:2] == [step(), "pin"]
            for key, following in (("t", "pin"), ("p", "solve")):
                await rig.press("j", key)
                await rig.dialog()
                if key == "p":
                    await rig.press("enter")
                    await rig.until(lambda: "Why pin" in rig.text)
                await rig.press("enter")
                # It looks now and then: what was done before it looked is no step.
                await rig.until(lambda wanted=following: rig.app.screen is rig.screen and step() == wanted)
            await rig.press("S")
            await rig.until(lambda: step() == "solve.preview")
            rig.solver.started()
            target = next(csm.id for csm in SAMPLE.csms if csm.id != account.owner)
            rig.solver.finished({**planner.state.moves, account.id: target})
            await rig.until(lambda: rig.screen.proposal is not None)
            for key, following in (("i", "losers"), ("L", "solve.accept"), ("a", "undo"), ("u", "export")):
                await rig.press(key)
                await rig.until(lambda wanted=following: step() == wanted, about=following)
            await rig.press("e")
            await rig.until(lambda: step() == "")
            await rig.press("escape")
            await rig.until(lambda: rig.app.screen is rig.screen)
            assert "That was the tour" in rig.text
            await rig.press("escape")
            await rig.until(lambda: not rig.screen.query(Tour))


async def test_the_tour_can_be_begun_again_at_any_time(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("g", "t", "g", "t", "g", "t")
            await rig.until(lambda: "Tour 1/8" in rig.text)
            await rig.press("escape")
            await rig.until(lambda: not rig.screen.query(Tour))
