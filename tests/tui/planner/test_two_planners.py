"""Two planners in one scenario: what is merged, what is refused, and what each is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from planner_rig import TEAM, as_afresh

from bookshift.exports import approve
from bookshift.planner import Planner
from bookshift_io.workspace import FrozenError
from bookshift_model.decisions import Lock, Pin
from bookshift_model.edits import EditError
from bookshift_model.policy import Policy
from bookshift_model.session import ConflictError


def test_a_request_that_went_through_elsewhere_is_shown_as_it_is_stored(
    planner: Planner, colleague: Planner
) -> None:
    colleague.move(["A0"], "C2", request="r")
    colleague.move(["A1"], "C2")
    planner.move(["A0"], "C2", request="r")
    assert planner.state.moves == {"A0": "C2", "A1": "C2"}
    as_afresh(planner)


def test_a_gesture_goes_on_top_of_a_colleague_s_and_says_what_that_was(
    planner: Planner, colleague: Planner
) -> None:
    colleague.pin(["A0"], "C1", "their wish")
    colleague.move(["A1"], "C2")
    entry = planner.move(["A2"], "C0")
    assert entry is not None
    assert planner.state.moves == {"A0": "C1", "A1": "C2", "A2": "C0"}
    assert planner.news == ("bo pinned Acme 0 to Csm 1", "bo moved Acme 1 Csm 1 → Csm 2")
    as_afresh(planner)
    planner.undo()
    assert planner.news == ()
    assert planner.state.moves == {"A0": "C1", "A1": "C2"}
    colleague.undo()  # the colleague's own latest is now the latest again
    assert planner.workspace.state(planner.scenario.id).moves == {"A0": "C1"}
    assert [one.endswith("moved Acme 2 Csm 2 → Csm 0") for one in colleague.news] == [True, True]


def test_a_gesture_on_what_a_colleague_just_decided_is_refused_and_shown(
    planner: Planner, colleague: Planner
) -> None:
    colleague.move(["A0"], "C1")
    with pytest.raises(
        ConflictError,
        match=r"^nothing was changed: meanwhile bo moved Acme 0 Csm 0 → Csm 1 in “Plan 1”, at .* UTC; look",
    ):
        planner.move(["A0"], "C2")
    assert planner.state.moves == {"A0": "C1"}
    assert planner.news == ("bo moved Acme 0 Csm 0 → Csm 1",)
    as_afresh(planner)
    colleague.lock(["A4"])
    with pytest.raises(EditError, match="Acme 4 is locked with Csm 1; release it first"):
        planner.move(["A4"], "C0")
    as_afresh(planner)
    planner.move(["A0"], "C2")
    assert planner.state.moves == {"A0": "C2"}


def test_two_policies_at_once_are_a_conflict(planner: Planner, colleague: Planner) -> None:
    colleague.set_policy(Policy.preset("balanced"), "balanced")
    with pytest.raises(ConflictError):
        planner.set_policy(Policy.preset("best_fit"), "fit")
    assert planner.state.policy.name == "Balanced"
    as_afresh(planner)


def test_undo_never_takes_back_what_the_person_has_not_seen(planner: Planner, colleague: Planner) -> None:
    planner.move(["A0"], "C1")
    colleague.open("Plan 1")
    colleague.move(["A1"], "C2")
    with pytest.raises(ConflictError, match="bo"):
        planner.undo()
    assert planner.state.moves == {"A0": "C1", "A1": "C2"}
    colleague.undo()
    with pytest.raises(ConflictError):
        planner.undo()  # what was to be taken back was taken back already
    planner.undo()
    assert planner.state.moves == {}
    with pytest.raises(ConflictError):
        colleague.redo()
    as_afresh(planner)


def test_undo_goes_through_where_the_colleague_left_no_trace(planner: Planner, colleague: Planner) -> None:
    planner.move(["A0"], "C1")
    colleague.open("Plan 1")
    colleague.move(["A1"], "C2")
    colleague.undo()
    assert planner.undo() is not None
    assert planner.state.moves == {}
    assert planner.news == ("bo moved Acme 1 Csm 1 → Csm 2", "bo undid: moved Acme 1 Csm 1 → Csm 2")
    as_afresh(planner)


def test_what_is_approved_is_bound_to_the_version_that_was_seen(planner: Planner, colleague: Planner) -> None:
    colleague.move(["A0"], "C1")
    with pytest.raises(ConflictError):
        approve(planner, "fine")
    planner.open("Plan 1")
    approve(planner, "fine")
    assert planner.scenario.status == "approved"


def test_a_frozen_scenario_takes_nothing_and_shows_that_it_is_frozen(
    planner: Planner, colleague: Planner
) -> None:
    approve(colleague, "fine")
    with pytest.raises(FrozenError, match="is approved and takes no changes; clone it and change the clone"):
        planner.move(["A0"], "C1")
    assert planner.scenario.status == "approved"
    assert planner.state.moves == {}
    with pytest.raises(FrozenError):
        planner.set_policy(Policy.preset("balanced"), "x")


def test_a_gesture_follows_the_scenario_to_a_new_data_set(planner: Planner, colleague: Planner) -> None:
    smaller = replace(TEAM, accounts=TEAM.accounts[:8])
    colleague.workspace.rebase_scenario(planner.scenario.id, colleague.workspace.import_portfolio(smaller).id)
    planner.move(["A0"], "C1")
    assert planner.problem.data.n == 8
    assert any("moved to data set 2" in one for one in planner.news)
    as_afresh(planner)
    as_gone = Planner(planner.workspace, "Plan 1")
    with pytest.raises(EditError, match="there is no account 'A8'"):
        as_gone.move(["A8"], "C1")


def test_decisions_say_who_made_them(planner: Planner, colleague: Planner) -> None:
    planner.pin(["A0"], "C1", "why", expires=date(2026, 3, 1))
    colleague.open("Plan 1")
    colleague.lock(["A1"])
    planner.open("Plan 1")
    held = {one.key: one for one in planner.state.decisions}
    pin, lock = held[Pin(account="A0", csm="C1").key], held[Lock(account="A1").key]
    assert (pin.author, pin.reason, pin.expires) == ("ada", "why", date(2026, 3, 1))
    assert lock.author == "bo"
    assert np.flatnonzero(planner.problem.allowed[0]).tolist() == [1]
