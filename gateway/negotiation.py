"""Which media type an answer has: what `Accept` prefers of what there is (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from typing import Final

GRAPHQL: Final = "application/graphql-response+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
EVENTS: Final = "text/event-stream"


def best(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the offered type that is preferred, the first offered among equals; None where none will do.

    A missing header and one that cannot be read accept anything.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    ranked = [(_quality(media, ranges), -place, media) for place, media in enumerate(offered)]
    quality, _, media = max(ranked)
    return media if quality > (0.0, 0) else None


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            quality = _number(value.strip())
    return media, quality


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """Return the quality that the most specific range gives, and how specific it is, to rank equals."""
    family = media.partition("/")[0] + "/*"
    for specificity, name in ((2, media), (1, family), (0, "*/*")):
        found = [quality for accepted, quality in ranges if accepted == name]
        if found:
            return (max(found), specificity) if max(found) > 0 else (0.0, 0)
    return 0.0, 0
