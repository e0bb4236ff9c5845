"""The live stream on its way to the gateway, over HTTP as any client would send it."""

import asyncio
import http.client
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Any, Final

import orjson

from gateway.demo.event import Event

TIMEOUT_SECONDS: Final = 30.0
PAUSES_SECONDS: Final = (0.5, 1.0, 2.0, 5.0)


@dataclass(slots=True)
class Fed:
    """What the gateway has answered so far; `trouble` says why the newest batch is not through, or was not taken."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    trouble: str | None = None


class Feeder:
    """Sends batches one after the other; a batch that was not acknowledged is sent again until it is.

    Each merchant's events go with a token of its own, `tokens` by id, as its own server would send them.
    """

    def __init__(self, host: str, port: int, tokens: Mapping[str, str]) -> None:
        self.fed = Fed()
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        self._tokens = tokens

    async def run(self, batches: AsyncIterator[list[Event]]) -> None:
        """Sends all of them, in order; lasts as long as they do."""
        try:
            async for batch in batches:
                of_merchant: dict[str, list[Event]] = {}
                for event in batch:
                    of_merchant.setdefault(str(event["merchant_id"]), []).append(event)
                for merchant_id, events in of_merchant.items():
                    body = b"".join(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in events)
                    await self._send(self._tokens[merchant_id], body)
        finally:
            self._connection.close()

    async def _send(self, token: str, body: bytes) -> None:
        for losses in count():
            try:
                self._count(await asyncio.to_thread(self._post, token, body))
                return
            except (OSError, http.client.HTTPException, orjson.JSONDecodeError) as error:
                # Events have ids, so that sending twice is safe.
                self._connection.close()
                self.fed.trouble = str(error) or type(error).__name__
                await asyncio.sleep(PAUSES_SECONDS[min(losses, len(PAUSES_SECONDS) - 1)])

    def _post(self, token: str, body: bytes) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        self._connection.request("POST", "/events", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != HTTPStatus.OK:
            raise http.client.HTTPException(f"the gateway answered {answer.status}")
        told: dict[str, Any] = orjson.loads(text)
        return told

    def _count(self, told: dict[str, Any]) -> None:
        self.fed.accepted += told["accepted"]
        self.fed.duplicate += told["duplicate"]
        self.fed.rejected += told["rejected"]
        self.fed.trouble = f"an event was refused: {told['errors'][0]['reason']}" if told["errors"] else None
