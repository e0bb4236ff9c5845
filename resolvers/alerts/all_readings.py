"""All alerts at once, as the worker reads them."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.alerts.reading import AlertFigure, load_alert_figure
from resolvers.context import Info
from resolvers.cursors import EPOCH, Position, read_cursor, write_cursor
from resolvers.errors import BadInput
from resolvers.fields import loaded, resolved
from resolvers.scope import require_instant
from sql import Q, alert_rows

MAX_READINGS = 5_000
READINGS = "alert readings"


@strawberry.type(description="What one alert sees at an instant.")
class AlertReading:
    """Enough to write down a crossing."""

    row: strawberry.Private[alert_rows.Alert]
    at: strawberry.Private[datetime]
    merchant_id: strawberry.ID = strawberry.field(description="Whose alert.")
    alert_id: strawberry.ID = strawberry.field(description="Which alert.")
    revision: int = strawberry.field(description="Which version of it: a reading of an older one is void.")

    @loaded(AlertFigure | None, "What it sees.")
    def figure(self, info: Info) -> Awaitable[AlertFigure]:
        return load_alert_figure(info.context, self.row, self.at)


@strawberry.type(description="A page of readings.")
class AlertReadings:
    """In order of merchant and alert."""

    readings: list[AlertReading] = strawberry.field(description="The readings.")
    end_cursor: str | None = strawberry.field(
        description="The cursor behind which the next page begins; null at the end."
    )


@strawberry.type
class AlertQueries:
    """Root fields of alerts."""

    @resolved("What all enabled alerts of active merchants see at an instant; needs the scope admin, with no merchant.")
    async def alert_readings(
        self,
        info: Info,
        at: Annotated[datetime, strawberry.argument(description="The instant that their windows end with.")],
        first: Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_READINGS:,}.")] = 500,
        after: Annotated[
            str | None, strawberry.argument(description="The cursor behind which the page begins.")
        ] = None,
    ) -> AlertReadings | None:
        info.context.principal.require_platform()
        if not 1 <= first <= MAX_READINGS:
            raise BadInput(f"first must lie between 1 and {MAX_READINGS}.")
        require_instant(at)
        merchant_id, alert_id = _read(after) if after else ("", "")
        rows: list[alert_rows.Alert] = await info.context.services.database.fetch(
            Q.enabled_alerts_after, merchant_id=merchant_id, alert_id=alert_id, page_size=first + 1
        )
        page, more = rows[:first], len(rows) > first
        return AlertReadings(
            readings=[
                AlertReading(
                    row=row,
                    at=at,
                    merchant_id=strawberry.ID(row.merchant_id),
                    alert_id=strawberry.ID(row.alert_id),
                    revision=row.revision,
                )
                for row in page
            ],
            end_cursor=_written(page[-1]) if more else None,
        )


def _written(row: alert_rows.Alert) -> str:
    return write_cursor(READINGS, Position(EPOCH, f"{row.merchant_id}\n{row.alert_id}"))


def _read(cursor: str) -> tuple[str, str]:
    merchant_id, _, alert_id = read_cursor(READINGS, cursor, "after").id.partition("\n")
    return merchant_id, alert_id
