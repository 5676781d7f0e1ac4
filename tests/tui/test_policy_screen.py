"""The policy screen: each change is durable, undoable and said with what it does; nothing bad is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from plan_rig import SAMPLE, SIZES, Rig, opened, running

from bookshift.panes.sheet import Sheet
from bookshift.planner import Planner
from bookshift.screens.plan import PlanScreen
from bookshift.screens.policy import PolicyScreen
from bookshift.screens.policy_entry import Heading
from bookshift.screens.policy_numbers import read, read_range, written
from bookshift.screens.policy_rows import entries
from bookshift.screens.policy_view import CellInput, movable_words
from bookshift.widgets.lines import CURSOR
from bookshift.widgets.statusline import Line, MessageLine
from bookshift_io.workspace import Workspace
from bookshift_model.explain.sensitivity import Movable, movable
from bookshift_model.policy import PRESETS, Policy, PolicyError
from bookshift_model.sample_policy import sample_policy


def screen(rig: Rig) -> PolicyScreen:
    found = rig.app.screen
    assert isinstance(found, PolicyScreen)
    return found


def message(rig: Rig) -> str:
    return screen(rig).query_one(MessageLine).message


async def open_policy(rig: Rig, key: str = "") -> None:
    await rig.press("g", "p")
    await rig.until(lambda: isinstance(rig.app.screen, PolicyScreen) and screen(rig).figures)
    if key:
        assert screen(rig).grid.jump_to(key), key


def stored(planner: Planner) -> Policy:
    """The policy as the database has it."""
    return planner.workspace.state(planner.scenario.id).policy


async def test_a_weight_typed_in_place_is_durable_named_and_taken_back(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "goal workload_balance")
            await rig.press("enter")
            await rig.type("25")
            await rig.press("enter")
            await rig.until(lambda: stored(planner).weights["workload_balance"] == 25)
            assert planner.session.history.done[-1].change.label == "workload balance 15 → 25"
            await rig.until(lambda: "same plan" in message(rig), about="what the plan scores now")
            await rig.press("u")
            await rig.until(lambda: stored(planner) == Policy())
            await rig.press("U")
            await rig.until(lambda: stored(planner).weights["workload_balance"] == 25)


def test_what_holds_accounts_is_told_as_one_where_it_is_one() -> None:
    held = {"locks": 1, "pins": 2, "Renewal freeze": 1, "requirements that leave one CSM": 1}
    assert movable_words(Movable(total=9, movable=4, held=held, alone={})) == (
        "4 of 9 accounts movable; held by: 2 pins, 1 lock, 1 renewal freeze, "
        "1 requirement that leaves one CSM"
    )


async def test_plus_and_minus_nudge_a_weight_by_five_and_never_below_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "goal risk_concentration")
            await rig.press("+", "+", "-", "-", "-", "-")
            await rig.until(lambda: stored(planner).weights["risk_concentration"] == 0)
            await rig.press("+")
            await rig.until(lambda: len(planner.session.history.done) > 5)
            await rig.until(lambda: stored(planner).weights["risk_concentration"] == 5)
            assert len(planner.session.history.done) == 6, "the sixth press had nothing to take away"


async def test_space_goes_through_the_modes_and_the_count_of_movable_accounts_follows(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "rule keep_if_healthy")
            before = screen(rig).query_one("#movable", Line)._left
            assert before.startswith(f"{movable(planner.problem).movable} of 150 accounts movable; held by:")
            modes = []
            for expected in ("hard", "soft", "off"):
                await rig.press("space")
                await rig.until(
                    lambda wanted=expected: stored(planner).rules["keep_if_healthy"].mode == wanted
                )
                await rig.until(lambda: len(planner.session.history.done) == len(modes) + 1)
                modes.append(planner.session.history.done[-1].change.label)
                if expected == "hard":
                    await rig.until(lambda: screen(rig).query_one("#movable", Line)._left != before)
                    assert "healthy accounts stay" in screen(rig).query_one("#movable", Line)._left
            steps = ("off → hard", "hard → soft", "soft → off")
            assert modes == [f"healthy accounts stay {one}" for one in steps]
            await rig.until(lambda: screen(rig).query_one("#movable", Line)._left == before)


async def test_a_rule_tells_whom_it_holds_and_whom_its_end_would_free(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        found = movable(planner.problem)
        async with running(planner) as rig:
            await open_policy(rig, "rule renewal_freeze")
            held, alone = found.held["Renewal freeze"], found.alone["Renewal freeze"]
            said = f"Holds {held} accounts where they are; without it {alone} could move."
            await rig.until(lambda: said in screen(rig).query_one("#about", Sheet).text)
            assert screen(rig).grid.jump_to("part Rules: book limits")
            line = f"{held:>5}  renewal freeze ({alone} by it alone)"
            await rig.until(lambda: line in screen(rig).query_one("#about", Sheet).text)


async def test_a_preset_changes_the_weights_and_leaves_the_rules(tmp_path: Path) -> None:
    policy = sample_policy(SAMPLE)
    with opened(tmp_path, policy=policy) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "preset balanced")
            await rig.press("enter")
            await rig.until(lambda: stored(planner).name == "Balanced")
            after = stored(planner)
            assert {name: weight for name, weight in after.weights.items() if weight} == PRESETS["balanced"]
            assert after.rules == policy.rules


async def test_a_number_that_is_none_changes_nothing_and_says_what_to_type(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "rule arr_band")
            await rig.press("enter")
            for typed, said in (
                ("abc", "is no number"), ("nan", "is no number"), ("0.2", "write the % sign"),
                ("250", "ARR band: 250% is more than the 100% allowed; type a number from 0% to 100%"),
                ("1_0", "is no number"),
            ):  # fmt: skip
                await rig.type(typed)
                await rig.press("enter")
                await rig.until(lambda words=said: words in message(rig), about=f"{typed}: {said}")
                assert stored(planner) == Policy()
                assert screen(rig).query_one(CellInput).has_focus, "what is typed next takes its place"
            await rig.type("20")
            await rig.press("enter")
            await rig.until(lambda: stored(planner).rules["arr_band"].tolerance == 0.2)


async def test_rules_that_cannot_all_be_kept_are_said_before_a_solve(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, (80, 24)) as rig:
            await open_policy(rig, "rule max_accounts")
            await rig.press("enter")
            await rig.type("10")
            await rig.press("enter", "space")
            await rig.until(lambda: screen(rig).has_class("-clash"))
            assert "room for 80, but there are 150 accounts" in " ".join(rig.text.split())


async def test_constants_have_an_origin_and_become_yours(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "formula capacity productive_hours")
            line = next(one for one in rig.text.splitlines() if one.startswith(CURSOR))
            assert "105" in line
            assert "M published" in line
            await rig.press("enter")
            await rig.type("110")
            await rig.press("enter")
            await rig.until(lambda: stored(planner).formulas.capacity.productive_hours == 110)
            await rig.until(
                lambda: "yours" in next(one for one in rig.text.splitlines() if one.startswith(CURSOR))
            )


async def test_every_line_can_be_typed_back_as_it_is_written() -> None:
    policy = sample_policy(SAMPLE)
    rules = set(policy.rules)
    lines = [one for one in entries(policy, rules) if one.written(policy)]
    assert len(lines) > 100
    for one in lines:
        edit = one.typed(policy, one.written(policy))
        assert edit is not None, one.key
        assert edit.policy == policy, one.key


async def test_each_line_has_cells_and_an_explanation() -> None:
    policy = Policy()
    for one in entries(policy, policy.rules):
        assert len(one.cells(policy, None)) == 6
        text = " ".join(span.text for row in one.about(policy, None) for span in row.spans)
        assert len(text) > 20, one.key


async def test_what_a_nudge_moved_is_said_after_the_solve(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        account = SAMPLE.accounts[0]
        other = next(csm.id for csm in SAMPLE.csms if csm.id != account.owner)
        planner.move(
            [SAMPLE.accounts[1].id], next(c.id for c in SAMPLE.csms if c.id != SAMPLE.accounts[1].owner)
        )
        async with running(planner) as rig:
            await open_policy(rig, "goal fit")
            await rig.press("+")
            await rig.until(lambda: stored(planner).weights["fit"] == 15)
            await rig.press("S")
            await rig.until(lambda: rig.solvers and rig.solver.jobs)
            rig.solver.started()
            rig.solver.finished({**planner.state.moves, account.id: other})
            await rig.until(
                lambda: (
                    "1 account gets another CSM than in the plan before; moves from today: 1 → 2"
                    in message(rig)
                ),
                about="the effect of the nudge",
            )
            assert message(rig).startswith("Expertise fit 10 → 15")
            assert account.name in screen(rig).query_one("#about", Sheet).text


async def test_a_policy_file_is_written_read_and_refused_with_the_entry(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "goal fit")
            await rig.press("+")
            await rig.until(lambda: stored(planner).weights["fit"] == 15)
            kept = tmp_path / "ours.toml"
            await rig.press("W")
            await rig.dialog()
            await rig.fill(str(kept))
            await rig.until(lambda: f"wrote {kept}" in message(rig))
            assert Policy.from_toml(kept.read_text()).weights["fit"] == 15
            kept.write_text('[rules.max_accounts]\nlimit = "many"\n')
            await rig.until(lambda: isinstance(rig.app.screen, PolicyScreen))
            await rig.press("L")
            await rig.dialog()
            await rig.fill(str(kept))
            await rig.until(lambda: "rules" in message(rig) and "nothing was changed" in message(rig))
            assert stored(planner).weights["fit"] == 15


async def test_an_approved_plan_offers_a_new_draft(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.workspace.approve(planner.scenario.id, "right", {})
        planner.open(planner.scenario.id)
        frozen = planner.scenario.id
        async with running(planner) as rig:
            await open_policy(rig, "goal fit")
            await rig.press("+")
            await rig.until(lambda: "Go on in a new draft?" in rig.text)
            await rig.press("y")
            await rig.until(lambda: planner.scenario.id != frozen and stored(planner).weights["fit"] == 15)
            assert planner.scenario.name == "Plan 1 (draft 2)"
            assert planner.workspace.state(frozen).policy == Policy()


async def test_somebody_elses_change_is_shown_and_not_overwritten(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_policy(rig, "goal fit")
            with Workspace.open(tmp_path / "workspace") as elsewhere:
                Planner(elsewhere, planner.scenario.id).set_policy(
                    Policy.preset("balanced"), "preset Balanced"
                )
                # Longer than the Plan screen below takes to look for changes.
                await rig.pilot.pause(1.5)
                await rig.press("+")
                await rig.until(lambda: "This is how it is now" in message(rig))
            assert stored(planner).name == "Balanced"
            assert planner.state.policy.name == "Balanced"


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_fits_and_escape_goes_back(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, size) as rig:
            await open_policy(rig)
            parts = sum(isinstance(one, Heading) for one in entries(planner.state.policy))
            seen = set()
            for _ in range(parts):
                await rig.press("tab")
                seen.add(screen(rig).grid.key)
            assert len(seen) == parts
            assert "? help" in rig.text.splitlines()[-1]
            await rig.press("escape")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


def test_numbers_are_read_as_they_are_written_and_nothing_else() -> None:
    for value, kind in (
        (25, "number"),
        (0.0013, "number"),
        (-0.9, "number"),
        (1_500_000, "money"),
        (1_234_567, "money"),
        (0.155, "percent"),
        (60, "days"),
    ):
        assert read(written(value, kind), kind) == value
    assert read("1.5M", "money") == 1_500_000
    assert read("1,250k", "money") == 1_250_000
    assert read_range("75–85%") == (0.75, 0.85)
    assert read_range("75 85") == (0.75, 0.85)
    for text, kind in (
        ("", "number"),
        ("1e5", "number"),
        ("inf", "number"),
        ("12,34", "number"),
        ("\uff11\uff12", "number"),
        ("15%", "money"),
        ("2k", "percent"),
        ("0.15", "percent"),
        ("1.5", "whole"),
    ):
        with pytest.raises(PolicyError):
            read(text, kind)
    with pytest.raises(PolicyError, match="lower end first"):
        read_range("85–75")
