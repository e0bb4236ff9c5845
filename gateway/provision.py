"""What a process needs before it does anything: the servers and the secret that the settings leave to us."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from gateway.embedded import start
from gateway.settings import Settings, SettingsError, variable

SECRET_FILE: Final = "jwt-secret"


@contextmanager
def provisioned(settings: Settings) -> Iterator[Settings]:
    """Gives the settings with nothing left open: URLs of servers that run, and a secret for tokens.

    A URL that is not set means servers of our own on the data folder, which stay up as long as this is open. A
    database of our own also comes with a secret, made once. Raises EmbeddedServersError.
    """
    with ExitStack() as stack:
        if settings.database_url is None or settings.redis_url is None:
            servers = stack.enter_context(start(settings.data_dir))
            settings = replace(
                settings,
                database_url=settings.database_url or servers.database_url,
                redis_url=settings.redis_url or servers.redis_url,
                jwt_secret=_secret(settings),
            )
        yield settings


def signing_secret(settings: Settings) -> str:
    """The secret that tokens are signed with. Raises SettingsError where there is none."""
    secret = _secret(settings)
    if secret is None:
        raise SettingsError(variable("jwt_secret"), "is needed to sign tokens")
    return secret


def _secret(settings: Settings) -> str | None:
    if settings.jwt_secret is None and settings.database_url is None:
        return kept_secret(settings.data_dir / SECRET_FILE)
    return settings.jwt_secret


def database_of(settings: Settings) -> str:
    """The database's URL, of settings that were provisioned."""
    assert settings.database_url is not None
    return settings.database_url


def redis_of(settings: Settings) -> str:
    """The Redis URL, of settings that were provisioned."""
    assert settings.redis_url is not None
    return settings.redis_url


def kept_secret(path: Path) -> str:
    """The secret in the file, which is made if it is not there; of several at once, one makes it."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
