"""A hub over an executor that answers as it is told, with changes told by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from gateway.hub.hub import Hub
from gateway.hub.member import Update
from gateway.hub.operation import Operation
from resolvers.context import READ, Principal, Services
from resolvers.errors import ErrorCode
from resolvers.executor import Executor, Result, refused
from resolvers.watching import PAYMENT_EVENTS, Watch
from sql import Q, Query
from sql.live_rows import TransactionMark
from tests.waiting import until

AWAY = refused(ErrorCode.STORE_UNAVAILABLE, "away")
LATE = refused(ErrorCode.TIMEOUT, "late")


class QuietStore:
    """A database in which nothing happens."""

    async def fetch(self, query: Query, **_: object) -> list[Any]:
        return [TransactionMark("1:1:")] if query is Q.transaction_mark else []


@dataclass
class Looks:
    """An executor that counts looks; `answer` makes the result of each, by its number."""

    answer: Callable[[int], Result] = field(default=lambda number: Result({"n": number}))
    turn: timedelta | None = None
    seconds: float = 1.0
    last: bool = False
    takes: float = 0.01
    asked: list[tuple[str, Mapping[str, Any], Principal]] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    services: Services = field(default_factory=lambda: Services(cast("Any", QuietStore())))

    async def look(
        self, document: str, variables: Mapping[str, Any], _: str | None, principal: Principal, watch: Watch
    ) -> Result:
        self.asked.append((document, variables, principal))
        number = len(self.asked)
        self.began.append(asyncio.get_running_loop().time())
        watch.pace(self.seconds)
        await watch.listen(principal.merchant_id or "shop", [PAYMENT_EVENTS])
        if self.turn is not None:
            watch.until(datetime.now(UTC) + self.turn)
        if self.last:
            watch.over()
        await asyncio.sleep(self.takes)
        return self.answer(number)


@dataclass(eq=False)
class Watcher:
    """A member that keeps all that it gets."""

    updates: list[Update] = field(default_factory=list)
    last: Result | None = None
    over: bool = False

    def deliver(self, update: Update) -> None:
        self.updates.append(update)

    def finish(self, result: Result | None) -> None:
        self.last, self.over = result, True

    async def has(self, count: int, seconds: float = 5.0) -> list[Update]:
        """Wait for so many updates."""
        await until(lambda: len(self.updates) >= count, seconds)
        return self.updates

    async def ended(self) -> Result:
        await until(lambda: self.last is not None)
        assert self.last is not None
        return self.last


def operation(document: str = "subscription { x }", merchant_id: str = "shop", **variables: Any) -> Operation:
    principal = Principal(f"token {len(variables)}", merchant_id, frozenset({READ}))
    return Operation.of(document, variables, None, principal)


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
async def hub(looks: Looks) -> AsyncIterator[Hub]:
    made = Hub(cast("Executor", looks), None)
    try:
        yield made
    finally:
        await made.close()
