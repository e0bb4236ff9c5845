"""What runs on the server, each as a whole: sent once a connection, called by digest."""

from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

from gateway.cache.link import Command


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script."""

    text: str
    digest: str

    def call(self, keys: list[str], arguments: list[str | bytes | int]) -> Command:
        """The command that runs it."""
        return ("EVALSHA", self.digest, len(keys), *keys, *arguments)


def _load(name: str) -> Script:
    text = (Path(__file__).parent / f"{name}.lua").read_text(encoding="ascii")
    return Script(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


TAKE, PUT, RENEW, INVALIDATE = (_load(name) for name in ("take", "put", "renew", "invalidate"))
LOADING: tuple[Command, ...] = tuple(("SCRIPT", "LOAD", script.text) for script in (TAKE, PUT, RENEW, INVALIDATE))
