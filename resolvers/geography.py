"""Where payments come from."""

from collections.abc import Awaitable, Sequence

import strawberry

from resolvers.context import Info
from resolvers.fields import after
from resolvers.money import Money, money
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.scope import Scope
from resolvers.shares import shares
from sql.breakdowns import CountryTotals

NOT_TOLD = "ZZ"


@strawberry.type(description="What came from one country.")
class CountryFigures:
    """Settled and failed attempts, and money."""

    country: str | None = strawberry.field(description="ISO 3166 code; null where no event told one.")
    settled_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    revenue_share: float = strawberry.field(
        description="Its part of the revenue, 0 to 1, to six decimals; the shares sum to 1 unless all are 0."
    )


@strawberry.type(description="Payments of a range by country.")
class Geography(Answer):
    """A row per country."""

    countries: list[CountryFigures] = strawberry.field(
        description="By revenue, the largest first; at most as many as there are codes of two letters, 676."
    )


def load_geography(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[Geography]:
    """Ask for a range by country."""
    window = span_of(scope, asked).counted.current
    ask_freshness(scope, window, info)
    loaders = scope.context.loaders
    loader = loaders.platform.geography_by_part if scope.is_platform else loaders.geography_by_part

    def built(found: list[list[CountryTotals]]) -> Geography:
        return Geography(scope=scope, window=window, computed_at=scope.computed_at(), countries=_countries(found[0]))

    return after(loader.load(scope.parts((window,))), built)


def _countries(rows: Sequence[CountryTotals]) -> list[CountryFigures]:
    ordered = sorted(rows, key=lambda row: (-row.revenue_zat, -row.settled_count, row.country))
    return [
        CountryFigures(
            country=None if row.country == NOT_TOLD else row.country,
            settled_count=row.settled_count,
            failed_count=row.failed_count,
            revenue=money(row.revenue_zat),
            revenue_share=share,
        )
        for row, share in zip(ordered, shares([int(row.revenue_zat) for row in ordered]), strict=True)
    ]
