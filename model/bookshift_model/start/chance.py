"""Random numbers for compiled loops: fast, and the same on every machine and in every thread.

(Vigna, An experimental exploration of Marsaglia's xorshift generators, scrambled, 2016: xorshift64*.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from bookshift_model.start.compiling import compiled, inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

Chance: TypeAlias = "NDArray[np.uint64]"
"""(1,) the state of a generator, changed with each number."""


@compiled
def seeded(seed: int) -> Chance:
    """A generator; seeds that are close give numbers that are not."""
    chance = np.empty(1, dtype=np.uint64)
    chance[0] = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0xD1B54A32D192ED03)
    chance[0] |= np.uint64(1)
    for _ in range(8):
        _next(chance)
    return chance


@inlined
def _next(chance: Chance) -> Any:
    bits = chance[0]
    bits ^= bits >> np.uint64(12)
    bits ^= bits << np.uint64(25)
    bits ^= bits >> np.uint64(27)
    chance[0] = bits
    return bits * np.uint64(0x2545F4914F6CDD1D)


@inlined
def share(chance: Chance) -> float:
    """A number from 0 to below 1."""
    return float(_next(chance) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def below(chance: Chance, limit: int) -> np.int64:
    """A whole number from 0 to below a limit of at most 2³²."""
    return np.int64(((_next(chance) >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32))
