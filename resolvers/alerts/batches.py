"""The statements behind alerts: keys in, one value per key out."""

from dataclasses import dataclass

from resolvers.context import Store
from sql import Q
from sql.alert_rows import Alert, AlertCrossing

MAX_CROSSINGS = 100


@dataclass(frozen=True, slots=True)
class AlertKey:
    """An alert of a merchant."""

    merchant_id: str
    alert_id: str


async def alerts_by_merchant(store: Store, ids: list[str]) -> list[list[Alert]]:
    """The alerts of each merchant, the oldest first."""
    found: dict[str, list[Alert]] = {merchant_id: [] for merchant_id in ids}
    for row in await store.fetch(Q.alerts_by_merchant, merchant_ids=ids):
        found[row.merchant_id].append(row)
    return [found[merchant_id] for merchant_id in ids]


async def crossings_by_alert(store: Store, keys: list[AlertKey]) -> list[list[AlertCrossing]]:
    """The latest crossings of each alert, the latest first."""
    rows: list[AlertCrossing] = await store.fetch(
        Q.alert_crossings_by_alert,
        slots=list(range(len(keys))),
        merchant_ids=[key.merchant_id for key in keys],
        alert_ids=[key.alert_id for key in keys],
        row_count=MAX_CROSSINGS,
    )
    found: list[list[AlertCrossing]] = [[] for _ in keys]
    for row in rows:
        found[row.slot].append(row)
    return found
