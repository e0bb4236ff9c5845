"""Routes that answer with files, as the OpenAPI document tells them; they are served elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from gateway.exports import analytics as exports
from gateway.reports import FORMAT, PERIODS, VERSION
from gateway.rest.parameters import MERCHANT, Parameter
from jobs.exports.spec import KINDS
from jobs.reports.kinds import Kind
from jobs.reports.model import Report

TEXT: Final[Mapping[str, Any]] = {"type": "string"}
REPORT_PART: Final = "#/components/schemas/Report.{name}"


class NumberedReport(Report, frozen=True):
    """A report's data, in the names of the GraphQL schema: amounts in zatoshi, rates percent, times in milliseconds.

    `version` is null where it was made just now and kept nowhere; `digest` is the SHA-256 of the data in hexadecimal.
    """

    version: int | None
    digest: str


@cache
def report_schemas() -> dict[str, Any]:
    """Return the schemas of a report's parts, by their names in the document's components."""
    _, parts = msgspec.json.schema_components([NumberedReport], ref_template=REPORT_PART)
    # Any amount is told as digits, which no reader of JSON rounds.
    parts["Amount"]["properties"]["zatoshi"] = {"type": "string", "pattern": "^-?[0-9]+$"}
    return {f"Report.{name}": part for name, part in parts.items()}


REPORT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["success", "report"],
    "properties": {
        "success": {"const": True},
        "report": {"$ref": REPORT_PART.format(name=NumberedReport.__name__)},
    },
}


@dataclass(frozen=True, slots=True)
class FileRoute:
    """A route, the media types that its answers have, each with a schema, and their headers."""

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    content: Mapping[str, Mapping[str, Any]]
    headers: tuple[str, ...]


def _report(kind: Kind) -> FileRoute:
    noun = "month" if kind is Kind.MONTHLY else "week"
    return FileRoute(
        f"/reports/{kind.lower()}",
        f"The report of a {noun}: JSON, a page made for print, or a PDF.",
        (PERIODS[kind], FORMAT, VERSION, MERCHANT),
        {"application/json": REPORT, "text/html": TEXT, "application/pdf": TEXT},
        ("ETag", "Cache-Control"),
    )


def file_routes() -> tuple[FileRoute, ...]:
    """Return the routes, reports first."""
    media = {kind.media_type.partition(";")[0] for kind in KINDS.values()}
    return (
        *(_report(kind) for kind in Kind),
        FileRoute(
            "/export",
            "The payments of a range as a file: for spreadsheets, programs and books.",
            exports.PARAMETERS,
            {name: {} if name == "application/json" else TEXT for name in sorted(media)},
            ("Cache-Control",),
        ),
    )
