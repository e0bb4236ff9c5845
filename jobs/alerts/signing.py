"""Signatures by the Standard Webhooks specification (standardwebhooks.com), which receivers have libraries for."""

import base64
import hashlib
import hmac
from datetime import datetime

PREFIX = "whsec_"


def headers(secret: bytes, delivery_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that identify, date and sign a delivery: HMAC-SHA256 over id, time and body."""
    seconds = str(int(at.timestamp()))
    signed = f"{delivery_id}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": delivery_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def written(secret: bytes) -> str:
    """Return a secret as its owner keeps it."""
    return PREFIX + base64.b64encode(secret).decode()
