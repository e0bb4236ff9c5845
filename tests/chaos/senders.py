"""Honest clients: they send, note what was acknowledged, and send again whatever was not."""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2

from tests.chaos.gateway import token
from tests.factories import WireEvent, settled

PAUSE_SECONDS = 0.05
SIZES = (1, 1, 1, 5, 40, 700)


@dataclass(slots=True)
class Sender:
    """One client. ``acknowledged`` maps each acknowledged event's id to its amount."""

    name: str
    url: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    stopping: bool = False
    failures: int = 0
    on_acknowledged: Callable[[], None] = lambda: None
    _number: int = 0

    async def run(self) -> None:
        """Send until told to stop, and then until all that was ever sent is acknowledged."""
        chance = random.Random(self.name)
        headers = {"authorization": f"Bearer {token()}", "content-type": "application/x-ndjson"}
        limits = httpx2.Timeout(20)
        async with httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=limits) as client:
            while not self.stopping:
                events = [self._event() for _ in range(chance.choice(SIZES))]
                while not await self._send(client, events):
                    self.failures += 1
                    await asyncio.sleep(PAUSE_SECONDS)

    def _event(self) -> WireEvent:
        """Steps of few payments, so that many writers meet in the same rows."""
        self._number += 1
        at = datetime.now(UTC) - timedelta(seconds=self._number % 7200)
        payment = f"p{self._number % 50}"
        return settled(payment, at, self._number, merchant="shop", event_id=f"{self.name}-{self._number}")

    async def _send(self, client: httpx2.AsyncClient, events: Sequence[WireEvent]) -> bool:
        content = b"".join(json.dumps(event).encode() + b"\n" for event in events)
        try:
            response = await client.post("/events", content=content)
        except httpx2.HTTPError:
            return False
        if response.status_code != 200:
            assert response.status_code in (500, 503), response.text
            return False
        told = response.json()
        assert told["rejected"] == 0, told
        assert told["accepted"] + told["duplicate"] == len(events)
        self.acknowledged |= {str(event["event_id"]): int(str(event["amount"])) for event in events}
        self.on_acknowledged()
        return True
