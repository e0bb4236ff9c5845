"""What every Relay connection has: where a page lies, and how far one may ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry

from resolvers.errors import BadInput

MAX_PAGE = 100
DEFAULT_PAGE = 50
DEFAULT_TOP = 10

#: How much of a list below another field is shown, and from where on.
HowMany = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_PAGE}.")]
After = Annotated[str | None, strawberry.argument(name="after", description="The cursor behind which the page begins.")]


@strawberry.type(description="Where a page lies in the whole list.")
class PageInfo:
    """Of a Relay connection."""

    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there is more before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last; null on an empty page.")


def onward(cursors: Sequence[str], behind: str | None, *, more: bool) -> PageInfo:
    """Return where a page lies that goes on behind a cursor, if one was given."""
    return PageInfo(
        has_next_page=more,
        has_previous_page=behind is not None,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )


def require_page(first: int) -> None:
    """Raise BadInput for what is no page."""
    if not 1 <= first <= MAX_PAGE:
        raise BadInput(f"first must lie between 1 and {MAX_PAGE}.")


@dataclass(frozen=True, slots=True)
class Take:
    """How much of a list is wanted, and from which of its ends."""

    count: int
    backward: bool = False


def take(first: int | None, last: int | None) -> Take:
    """Return what `first` or `last` asks for, 50 by default; raise BadInput for both and for what is no page."""
    if first is not None and last is not None:
        raise BadInput("Send first, to go on, or last, to go back; not both.")
    name, count = ("first", first) if last is None else ("last", last)
    if count is not None and not 1 <= count <= MAX_PAGE:
        raise BadInput(f"{name} must lie between 1 and {MAX_PAGE}.")
    return Take(DEFAULT_PAGE if count is None else count, backward=last is not None)
