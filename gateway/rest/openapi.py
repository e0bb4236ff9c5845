"""The OpenAPI 3.1 document, written from the table of routes and the classes of their answers."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec

from gateway.rest.answers import BUSY
from gateway.rest.counts import COUNTS
from gateway.rest.files import FileRoute, file_routes, report_schemas
from gateway.rest.parameters import Parameter
from gateway.rest.routes import PREFIX, ROUTES, RestRoute
from resolvers.errors import ErrorCode

SCHEMAS: Final = "#/components/schemas/{name}"
FAILURES: Final = {
    "400": "A parameter cannot be meant; the message says what to send instead.",
    "401": "Nobody says who asks, or the credentials do not hold.",
    "403": "Who asks may not see this merchant.",
    "404": "There is no such merchant.",
    "422": "The question is understood and cannot be answered; the message says what to ask instead.",
    "500": "Something went wrong on our side; `id` finds it in the server's log.",
    "503": "The database does not answer, or too many files are on their way already; `Retry-After` says when to try "
    "again.",
    "504": "It took too long and was stopped.",
}
FAILURE: Final = {
    "type": "object",
    "required": ["success", "error", "code"],
    "properties": {
        "success": {"const": False},
        "error": {"type": "string", "description": "What went wrong, and what to send instead."},
        "code": {"type": "string", "enum": [*(code.value for code in ErrorCode), BUSY]},
        "id": {"type": "string", "description": "Of INTERNAL: what finds the failure in the server's log."},
    },
    "additionalProperties": False,
}


@cache
def document() -> dict[str, Any]:
    """Return the document; the same object at each call."""
    schemas, components = msgspec.json.schema_components([route.answer for route in ROUTES], ref_template=SCHEMAS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Z402 Analytics",
            "version": version("z402-analytics"),
            "description": "A merchant's figures, read only. Amounts are ZEC, exact; rates are percent with two "
            "decimals; hours, days, weeks and months are those of the merchant's zone; times are UTC. A parameter that "
            "a route does not have is refused, but for `_`, which means nothing.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"key": []}],
        "paths": {
            f"{PREFIX}{route.path}": {"get": _operation(route, schema)}
            for route, schema in zip(ROUTES, schemas, strict=True)
        }
        | {f"{PREFIX}{route.path}": {"get": _file(route)} for route in file_routes()},
        "components": {
            "schemas": {**components, **report_schemas(), "Failure": FAILURE},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _operation(route: RestRoute, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": _answer(route.key, schema)}
    operation = _get(route.path, route.summary, route.all_parameters, content, headers=("ETag", "Cache-Control"))
    return {**operation, "description": COUNTS[route.path]}


def _file(route: FileRoute) -> dict[str, Any]:
    return _get(route.path, route.summary, route.parameters, route.content, headers=route.headers)


def _get(
    path: str,
    summary: str,
    parameters: Sequence[Parameter],
    content: Mapping[str, Mapping[str, Any]],
    headers: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "operationId": path.strip("/").replace("/", "-"),
        "summary": summary,
        "parameters": [_parameter(parameter) for parameter in parameters],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {name: {"schema": {"type": "string"}} for name in headers},
                "content": {media: {"schema": dict(schema)} for media, schema in content.items()},
            },
            "304": {"description": "It is what `If-None-Match` names."},
            **{status: _failure(text) for status, text in FAILURES.items()},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }


def _answer(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["success", key],
        "properties": {"success": {"const": True}, key: schema},
        "additionalProperties": False,
    }


def _failure(description: str) -> dict[str, Any]:
    schema = {"$ref": SCHEMAS.format(name="Failure")}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
