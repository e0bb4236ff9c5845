"""Who may import whom, and what no file may be called."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("gateway", "jobs", "resolvers", "sql", "tests")
VAGUE = {"utils", "helpers", "common", "misc", "manager"}

#: Modules of `gateway` that import nothing of ours, so that `jobs` may use them.
LEAVES = ("gateway.settings", "gateway.cache", "gateway.telemetry")

#: The calendar, which is pure: windows of jobs and of answers are to be the same.
CALENDAR = ("resolvers.periods", "resolvers.zones")

#: What those who ask for a file and those who make it agree on.
ORDERS = ("jobs.exports.columns", "jobs.exports.spec")

#: What those who set webhooks and those who send them agree on.
WEBHOOKS = ("jobs.alerts.rules", "jobs.alerts.signing")

#: Package -> what of ours it may import: a package stands for all its modules.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "sql": ("sql",),
    "resolvers": ("resolvers", "sql", "jobs.contract", *ORDERS, *WEBHOOKS),
    "jobs": ("jobs", "sql", "resolvers.executor", *CALENDAR, *LEAVES),
    "gateway": ("gateway", "jobs", "resolvers", "sql"),
}

#: Nobody imports these but the commands that start them.
ENTRY_POINTS = ("gateway.app", "jobs.worker")
MAY_START = ("gateway.commands",)


def python_files(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    """Every module of ours that the file names in an import, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            # `from jobs import contract` names jobs.contract; `from jobs.contract import X` names its parent.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in OURS)


def within(name: str, allowed: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in allowed)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_it_may(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files(package)
        for name in imports_of(path)
        if not within(name, MAY_IMPORT[package])
    ]
    assert found == []


def test_modules_that_others_lean_on_import_nothing_of_ours() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for leaf in LEAVES
        for path in python_files("gateway")
        if within(module_name(path), (leaf,))
        for name in imports_of(path)
        if not within(name, (leaf,))
    ]
    assert found == []


def test_nobody_imports_the_application_or_the_worker() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for package in MAY_IMPORT
        for path in python_files(package)
        for name in imports_of(path)
        if within(name, ENTRY_POINTS) and not within(module_name(path), (*ENTRY_POINTS, *MAY_START))
    ]
    assert found == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    found = [str(path.relative_to(ROOT)) for p in OURS for path in python_files(p) if path.stem in VAGUE]
    assert found == []


def test_python_files_hold_one_thought() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for package in OURS
        if package != "tests"
        for path in python_files(package)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 250
    }
    assert long == {}


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    paths = re.compile(r"(?<![A-Za-z0-9_.}])/(?:work|home|root|Users)/[A-Za-z]")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode != 0:
        pytest.skip("not a git checkout")
    found = [
        f"{name}: {match.group(0)}"
        for name in tracked.stdout.split("\0")
        if name and (ROOT / name).is_file() and not name.endswith((".lock", "package-lock.json"))
        for match in paths.finditer((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []
