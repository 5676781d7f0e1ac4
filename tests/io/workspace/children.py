"""What the crash tests do in processes of their own, so that they can be killed; prints a report as JSON.

Each child is forked here, where the imports are done already, so that hundreds of kills take seconds.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

if "plain-engine" in sys.argv:
    sys.modules["pysqlite3"] = None

from bookshift_io.workspace import Workspace, WorkspaceError
from bookshift_io.workspace.database import Database
from bookshift_io.workspace.engine import sqlite3, wal_is_safe
from bookshift_io.workspace.migrations import MIGRATIONS
from bookshift_model.decisions import Pin
from bookshift_model.session import Change, ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECOND = (
    "CREATE TABLE extra (x INTEGER NOT NULL)",
    "INSERT INTO extra SELECT id FROM scenarios",
    "ALTER TABLE scenarios ADD COLUMN note TEXT NOT NULL DEFAULT 'none'",
)


def fork(work: Callable[[], None]) -> int:
    """Run `work` in a child that ends without any exit handler."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by its exit code
            sys.stderr.write(f"child: {error!r}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    return child


def busy_planner(folder: str, scenario_id: int, out: int, seed: int) -> None:
    """Commit without end: moves, pins, undo, redo, clones; say so only after each is acknowledged."""
    dice = random.Random(seed)
    workspace = Workspace.open(folder)
    session, journal = workspace.open_scenario(scenario_id)
    accounts = [one.id for one in session.portfolio.accounts]
    csms = [one.id for one in session.portfolio.csms]
    while True:
        account, csm, request = (
            dice.choice(accounts),
            dice.choice(csms),
            str(uuid.UUID(int=dice.getrandbits(128))),
        )
        gesture = dice.random()
        if gesture < 0.6:
            was = session.state.moves.get(account)
            session.do(Change(label=f"moved {account}", moves=((account, was, csm),)), request_id=request)
            said = f"request {request}"
        elif gesture < 0.75:
            pin = Pin(account=account, csm=csm)
            before = session.state.decisions.get(pin.key)
            session.do(Change(label="pinned", decisions=((pin.key, before, pin),)), request_id=request)
            said = f"request {request}"
        elif gesture < 0.95:
            step = session.undo() if gesture < 0.85 else session.redo()
            said = "nothing" if step is None else f"version {journal.version}"
        else:
            said = f"scenario {workspace.clone_scenario(scenario_id, request).scenario.name}"
        os.write(out, f"{said}\n".encode())


def kill(folder: str, scenario_id: str, times: str, seed: str) -> dict[str, Any]:
    """Kill the busy planner again and again; report what was acknowledged and is not there."""
    dice = random.Random(int(seed))
    lost: list[str] = []
    faults: list[str] = []
    acknowledged = 0
    for _ in range(int(times)):
        read, write = os.pipe()
        child_seed = dice.getrandbits(64)
        child = fork(lambda: busy_planner(folder, int(scenario_id), write, child_seed))  # noqa: B023 - run before the next turn
        os.close(write)
        said = os.read(read, 65536)
        assert said, "the child ended before its first commit"
        time.sleep(dice.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(read, 65536):
            said += more
        os.close(read)
        with Workspace.open(folder) as workspace:
            version = workspace.scenario(int(scenario_id)).version
            names = {one.name for one in workspace.scenarios()}
            for line in said.decode().splitlines():
                kind, _, what = line.partition(" ")
                acknowledged += 1
                there = {
                    "request": lambda: workspace.request(what) is not None,  # noqa: B023 - called in this turn, as the next two
                    "version": lambda: version >= int(what),  # noqa: B023 - see above
                    "scenario": lambda: what in names,  # noqa: B023 - see above
                    "nothing": lambda: True,
                }[kind]()
                if not there:
                    lost.append(line)
            session = workspace.session(int(scenario_id))
            if session.undo() is not None:
                session.redo()
            mode = workspace.database.mode
    with Workspace.open(folder) as workspace:
        faults += workspace.verify()
    return {"acknowledged": acknowledged, "lost": lost, "faults": faults, "mode": mode}


def contend(folder: str, scenario_id: str, planners: str, changes: str) -> dict[str, Any]:
    """Let several planners write to one scenario at once, who look again after each conflict."""

    def plan(who: int) -> None:
        with Workspace.open(folder) as workspace:
            for number in range(int(changes)):
                account, request = f"A{who * int(changes) + number}", f"{who}-{number}"
                while True:
                    session = workspace.session(int(scenario_id))
                    was = session.state.moves.get(account)
                    try:
                        session.do(Change(label="moved", moves=((account, was, "C0"),)), request_id=request)
                    except ConflictError:
                        continue
                    break

    started = [fork(lambda: plan(who)) for who in range(int(planners))]  # noqa: B023 - run before the next turn
    codes = [os.waitpid(child, 0)[1] for child in started]
    with Workspace.open(folder) as workspace:
        return {
            "codes": codes,
            "moves": len(workspace.state(int(scenario_id)).moves),
            "version": workspace.scenario(int(scenario_id)).version,
            "faults": workspace.verify(),
        }


def dying(statements: tuple[str, ...], at: int) -> Iterator[str]:
    """The statements of a migration that is killed before statement `at`, or before its commit."""
    for number, statement in enumerate(statements):
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)
        yield statement
    os.kill(os.getpid(), signal.SIGKILL)


def migrate(folder: str) -> dict[str, Any]:
    """Kill the migration at each of its statements, then start six sessions at once that all want it."""
    after_kills = []
    for at in range(len(SECOND) + 1):
        child = fork(lambda: open_with(folder, dying(SECOND, at)))  # noqa: B023 - run before the next turn
        status = os.waitpid(child, 0)[1]
        with Workspace.open(folder) as workspace:
            after_kills.append(
                [os.WTERMSIG(status), [one.name for one in workspace.scenarios()], workspace.verify()]
            )
    started = [fork(lambda: open_with(folder, SECOND)) for _ in range(6)]
    codes = [os.waitpid(child, 0)[1] for child in started]
    return {"after_kills": after_kills, "codes": codes}


def open_with(folder: str, second: Any) -> None:
    database = Database(Path(folder), (*MIGRATIONS, second))
    with database.reading() as connection:
        assert [row["x"] for row in connection.execute("SELECT x FROM extra")] == [1]
    database.close()


def engine(folder: str) -> dict[str, Any]:
    """Open and change a workspace; tell which engine and mode did it, or why it was not done."""
    try:
        opened = Workspace.open(folder)
    except WorkspaceError as error:
        return {"refused": str(error)}
    with opened as workspace:
        workspace.archive(1)
        workspace.restore(1)
        return {
            "module": sqlite3.__name__,
            "safe": wal_is_safe(sqlite3.sqlite_version_info),
            "mode": workspace.database.mode,
            "faults": workspace.verify(),
        }


if __name__ == "__main__":
    arguments = [one for one in sys.argv[2:] if one != "plain-engine"]
    command: Any = {"kill": kill, "contend": contend, "migrate": migrate, "engine": engine}[sys.argv[1]]
    sys.stdout.write(json.dumps(command(*arguments)))
