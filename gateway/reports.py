"""`GET /api/v1/analytics/reports/monthly` and `/weekly`: a report as JSON, a page or a PDF."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.auth import Authenticator
from gateway.rest.answers import VARY, failed, has_tag, told
from gateway.rest.lifetimes import DAILY, HOURLY, LONGER
from gateway.rest.parameters import MERCHANT, BadParameter, Parameter, choice, read_all, whole
from gateway.rest.routes import PREFIX
from jobs.reports.collect import ReportFailed
from jobs.reports.kinds import Kind, NoSuchPeriod, Subject, latest, subject
from jobs.reports.offer import MEDIA_TYPES, Form, NoSuchVersion, Offered, offer
from jobs.reports.pdf import PdfUnavailable
from resolvers.context import READ, Services
from resolvers.errors import AnalyticsError, ErrorCode, Unauthenticated
from resolvers.executor import Executor
from resolvers.lookup import meant, not_found
from sql import Database, Q, StoreUnavailable
from sql.rows import Merchant

#: Nothing but its own style: a report's text comes from events, and asks nobody for anything.
CONTENT_SECURITY_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
FORMAT = choice("format", tuple(form.value for form in Form), "json", "What the report is written as.")
VERSION = whole("version", 1, 999_999, None, "A version that was kept; the newest by default.")


def _text(name: str, example: str, description: str) -> Parameter:
    return Parameter(name, str, description, {"type": "string", "examples": [example]})


MONTH = _text("month", "2026-10", "The month, as 2026-10; the last one that is over by default.")
WEEK = _text("week", "2026-10-26", "The first day of the week, as 2026-10-26; the last one that is over by default.")
PERIODS: Final = {Kind.MONTHLY: MONTH, Kind.WEEKLY: WEEK}


class ReportEndpoint:
    """Answers for one kind of report."""

    def __init__(self, kind: Kind, database: Database, executor: Executor, authenticator: Authenticator) -> None:
        self._kind = kind
        self._database = database
        self._executor = executor
        self._authenticator = authenticator
        self._services: Services = executor.services

    def route(self) -> Route:
        """Return the route, which has a place before those of the table."""
        return Route(f"{PREFIX}/reports/{self._kind.lower()}", self.respond, methods=["GET", "HEAD"])

    async def respond(self, request: Request) -> Response:
        """Answer one request; whatever goes wrong has a code."""
        try:
            values = read_all(request.query_params, (PERIODS[self._kind], FORMAT, VERSION, MERCHANT))
            merchant = await self._merchant(request, values["merchantId"])
            period = values[PERIODS[self._kind].name]
            about = self._subject(merchant, period)
            found = await offer(
                self._database, self._executor, about, values["version"], week_start=merchant.week_start
            )
            return await self._written(request, about, found, Form(values["format"]), moves=period is None)
        except AnalyticsError as error:
            return failed(error.code.value, error.message)
        except (BadParameter, NoSuchPeriod) as error:
            return failed(ErrorCode.BAD_USER_INPUT.value, str(error))
        except NoSuchVersion as error:
            return failed(ErrorCode.NOT_FOUND.value, str(error))
        except ReportFailed as error:
            code = str(error).partition(",")[0]
            return failed(code, "The figures of this period cannot be had.")
        except PdfUnavailable:
            return failed(ErrorCode.BAD_USER_INPUT.value, "This installation makes no PDF; send format=html.")
        except StoreUnavailable:
            return failed(ErrorCode.STORE_UNAVAILABLE.value, "The database does not answer; try again.")

    async def _merchant(self, request: Request, named: str | None) -> Merchant:
        principal = await self._authenticator.of_request(request)
        if principal is None:
            raise Unauthenticated
        merchant_id = meant(principal, named, "merchantId=...")
        principal.require(READ, merchant_id)
        merchant: Merchant | None = await self._database.fetch_one(Q.merchants_by_id, merchant_ids=[merchant_id])
        if merchant is None:
            raise not_found(merchant_id)
        return merchant

    def _subject(self, merchant: Merchant, period: str | None) -> Subject:
        if period is None:
            now = self._services.clock()
            return latest(merchant.merchant_id, self._kind, merchant.zone, merchant.week_start, now)
        return subject(merchant.merchant_id, self._kind, period, merchant.zone)

    async def _written(self, request: Request, about: Subject, found: Offered, form: Form, *, moves: bool) -> Response:
        # What was kept changes with a new version only; what was made now, with the events; the last one, by itself.
        over = about.end <= self._services.clock()
        max_age = HOURLY if moves or not over else LONGER if found.version.number else DAILY
        if form is Form.JSON:
            return told(request, "report", found.envelope(), max_age)
        etag = f'"{found.version.number}-{found.version.digest[:24]}-{form}"'
        headers = {
            "etag": etag,
            "cache-control": f"private, max-age={max_age}",
            "vary": VARY,
            "content-security-policy": CONTENT_SECURITY_POLICY,
            "content-disposition": f'inline; filename="{about.merchant_id}-{about.period}.{form}"',
        }
        if has_tag(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers=headers)
        return Response(await found.write(form), headers=headers, media_type=MEDIA_TYPES[form])
