"""What can be watched: the whole value at once, then again whenever it may have changed.

Each resolver yields one value and ends. Whoever serves subscriptions runs the operation again for the next
value (`Executor.look`), once for all who watch the same, so that loaders, cache, limits and masks are those of any
other operation.
"""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Annotated, Final, TypeAlias

import strawberry

from resolvers.analytics import Zone
from resolvers.clock_turns import next_bucket, next_hour, turns_of_comparisons, turns_of_open_payments, turns_of_range
from resolvers.context import Info
from resolvers.dashboard import Dashboard, load_dashboard
from resolvers.errors import BadInput
from resolvers.exports import Export, ExportId, ExportState, load_export
from resolvers.fields import subscription
from resolvers.lookup import load_merchant, meant
from resolvers.metrics.answer import Metrics, load_metrics
from resolvers.metrics.arguments import Compare, Filtered, GroupBy, Limit, Names, Series, asked_of
from resolvers.metrics.watching import streams_of
from resolvers.payment_feed import FeedLength, FeedPlace, PaymentFeed, feed_key, load_payment_feed
from resolvers.range_input import Range
from resolvers.realtime import Realtime
from resolvers.scope import Scope, scope
from resolvers.watching import PAYMENT_EVENTS

MAX_PACE_SECONDS: Final = 60
#: Who makes a file tells the database alone how far it is; it is looked at only while the file is made.
EXPORT_LOOKS: Final = timedelta(seconds=1)

WatchedMerchant: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(name="merchantId", description="The merchant; the token's own by default."),
]
Pace: TypeAlias = Annotated[
    int,
    strawberry.argument(
        description=f"Seconds between two updates at least, 1 to {MAX_PACE_SECONDS}; the newest value is sent."
    ),
]


@strawberry.type(description="What can be watched: a full value at once, then a full value whenever it changed.")
class Subscription:
    """Every field ends with the token that asked."""

    @subscription("A merchant's real-time view.")
    async def realtime(
        self, info: Info, merchant_id: WatchedMerchant = None, every_seconds: Pace = 1
    ) -> AsyncGenerator[Realtime, None]:
        here = await watched(info, merchant_id, every_seconds)
        next_hour(here)
        await turns_of_open_payments(here, info)
        yield Realtime(scope=here, computed_at=info.context.services.clock())

    @subscription("A merchant's figures of today, this week and this month, with comparisons.")
    async def dashboard(
        self, info: Info, merchant_id: WatchedMerchant = None, every_seconds: Pace = 1
    ) -> AsyncGenerator[Dashboard, None]:
        here = await watched(info, merchant_id, every_seconds)
        next_hour(here)
        await turns_of_comparisons(here, info)
        yield await load_dashboard(here, info)

    @subscription("Any metrics over a range that ends now: as a whole, by group, by bucket, beside the range before.")
    async def metrics(
        self,
        info: Info,
        names: Names,
        range_: Range,
        merchant_id: WatchedMerchant = None,
        granularity: Series = None,
        group_by: GroupBy = None,
        filter_: Filtered = None,
        limit: Limit = 10,
        compare: Compare = False,
        timezone: Zone = None,
        every_seconds: Pace = 1,
    ) -> AsyncGenerator[Metrics, None]:
        asked = asked_of(names, granularity, group_by, filter_, limit, compare)
        here = await watched(info, merchant_id, every_seconds, *streams_of(asked), timezone=timezone)
        next_bucket(here)
        answer = await load_metrics(here, asked, range_, info)
        await turns_of_range(here, answer.found.question.span, compared=compare)
        yield answer

    @subscription("A file that is being made: how far it is, until it is made or has failed.")
    async def export_progress(
        self, info: Info, export_id: ExportId, merchant_id: WatchedMerchant = None
    ) -> AsyncGenerator[Export, None]:
        context = info.context
        found = await load_export(context, meant(context.principal, merchant_id), export_id)
        if found.state in {ExportState.QUEUED, ExportState.RUNNING}:
            context.request.watch.until(context.now + EXPORT_LOOKS)
        else:
            context.request.watch.over()
        yield found

    @subscription("The newest steps of a merchant's payments, the newest first; each value is the whole list.")
    async def payment_feed(
        self,
        info: Info,
        merchant_id: WatchedMerchant = None,
        first: FeedLength = 20,
        after: FeedPlace = None,
        every_seconds: Pace = 1,
    ) -> AsyncGenerator[PaymentFeed, None]:
        key = feed_key(meant(info.context.principal, merchant_id), first, after)
        here = await watched(info, merchant_id, every_seconds)
        yield await load_payment_feed(here, key)


async def watched(
    info: Info, merchant_id: str | None, every_seconds: int, *streams: str, timezone: str | None = None
) -> Scope:
    """Return a merchant as it is now, having told the watch to listen to its streams, payment events by default."""
    if not 1 <= every_seconds <= MAX_PACE_SECONDS:
        raise BadInput(f"everySeconds must lie between 1 and {MAX_PACE_SECONDS}.")
    context = info.context
    merchant = await load_merchant(context, merchant_id)
    watch = context.request.watch
    watch.pace(every_seconds)
    await watch.listen(merchant.row.merchant_id, streams or (PAYMENT_EVENTS,))
    context.now = context.services.clock()  # what came in while the channel was opened belongs to the answer
    return scope(context, merchant.row, None, timezone)
