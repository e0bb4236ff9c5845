"""Bring a database to the current schema: ordered files, each applied once, in its own transaction.

``NNNN_name.sql`` applies everywhere, ``NNNN_name.<trait>.sql`` where the engine has the trait (partitions or
hypertables, rollup or continuous). A file may say ``-- installs: family ...``: those aggregates are created then,
with the engine's own DDL around their SELECT; ``-- ranges: all`` creates the range functions of all families anew,
``-- tops: family ...`` those that are asked of all merchants at once, ``-- cells: family ...`` what the metrics query
asks of families that are there already. An applied file is never edited: its checksum is recorded.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from sql.database import AWAY, SEARCH_PATH, StoreUnavailable
from sql.engine import AGGREGATES, Engine, continuous, detect, rollup

FOLDER = Path(__file__).parent / "migrations"
LOCK = 402_840_200  # one migration at a time, whoever starts it


class MigrationError(Exception):
    """The database cannot be brought to the current schema."""


@dataclass(frozen=True)
class Migration:
    """One file of ``migrations/``."""

    name: str
    text: str

    @property
    def trait(self) -> str | None:
        """The trait that an engine needs for this file to apply."""
        found = re.fullmatch(r"\d{4}_\w+\.(\w+)", self.name)
        return found[1] if found else None

    @property
    def installs(self) -> tuple[str, ...]:
        """The families of aggregates that this file brings."""
        return self._listed("installs")

    @property
    def ranges(self) -> tuple[str, ...]:
        """The families, installed by then, whose range functions this file creates anew."""
        return tuple(AGGREGATES) if self._listed("ranges") == ("all",) else ()

    @property
    def tops(self) -> tuple[str, ...]:
        """The families that are asked of all merchants at once from then on."""
        return self._listed("tops")

    @property
    def cells(self) -> tuple[str, ...]:
        """The families that this file lets the metrics query ask."""
        return self._listed("cells")

    @property
    def checksum(self) -> str:
        """Of the text, and of the aggregates that it installs."""
        parts = [self.text, *(AGGREGATES[family].checksum for family in self.installs)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _listed(self, word: str) -> tuple[str, ...]:
        return tuple(" ".join(re.findall(rf"^-- {word}: (.*)$", self.text, flags=re.MULTILINE)).split())


@dataclass(frozen=True)
class Migrated:
    """What a run did."""

    engine: Engine
    applied: tuple[str, ...]


@dataclass(frozen=True)
class SchemaState:
    """A database: its server's version, its engine (None before the first migration), the migrations it lacks."""

    server: str
    engine: Engine | None
    missing: tuple[str, ...]


def load(folder: Path = FOLDER) -> list[Migration]:
    """Return the migrations in order."""
    return [Migration(path.name.removesuffix(".sql"), path.read_text()) for path in sorted(folder.glob("*.sql"))]


async def migrate(url: str, *, migrations: list[Migration] | None = None) -> Migrated:
    """Apply what is missing; safe to repeat, safe when two start at once.

    Raises MigrationError when an applied migration was edited or the server is too old, and StoreUnavailable.
    """
    connection = await _connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1::bigint)", LOCK)
        return await _migrate(connection, load() if migrations is None else migrations)
    finally:
        await connection.close()


async def schema_state(url: str, timeout: float = 5.0) -> SchemaState:
    """Tell what `migrate` would do, and change nothing; raise what it would."""
    connection = await _connect(url, timeout)
    try:
        server = (await connection.fetchval("SELECT current_setting('server_version')")).split()[0]
        if await connection.fetchval("SELECT to_regclass('z402.installation')") is None:
            return SchemaState(server, None, tuple(migration.name for migration in load()))
        engine = await detect(connection)
        missing = await _missing(connection, load(), engine)
        return SchemaState(server, engine, tuple(migration.name for migration in missing))
    finally:
        await connection.close()


async def _connect(url: str, timeout: float = 60.0) -> asyncpg.Connection:
    settings = {"search_path": SEARCH_PATH, "timezone": "UTC"}
    try:
        connection: asyncpg.Connection = await asyncpg.connect(url, timeout=timeout, server_settings=settings)
    except AWAY as error:
        raise StoreUnavailable(type(error).__name__) from error
    return connection


async def _migrate(connection: asyncpg.Connection, migrations: list[Migration]) -> Migrated:
    if connection.get_server_version().major < 15:
        raise MigrationError("PostgreSQL 15 or later is needed")
    engine = await detect(connection)
    await connection.execute("CREATE SCHEMA IF NOT EXISTS z402")
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS z402.migrations "
        "(name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    missing = await _missing(connection, migrations, engine)
    for migration in missing:
        await _apply(connection, migration, engine)
    return Migrated(engine, tuple(migration.name for migration in missing))


async def _missing(connection: asyncpg.Connection, migrations: list[Migration], engine: Engine) -> list[Migration]:
    known = {row["name"]: row["checksum"] for row in await connection.fetch("SELECT name, checksum FROM migrations")}
    wanted = [migration for migration in migrations if migration.trait is None or migration.trait in engine.traits]
    for migration in wanted:
        if known.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationError(f"migration {migration.name} was applied with another content")
    return [migration for migration in wanted if migration.name not in known]


async def _apply(connection: asyncpg.Connection, migration: Migration, engine: Engine) -> None:
    async with connection.transaction():
        if re.sub(r"^--.*$", "", migration.text, flags=re.MULTILINE).strip():  # asyncpg fails on an empty query
            await connection.execute(migration.text)
        if migration.name.startswith("0001_"):
            await connection.execute("INSERT INTO installation (engine) VALUES ($1)", engine.value)
        keeper = continuous if engine.continuous else rollup
        for family in migration.installs:
            await keeper.install(connection, AGGREGATES[family])
        for family in migration.ranges:
            if await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", _base(family)):
                await keeper.install_ranges(connection, AGGREGATES[family])
        for family in migration.tops:
            await keeper.install_ranges(connection, AGGREGATES[family], of_all=True)
        for family in migration.cells:
            await keeper.install_cells(connection, AGGREGATES[family])
        await connection.execute(
            "INSERT INTO migrations (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum
        )


def _base(family: str) -> str:
    return f"z402.{AGGREGATES[family].relation(AGGREGATES[family].base)}"
