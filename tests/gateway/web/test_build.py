import os
import re
import stat
import sys
from pathlib import Path

import pytest

from gateway.web import build

WANTED = "^20.19.0 || >=22.12.0"


@pytest.mark.parametrize(
    ("version", "fits"),
    [((20, 18), False), ((20, 19), True), ((21, 5), False), ((22, 11), False), ((22, 12), True), ((24, 0), True)],
)
def test_a_node_version_is_held_against_package_json(version: tuple[int, int], fits: bool) -> None:
    assert build.fits(version, WANTED) is fits


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small front end with a node and an npm that only note what they were asked."""
    web, tools = tmp_path / "web", tmp_path / "tools"
    (web / "explorer").mkdir(parents=True)
    tools.mkdir()
    (web / "package.json").write_text('{"engines": {"node": "^20.19.0 || >=22.12.0"}}')
    (web / "package-lock.json").write_text("{}")
    (web / "explorer" / "main.tsx").write_text("one")
    _tool(tools / "node", "echo v22.20.0")
    _tool(tools / "npm", f'echo "$1" >> {tmp_path}/asked; mkdir -p node_modules dist')
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return web


def _tool(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def asked(project: Path) -> list[str]:
    return (project.parent / "asked").read_text().split()


def test_nothing_is_built_twice_from_the_same_sources(project: Path) -> None:
    build.build(project)
    build.build(project)
    assert asked(project) == ["ci", "run"]


def test_a_changed_source_is_built_without_installing_again(project: Path) -> None:
    build.build(project)
    (project / "explorer" / "main.tsx").write_text("two")
    build.build(project)
    assert asked(project) == ["ci", "run", "run"]


def test_changed_locked_packages_are_installed_and_built(project: Path) -> None:
    build.build(project)
    (project / "package-lock.json").write_text('{"packages": {}}')
    build.build(project)
    assert asked(project) == ["ci", "run", "ci", "run"]


def test_a_failing_step_is_named_and_leaves_no_stamp(project: Path) -> None:
    _tool(project.parent / "tools" / "npm", '[ "$1" = ci ] && mkdir -p node_modules && exit 0; exit 3')
    with pytest.raises(build.BuildError, match=re.escape("`npm run --silent build` failed (3)")):
        build.build(project)
    assert not (project / "dist" / ".built").exists()


def test_without_a_current_npm_the_wheel_is_installed_from_the_lock(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tool(project.parent / "tools" / "node", "echo v18.20.4")
    # Another environment than ours, in which the wheel may be installed already.
    monkeypatch.setattr(sys, "executable", str(project.parent / "environment" / "python"))
    ran: list[list[str]] = []

    def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
        ran.append(command)
        _tool(project.parent / "tools" / "node", "echo v24.19.0")

    monkeypatch.setattr(build, "_run", run)
    path = build.node_environment(project)["PATH"]
    assert path.split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert ran[0][-3:] == [":all:", "-r", str(build.LOCKED_NODE)]
    assert "--require-hashes" in ran[0]


def test_the_lock_files_name_no_registry() -> None:
    locked = (build.WEB / "package-lock.json").read_text()
    assert '"resolved"' not in locked
    assert "registry." not in locked
