"""Instants as people type them."""

from datetime import datetime

import typer


def instant(text: str | None) -> datetime | None:
    """Read an ISO 8601 instant; raises BadParameter where the text is none or names no zone."""
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; give one like 2026-03-01T00:00:00Z") from None
    if value.tzinfo is None:
        raise typer.BadParameter(f"{text!r} names no zone; add Z or an offset such as +01:00")
    return value
