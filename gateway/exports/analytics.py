"""`GET /api/v1/analytics/export`: a file at once, with the parameters of the REST routes."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.auth import Authenticator
from gateway.exports.stream import AWAY, Streams
from gateway.rest.answers import failed
from gateway.rest.parameters import MERCHANT, BadParameter, Parameter, choice, read_all
from gateway.rest.ranges import SPAN, Asked, by_span
from gateway.rest.routes import PREFIX
from jobs.exports.columns import ExportColumn
from jobs.exports.spec import STATES, BadSpec, ExportFormat, Grouping
from resolvers.context import EXPORTS, MERCHANT_ID, Context, Services
from resolvers.context import Request as Asking
from resolvers.errors import AnalyticsError, ErrorCode, Unauthenticated
from resolvers.export_requests import RequestExportInput, spec_of
from resolvers.loaders import Loaders
from resolvers.lookup import meant, not_found
from resolvers.payment_enums import PaymentState
from resolvers.range_input import BetweenInput, RangeInput, RangePeriod
from resolvers.scalars import read_time
from resolvers.zones import zone
from sql import Q, StoreUnavailable
from sql.rows import Merchant


def _words(name: str, values: tuple[str, ...], description: str) -> Parameter:
    def read(text: str) -> list[str]:
        words = [word.strip() for word in text.split(",") if word.strip()]
        for word in words:
            if word not in values:
                raise ValueError(f"send some of {', '.join(values)}, parted by commas")
        return words

    schema = {"type": "array", "items": {"type": "string", "enum": list(values)}}
    return Parameter(name, read, description, schema)


def _currency(text: str) -> str:
    return text


FORMATS: Final = tuple(each.value for each in ExportFormat)
COLUMNS: Final = tuple(each.value for each in ExportColumn)
GROUPINGS: Final = tuple(each.value for each in Grouping)
GROUPING: Final = Parameter(
    "grouping",
    choice("grouping", GROUPINGS, "", "").read,
    "What a line of a bank statement or a DATEV batch is; day by default.",
    {"type": "string", "enum": list(GROUPINGS)},
)
PARAMETERS: Final = (
    choice("format", FORMATS, "csv", "What the file is."),
    *SPAN,
    choice("includeMetadata", ("true", "false"), "false", "Whether metadata follow the columns."),
    _words("columns", COLUMNS, "Which columns, in this order; all but metadata by default."),
    _words("states", STATES, "Only payments that stand so; all by default."),
    Parameter(
        "currency",
        _currency,
        "A currency for values in books, such as EUR; quickbooks, xero and datev need one.",
        {"type": "string"},
    ),
    GROUPING,
    MERCHANT,
)


class ExportEndpoint:
    """Streams files."""

    def __init__(self, services: Services, streams: Streams, authenticator: Authenticator) -> None:
        self._services = services
        self._streams = streams
        self._authenticator = authenticator

    def route(self) -> Route:
        """The route to mount, before those that take any address."""
        return Route(f"{PREFIX}/export", self.handle, methods=["GET", "HEAD"])

    async def handle(self, request: Request) -> Response:
        """Answer with the file, or with why not."""
        try:
            return await self._answer(request)
        except AnalyticsError as error:
            return failed(error.code.value, error.message)
        except BadParameter as error:
            return failed(ErrorCode.BAD_USER_INPUT.value, str(error))
        except BadSpec as error:
            return failed(ErrorCode.BAD_USER_INPUT.value, error.sentence)
        except StoreUnavailable:
            return failed(ErrorCode.STORE_UNAVAILABLE.value, AWAY)

    async def _answer(self, request: Request) -> Response:
        principal = await self._authenticator.of_request(request)
        if principal is None:
            raise Unauthenticated
        values = read_all(request.query_params, PARAMETERS)
        named = meant(principal, values["merchantId"], "merchantId=...")
        principal.require(EXPORTS, named)
        merchant = await self._merchant(named)
        context = Context(
            Asking(self._services, principal), Loaders(self._services.database, principal), self._services.clock()
        )
        asked = Asked(values, context.now, zone(merchant.zone))
        return self._streams.of(named, spec_of(context, merchant, _input(asked)))

    async def _merchant(self, merchant_id: str) -> Merchant:
        found: list[Merchant] = []
        if MERCHANT_ID.fullmatch(merchant_id):
            found = await self._services.database.fetch(Q.merchants_by_id, merchant_ids=[merchant_id])
        if not found:
            raise not_found(merchant_id)
        return found[0]


def _input(asked: Asked) -> RequestExportInput:
    values = asked.values
    return RequestExportInput(
        format=ExportFormat(values["format"]),
        range=_range(by_span(asked)),
        columns=[ExportColumn(name) for name in values["columns"] or ()],
        include_metadata=values["includeMetadata"] == "true",
        states=[PaymentState(name) for name in values["states"] or ()],
        currency=values["currency"],
        grouping=Grouping(values["grouping"]) if values["grouping"] else None,
    )


def _range(told: dict[str, Any]) -> RangeInput:
    """The range that a GraphQL document would be given."""
    if "between" in told:
        start, end = (read_time(told["between"][name]) for name in ("start", "end"))
        return RangeInput(between=BetweenInput(start=start, end=end))
    if "period" in told:
        return RangeInput(period=RangePeriod[told["period"]])
    return RangeInput(days=told["days"])
