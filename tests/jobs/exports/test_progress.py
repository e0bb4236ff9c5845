"""How far an export is, as its job tells it."""

from pathlib import Path
from typing import Any

import pytest

from jobs import context
from jobs.contract import JobName
from jobs.exports import making
from jobs.exports.producing import produce
from sql import Database
from tests.factories import settled
from tests.jobs.conftest import all_in, context_of, only, until, working
from tests.jobs.exports.conftest import Shop, may
from tests.jobs.exports.test_making import Workshop


async def test_an_export_tells_how_far_it_is_while_it_is_made(
    shop: Shop, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (context, making):
        monkeypatch.setattr(module, "TOLD_EVERY_SECONDS", 0)
    await shop.tell([settled(f"p{n}", f"2026-05-{1 + n:02}T00:00:00", 1_000) for n in range(20)])
    workshop, seen = Workshop(shop, tmp_path / "exports"), []
    document = "{ jobs(names: [MAKE_EXPORT]) { runs { state progress } } }"

    async def ask() -> tuple[str, float | None]:
        [run] = (await shop.desk.data(document))["jobs"][0]["runs"]
        return run["state"], run["progress"]

    async def watched(database: Database, merchant_id: str, spec: Any, sink: Any, tell: Any) -> Any:
        async def tell_and_ask(rows: int) -> None:
            await tell(rows)
            seen.append((rows, *await ask()))

        return await produce(database, merchant_id, spec, sink, tell_and_ask)

    monkeypatch.setattr(making, "produce", watched)
    await workshop.request(may())
    assert await ask() == ("WAITING", None)
    async with working(context_of(shop.database, tmp_path), redis_url, only(JobName.MAKE_EXPORT)):
        await until(all_in(shop.database, "done"))
    assert len(seen) > 1
    assert seen == [(rows, "RUNNING", rows / 20) for rows, *_ in seen]
    assert seen[0][0] < 20
    assert await ask() == ("DONE", 1.0)
