"""The columns of payments, as `sql/queries/export_payments.sql` gives them."""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class ExportColumn(Enum):
    """A column; the value is its name in files."""

    PAYMENT_ID = "payment_id"
    STATE = "state"
    SETTLED_AT = "settled_at"
    SETTLED_AT_UTC = "settled_at_utc"
    DECIDED_AT = "decided_at"
    DECIDED_AT_UTC = "decided_at_utc"
    CREATED_AT = "created_at"
    CREATED_AT_UTC = "created_at_utc"
    METHOD = "method"
    RESOURCE = "resource"
    PAYER = "payer"
    COUNTRY = "country"
    AMOUNT_ZEC = "amount_zec"
    GROSS_ZEC = "gross_zec"
    FEE_ZEC = "fee_zec"
    REFUNDED_ZEC = "refunded_zec"
    FEE_RETURNED_ZEC = "fee_returned_zec"
    NET_ZEC = "net_zec"
    AMOUNT_ZATOSHI = "amount_zatoshi"
    GROSS_ZATOSHI = "gross_zatoshi"
    FEE_ZATOSHI = "fee_zatoshi"
    REFUNDED_ZATOSHI = "refunded_zatoshi"
    FEE_RETURNED_ZATOSHI = "fee_returned_zatoshi"
    NET_ZATOSHI = "net_zatoshi"
    FAILURE_CODE = "failure_code"
    ATTEMPTS = "attempts"
    METADATA = "metadata"


class Kind(Enum):
    """What a column's cells are; only FOREIGN ones hold text that somebody else chose."""

    FOREIGN = "foreign"
    WORD = "word"
    WALL_TIME = "wall time"
    INSTANT = "instant"
    ZEC = "zec"
    ZATOSHI = "zatoshi"
    COUNT = "count"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Told:
    """What a column is, for programs and for people."""

    kind: Kind
    description: str


COLUMNS: Final[dict[ExportColumn, Told]] = {
    ExportColumn.PAYMENT_ID: Told(Kind.FOREIGN, "The payment's id."),
    ExportColumn.STATE: Told(Kind.WORD, "Where the payment stands."),
    ExportColumn.SETTLED_AT: Told(Kind.WALL_TIME, "When it first settled, on the wall clock of the merchant's zone."),
    ExportColumn.SETTLED_AT_UTC: Told(Kind.INSTANT, "When it first settled, in UTC."),
    ExportColumn.DECIDED_AT: Told(
        Kind.WALL_TIME, "When it first settled, failed or expired, on the wall clock of the merchant's zone."
    ),
    ExportColumn.DECIDED_AT_UTC: Told(Kind.INSTANT, "When it first settled, failed or expired, in UTC."),
    ExportColumn.CREATED_AT: Told(Kind.WALL_TIME, "When it began, on the wall clock of the merchant's zone."),
    ExportColumn.CREATED_AT_UTC: Told(Kind.INSTANT, "When it began, in UTC."),
    ExportColumn.METHOD: Told(Kind.WORD, "transparent or shielded."),
    ExportColumn.RESOURCE: Told(Kind.FOREIGN, "What was paid for."),
    ExportColumn.PAYER: Told(Kind.FOREIGN, "Who paid; empty where the payer is shielded."),
    ExportColumn.COUNTRY: Told(Kind.WORD, "Where the request came from (ISO 3166)."),
    ExportColumn.AMOUNT_ZEC: Told(Kind.ZEC, "What was asked or paid, in ZEC."),
    ExportColumn.GROSS_ZEC: Told(Kind.ZEC, "What was settled, in ZEC."),
    ExportColumn.FEE_ZEC: Told(Kind.ZEC, "The fees of settlements, in ZEC."),
    ExportColumn.REFUNDED_ZEC: Told(Kind.ZEC, "What was given back so far, in ZEC."),
    ExportColumn.FEE_RETURNED_ZEC: Told(Kind.ZEC, "Fees returned with refunds, in ZEC."),
    ExportColumn.NET_ZEC: Told(Kind.ZEC, "Gross less refunds less the fees that were kept, in ZEC; may be negative."),
    ExportColumn.AMOUNT_ZATOSHI: Told(Kind.ZATOSHI, "What was asked or paid, in zatoshi."),
    ExportColumn.GROSS_ZATOSHI: Told(Kind.ZATOSHI, "What was settled, in zatoshi."),
    ExportColumn.FEE_ZATOSHI: Told(Kind.ZATOSHI, "The fees of settlements, in zatoshi."),
    ExportColumn.REFUNDED_ZATOSHI: Told(Kind.ZATOSHI, "What was given back so far, in zatoshi."),
    ExportColumn.FEE_RETURNED_ZATOSHI: Told(Kind.ZATOSHI, "Fees returned with refunds, in zatoshi."),
    ExportColumn.NET_ZATOSHI: Told(Kind.ZATOSHI, "Gross less refunds less the fees that were kept, in zatoshi."),
    ExportColumn.FAILURE_CODE: Told(Kind.WORD, "Why its last failed attempt failed."),
    ExportColumn.ATTEMPTS: Told(Kind.COUNT, "The number of its highest attempt."),
    ExportColumn.METADATA: Told(
        Kind.JSON, "The metadata of its events that are still kept, put together: a later event's keys win."
    ),
}

#: All but metadata, which is read event by event and may hold more than a file should.
USUAL: Final = tuple(column for column in ExportColumn if column is not ExportColumn.METADATA)
