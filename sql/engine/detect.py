"""Which engine a database has: found out, never configured."""

from enum import StrEnum

from sql.database import Connection


class Engine(StrEnum):
    """What keeps the aggregates up to date."""

    TIMESCALEDB = "timescaledb"
    TIMESCALEDB_APACHE = "timescaledb-apache"
    POSTGRESQL = "postgresql"

    @property
    def traits(self) -> frozenset[str]:
        """The tags of the migrations that apply: how streams are stored and how aggregates are kept."""
        stored = "partitions" if self is Engine.POSTGRESQL else "hypertables"
        kept = "continuous" if self is Engine.TIMESCALEDB else "rollup"
        return frozenset({stored, kept})

    @property
    def continuous(self) -> bool:
        """Whether aggregates are TimescaleDB's continuous aggregates."""
        return self is Engine.TIMESCALEDB


async def detect(connection: Connection) -> Engine:
    """Return the engine of this database: the one recorded at its first migration, else what the server offers."""
    if await connection.fetchval("SELECT to_regclass('z402.installation')") is not None:
        engine = await connection.fetchval("SELECT engine FROM z402.installation")
        if engine is not None:
            return Engine(engine)
    return await offered(connection)


async def offered(connection: Connection) -> Engine:
    """Return what the server offers, making the extension where the server has its library loaded.

    The licence tells the community edition, which has continuous aggregates, from the Apache edition; it is a
    setting that exists only once the extension does, so the loader's own setting is asked first.
    """
    loaded = await connection.fetchval("SELECT current_setting('timescaledb.max_background_workers', true)")
    if loaded is None:
        return Engine.POSTGRESQL
    await connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public")
    licence = await connection.fetchval("SELECT current_setting('timescaledb.license', true)")
    return Engine.TIMESCALEDB if licence == "timescale" else Engine.TIMESCALEDB_APACHE
