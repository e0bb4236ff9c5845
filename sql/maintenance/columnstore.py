"""Keep what is old by column: TimescaleDB's columnstore."""

from datetime import datetime

from sql.database import Database
from sql.engine import detect
from sql.maintenance.telling import Tell, untold

_OLD = """
SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk
FROM timescaledb_information.chunks
WHERE hypertable_schema = 'z402' AND hypertable_name = ANY (enum_range(NULL::event_stream)::text[])
    AND range_end <= $1 AND NOT is_compressed
ORDER BY range_end, hypertable_name
"""


async def compress(database: Database, before: datetime, tell: Tell = untold) -> int:
    """Turn the chunks that end before an instant into the columnstore; return how many were.

    Each is a transaction of its own, and one that is done is not done again. Events may still be added to it. `tell` is
    told of each.
    """
    async with database.maintenance() as connection:
        if not (await detect(connection)).continuous:
            return 0
        chunks = [row["chunk"] for row in await connection.fetch(_OLD, before)]
        for number, chunk in enumerate(chunks, 1):
            # It waits for writers of the chunk, and those who come meanwhile wait for it.
            await connection.execute("SET lock_timeout = '5s'")
            await connection.execute("SELECT public.compress_chunk($1::text::regclass)", chunk)
            await tell(number, len(chunks))
        return len(chunks)
