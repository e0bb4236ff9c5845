"""What is in the store, read back for comparison: events, payments, tails and the aggregates' answers."""

from datetime import datetime
from typing import Any

from sql import Database
from sql.maintenance import verify

PAYMENTS = """
SELECT merchant_id, payment_id, state, first_event_at, last_event_at, first_decided_at, settled_at, first_failure_code,
    last_failure_code, highest_attempt, amount_zat, settled_zat::bigint, fee_zat::bigint, refunded_zat::bigint,
    fee_returned_zat::bigint, settled_count, refunded_count, payer, method, resource, country
FROM payments ORDER BY merchant_id, payment_id
"""


async def rows(database: Database, text: str, *arguments: object) -> list[tuple[Any, ...]]:
    async with database.acquire() as connection:
        return [tuple(row.values()) for row in await connection.fetch(text, *arguments)]


async def value(database: Database, text: str, *arguments: object) -> Any:
    return (await rows(database, text, *arguments))[0][0]


async def payments(database: Database) -> list[tuple[Any, ...]]:
    return await rows(database, PAYMENTS)


async def stored_events(database: Database) -> list[tuple[str, str, datetime, bool]]:
    """Merchant, event, time and whether it is void, of every payment event."""
    found = await rows(
        database, "SELECT merchant_id, event_id, occurred_at, voided FROM payment_events ORDER BY merchant_id, event_id"
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


async def revenue(database: Database) -> list[tuple[Any, ...]]:
    """What the aggregates say of each month: settled, failed and refunded counts, revenue and refunds."""
    return await rows(
        database,
        "SELECT merchant_id, bucket, settled_count, failed_count, refunded_count, revenue_zat::bigint, "
        "refund_zat::bigint FROM revenue_month ORDER BY 1, 2",
    )


async def differences(database: Database) -> list[str]:
    """Where an aggregate is not what the raw events say, but for ranges known to be refreshed soon."""
    return [str(difference) async for difference in verify(database) if not difference.pending]
