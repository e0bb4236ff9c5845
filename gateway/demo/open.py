"""Whether a store is the demo's, and its merchants."""

from gateway.demo.merchants import merchants
from sql import Database, Q

PENDING_TIMEOUT_MINUTES = 60


async def open_store(database: Database) -> bool:
    """Makes the demo's merchants where there are none at all; False where the store belongs to somebody else.

    A merchant of the demo that is there already stays as it is, whatever has been changed about it.
    """
    ids = [merchant.id for merchant in merchants()]
    ours = await database.fetch(Q.merchants_by_id, merchant_ids=ids)
    if not ours and await database.fetch(Q.merchants_after, after="", page_size=1):
        return False
    for merchant in merchants():
        await database.execute(
            Q.create_merchant,
            merchant_id=merchant.id,
            name=merchant.name,
            zone=merchant.zone,
            week_start=merchant.week_start,
            pending_timeout_minutes=PENDING_TIMEOUT_MINUTES,
            email=merchant.email,
        )
    return True
