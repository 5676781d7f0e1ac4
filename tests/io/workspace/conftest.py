from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bookshift_io.workspace import Person, Workspace
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bookshift_io.workspace import ScenarioInfo

ADA = Person(uid=1001, name="ada")
BO = Person(uid=1002, name="bo")


def books(accounts: int = 12, csms: int = 3) -> Portfolio:
    return Portfolio(
        accounts=tuple(
            Account(
                id=f"A{i}",
                name=f"Müller & Söhne {i}",
                arr=1000.25 * (i + 1),
                owner=f"C{i % csms}",
                touch="high",
                renewal=date(2025, 3, 1 + i % 28),
                imputed=frozenset({"touch"}),
                extra={"Colour": "red"},
            )
            for i in range(accounts)
        ),
        csms=tuple(Csm(id=f"C{j}", name=f"Csm {j}") for j in range(csms)),
        as_of=date(2025, 1, 15),
        currency="EUR",
    )


@pytest.fixture
def portfolio() -> Portfolio:
    return books()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "W", person=ADA) as made:
        yield made


@pytest.fixture
def scenario(workspace: Workspace, portfolio: Portfolio) -> ScenarioInfo:
    data = workspace.import_portfolio(portfolio)
    return workspace.create_scenario("Plan A", data.id, Policy())


@pytest.fixture
def colleague(workspace: Workspace) -> Iterator[Workspace]:
    with Workspace.open(workspace.folder, person=BO) as opened:
        yield opened


@pytest.fixture
def children() -> Callable[..., Any]:
    """Run a command of children.py in a process of its own and return what it reports."""

    def run(*arguments: object) -> Any:
        script = Path(__file__).with_name("children.py")
        done = subprocess.run(
            [sys.executable, str(script), *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
