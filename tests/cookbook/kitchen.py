"""Where the snippets of docs/cookbook.md are cooked: extracted, typed, compiled and run with Node.js."""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gateway.web.build import node_environment
from resolvers.schema import sdl

HERE = Path(__file__).parent
COOKBOOK = HERE.parents[1] / "docs" / "cookbook.md"
SNIPPET = re.compile(r"^( *)```\w+ file=(\S+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
CONFIG = """
export const URL = process.env["Z402_URL"] ?? "";
export const SOCKET_URL = URL.replace("http", "ws");
export const TOKEN = process.env["Z402_TOKEN"] ?? "";
"""


def snippets() -> dict[str, str]:
    """The snippets of the cookbook by file name, in their order."""
    found = {}
    for indent, name, text in SNIPPET.findall(COOKBOOK.read_text(encoding="utf-8")):
        found[name] = "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
    return found


@dataclass(frozen=True, slots=True)
class Kitchen:
    """A folder with everything in it, and the environment in which Node.js is found."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, **variables: str) -> str:
        """Run a command in the folder to its good end; return what it wrote."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def installed() -> dict[str, str]:
    """The environment with Node.js, once the locked packages are there."""
    environment = node_environment(HERE)
    modules, lock = HERE / "node_modules", (HERE / "package-lock.json").read_bytes()
    stamp, wanted = modules / ".locked", hashlib.sha256(lock).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        npm = shutil.which("npm", path=environment["PATH"]) or "npm"
        command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)
    return environment


def cook(folder: Path) -> Kitchen:
    """Put every snippet into the folder and do with them what the cookbook says, up to running them."""
    kitchen = Kitchen(folder, installed())
    for name, text in snippets().items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "config.ts").write_text(CONFIG)
    (folder / "schema.graphql").write_text(sdl())
    for name in ("package.json", "tsconfig.json", "compile.mjs"):
        shutil.copy(HERE / name, folder / name)
    (folder / "node_modules").symlink_to(HERE / "node_modules", target_is_directory=True)
    tools = folder / "node_modules" / ".bin"
    kitchen.run("node", "codegen.mjs")
    (folder / "__generated__").mkdir()
    kitchen.run(os.fspath(tools / "relay-compiler"), "relay.config.json")
    kitchen.run(os.fspath(tools / "tsc"))
    kitchen.run("node", "compile.mjs")
    return kitchen
