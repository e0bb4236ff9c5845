"""API keys as text: `z402_<key id>_<secret>`. Only a digest of the secret is ever stored.

The secret has 256 random bits, so that a plain SHA-256 is as good as a slow hash would be.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "z402_"
FORM = re.compile(r"z402_([0-9a-f]{16})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key taken apart."""

    key_id: str
    digest: bytes = field(repr=False)


def new_key() -> tuple[KeyText, str]:
    """Return a new key and its text, which nobody can tell again."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return KeyText(key_id, _digest(secret)), f"{PREFIX}{key_id}_{secret}"


def read_key(text: str) -> KeyText | None:
    """Take a key's text apart; None for what is none."""
    found = FORM.fullmatch(text)
    return KeyText(found[1], _digest(found[2])) if found else None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
