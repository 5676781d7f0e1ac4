"""The executor of a Dask cluster: the same sweep on many machines."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING

from bookshift_model.sweep.axes import SweepError

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import Iterator

_PATIENCE = 30.0
"""Seconds to wait for a scheduler and its first worker."""


@contextlib.contextmanager
def cluster(address: str) -> Iterator[tuple[concurrent.futures.Executor, int]]:
    """The executor of the cluster whose scheduler listens at an address, and how many workers it has.

    Its workers must have this version of Bookshift installed. Raises `SweepError` where the extra is not
    installed, nobody answers, or no worker came.
    """
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        msg = "a cluster needs the optional part: install bookshift[cluster], or leave --scheduler out"
        raise SweepError(msg) from error
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        msg = f"no Dask scheduler answers at {address} ({error}); check the address and that it runs"
        raise SweepError(msg) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            msg = f"the scheduler at {address} has no worker; start one with `dask worker {address}`"
            raise SweepError(msg) from error
        threads = sum(client.nthreads().values())
        yield client.get_executor(), max(1, threads)
