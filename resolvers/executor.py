"""The one way in: HTTP, sockets, REST, reports and the cache warmer all run documents here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from resolvers.context import ADMIN, Principal, Request, Services
from resolvers.errors import ErrorCode
from resolvers.limits import Limits
from resolvers.operation import mask
from resolvers.operations import document
from resolvers.schema import build_schema

READING = frozenset({OperationType.QUERY})
ANSWERING = frozenset({OperationType.QUERY, OperationType.MUTATION})
OURSELVES = Principal("z402-analytics", None, frozenset({ADMIN}))


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: `data` where resolvers ran (`executed`), errors in their wire form, each with a code."""

    data: dict[str, Any] | None
    errors: tuple[dict[str, Any], ...] = ()
    executed: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the errors, in order."""
        return tuple(error["extensions"]["code"] for error in self.errors)

    def payload(self) -> dict[str, Any]:
        """Return the response map: without `data` where nothing was executed, without `errors` where none are."""
        answer: dict[str, Any] = {"data": self.data} if self.executed else {}
        return {**answer, "errors": list(self.errors)} if self.errors else answer


def refused(code: ErrorCode, message: str) -> Result:
    """Return the answer to what is not executed."""
    return Result(None, ({"message": message, "extensions": {"code": code.value}},), executed=False)


class Executor:
    """Runs documents against the schema; one per process, for any number of operations at once."""

    def __init__(self, services: Services, limits: Limits | None = None) -> None:
        self.services = services
        self.schema = build_schema(limits or Limits())

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
        return Result(result.data, tuple(map(_formatted, errors)), executed=_was_executed(result))

    async def run_named(self, name: str, variables: Mapping[str, Any], principal: Principal = OURSELVES) -> Result:
        """Run a query of `resolvers/operations`, by default as the program itself, which may see all merchants."""
        return await self.execute(document(name), variables, principal=principal, read_only=True)


def _wrong_type(operation_type: OperationType) -> Result:
    if operation_type is OperationType.SUBSCRIPTION:
        return refused(ErrorCode.BAD_REQUEST, "A subscription needs a WebSocket (graphql-transport-ws).")
    return refused(ErrorCode.METHOD_NOT_ALLOWED, "A mutation needs POST.")


def _was_executed(result: ExecutionResult) -> bool:
    if isinstance(result, PreExecutionError):
        return False
    # Variables that cannot be coerced fail before any field does, so that no error has a path.
    return result.data is not None or any(error.path for error in result.errors or [])


def _formatted(error: GraphQLError) -> dict[str, Any]:
    return dict(error.formatted)
