"""Send a signed webhook, to public addresses alone.

A name is looked up here, all of its addresses are judged, and the connection goes to one of those very addresses: a
name that changes between looking and calling leads nowhere else. Redirects are not followed, no proxy of the
environment is used, and of the answer nothing but the status is read.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

import httpcore2

from jobs.alerts import signing
from jobs.alerts.hosts import is_public
from jobs.alerts.reasons import reason_of
from jobs.alerts.rules import WebhookRules, url_fault

SECONDS = 10.0
AGENT = "Z402-Analytics-Webhook/1"


class RefusedAddress(Exception):
    """The name leads to an address that may not be called."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: the status that was answered, or in a few words why there was none."""

    status: int | None
    error: str | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def unwanted(self) -> bool:
        """Whether the receiver says never to come again."""
        return self.status == 410


class PublicAddresses(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that the rules allow."""

    def __init__(self, rules: WebhookRules) -> None:
        self._rules = rules
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Look the host up once, judge every address, and connect to the first that answers."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not self._rules.private and not all(is_public(ip_address(each.split("%")[0])) for each in addresses):
            raise RefusedAddress("The host leads to an address that is not public.")
        failed: Exception = httpcore2.ConnectError("The host has no address.")
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed

    async def connect_unix_socket(self, path: str, *_args: object, **_more: object) -> httpcore2.AsyncNetworkStream:
        """Never."""
        raise RefusedAddress(path)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def send(
    url: str, secret: bytes, delivery_id: str, body: bytes, at: datetime, rules: WebhookRules, tls: ssl.SSLContext
) -> Outcome:
    """Post a signed body; what the network, the receiver or the URL does wrong is an outcome, not an exception."""
    if fault := url_fault(url, rules):  # the rules may have changed since it was set
        return Outcome(None, f"The URL {fault}")
    given = signing.headers(secret, delivery_id, at, body)
    headers = {"content-type": "application/json", "user-agent": AGENT, **given}
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpcore2.AsyncConnectionPool(
                ssl_context=tls, network_backend=PublicAddresses(rules), max_keepalive_connections=0
            ) as pool,
            pool.stream(
                "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": timeouts}
            ) as response,
        ):
            return Outcome(response.status)
    except RefusedAddress as error:
        return Outcome(None, str(error))
    except (TimeoutError, httpcore2.TimeoutException):
        return Outcome(None, f"No answer within {SECONDS:g} s.")
    except (
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        OSError,
        ValueError,  # a host that cannot be written as names are looked up is a UnicodeError
    ) as error:
        return Outcome(None, reason_of(error))
