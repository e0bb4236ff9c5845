"""Merchants: who they are, and the way to their figures."""

from collections.abc import Awaitable
from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from resolvers.context import Info
from resolvers.dashboard import Dashboard, load_dashboard
from resolvers.describing import describe
from resolvers.fields import loaded, resolved
from resolvers.realtime import Realtime
from resolvers.scope import scope
from sql import rows

At = Annotated[
    datetime | None,
    strawberry.argument(
        description="The instant that plays the part of now, so that any past moment can be asked; now by default."
    ),
]


class Weekday(Enum):
    """ISO weekdays."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


class MerchantState(Enum):
    """Whether a merchant is served."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


describe(
    Weekday,
    "A day of the week.",
    **{day.name: f"{day.name.capitalize()}, ISO weekday {day.value}." for day in Weekday},
)
describe(
    MerchantState,
    "Whether a merchant is served.",
    ACTIVE="It is.",
    SUSPENDED="It takes part in nothing that runs by itself; what it has can still be asked for.",
)


@strawberry.type(description="A merchant, and the way to its figures.")
class Merchant:
    """Its profile is at hand; its figures are asked for where they are selected."""

    row: strawberry.Private[rows.Merchant]

    @resolved("The merchant's id, as its events name it.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.row.merchant_id)

    @resolved("What people call it.")
    def name(self) -> str:
        return self.row.name

    @resolved("IANA name of the zone in which its hours, days, weeks and months are counted.")
    def timezone(self) -> str:
        return self.row.zone

    @resolved("The day its weeks begin with.")
    def week_start(self) -> Weekday:
        return Weekday(self.row.week_start)

    @resolved("Minutes after which an open payment no longer counts as pending, but as stale.")
    def pending_timeout_minutes(self) -> int:
        return self.row.pending_timeout_minutes

    @resolved("Where its reports are sent; null for nowhere.")
    def email(self) -> str | None:
        return self.row.email

    @resolved("Whether it is served.")
    def state(self) -> MerchantState:
        return MerchantState(self.row.state)

    @resolved("When it was created here.")
    def created_at(self) -> datetime:
        return self.row.created_at

    @resolved("The running hour and day, open payments, the latest payments.")
    def realtime(self, info: Info, at: At = None) -> Realtime | None:
        here = scope(info.context, self.row, at)
        return Realtime(scope=here, computed_at=info.context.services.clock())

    @loaded(Dashboard | None, "Today, this week and this month, each beside the period before.")
    def dashboard(self, info: Info, at: At = None) -> Awaitable[Dashboard]:
        return load_dashboard(scope(info.context, self.row, at), info)
