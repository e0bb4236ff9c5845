"""The one way in: HTTP, sockets, REST, reports and the cache warmer all run documents here."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError, get_operation_ast, parse
from graphql import OperationType as Kind
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from resolvers.context import ADMIN, Principal, Request, Services
from resolvers.errors import ErrorCode
from resolvers.gathering import Gathering
from resolvers.limits import Limits
from resolvers.operation import look_again_soon, mask, operation_context
from resolvers.operations import document
from resolvers.planned.known import Plans
from resolvers.planned.plan import Plan
from resolvers.schema import build_schema
from resolvers.watching import Watch

log = structlog.get_logger("z402.resolvers")

READING = frozenset({OperationType.QUERY})
ANSWERING = frozenset({OperationType.QUERY, OperationType.MUTATION})
WATCHING = frozenset({OperationType.SUBSCRIPTION})
OURSELVES = Principal("z402-analytics", None, frozenset({ADMIN}))


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: `data` where resolvers ran (`executed`), errors in their wire form, each with a code.

    `degraded` tells that it was computed without what is kept, since Redis is away: it is right, and took longer.
    """

    data: dict[str, Any] | None
    errors: tuple[dict[str, Any], ...] = ()
    executed: bool = True
    degraded: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the errors, in order."""
        return tuple(error["extensions"]["code"] for error in self.errors)

    def payload(self) -> dict[str, Any]:
        """Return the response map: without `data` where nothing was executed, without `errors` where none are."""
        answer: dict[str, Any] = {"data": self.data} if self.executed else {}
        if self.errors:
            answer["errors"] = list(self.errors)
        if self.degraded:
            answer["extensions"] = {"degraded": ["cache"]}
        return answer


def refused(code: ErrorCode, message: str) -> Result:
    """Return the answer to what is not executed."""
    return Result(None, ({"message": message, "extensions": {"code": code.value}},), executed=False)


class Executor:
    """Runs documents against the schema; one per process, for any number of operations at once."""

    def __init__(self, services: Services, limits: Limits | None = None) -> None:
        self.services = services
        self.limits = limits or Limits()
        self.schema = build_schema(self.limits)
        self._gathering = Gathering(services.database)
        self._plans = Plans()

    async def execute(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        principal: Principal | None = None,
        *,
        read_only: bool = False,
    ) -> Result:
        """Run a query or a mutation; with `read_only`, a query. Never raises for what a client can do."""
        request = Request(self.services, principal)
        try:
            result = await self.schema.execute(
                document,
                variable_values=dict(variables or {}),
                context_value=request,
                operation_name=operation_name,
                allowed_operation_types=READING if read_only else ANSWERING,
            )
        except MissingQueryError:
            return refused(ErrorCode.BAD_REQUEST, "There is no document to run.")
        except CannotGetOperationTypeError:
            return refused(ErrorCode.OPERATION_NOT_FOUND, "The document has no operation of that name.")
        except InvalidOperationTypeError as error:
            return _wrong_type(error.operation_type)
        assert isinstance(result, ExecutionResult)
        errors = mask(request, result, operation_name) if result.errors else []
        executed = _was_executed(result)
        return Result(result.data, tuple(map(_formatted, errors)), executed, executed and self._is_degraded())

    def _is_degraded(self) -> bool:
        return self.services.answers is not None and self.services.answers.degraded

    def is_subscription(self, document: str, operation_name: str | None) -> bool:
        """Tell whether a document's operation is one to watch; no, too, where running it will say what is wrong."""
        if self._plans.knows(document, operation_name):
            return True
        try:
            parsed = parse(document, no_location=True, max_tokens=self.limits.max_tokens)
        except GraphQLSyntaxError:
            return False
        operation = get_operation_ast(parsed, operation_name)
        return operation is not None and operation.operation is Kind.SUBSCRIPTION

    async def look(
        self,
        document: str,
        variables: Mapping[str, Any],
        operation_name: str | None,
        principal: Principal,
        watch: Watch,
    ) -> Result:
        """Run a subscription once: what it shows now. `watch` is told what that depends on."""
        request = Request(self.services, principal, watch, self._gathering)
        known = self._plans.of(document, operation_name, variables)
        try:
            async with asyncio.timeout(self.limits.time_limit_seconds):
                if known is not None and (data := await _planned(known, request)) is not None:
                    return Result(data)
                result = await self._first(document, variables, operation_name, request)
        except TimeoutError:
            return refused(ErrorCode.TIMEOUT, "This took too long; ask for less, or try again.")
        errors = tuple(map(_formatted, result.errors or ()))
        if known is None and result.data is not None and not errors:
            self._plans.learn(self.schema, document, operation_name, variables)
        return Result(result.data, errors, executed=not isinstance(result, PreExecutionError))

    async def _first(
        self, document: str, variables: Mapping[str, Any], operation_name: str | None, request: Request
    ) -> ExecutionResult:
        """Return the first result of a subscription, its errors masked by `resolvers.operation`."""
        stream = await self.schema.stream(
            document,
            variable_values=dict(variables),
            context_value=request,
            operation_name=operation_name,
            allowed_operation_types=WATCHING,
        )
        async with aclosing(stream):
            result = await anext(stream)
        assert isinstance(result, ExecutionResult)
        return result

    async def run_named(self, name: str, variables: Mapping[str, Any], principal: Principal = OURSELVES) -> Result:
        """Run a query of `resolvers/operations`, by default as the program itself, which may see all merchants."""
        return await self.execute(document(name), variables, principal=principal, read_only=True)


async def _planned(plan: Plan, request: Request) -> dict[str, Any] | None:
    """Return the data by a plan; None where it gave up, or anything went wrong, which graphql-core will tell."""
    with operation_context(request) as context:
        try:
            data = await plan.look(context)
            look_again_soon(context)
            return data
        except Exception as error:  # noqa: BLE001  not hidden: the operation is run again, and says it
            log.debug("look.unplanned", error=type(error).__name__)
            return None


def _wrong_type(operation_type: OperationType) -> Result:
    if operation_type is OperationType.SUBSCRIPTION:
        message = "A subscription needs a WebSocket (graphql-transport-ws), or Accept: text/event-stream."
        return refused(ErrorCode.BAD_REQUEST, message)
    return refused(ErrorCode.METHOD_NOT_ALLOWED, "A mutation needs POST.")


def _was_executed(result: ExecutionResult) -> bool:
    if isinstance(result, PreExecutionError):
        return False
    # Variables that cannot be coerced fail before any field does, so that no error has a path.
    return result.data is not None or any(error.path for error in result.errors or [])


def _formatted(error: GraphQLError) -> dict[str, Any]:
    return dict(error.formatted)
