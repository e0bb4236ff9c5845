"""The loaders of an operation that ends before its statements do."""

import asyncio
import gc
from typing import Any

from resolvers.context import ADMIN, Principal
from resolvers.errors import AnalyticsError
from resolvers.loaders import Loaders


class Stuck:
    """A store that never answers."""

    async def fetch(self, _query: object, **_params: object) -> list[Any]:
        await asyncio.Event().wait()
        return []


async def test_what_an_ended_operation_had_asked_is_stopped_and_nobody_reports_it_as_forgotten() -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: reported.append(told))
    loaders = Loaders(Stuck(), Principal("desk", None, frozenset({ADMIN})))  # type: ignore[arg-type]
    asked, forgotten = loaders.merchants_by_id.load("shop"), loaders.merchants_by_id.load("other")
    await asyncio.sleep(0.01)
    loaders.close()
    await asyncio.sleep(0.01)
    assert isinstance(asked.exception(), AnalyticsError)
    del asked, forgotten, loaders
    gc.collect()
    await asyncio.sleep(0)
    assert reported == []
