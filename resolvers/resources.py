"""What is paid for: accesses, and what they came to."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from resolvers.context import Info
from resolvers.errors import BadInput
from resolvers.fields import after, loaded, ready
from resolvers.pages import DEFAULT_TOP, After, HowMany
from resolvers.parts import MAX_RESOURCES
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.resource_figures import ResourceFigures, resource_figures
from resolvers.resource_pages import ResourceConnection, load_resource_page
from resolvers.scope import Scope
from resolvers.selection import names_below
from sql.breakdowns import ResourceTotals

# What the top list tells, beside which all resources can be asked for.
TOP = frozenset({"resources", "resourceCount"})

First = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_RESOURCES}.")]


@strawberry.type(description="Paid resources in a range.")
class Resources(Answer):
    """Those with the most revenue."""

    asked: strawberry.Private[RangeInput]
    resource_count: int = strawberry.field(description="How many resources there are, however many are listed.")
    resources: list[ResourceFigures] = strawberry.field(description="By revenue, the largest first.")

    @loaded(ResourceConnection | None, "All of them one by one, those with the most revenue first.")
    def all(self, first: HowMany = DEFAULT_TOP, cursor: After = None) -> Awaitable[ResourceConnection]:
        return load_resource_page(self.scope, self.window, self.asked, first, cursor)


def load_resources(scope: Scope, asked: RangeInput, first: int, info: Info) -> Awaitable[Resources]:
    """Ask for a range by resource; each is asked for as many as any may list, so that all share a statement.

    Where only pages of all are selected, nothing is asked for beside them.
    """
    require_first(first)
    window = span_of(scope, asked).counted.current
    ask_freshness(scope, window, info)

    def built(found: list[list[ResourceTotals]]) -> Resources:
        rows: Sequence[ResourceTotals] = found[0]
        return Resources(
            scope=scope,
            asked=asked,
            window=window,
            computed_at=scope.computed_at(),
            resource_count=rows[0].resource_count if rows else 0,
            resources=[resource_figures(row) for row in rows[:first]],
        )

    if not names_below(info) & TOP:
        return ready(built([[]]))
    return after(scope.context.loaders.resources_by_part.load(scope.parts((window,))), built)


def require_first(first: int) -> None:
    """Raise BadInput for more resources than any list has."""
    if not 1 <= first <= MAX_RESOURCES:
        raise BadInput(f"first must lie between 1 and {MAX_RESOURCES}.")
