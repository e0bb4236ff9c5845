"""Where the gateway is to be found, and whether it is there."""

import asyncio
import http.client
import socket
from contextlib import closing
from typing import Final

from gateway.settings import variable

PAUSE_SECONDS: Final = 0.1
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class PortTaken(Exception):
    """Another program listens where the gateway should."""


def reachable(host: str) -> str:
    """The address under which this machine reaches a server that listens on `host`."""
    return EVERYWHERE.get(host, host)


def base_url(host: str, port: int) -> str:
    """What to type into a browser."""
    name = reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def ensure_free(host: str, port: int) -> None:
    """Raises PortTaken where somebody listens already."""
    try:
        socket.create_connection((reachable(host), port), timeout=1).close()
    except OSError:
        return
    raise PortTaken(f"port {port} is in use: end what listens there, or set {variable('port')}")


async def until_healthy(host: str, port: int) -> None:
    """Waits until the gateway answers `/health`; for ever, so limit it from outside."""
    while True:
        if await asyncio.to_thread(_healthy, reachable(host), port):
            return
        await asyncio.sleep(PAUSE_SECONDS)


def _healthy(host: str, port: int) -> bool:
    with closing(http.client.HTTPConnection(host, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
