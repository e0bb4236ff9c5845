"""The analytics of a merchant that take a range."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.buckets import Granularity
from resolvers.context import Info
from resolvers.fields import loaded
from resolvers.range_input import Buckets, Range
from resolvers.scope import scope
from resolvers.trends import Trends, load_trends
from sql import rows

At = Annotated[
    datetime | None,
    strawberry.argument(
        description="The instant that plays the part of now, so that any past moment can be asked; now by default."
    ),
]


@strawberry.type(description="What a merchant can be asked about a range of time.")
class Analytics:
    """Each field asks only for what is selected, in the merchant's zone; nothing behind `at` is counted."""

    row: strawberry.Private[rows.Merchant]

    @loaded(Trends | None, "The range bucket by bucket and as a whole, beside the range before.")
    def trends(
        self, info: Info, range_: Range, granularity: Buckets = Granularity.DAY, at: At = None
    ) -> Awaitable[Trends]:
        return load_trends(scope(info.context, self.row, at), range_, granularity, info)
