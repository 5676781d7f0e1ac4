"""A policy is named after a preset only as long as it is that preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plan_rig import opened

from bookshift.imports import read_policy
from bookshift.naming import honest
from bookshift_model.policy import PRESETS, Policy

if TYPE_CHECKING:
    from pathlib import Path


def test_a_policy_with_other_weights_is_called_changed_wherever_it_comes_from(tmp_path: Path) -> None:
    other = Policy.preset("balanced").with_weight("retention", 40)
    with opened(tmp_path, policy=Policy.preset("balanced")) as planner:
        planner.set_policy(other, "retention 40")
        assert planner.workspace.state(planner.scenario.id).policy.name == "Balanced, changed"
        planner.set_policy(planner.state.policy.with_weight("retention", 41), "retention 41")
        assert planner.state.policy.name == "Balanced, changed"
        planner.set_policy(
            planner.state.policy.with_weight("retention", Policy().weights["retention"]), "back"
        )
        assert planner.state.policy.name == "Balanced"
    file = tmp_path / "policy.toml"
    file.write_text(other.to_toml(), "utf-8")
    assert read_policy(str(file)).name == "Balanced, changed"


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_and_names_of_ones_own_stay(preset: str) -> None:
    assert honest(Policy.preset(preset)) == Policy.preset(preset)
    mine = Policy.preset(preset).with_weight("retention", 77).model_copy(update={"name": "Ours, changed"})
    assert honest(mine) is mine
