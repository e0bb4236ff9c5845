"""Ten thousand dashboards on one core of a gateway: lag, memory, CPU per frame, statements.

The gateway has one core; the load generator, PostgreSQL and Valkey share the other. Events come in by another
process, as they would with several gateways. The lag runs from the commit of an event to its frame at a
subscriber.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import quantiles
from typing import Final

from gateway.auth import mint_token
from tests.benchmarks.ingest_gateway import SECRET
from tests.benchmarks.live_bench import Bench, live_bench
from tests.benchmarks.live_watchers import GRAPHQL, Watcher, connect, disconnect, frame
from tests.benchmarks.report import Figure

SUBSCRIBERS: Final = int(os.environ.get("Z402_BENCH_SUBSCRIBERS", "10000"))
MERCHANTS: Final = 200
SECONDS: Final = 20
#: Before anything is measured.
WARM_UP_SECONDS: Final = 3
#: Merchants' events are committed in so many batches a second, spread over it.
BATCHES: Final = 10

WATCH: Final = """subscription { realtime { asOf
    currentHour { revenue { zec } transactionCount successRate } today { revenue { zec } transactionCount successRate }
} }"""


@dataclass
class Lags:
    """When each count of each merchant was committed, and how long each frame took after that."""

    committed: dict[tuple[str, int], float] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def of(self, merchant_id: str) -> Callable[[int, float], None]:
        """What a watcher of the merchant calls."""

        def seen(count: int, at: float) -> None:
            committed = self.committed.get((merchant_id, count))
            if committed is not None:
                self.seconds.append(max(at - committed, 0.0))

        return seen

    @property
    def p99(self) -> float:
        """Seconds that 99 of 100 frames stayed below."""
        return quantiles(self.seconds, n=100)[98]


@dataclass(frozen=True)
class Spent:
    """What a stretch of sending cost the gateway."""

    frames: int
    cpu_seconds: float
    statements: float

    @property
    def cpu_per_frame(self) -> float:
        """Microseconds."""
        return self.cpu_seconds / self.frames * 1e6


async def run(server_url: str) -> list[Figure]:
    """One operation and, of the same gateway, frames that nobody computes; then two hundred operations."""
    figures = []
    merchants = [f"m{number}" for number in range(MERCHANTS)]
    # A gateway each, since memory that was used once is not given back.
    async with live_bench(server_url, merchants) as bench:
        alone, _, _ = await watched(bench, 1, 1)
        one, lags, memory = await watched(bench, SUBSCRIBERS, 1)
        constant = await constant_frames(bench)
        name = f"{SUBSCRIBERS:,} of one operation"
        figures += [
            Figure(f"{name}: lag, p99", lags.p99, 0.5, "s", 1.0),
            Figure(f"{name}: memory per connection", memory, 40, "KB", 1.0),
            Figure(f"{name}: CPU per frame / constant frames", one.cpu_per_frame, constant.cpu_per_frame, "us", 1.5),
            Figure(f"{name}: statements/s / of one subscriber", one.statements, alone.statements, "", 1.1),
        ]
    async with live_bench(server_url, merchants) as bench:
        await watched(bench, 1, 1)
        spread, lags, memory = await watched(bench, SUBSCRIBERS, MERCHANTS)
        name = f"{SUBSCRIBERS:,} of {MERCHANTS} merchants"
        figures += [
            Figure(f"{name}: lag, p99", lags.p99, 0.5, "s", 1.0),
            Figure(f"{name}: memory per connection", memory, 40, "KB", 1.0),
            Figure(f"{name}: CPU per frame / constant frames", spread.cpu_per_frame, constant.cpu_per_frame, "us", 1.5),
        ]
    return figures


async def constant_frames(bench: Bench) -> Spent:
    """The floor: frames that nobody computes."""
    count = SUBSCRIBERS
    watchers = await connect(bench.port, "/constant", [[]] * count, [lambda _count, _at: None] * count)
    spent = await measured(bench, watchers, asyncio.sleep(SECONDS))
    await disconnect(watchers)
    return spent


async def watched(bench: Bench, subscribers: int, merchants: int) -> tuple[Spent, Lags, float]:
    """Subscribers spread over merchants, of which each gets one event a second; and memory in KB per connection."""
    lags = Lags()
    ids = [f"m{number % merchants}" for number in range(subscribers)]
    before = bench.memory()
    began = time.monotonic()
    watchers = await connect(bench.port, GRAPHQL, [hello(each) for each in ids], [lags.of(each) for each in ids])
    print(f"{subscribers:,} subscribers of {merchants} merchants after {time.monotonic() - began:.1f} s")  # noqa: T201
    memory = (bench.memory() - before) / 1024 / subscribers
    await events(bench, lags, merchants, WARM_UP_SECONDS)
    await asyncio.sleep(1)  # the next event is due a second after the last one, as ever
    lags.seconds.clear()
    spent = await measured(bench, watchers, events(bench, lags, merchants, SECONDS))
    await disconnect(watchers)
    return spent, lags, memory


def hello(merchant_id: str) -> list[bytes]:
    """The messages of one who begins to watch a merchant."""
    token = mint_token(SECRET, "watcher", scopes=["analytics:read"], merchant_id=merchant_id)
    init = frame({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
    key = os.urandom(18).hex()  # as long as the UUIDs of public clients
    return [init, frame({"type": "subscribe", "id": key, "payload": {"query": WATCH}})]


async def measured(bench: Bench, watchers: list[Watcher], doing: object) -> Spent:
    """What the gateway spent while something was done."""
    frames, cpu, statements, began = _frames(watchers), bench.cpu(), await bench.statements(), time.monotonic()
    await doing  # type: ignore[misc]
    await asyncio.sleep(1)
    seconds = time.monotonic() - began
    return Spent(_frames(watchers) - frames, bench.cpu() - cpu, (await bench.statements() - statements) / seconds)


def _frames(watchers: list[Watcher]) -> int:
    return sum(watcher.values for watcher in watchers)


async def events(bench: Bench, lags: Lags, merchants: int, seconds: int) -> None:
    """One settled payment a second of each merchant, spread over the second."""
    batches = min(BATCHES, merchants)
    began = time.monotonic()
    for turn in range(seconds * batches):
        await asyncio.sleep(began + turn / batches - time.monotonic())
        ids = [f"m{number}" for number in range(merchants) if number % batches == turn % batches]
        counts = await bench.settle(ids, datetime.now(UTC))
        at = time.monotonic()
        lags.committed.update(dict.fromkeys(zip(ids, counts, strict=True), at))
