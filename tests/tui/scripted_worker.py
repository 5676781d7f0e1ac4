"""A child that speaks the solver's protocol and misbehaves to order.

`scripted_worker.py NOTES SCRIPT...`: the n-th solve, counted over all processes that share the file NOTES,
follows the n-th script, later ones the last. NOTES gets one line for each process and each request.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

NOTES, SCRIPTS = Path(sys.argv[1]), sys.argv[2:]


def note(*words: object) -> None:
    with NOTES.open("a") as notes:
        print(*words, file=notes)


def say(event: str, solve: int | None, **fields: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, "id": solve, **fields}) + "\n")
    sys.stdout.flush()


def end(solve: int, status: str) -> None:
    figures = {"bound": 4.0, "gap": 0.2, "improvement_gap": 0.1, "points_baseline": 20.0}
    times = {"seconds": 0.1, "cpu_seconds": 0.1, "seed": 1}
    say("finished", solve, status=status, moves={"A1": "C9"}, points=5.0, **figures, **times)


def start(solve: int) -> None:
    say("started", solve, accounts=2, csms=2, points_now=12.0, points_baseline=20.0)


def improve(solve: int, points: str) -> None:
    plan = {"moves": {"A1": f"C{points}"}, "points": float(points), "bound": None, "gap": None}
    say("incumbent", solve, **plan, broken=0, seconds=0.1)


def prove(solve: int, bound: str) -> None:
    say("bound", solve, bound=float(bound), gap=None, seconds=0.1, phase="improving")


def babble(solve: int) -> None:
    cut = '{"event":"incumbent"'
    wrong = '{"event":"bound","id":"x"}'
    unknown = '{"event":"new"}'
    prefix = f'{{"event":"incumbent","id":{solve},"moves":{{}},"points":NaN'
    nan = f'{prefix},"bound":null,"gap":null,"broken":0,"seconds":1}}'
    sys.stdout.writelines(line + "\n" for line in (cut, "Acme Rail", "", wrong, unknown, nan, "\0\udcff"))


def hold() -> None:
    while not NOTES.with_name(f"{NOTES.name} go").exists():
        time.sleep(0.01)


def play(solve: int, script: str, cancelled: threading.Event) -> None:
    steps: dict[str, Callable[..., object]] = {
        "started": partial(start, solve),
        "preparing": partial(say, "preparing", solve, seconds=60),
        "pause": partial(time.sleep, 0.5),
        "hold": hold,
        "incumbent": partial(improve, solve),
        "late": partial(improve, solve - 1),
        "bound": partial(prove, solve),
        "garbage": partial(babble, solve),
        "fail": partial(say, "failed", solve, error="The rules cannot be read; choose a policy."),
        "die": partial(os.kill, os.getpid(), signal.SIGKILL),
        "wait": cancelled.wait,
        "stop": partial(end, solve, "stopped"),
        "finish": partial(end, solve, "optimal"),
        "deaf": partial(time.sleep, 600),
    }
    for step in script.split():
        word, *value = step.split(":")
        steps[word](*value)


def main() -> None:
    note("process", os.getpid())
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(errors="surrogateescape")
    say("ready", 0, versions={"highs": "1"})
    cancelled = threading.Event()
    for line in sys.stdin:
        request = json.loads(line)
        note(request["op"], request.get("id", ""))
        if request["op"] == "portfolio" and len(request["portfolio"]["accounts"]) == 1:
            say("failed", None, error="One account is no portfolio; import more.")
        if request["op"] == "cancel":
            cancelled.set()
        if request["op"] == "solve":
            cancelled.clear()
            solves = sum(one.startswith("solve") for one in NOTES.read_text().splitlines())
            script = SCRIPTS[min(solves, len(SCRIPTS)) - 1]
            threading.Thread(target=play, args=(request["id"], script, cancelled), daemon=True).start()
    os._exit(0)


main()
