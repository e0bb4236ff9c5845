"""`GET /exports/{id}`: a finished file, whole or in parts, for who may have it or has its link."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gateway.exports.problems import problem, refused
from jobs.exports.spec import KINDS, ExportSpec
from resolvers.context import EXPORTS, Clock, Principal, Store
from resolvers.errors import AnalyticsError, ErrorCode, Forbidden, Unauthenticated
from resolvers.export_links import ended, holds
from sql import Q
from sql.export_rows import ExportRequest

log = structlog.get_logger("z402.exports")

Authenticate = Callable[[Request], Awaitable[Principal | None]]

ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
INSTANT: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


class LinkEnded(Exception):
    """The link's time is over."""


class _Chunked(FileResponse):
    """A file in larger steps: each is a trip to a thread."""

    chunk_size = 256 * 1024


@dataclass(frozen=True, slots=True)
class Downloads:
    """Gives files out of the folder of exports."""

    store: Store
    folder: Path
    authenticate: Authenticate
    clock: Clock

    def route(self) -> Route:
        """The route to mount."""
        return Route("/exports/{id}", self.handle, methods=["GET", "HEAD"])

    async def handle(self, request: Request) -> Response:
        """Answer with the file, with a part of it, or with why not."""
        try:
            row = await self._allowed(request)
        except LinkEnded:
            return problem(410, "LINK_EXPIRED", "This link is over; ask `Merchant.export` for a new one.")
        except AnalyticsError as error:
            return refused(error)
        return self._file(request, row)

    async def _allowed(self, request: Request) -> ExportRequest:
        """Return the export if its link holds, or who asks may have it; another merchant's is not there."""
        export_id = request.path_params["id"]
        nothing = AnalyticsError(ErrorCode.NOT_FOUND, "There is no such export.")
        signature = request.query_params.get("signature")
        principal = None if signature is not None else await self.authenticate(request)
        if signature is None and principal is None:
            raise Unauthenticated("Send a link with its signature, or Authorization: Bearer and a token.")
        row = await self._row(export_id)
        if row is None:
            raise nothing
        if signature is not None:
            _require_link(row, request.query_params.get("expires", ""), signature, self.clock())
        elif principal is None or (principal.merchant_id not in {None, row.merchant_id}):
            raise nothing
        else:
            principal.require(EXPORTS, row.merchant_id)
        return row

    async def _row(self, export_id: str) -> ExportRequest | None:
        if not ID.fullmatch(export_id):
            return None
        found: list[ExportRequest] = await self.store.fetch(Q.exports_by_id, export_ids=[export_id])
        return found[0] if found else None

    def _file(self, request: Request, row: ExportRequest) -> Response:
        if row.state in {"queued", "running"}:
            return problem(409, "NOT_FINISHED", "The file is not made yet; ask again in a moment.")
        if row.state == "failed":
            return problem(410, "EXPORT_FAILED", row.error or "The file could not be made.")
        if row.state == "expired" or row.expires_at is None or row.expires_at <= self.clock():
            return problem(410, "EXPORT_EXPIRED", "The file's time is over; ask for it again.")
        path = self.folder / (row.stored_as or "")
        if not row.stored_as or not row.digest or not path.is_file():
            log.warning("export.file_missing", export_id=row.export_id)
            return problem(410, "FILE_MISSING", "The file is not in this server's folder of exports; ask for it again.")
        return _answer(request, path, row, row.digest)


def _require_link(row: ExportRequest, expires: str, signature: str, now: datetime) -> None:
    if not INSTANT.fullmatch(expires) or not holds(row.export_id, row.link_key, int(expires), signature):
        raise Forbidden("This link was not made here, or was changed.")
    if ended(int(expires), now):
        raise LinkEnded


def _answer(request: Request, path: Path, row: ExportRequest, digest: bytes) -> Response:
    etag = f'"{digest.hex()[:40]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}:
        return Response(status_code=304, headers=headers)
    spec = ExportSpec.of_json(row.spec)
    media_type = KINDS[spec.format].media_type
    return _Chunked(path, headers=headers, media_type=media_type, filename=spec.file_name(row.merchant_id))
