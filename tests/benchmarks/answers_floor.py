"""The least that a server does for a dashboard: Starlette, a pool of asyncpg, one statement by hand, orjson.

python -m tests.benchmarks.answers_floor DATABASE_URL PORT
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resolvers.ranges import RangeArrays, plan
from sql import Q
from sql.database import SEARCH_PATH, prepare_connection
from sql.engine import detect
from tests.benchmarks.by_hand import floors
from tests.benchmarks.dashboard import windows


def app(database_url: str) -> Starlette:
    """One route, which answers POST as the gateway would."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        settings = {"search_path": SEARCH_PATH, "jit": "off"}
        async with asyncpg.create_pool(database_url, init=prepare_connection, server_settings=settings) as pool:
            async with pool.acquire() as connection:
                engine = await detect(connection)
                levels = set(_arrays().levels)
                [app.state.text, _] = await floors(connection, Q.revenue_by_slot, levels, engine.continuous)
            app.state.pool = pool
            yield

    async def dashboard(request: Request) -> Response:
        await request.body()
        async with request.app.state.pool.acquire() as connection:
            rows = await connection.fetch(request.app.state.text, *Q.revenue_by_slot.bind(_arrays().arguments()))
        return Response(orjson.dumps([dict(row) for row in rows], default=str), media_type="application/json")

    return Starlette(routes=[Route("/graphql", dashboard, methods=["POST"])], lifespan=lifespan)


def _arrays() -> RangeArrays:
    return plan([("m1", window) for window in windows()]).arrays


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[1]), port=int(sys.argv[2]), loop="uvloop", http="httptools", log_level="error")
