"""`POST /events`: any number of events, from one to a stream without a known end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.ingest.body import BodyLimits, BodyStopped, body_of
from gateway.ingest.bulk import BulkIngest, ingest_all
from gateway.ingest.parse import Chunk
from gateway.ingest.report import Report
from gateway.ingest.service import IngestService
from resolvers.context import Principal
from resolvers.errors import AnalyticsError, ErrorCode, Unauthenticated
from sql import StoreUnavailable

log = structlog.get_logger("z402.ingest")

Authenticate = Callable[[Request], Awaitable[Principal | None]]

MEDIA_TYPES: Final = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json"})
FEW: Final = 16  # a body of so few events shares its transaction with those of other clients
CLOSE: Final = {"connection": "close"}  # the rest of the body is not read
HEADERS: Final = {401: {"www-authenticate": "Bearer"}, 408: CLOSE, 413: CLOSE, 503: {"retry-after": "1"}}
STATUS: Final = {ErrorCode.UNAUTHENTICATED: 401, ErrorCode.FORBIDDEN: 403, ErrorCode.ISSUER_UNAVAILABLE: 503}


@dataclass(frozen=True, slots=True)
class EventsEndpoint:
    """Answers with counts and refused lines; whatever goes wrong, it says which lines are in."""

    service: IngestService
    authenticate: Authenticate
    limits: BodyLimits

    def route(self) -> Route:
        """The route to mount."""
        return Route("/events", self.handle, methods=["POST"])

    async def handle(self, request: Request) -> Response:
        """Take a body of events."""
        try:
            principal = await self.authenticate(request)
            if principal is None:
                raise Unauthenticated
            principal.require_write(None)
        except AnalyticsError as error:
            return _answer(STATUS.get(error.code, 400), None, error.code.value, error.message)
        if _media_type(request) not in MEDIA_TYPES:
            wanted = "Content-Type must be application/x-ndjson or application/json"
            return _answer(415, None, "UNSUPPORTED_MEDIA_TYPE", wanted)
        return await self._ingest(request, principal.merchant_id)

    async def _ingest(self, request: Request, merchant_id: str | None) -> Response:
        report = Report()
        bulk = BulkIngest(self.service.write, lambda: self.service.terms(merchant_id), report)
        stopped: BodyStopped | None = None
        try:
            try:
                last = await ingest_all(bulk, body_of(request, self.limits))
            except BodyStopped as error:
                stopped = error
                last = await bulk.finish()
            await self._write_last(bulk, last)
        except StoreUnavailable as error:
            await bulk.abandon()
            log.warning("ingest.store_unavailable", reason=str(error), lines=report.lines)
            message = "the database does not answer; lines after `lines` are not known to be in: send them again"
            return _answer(503, report, "STORE_UNAVAILABLE", message)
        if stopped:
            return _answer(stopped.status, report, stopped.code, stopped.message)
        if report.nothing_readable:
            return _answer(400, report, "NO_EVENTS", "no line of the body is an event")
        return _answer(200, report)

    async def _write_last(self, bulk: BulkIngest, chunk: Chunk) -> None:
        """Write the last chunk: alone where it is large or follows others, else with other clients' events."""
        if len(chunk.events) > FEW or bulk.report.lines:
            await bulk.write(chunk)
            return
        submit = self.service.group.submit
        one = len(chunk.events) == 1
        outcomes = [await submit(chunk.events[0])] if one else await asyncio.gather(*map(submit, chunk.events))
        bulk.report.add(chunk, outcomes)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _answer(status: int, report: Report | None, code: str | None = None, message: str | None = None) -> Response:
    error: dict[str, object] = {"code": code, "message": message} if code else {}
    content = orjson.dumps({**error, **(report.told() if report else {})})
    return Response(content, status, HEADERS.get(status), "application/json")
