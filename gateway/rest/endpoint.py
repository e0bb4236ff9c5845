"""From a request to an answer, the same way for every route."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.auth import Authenticator
from gateway.rest import page
from gateway.rest.answers import failed, told
from gateway.rest.files import file_routes
from gateway.rest.parameters import BadParameter, read_all
from gateway.rest.ranges import Asked
from gateway.rest.routes import PREFIX, ROUTES, RestRoute
from resolvers import operations
from resolvers.context import Principal
from resolvers.errors import AnalyticsError, ErrorCode
from resolvers.executor import Executor
from resolvers.lookup import meant
from resolvers.zones import zone
from sql import StoreUnavailable

FILES = frozenset(f"{PREFIX}{route.path}" for route in file_routes())


class OperationFailed(Exception):
    """An operation had an error; it is told as the answer's."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.error = error


class RestEndpoint:
    """The ASGI application behind one route."""

    def __init__(self, route: RestRoute, executor: Executor, authenticator: Authenticator) -> None:
        self._route = route
        self._executor = executor
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Answer one request; whatever goes wrong has a code."""
        if request.method not in {"GET", "HEAD"}:
            return failed(ErrorCode.METHOD_NOT_ALLOWED.value, "Send GET: these routes only tell.")
        try:
            return await self._answer(request, await self._authenticator.of_request(request))
        except AnalyticsError as error:
            return failed(error.code.value, error.message)
        except BadParameter as error:
            return failed(ErrorCode.BAD_USER_INPUT.value, str(error))
        except OperationFailed as error:
            extensions = error.error["extensions"]
            return failed(extensions["code"], error.error["message"], extensions.get("id"))
        except StoreUnavailable:
            return failed(ErrorCode.STORE_UNAVAILABLE.value, "The database does not answer; try again.")

    async def _answer(self, request: Request, principal: Principal | None) -> Response:
        values = read_all(request.query_params, self._route.all_parameters)
        if principal is not None:
            meant(principal, values["merchantId"], "merchantId=...")
        asked = Asked(values, values["at"] or self._executor.services.clock())
        if asked.needs_zone:
            merchant = await self._run("rest_merchant", {"merchantId": values["merchantId"]}, principal)
            asked = replace(asked, zone=zone(merchant["timezone"]))
        variables = asked.variables(**self._route.variables(asked))
        merchant = await self._run(self._route.operation, variables, principal)
        return told(request, self._route.key, self._route.shape(merchant, asked), self._route.max_age(asked))

    async def _run(self, operation: str, variables: dict[str, Any], principal: Principal | None) -> dict[str, Any]:
        document = operations.document(operation)
        result = await self._executor.execute(document, variables, principal=principal, read_only=True)
        if result.errors:
            raise OperationFailed(result.errors[0])
        assert result.data is not None
        merchant: dict[str, Any] = result.data["merchant"]
        return merchant


class NothingHere:
    """The ASGI application behind every other address below /api, and other methods of the routes with files."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in FILES:
            response = failed(ErrorCode.METHOD_NOT_ALLOWED.value, "Send GET: these routes only tell.")
        else:
            response = failed(ErrorCode.NOT_FOUND.value, "There is no such route; /api/v1/docs lists those that are.")
        await response(scope, receive, send)


def rest_routes(executor: Executor, authenticator: Authenticator) -> list[Route]:
    """Return all routes, the OpenAPI document and its page."""
    return [
        *(Route(f"{PREFIX}{each.path}", RestEndpoint(each, executor, authenticator)) for each in ROUTES),
        Route("/api/v1/openapi.json", page.openapi),
        Route("/api/v1/docs", page.docs),
        Route("/api/{path:path}", NothingHere()),
    ]
