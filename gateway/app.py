"""The application: every part made once and put together. Nothing imports this module but the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import redis.asyncio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from gateway import health
from gateway.auth import Authenticator
from gateway.caching import Caching
from gateway.event_stream import EventStream
from gateway.exports.analytics import ExportEndpoint
from gateway.exports.download import Downloads
from gateway.exports.stream import Streams
from gateway.graphql import GraphQLEndpoint
from gateway.graphql_socket import GraphQLSocket
from gateway.hub.hub import Hub
from gateway.ingest.body import BodyLimits
from gateway.ingest.changes import tell_nobody
from gateway.ingest.http import EventsEndpoint
from gateway.ingest.service import IngestService
from gateway.jwks import IssuerKeys
from gateway.middleware import Degraded, Measured, SecurityHeaders
from gateway.origins import AllowedOrigins
from gateway.provision import database_of
from gateway.reports import ReportEndpoint
from gateway.rest.endpoint import rest_routes
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.telemetry import STATEMENTS
from gateway.web.pages import asset_routes, dashboard_page
from jobs.alerts.rules import WebhookRules
from jobs.reports.kinds import Kind
from resolvers.context import Services
from resolvers.errors import ErrorCode
from resolvers.executor import Executor
from sql import Database, StoreUnavailable


def create_app(given: Settings) -> Starlette:
    """Return the application of provisioned settings; no connection is made before it is needed.

    A database that is away at the start is found when it comes, and until then missed with a coded error.
    """
    database = open_database(given)
    cache = redis.asyncio.Redis.from_url(given.redis_url, socket_timeout=2) if given.redis_url else None
    kept = Caching(given.redis_url) if given.redis_url else None
    ingest = IngestService(database, given.raw_retention.months, notify=kept.changes if kept else tell_nobody)
    rules = WebhookRules(given.webhook_http, given.webhook_private_addresses)
    services = Services(database, ingest=ingest, erasure=ingest, webhook_rules=rules)
    if kept:
        services = replace(services, answers=kept.answers, merchant_changed=kept.changes.profile_changed)
    executor = Executor(services)
    issuer = IssuerKeys(given.jwks_url) if given.jwks_url else None
    authenticator = Authenticator(database, given.jwt_secret, issuer=issuer, audience=given.jwks_audience)
    hub = Hub(executor, given.redis_url)
    sessions = Sessions(authenticator, executor.services.clock, given.max_live_connections)
    stream = EventStream(executor, hub, sessions)
    downloads = Downloads(database, given.exports_folder, authenticator.of_request, executor.services.clock)
    exports = ExportEndpoint(executor.services, Streams(database), authenticator)
    events = EventsEndpoint(ingest, authenticator.of_request, BodyLimits(given.max_ingest_bytes))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if kept:
            await kept.open()
        try:
            yield
        finally:
            await sessions.close()
            await hub.close()
            await ingest.close()
            for client in (issuer, kept, database):
                if client is not None:
                    await client.close()
            if cache is not None:
                await cache.aclose()

    app = Starlette(
        routes=[
            Route("/graphql", GraphQLEndpoint(executor, authenticator, stream, given.max_body_bytes)),
            WebSocketRoute(
                "/graphql",
                GraphQLSocket(executor, hub, sessions, authenticator, given.max_body_bytes, given.allowed_origins),
            ),
            Route("/", dashboard_page),
            events.route(),
            downloads.route(),
            exports.route(),
            *(ReportEndpoint(kind, database, executor, authenticator).route() for kind in Kind),
            *rest_routes(executor, authenticator),
            *health.ROUTES,
            *asset_routes(),
        ],
        middleware=[
            Middleware(Measured),
            *([Middleware(AllowedOrigins, given.allowed_origins)] if given.allowed_origins else ()),
            Middleware(SecurityHeaders),
            *([Middleware(Degraded, lambda: kept.answers.degraded)] if kept else ()),
        ],
        exception_handlers={StoreUnavailable: store_unavailable},
        lifespan=lifespan,
    )
    app.state.database = database
    app.state.redis = cache
    app.state.issuer = issuer
    app.state.executor = executor
    return app


def open_database(given: Settings) -> Database:
    """Return the database of the settings, with its statements counted."""
    database = Database(
        database_of(given),
        pool_size=given.pool_size,
        acquire_timeout=given.acquire_timeout_ms / 1000,
        statement_timeout_ms=given.statement_timeout_ms,
        statement_cache_size=given.statement_cache_size,
    )
    database.on_statement = lambda name: STATEMENTS.labels(query=name).inc()
    return database


async def store_unavailable(_: Request, __: Exception) -> Response:
    """Answer for a route that the database failed."""
    message = "The database does not answer; try again."
    body = {"code": ErrorCode.STORE_UNAVAILABLE.value, "message": message}
    return JSONResponse(body, status_code=503, headers={"retry-after": "1"})
