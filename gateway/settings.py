"""Settings: `Z402_*` variables, read once at the start, validated, and passed on as one value.

An error names the variable and says what is wanted; it never shows what was given, since that may be a secret.
The order of the fields is the order in which `doctor` and the documentation list them.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

PREFIX: Final = "Z402_"
ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?", re.ASCII)
MIN_SECRET_BYTES: Final = 32  # RFC 7518, section 3.2: a key for HS256 has at least 256 bits


class SettingsError(Exception):
    """A variable is missing or not valid."""

    def __init__(self, variable: str, wanted: str) -> None:
        super().__init__(f"{variable}: {wanted}")
        self.variable = variable
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Retention:
    """How long raw events are kept: a number of calendar months, or for ever (None)."""

    months: int | None

    def __str__(self) -> str:
        if self.months is None:
            return "forever"
        return f"{self.months} month{'' if self.months == 1 else 's'}"


THIRTEEN_MONTHS: Final = Retention(13)


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,15}", raw, re.ASCII) or not low <= int(raw) <= high:
            raise ValueError(f"a whole number from {low} to {high} is wanted")
        return int(raw)

    return parse


def _url(*schemes: str) -> Callable[[str], str]:
    wanted = "a URL that begins with " + " or ".join(f"{scheme}://" for scheme in schemes) + " is wanted"

    def parse(raw: str) -> str:
        try:
            parts = urlsplit(raw)
            _ = parts.port
        except ValueError:  # its text may quote the value
            raise ValueError(wanted) from None
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise ValueError(wanted)
        return raw

    return parse


def _matching(pattern: str, wanted: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if not re.fullmatch(pattern, raw, re.ASCII):
            raise ValueError(f"{wanted} is wanted")
        return raw

    return parse


def _switch(raw: str) -> bool:
    if raw not in {"yes", "no"}:
        raise ValueError("`yes` or `no` is wanted")
    return raw == "yes"


def _retention(raw: str) -> Retention:
    if raw == "forever":
        return Retention(None)
    match = re.fullmatch(r"([1-9][0-9]{0,3})(?: months?)?", raw, re.ASCII)
    if match is None:
        raise ValueError("`forever`, or a number of months such as `13 months`, is wanted")
    return Retention(int(match[1]))


def _origins(raw: str) -> tuple[str, ...]:
    origins = tuple(part.strip().removesuffix("/") for part in raw.split(",") if part.strip())
    if not all(origin == "*" or ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("origins such as https://shop.example, separated by commas, or *, are wanted")
    return origins


def _secret(raw: str) -> str:
    if len(raw.encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"at least {MIN_SECRET_BYTES} bytes are wanted")
    return raw


def _folder(raw: str) -> Path:
    try:
        return Path(raw).expanduser().absolute()
    except RuntimeError:
        raise ValueError("a folder is wanted; the home folder that it names does not exist") from None


def _setting(parse: Callable[[str], T], default: T, *, secret: bool = False) -> T:
    """One variable: how its text becomes a value, and the value where it is not set."""
    return field(default=default, repr=not secret, metadata={"parse": parse})


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """The user's data folder, by the XDG base directory specification."""
    base = environ.get("XDG_DATA_HOME", "")
    root = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    return root / "z402-analytics"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a process is told from outside. A URL that is None stands for a server of the program's own."""

    data_dir: Path = field(metadata={"parse": _folder})
    database_url: str | None = _setting(_url("postgresql", "postgres"), None, secret=True)
    redis_url: str | None = _setting(_url("redis", "rediss", "unix"), None, secret=True)
    host: str = _setting(_matching(r"[A-Za-z0-9.:_-]+", "a host name or an address"), "127.0.0.1")
    port: int = _setting(_integer(1, 65_535), 8402)
    jwt_secret: str | None = _setting(_secret, None, secret=True)
    jwks_url: str | None = _setting(_url("https", "http"), None)
    jwks_audience: str | None = _setting(_matching(r"[!-~]{1,200}", "the name that tokens are issued for"), None)
    smtp_url: str | None = _setting(_url("smtp", "smtps"), None, secret=True)
    mail_from: str | None = _setting(_matching(r"[^\s<>@]+@[^\s<>@]+", "an address such as reports@example.com"), None)
    raw_retention: Retention = _setting(_retention, THIRTEEN_MONTHS)
    pool_size: int = _setting(_integer(1, 1_000), 16)
    acquire_timeout_ms: int = _setting(_integer(1, 600_000), 2_000)
    statement_timeout_ms: int = _setting(_integer(1, 3_600_000), 10_000)
    statement_cache_size: int = _setting(_integer(0, 100_000), 1_024)
    allowed_origins: tuple[str, ...] = _setting(_origins, ())
    max_body_bytes: int = _setting(_integer(1_024, 1 << 30), 1 << 20)
    max_live_connections: int = _setting(_integer(1, 1_000_000), 20_000)
    max_ingest_bytes: int = _setting(_integer(1_024, 1 << 40), 1 << 30)
    export_dir: Path | None = _setting(_folder, None)
    export_days: int = _setting(_integer(1, 3_650), 7)
    webhook_http: bool = _setting(_switch, False)
    webhook_private_addresses: bool = _setting(_switch, False)
    log_level: str = _setting(_matching("DEBUG|INFO|WARNING|ERROR", "DEBUG, INFO, WARNING or ERROR"), "INFO")

    @property
    def exports_folder(self) -> Path:
        """Where finished exports lie: a folder that the gateway and the worker share."""
        return self.export_dir or self.data_dir / "exports"


def variable(name: str) -> str:
    """The variable of a field: `database_url` is read from Z402_DATABASE_URL."""
    return PREFIX + name.upper()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks every variable; an empty one counts as not set. Raises SettingsError, which names it."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {"data_dir": default_data_dir(environ)}
    for item in fields(Settings):
        raw = environ.get(variable(item.name), "")
        if not raw:
            continue
        try:
            values[item.name] = item.metadata["parse"](raw)
        except ValueError as error:
            # `from None`: a traceback must not show the value by way of the cause.
            raise SettingsError(variable(item.name), str(error)) from None
    return Settings(**values)


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Names that begin like ours and mean nothing to us: most often a slip of the pen."""
    known = {variable(item.name) for item in fields(Settings)}
    return sorted(
        name for name in environ if name.startswith(PREFIX) and name not in known and not name.startswith("Z402_TEST_")
    )
