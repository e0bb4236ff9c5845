"""The statements behind the loaders of exports."""

from dataclasses import dataclass

from resolvers.context import Store
from sql import Q
from sql.export_rows import ExportRequest


@dataclass(frozen=True, slots=True)
class ExportsKey:
    """A merchant's latest exports, so many of them."""

    merchant_id: str
    first: int


@dataclass(frozen=True, slots=True)
class ExportKey:
    """One export of a merchant."""

    merchant_id: str
    export_id: str


async def exports_by_merchant(store: Store, keys: list[ExportsKey]) -> list[list[ExportRequest]]:
    """The latest exports of merchants, the latest first."""
    rows: list[ExportRequest] = await store.fetch(
        Q.exports_by_merchant,
        merchant_ids=list({key.merchant_id for key in keys}),
        row_count=max(key.first for key in keys),
    )
    found: dict[str, list[ExportRequest]] = {}
    for row in rows:
        found.setdefault(row.merchant_id, []).append(row)
    return [found.get(key.merchant_id, [])[: key.first] for key in keys]


async def exports_by_id(store: Store, keys: list[ExportKey]) -> list[ExportRequest | None]:
    """Exports; None for one that the merchant does not have."""
    rows: list[ExportRequest] = await store.fetch(Q.exports_by_id, export_ids=[key.export_id for key in keys])
    found = {(row.merchant_id, row.export_id): row for row in rows}
    return [found.get((key.merchant_id, key.export_id)) for key in keys]
