"""Routes that answer with files, as the OpenAPI document tells them; they are served elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.exports import analytics as exports
from gateway.reports import FORMAT, PERIODS, VERSION
from gateway.rest.parameters import MERCHANT, Parameter
from jobs.exports.spec import KINDS
from jobs.reports.kinds import Kind

TEXT: Final[Mapping[str, Any]] = {"type": "string"}
REPORT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["success", "report"],
    "properties": {"success": {"const": True}, "report": {"type": "object"}},
}


@dataclass(frozen=True, slots=True)
class FileRoute:
    """A route and the media types that its answers have, each with a schema."""

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    content: Mapping[str, Mapping[str, Any]]


def _report(kind: Kind) -> FileRoute:
    noun = "month" if kind is Kind.MONTHLY else "week"
    return FileRoute(
        f"/reports/{kind.lower()}",
        f"The report of a {noun}: JSON, a page made for print, or a PDF.",
        (PERIODS[kind], FORMAT, VERSION, MERCHANT),
        {"application/json": REPORT, "text/html": TEXT, "application/pdf": TEXT},
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
        ),
    )
