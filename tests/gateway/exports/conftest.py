"""A gateway with finished files: an application, its folder of exports, and a worker's bench beside it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jobs.exports.making import Bench, make
from resolvers.context import EXPORTS, READ
from sql import Database
from tests.conftest import NewDatabase
from tests.factories import settled
from tests.gateway.graphql.conftest import Site, running, settings, token
from tests.resolvers.conftest import Desk, desk_of

MAY = '{between: {start: "2026-05-01T00:00:00Z", end: "2026-06-01T00:00:00Z"}}'


@dataclass
class Office:
    """What a test asks."""

    site: Site
    desk: Desk
    bench: Bench

    async def graphql(self, document: str, credential: str | None = None) -> Any:
        answer = await self.site.post({"query": document}, credential or token("shop", EXPORTS, READ))
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    async def request(self, form: str = "CSV") -> str:
        currency = ', currency: "EUR"' if form in {"QUICKBOOKS", "XERO", "DATEV"} else ""
        data = await self.graphql(
            f"mutation {{ requestExport(input: {{format: {form}, range: {MAY}{currency}}}) {{ export {{ id }} }} }}"
        )
        return str(data["requestExport"]["export"]["id"])

    async def made(self, form: str = "CSV") -> tuple[str, str]:
        """Return the id of a finished export and its link."""
        export_id = await self.request(form)
        await make(self.bench, export_id)
        data = await self.graphql(f'{{ merchant {{ export(id: "{export_id}") {{ downloadUrl }} }} }}')
        return export_id, data["merchant"]["export"]["downloadUrl"]

    async def get(self, path: str, credential: str | None = None, **headers: str) -> httpx2.Response:
        given = {"authorization": f"Bearer {credential}"} if credential else {}
        return await self.site.client.get(path, headers={**given, **headers})

    async def execute(self, statement: str, *arguments: object) -> None:
        async with self.desk.database.acquire() as connection:
            await connection.execute(statement, *arguments)


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> AsyncIterator[Office]:
    """A gateway with the merchants shop, who sold a hundred times, and other."""
    folder: Path = tmp_path_factory.mktemp("office")
    async with new_database() as url:
        database = Database(url, pool_size=2)
        desk = desk_of(database)
        await desk.merchants("shop", "other", zone="Europe/Berlin")
        await desk.tell([settled(f"p{n:03}", f"2026-05-13T12:00:{n % 60:02}", 1_000 + n) for n in range(100)])
        given = settings(folder, url)
        async with running(given) as site:
            yield Office(site, desk, Bench(database, given.exports_folder, timedelta(days=7)))
        await database.close()
