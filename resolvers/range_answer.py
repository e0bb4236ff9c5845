"""What every answer about a range says of itself: its window, and how fresh it is."""

from collections.abc import Awaitable
from datetime import datetime

import strawberry

from resolvers.context import Info
from resolvers.fields import after, loaded
from resolvers.periods import Window
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.totals import Totals

ASKED = frozenset({"asOf", "newestEventAt"})


@strawberry.type(description="An answer about a range.")
class Answer:
    """Its freshness is asked only where it is selected: it comes with the totals of the same window."""

    scope: strawberry.Private[Scope]
    window: Window = strawberry.field(description="What is counted: the range, up to `at`.")
    computed_at: datetime = strawberry.field(description="When this answer was computed.")

    @loaded(datetime | None, "The instant up to which every acknowledged event is included.")
    def as_of(self) -> Awaitable[datetime]:
        return after(self._totals(), lambda totals: self.scope.fresh(totals.as_of))

    @loaded(datetime | None, "Time of the newest payment event of the window; null without one.")
    def newest_event_at(self) -> Awaitable[datetime | None]:
        return after(self._totals(), lambda totals: totals.newest_event_at)

    def _totals(self) -> Awaitable[Totals]:
        return self.scope.totals(self.window)


def ask_freshness(scope: Scope, window: Window, info: Info) -> None:
    """Ask already now for how fresh an answer is, where that is selected, in the statement of all other totals."""
    if names_below(info) & ASKED:
        scope.prefetch_totals(window)
