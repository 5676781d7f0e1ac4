"""A policy's name, which claims to be a preset only as long as it has the preset's weights."""

from __future__ import annotations

from typing import Final

from bookshift_model.policy import PRESET_NAMES, PRESETS, Policy

_CHANGED: Final = ", changed"


def weights_are(policy: Policy, preset: str) -> bool:
    """Whether the goals weigh as in a preset."""
    return {name: weight for name, weight in policy.weights.items() if weight} == PRESETS[preset]


def honest(policy: Policy) -> Policy:
    """The policy; one named after a preset by the preset that it is, or as changed: Balanced, changed."""
    own = policy.name.removesuffix(_CHANGED)
    if own not in PRESET_NAMES.values():
        return policy
    preset = next((one for one in PRESETS if weights_are(policy, one)), None)
    name = own + _CHANGED if preset is None else PRESET_NAMES[preset]
    return policy if name == policy.name else policy.model_copy(update={"name": name})
