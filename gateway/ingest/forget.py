"""Forgetting a payer: a random pseudonym takes its place wherever it is kept, so counts and sums stay as they were."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import orjson

from sql import Database, Q, Query, StoreUnavailable
from sql.database import Connection
from sql.engine import AGGREGATES, detect

ATTEMPTS: Final = 8
PREFIX: Final = "forgotten:"
# A shorter name is no mention inside other text: it would be found everywhere. As the payer it is always forgotten.
MIN_MENTION: Final = 8
SECONDS: Final = 300.0
TAILS: Final = (Q.forget_payment_events_tail, Q.forget_resource_accesses_tail)
REFRESHED: Final = "LOCK TABLE payment_events_refresh, resource_accesses_refresh IN EXCLUSIVE MODE"
# What is kept by column is taken apart row by row; how many rows that are is no reason to remember the payer.
DECOMPRESSED: Final = "SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0"
AGAIN: Final = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many events of each stream named the payer."""

    events: dict[str, int]

    @property
    def total(self) -> int:
        """Of all streams."""
        return sum(self.events.values())


async def forget_payer(database: Database, merchant_id: str, payer: str) -> Forgotten:
    """Forget a payer of one merchant in all that was committed before; again, it finds nothing.

    A retry of a forgotten event is still a duplicate, whatever it holds. Raises StoreUnavailable.
    """
    pseudonym = PREFIX + secrets.token_hex(16)
    for attempt in range(ATTEMPTS):
        try:
            async with asyncio.timeout(SECONDS), database.maintenance() as connection, connection.transaction():
                return await _forget(connection, merchant_id, payer, pseudonym)
        except AGAIN:
            await asyncio.sleep(0.05 * 2**attempt)
        except TimeoutError as error:
            raise StoreUnavailable("forgetting took too long") from error
    raise StoreUnavailable("the database is too busy")


async def _forget(connection: Connection, merchant_id: str, payer: str, pseudonym: str) -> Forgotten:
    names = (merchant_id, payer, pseudonym)
    mention = payer if len(payer) >= MIN_MENTION else None
    if (await detect(connection)).continuous:
        await connection.execute(DECOMPRESSED)
    else:
        await connection.execute(REFRESHED)  # before a tail's rows, or what is merged meanwhile would keep the name
        for query in TAILS:
            await connection.execute(query.text, *names, mention)
    forgotten = Forgotten(
        {
            "payment_events": _count(await connection.execute(Q.forget_payment_events.text, *names, mention)),
            "resource_accesses": _count(await connection.execute(Q.forget_resource_accesses.text, *names, mention)),
            "payer_sightings": _count(await connection.execute(Q.forget_payer_sightings.text, *names)),
        }
    )
    await connection.execute(Q.forget_payments.text, *names, mention)
    await connection.execute(Q.forget_exports.text, merchant_id)
    for relation in await _relations(connection, "payer"):
        await connection.execute(Q.forget_name.text.replace("payer_sightings", relation), *names)
    if mention is not None:
        for relation in await _relations(connection, "resource"):
            statement = Q.forget_mention.text.replace("resource_accesses", relation)
            await connection.execute(statement, merchant_id, mention, pseudonym)
        await connection.execute(Q.forget_alerts.text, merchant_id, mention, pseudonym)
        await _forget_kept(connection, (Q.forget_reports, Q.forget_report), (merchant_id, mention, pseudonym))
        await _forget_kept(connection, (Q.forget_closings, Q.forget_closing), (merchant_id, mention, pseudonym))
    await _forget_first(connection, names)  # last: writers wait from here on
    return forgotten


async def _forget_kept(connection: Connection, queries: tuple[Query, Query], names: tuple[str, str, str]) -> None:
    """Forget a payer in resources that kept answers name: one query finds these, the other keeps each anew."""
    finding, keeping = queries
    merchant_id, mention, pseudonym = names
    written = orjson.dumps(mention)[1:-1].decode()  # as a text of JSON has it
    for *key, data in await connection.fetch(finding.text, merchant_id, written):
        answer = _without(orjson.loads(data), mention, pseudonym)
        # In the form that reports are made in: from the same events a new one is the same, and no new version.
        changed = orjson.dumps(answer, option=orjson.OPT_SORT_KEYS).decode()
        await connection.execute(keeping.text, merchant_id, *key, changed)


def _without(answer: Any, mention: str, pseudonym: str) -> Any:
    """Replace the mention in each `resource` of an answer, and nowhere else: a payer may be called like a field."""
    if isinstance(answer, list):
        return [_without(each, mention, pseudonym) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: value.replace(mention, pseudonym)
        if name == "resource" and isinstance(value, str)
        else _without(value, mention, pseudonym)
        for name, value in answer.items()
    }


async def _forget_first(connection: Connection, names: tuple[str, str, str]) -> None:
    """Forget a payer where its first payment is kept, after writers who took it for known and before others."""
    merchant_id, payer, _ = names
    await connection.execute("LOCK TABLE payer_firsts IN SHARE ROW EXCLUSIVE MODE")
    if first := await connection.fetchval(Q.forget_payer_firsts.text, *names):
        await connection.execute(Q.remember_payer_first.text, merchant_id, payer, first)


async def _relations(connection: Connection, dimension: str) -> list[str]:
    """The tables, quoted, that hold the levels of the aggregates with this dimension."""
    found = [aggregate for aggregate in AGGREGATES.values() if dimension in aggregate.dimensions]
    views = [f"z402.{aggregate.relation(level)}" for aggregate in found for level in aggregate.levels]
    return [row["relation"] for row in await connection.fetch(Q.forget_relations.text, views)]


def _count(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
