"""A workspace as the command line makes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_rig import SAMPLE, Run


@pytest.fixture
def workspace(run: Run, tmp_path: Path) -> Path:
    """A workspace with the sample imported."""
    folder = tmp_path / "w"
    assert run("init", folder)[0] == 0
    code, out, _ = run(
        "import", "-w", folder, "--accounts", SAMPLE / "accounts.csv", "--csms", SAMPLE / "csms.csv",
        "--mapping", SAMPLE / "mapping.toml", "--policy", SAMPLE / "policy.toml",
    )  # fmt: skip
    assert code == 0
    assert "150 rows read = 150 accepted + 0 rejected + 0 blank" in out
    return folder
