"""Links to finished files: whoever has one may fetch that file until the link ends, and nothing else.

Each export has a key of its own, so that a link says nothing about another, and needs no secret of the installation.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

LASTS: Final = timedelta(hours=24)


def link(export_id: str, key: bytes, now: datetime, file_expires_at: datetime) -> str:
    """Return an address, from the server's root, that holds for a day, or as long as the file if that is shorter."""
    until = min(int((now + LASTS).timestamp()), int(file_expires_at.timestamp()))
    return f"/exports/{export_id}?{urlencode({'expires': until, 'signature': signature(export_id, key, until)})}"


def signature(export_id: str, key: bytes, until: int) -> str:
    """Return what proves that we made a link."""
    made = hmac.digest(key, f"{export_id}|{until}".encode(), sha256)
    return urlsafe_b64encode(made).decode().rstrip("=")


def holds(export_id: str, key: bytes, until: int, given: str) -> bool:
    """Tell whether a link is ours, whenever it ends."""
    return hmac.compare_digest(signature(export_id, key, until).encode(), given.encode())


def ended(until: int, now: datetime) -> bool:
    """Tell whether a link's time is over."""
    return until <= now.timestamp()
