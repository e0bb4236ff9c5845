"""Files made from events that a test tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from jobs.exports.producing import Made, produce
from jobs.exports.spec import ExportFormat, ExportSpec
from sql import Database
from tests.factories import MERCHANT
from tests.resolvers.conftest import Desk, desk_of

MAY = ExportSpec(ExportFormat.CSV, datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), "UTC")


def may(form: ExportFormat = ExportFormat.CSV, **changes: object) -> ExportSpec:
    """A file of May 2026, in UTC unless said otherwise."""
    return replace(MAY, format=form, **changes).checked()  # type: ignore[arg-type]


@dataclass
class Shop:
    """A merchant's store, and its files."""

    database: Database
    desk: Desk

    async def tell(self, events: Sequence[Mapping[str, object]]) -> None:
        """Write wire events, all of which must be taken."""
        await self.desk.tell(events)

    async def file(self, spec: ExportSpec, merchant_id: str = MERCHANT) -> bytes:
        """Return a file's bytes."""
        return (await self.made(spec, merchant_id))[0]

    async def made(self, spec: ExportSpec, merchant_id: str = MERCHANT) -> tuple[bytes, Made]:
        """Return a file's bytes, and what is told of it."""
        parts: list[bytes] = []

        async def sink(data: bytes) -> None:
            parts.append(bytes(data))

        made = await produce(self.database, merchant_id, spec, sink)
        return b"".join(parts), made

    async def execute(self, statement: str, *arguments: object) -> None:
        """Run a statement of the test's own."""
        async with self.database.acquire() as connection:
            await connection.execute(statement, *arguments)

    async def rates(self, *rates: tuple[str, str], currency: str = "EUR", source: str = "test") -> None:
        """Tell rates: from when, and how much."""
        for at, rate in rates:
            await self.execute(
                "INSERT INTO rates (currency, at, rate, source) "
                "VALUES ($1, $2::text::timestamptz, $3::text::numeric, $4)",
                currency,
                at,
                rate,
                source,
            )


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A store with the merchant shop."""
    desk = desk_of(database)
    await desk.merchants(MERCHANT)
    return Shop(database, desk)
