"""What is paid for: accesses, and what they came to."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from resolvers.comparison import percentage
from resolvers.context import Info
from resolvers.errors import BadInput
from resolvers.fields import after
from resolvers.money import Money, money
from resolvers.parts import MAX_RESOURCES
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.scalars import percent
from resolvers.scope import Scope
from sql.breakdowns import ResourceTotals

First = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_RESOURCES}.")]


@strawberry.type(description="A paid resource in a range.")
class ResourceFigures:
    """Its traffic comes from accesses, its money from settled payments."""

    resource: str | None = strawberry.field(description="The resource; null where payments told none.")
    access_count: int = strawberry.field(description="Requests: answered with 402, and paid.")
    challenged_count: int = strawberry.field(description="Requests answered with 402, payment required.")
    paid_count: int = strawberry.field(description="Requests paid for and served.")
    conversion_rate: float | None = strawberry.field(
        description=(
            "Paid requests per request answered with 402, in percent, to six decimals; above 100 where some were "
            "challenged before the range; null where none was challenged."
        )
    )
    settled_count: int = strawberry.field(description="Payments settled for it.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled for it.")


@strawberry.type(description="Paid resources in a range.")
class Resources(Answer):
    """Those with the most revenue."""

    resource_count: int = strawberry.field(description="How many resources there are, however many are listed.")
    resources: list[ResourceFigures] = strawberry.field(description="By revenue, the largest first.")


def load_resources(scope: Scope, asked: RangeInput, first: int, info: Info) -> Awaitable[Resources]:
    """Ask for a range by resource; each is asked for as many as any may list, so that all share a statement."""
    require_first(first)
    window = span_of(scope, asked).counted.current
    ask_freshness(scope, window, info)
    loading = scope.context.loaders.resources_by_part.load(scope.parts((window,)))

    def built(found: list[list[ResourceTotals]]) -> Resources:
        rows: Sequence[ResourceTotals] = found[0]
        return Resources(
            scope=scope,
            window=window,
            computed_at=scope.computed_at(),
            resource_count=rows[0].resource_count if rows else 0,
            resources=[resource_figures(row) for row in rows[:first]],
        )

    return after(loading, built)


def resource_figures(row: ResourceTotals) -> ResourceFigures:
    """Return the figures of a resource."""
    return ResourceFigures(
        resource=row.resource or None,
        access_count=row.challenged_count + row.paid_count,
        challenged_count=row.challenged_count,
        paid_count=row.paid_count,
        conversion_rate=percent(percentage(row.paid_count, row.challenged_count)),
        settled_count=row.settled_count,
        revenue=money(row.revenue_zat),
    )


def require_first(first: int) -> None:
    """Raise BadInput for more resources than any list has."""
    if not 1 <= first <= MAX_RESOURCES:
        raise BadInput(f"first must lie between 1 and {MAX_RESOURCES}.")
