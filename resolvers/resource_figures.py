"""A paid resource: its traffic and what it came to."""

import strawberry

from resolvers.comparison import percentage
from resolvers.money import Money, money
from resolvers.scalars import percent
from sql.breakdowns import ResourceTotals


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
