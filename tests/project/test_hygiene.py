"""The repository as a newcomer finds it: files, script, pins, and which way imports go."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
CONFIG = [ROOT / "pyproject.toml", ROOT / "run", ROOT / ".ci/run", *sorted((ROOT / "requirements").iterdir())]
INDEX_OPTION = re.compile(
    r"^-[if]|--(extra-|default-)?index(-url)?[\s=]|--find-links|--trusted-host", re.MULTILINE
)
PIN = re.compile(
    r"^([a-z0-9.-]+)==(\S+)((?: ; [^\\]+)?) \\$((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)", re.MULTILINE
)
SOLVER_CHILD = ("formulation", "further", "optimise", "probes", "start", "worker")
SWEEP_WORKER = Path("sweep", "ready")
"""To import it is to load what a worker of a sweep needs."""


def pins(name: str) -> dict[str, str]:
    """Package and version of each pin in `requirements/`, for a platform that needs them all."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found = {match[1]: match[2] for match in PIN.finditer(text)}
    assert len(found) == sum(not line.startswith((" ", "#")) for line in text.splitlines())
    return found


@pytest.mark.parametrize("path", CONFIG, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_configuration_names_no_host_and_no_index(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert not INDEX_OPTION.search(text)


def test_what_run_installs_is_what_is_tested() -> None:
    assert pins("run.txt").items() <= pins("dev.txt").items()


def test_pins_satisfy_the_declared_dependencies() -> None:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = tables["project"]
    needed = [*project["dependencies"], *tables["dependency-groups"]["build"]]
    for pinned, texts in (
        (pins("run.txt"), needed),
        (pins("dev.txt"), needed + project["optional-dependencies"]["dev"]),
    ):
        for requirement in map(Requirement, texts):
            assert requirement.specifier.contains(pinned[requirement.name]), requirement


def test_there_are_no_symlinks() -> None:
    links = []
    for folder, folders, files in os.walk(ROOT):
        here = Path(folder)
        links += [here / name for name in folders + files if (here / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".") or name == ".ci"]
    assert links == []


@pytest.mark.parametrize(("script", "shell"), [("run", "sh"), (".ci/run", "bash")])
def test_scripts_can_be_started_and_parsed(script: str, shell: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").splitlines()[0].endswith(shell)
    subprocess.run([shell, "-n", path], check=True)


def test_run_says_what_is_missing_without_python(tmp_path: Path) -> None:
    clone, tools = tmp_path / "a clone", tmp_path / "bin"
    (clone / "requirements").mkdir(parents=True)
    tools.mkdir()
    for name in ("pyproject.toml", "run", "requirements/run.txt"):
        (clone / name).write_bytes((ROOT / name).read_bytes())
    for tool in ("cat", "cksum", "dirname", "grep"):
        found = subprocess.run(["sh", "-c", f"command -v {tool}"], check=True, capture_output=True, text=True)
        (tools / tool).symlink_to(found.stdout.strip())
    done = subprocess.run(
        ["/bin/sh", clone / "run"], env={"PATH": str(tools)}, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No Python 3.11")
    assert done.stderr.count("\n") == 1


def test_every_module_reads_annotations_late() -> None:
    sources = [path for root in ("tui", "model", "io") for path in (ROOT / root).rglob("*.py")]
    assert sources
    late = "from __future__ import annotations"
    assert [path for path in sources if has_code(path) and late not in path.read_text(encoding="utf-8")] == []


def has_code(path: Path) -> bool:
    """Whether the file holds more than a docstring."""
    return len(ast.parse(path.read_bytes()).body) > 1


@pytest.mark.parametrize(
    ("package", "kept_out"),
    [
        # pydantic loads csv through importlib.metadata; that the model does not, import-linter says.
        ("bookshift_model", {"pysqlite3", "rich", "sqlite3", "textual", "typer"}),
        ("bookshift_io", {"highspy", "numba", "pyomo", "textual", "typer"}),
        ("bookshift", {"highspy", "numba", "pyomo"}),
    ],
)
def test_importing_a_package_leaves_out_what_belongs_elsewhere(package: str, kept_out: set[str]) -> None:
    # The solver's modules run in a child process; the libraries they load are not the application's.
    folder = next(ROOT.glob(f"*/{package}"))
    files = [path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py")]
    ours = sorted(
        path
        for path in files
        if path.parts[0] not in SOLVER_CHILD and path != SWEEP_WORKER and path.name != "__main__"
    )
    names = [".".join((package, *path.parts)).removesuffix(".__init__") for path in ours]
    code = f"import importlib, sys; [importlib.import_module(name) for name in {names}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert package in loaded
    assert loaded & kept_out == set()
