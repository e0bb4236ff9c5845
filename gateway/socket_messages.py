"""The messages of graphql-transport-ws: what a client may send, and what it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

PROTOCOL: Final = "graphql-transport-ws"

BAD_REQUEST: Final = (4400, "Invalid message")
UNAUTHORIZED: Final = (4401, "Unauthorized")
FORBIDDEN: Final = (4403, "Forbidden")
ENDED: Final = (4403, "The credential has ended")
WRONG_PROTOCOL: Final = (4406, "Subprotocol not acceptable")
INIT_TIMEOUT: Final = (4408, "Connection initialisation timeout")
TOO_MANY_INITS: Final = (4429, "Too many initialisation requests")
UNREAD: Final = (1008, "Too many operations, and nothing is read")
TRY_LATER: Final = (1013, "Try again later")

MAX_KEY_CHARACTERS: Final = 128

ACK: Final = b'{"type":"connection_ack"}'
PONG: Final = b'{"type":"pong"}'


def subscriber_exists(key: str) -> tuple[int, str]:
    """Return the close code and reason for an id that is in use; a reason has 123 bytes at most."""
    return 4409, f"Subscriber for {key.encode('ascii', 'replace').decode()[:80]} already exists"


class Malformed(Exception):
    """A message that the protocol does not know."""


@dataclass(frozen=True, slots=True)
class Init:
    """The first message: credentials by the names of headers, in small letters."""

    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """An operation to run, under an id of the client's."""

    key: str
    document: str
    variables: Mapping[str, Any] | None
    operation_name: str | None


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation."""

    key: str


@dataclass(frozen=True, slots=True)
class Ping:
    """To be answered."""


@dataclass(frozen=True, slots=True)
class Pong:
    """An answer, or a sign of life."""


Message = Init | Subscribe | Complete | Ping | Pong


def read(text: str, max_bytes: int) -> Message:
    """Read a client's message; raise Malformed."""
    if len(text) > max_bytes:
        raise Malformed
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Malformed from None
    payload = given.get("payload") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(payload, dict | None):
        raise Malformed
    match given.get("type"):
        case "connection_init":
            return Init({name.lower(): value for name, value in (payload or {}).items() if isinstance(value, str)})
        case "subscribe":
            return _subscribe(given, payload)
        case "complete":
            return Complete(_key(given))
        case "ping":
            return Ping()
        case "pong":
            return Pong()
    raise Malformed


def next_prefix(key: str) -> bytes:
    """Return what comes before a result's JSON in the message that brings it; behind it comes a brace."""
    return b'{"id":' + orjson.dumps(key) + b',"type":"next","payload":'


def error_message(key: str, errors: object) -> bytes:
    """Return the message for an operation that was not run."""
    return orjson.dumps({"id": key, "type": "error", "payload": errors})


def complete_message(key: str) -> bytes:
    """Return the message that ends an operation."""
    return orjson.dumps({"id": key, "type": "complete"})


def _subscribe(given: Mapping[str, Any], payload: Mapping[str, Any] | None) -> Subscribe:
    if payload is None:
        raise Malformed
    document, variables, name = payload.get("query"), payload.get("variables"), payload.get("operationName")
    if not isinstance(document, str) or not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise Malformed
    return Subscribe(_key(given), document, variables, name)


def _key(given: Mapping[str, Any]) -> str:
    key = given.get("id")
    if not isinstance(key, str) or not 1 <= len(key) <= MAX_KEY_CHARACTERS:
        raise Malformed
    return key
