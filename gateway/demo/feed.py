"""The live stream on its way to the gateway, over HTTP as any client would send it."""

import asyncio
import http.client
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import orjson

from gateway.demo.event import Event

TIMEOUT_SECONDS: Final = 30.0
PAUSES_SECONDS: Final = (0.5, 1.0, 2.0, 5.0)


@dataclass(slots=True)
class Fed:
    """What the gateway has answered so far; `waiting` says why the next batch is not through yet."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    waiting: str | None = None


class Feeder:
    """Sends batches one after the other; a batch that was not acknowledged is sent again until it is."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self.fed = Fed()
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}

    async def run(self, batches: AsyncIterator[list[Event]]) -> None:
        """Sends all of them, in order."""
        async for batch in batches:
            body = b"\n".join(map(orjson.dumps, batch))
            for losses in range(1_000_000):
                try:
                    self._count(await asyncio.to_thread(self._post, body))
                    break
                except (OSError, http.client.HTTPException, orjson.JSONDecodeError) as error:
                    # Events have ids, so that sending twice is safe.
                    self._connection.close()
                    self.fed.waiting = str(error) or type(error).__name__
                    await asyncio.sleep(PAUSES_SECONDS[min(losses, len(PAUSES_SECONDS) - 1)])

    def _post(self, body: bytes) -> dict[str, object]:
        self._connection.request("POST", "/events", body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise http.client.HTTPException(f"the gateway answered {answer.status}")
        told = orjson.loads(text)
        return told if isinstance(told, dict) else {}

    def _count(self, told: dict[str, object]) -> None:
        self.fed.waiting = None
        self.fed.accepted += int(str(told.get("accepted", 0)))
        self.fed.duplicates += int(str(told.get("duplicates", told.get("duplicate", 0))))
        self.fed.rejected += int(str(told.get("rejectedCount", 0)))
