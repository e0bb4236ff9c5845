"""What a file is to be: the payload between those who ask for it and those who make it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Final

from jobs.exports.columns import ExportColumn
from resolvers.zones import zone


class ExportFormat(Enum):
    """Forms of a file; the value is the name on the command line and in addresses."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"
    PARQUET = "parquet"
    HLEDGER = "hledger"
    LEDGER = "ledger"
    BEANCOUNT = "beancount"
    QUICKBOOKS = "quickbooks"
    XERO = "xero"
    DATEV = "datev"
    KOINLY = "koinly"


@dataclass(frozen=True, slots=True)
class FileKind:
    """How a format's files are named and served."""

    extension: str
    media_type: str


KINDS: Final[dict[ExportFormat, FileKind]] = {
    ExportFormat.CSV: FileKind("csv", "text/csv; charset=utf-8"),
    ExportFormat.JSON: FileKind("json", "application/json"),
    ExportFormat.NDJSON: FileKind("ndjson", "application/x-ndjson"),
    ExportFormat.PARQUET: FileKind("parquet", "application/vnd.apache.parquet"),
    ExportFormat.HLEDGER: FileKind("journal", "text/plain; charset=utf-8"),
    ExportFormat.LEDGER: FileKind("ledger", "text/plain; charset=utf-8"),
    ExportFormat.BEANCOUNT: FileKind("beancount", "text/plain; charset=utf-8"),
    ExportFormat.QUICKBOOKS: FileKind("zip", "application/zip"),
    ExportFormat.XERO: FileKind("zip", "application/zip"),
    ExportFormat.DATEV: FileKind("zip", "application/zip"),
    ExportFormat.KOINLY: FileKind("csv", "text/csv; charset=utf-8"),
}


class Grouping(Enum):
    """How many bookings become one line of a bank statement or a DATEV batch."""

    PAYMENT = "payment"
    DAY = "day"


PAYMENT_FORMATS: Final = frozenset({ExportFormat.CSV, ExportFormat.JSON, ExportFormat.NDJSON, ExportFormat.PARQUET})
JOURNALS: Final = frozenset({ExportFormat.HLEDGER, ExportFormat.LEDGER, ExportFormat.BEANCOUNT})
GROUPED: Final = frozenset({ExportFormat.QUICKBOOKS, ExportFormat.XERO, ExportFormat.DATEV})
STATES: Final = ("created", "verifying", "verified", "settled", "failed", "expired", "retried", "refunded")

CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
#: Two parts or more, as all three journal programs read them: letters, digits, and - within a part.
ACCOUNT: Final = re.compile(r"[A-Z][A-Za-z0-9-]*(:[A-Z0-9][A-Za-z0-9-]*)+", re.ASCII)
ROOTS: Final = ("Assets", "Liabilities", "Equity", "Income", "Expenses")
#: DATEV's general ledger; numbers of nine digits are people's.
ACCOUNT_NUMBER: Final = re.compile(r"[1-9][0-9]{3,7}", re.ASCII)
MAX_ACCOUNT: Final = 100


def usual_grouping(form: ExportFormat) -> Grouping:
    """Return how a format's bookings are grouped where nobody says: so that little of them is lost by rounding."""
    return Grouping.DAY if form in GROUPED else Grouping.PAYMENT


class BadSpec(ValueError):
    """A file that cannot be meant; the text says what to ask for instead."""

    @property
    def sentence(self) -> str:
        """The text by itself."""
        text = str(self)
        return f"{text[0].upper()}{text[1:]}."


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where things are booked: names in journals, numbers for DATEV."""

    asset: str
    fees: str
    sales: str
    refunds: str


@dataclass(frozen=True, slots=True)
class Datev:
    """What a DATEV batch says of the books it is for; `year_month` is the month that begins a fiscal year."""

    consultant: int = 1001
    client: int = 1
    year_month: int = 1


JOURNAL_ACCOUNTS: Final = Accounts("Assets:Zcash:Z402", "Expenses:Fees:Z402", "Income:Sales", "Income:Refunds")
#: The SKR03 chart; none of them computes VAT by itself.
DATEV_ACCOUNTS: Final = Accounts("1360", "4970", "8200", "8700")


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """All that decides a file, beside the events: `start` and `end` are a half-open range of UTC instants.

    `columns` and `states` are empty for the usual ones and for all; `currency` is None for amounts in ZEC alone.
    Use `checked` unless it comes from the table.
    """

    format: ExportFormat
    start: datetime
    end: datetime
    zone: str
    columns: tuple[ExportColumn, ...] = ()
    states: tuple[str, ...] = ()
    currency: str | None = None
    grouping: Grouping = Grouping.PAYMENT
    accounts: Accounts | None = None
    datev: Datev | None = None

    def checked(self) -> "ExportSpec":
        """Return it if it can be meant; raise BadSpec."""
        if self.start >= self.end:
            raise BadSpec("the range ends before it begins")
        if self.format in PAYMENT_FORMATS:
            self._refuse_books()
        else:
            self._check_books()
        return self

    @property
    def booked(self) -> Accounts:
        """The accounts to book on."""
        return self.accounts or (DATEV_ACCOUNTS if self.format is ExportFormat.DATEV else JOURNAL_ACCOUNTS)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last local day that the range touches."""
        tz = zone(self.zone)
        last = self.end - timedelta(microseconds=1)
        return self.start.astimezone(tz).date(), last.astimezone(tz).date()

    def gone_before(self, kept_from: datetime | None) -> str | None:
        """Return why it cannot be made, in words for the client, where raw events are kept from an instant on only."""
        if self.format in PAYMENT_FORMATS or kept_from is None or self.start >= kept_from:
            return None
        return f"Books are made from single events, and those before {kept_from:%Y-%m-%dT%H:%M:%SZ} are no longer kept."

    def file_name(self, merchant_id: str) -> str:
        """Return what its file is called: whose, what, and which local days."""
        first, last = self.days
        whose = "".join(each if each.isalnum() or each in "-_" else "-" for each in merchant_id)
        return f"{whose}-{self.format.value}-{first}-{last}.{KINDS[self.format].extension}"

    def _refuse_books(self) -> None:
        if self.currency or self.accounts or self.datev or self.grouping is not Grouping.PAYMENT:
            raise BadSpec(f"currency, accounts and grouping are for books; {self.format.name} has rows of payments")
        if len(set(self.columns)) != len(self.columns):
            raise BadSpec("a column is named twice")
        if unknown := set(self.states) - set(STATES):
            raise BadSpec(f"there is no state {min(unknown)!r}; states are {', '.join(STATES)}")

    def _check_books(self) -> None:
        if self.columns or self.states:
            raise BadSpec(f"columns and states are for rows of payments; {self.format.name} has a form of its own")
        if self.currency is not None and (not CURRENCY.fullmatch(self.currency) or self.currency == "ZEC"):
            raise BadSpec("currency must be the three capital letters of a currency, such as EUR")
        if self.currency is None and self.format in GROUPED:
            raise BadSpec(f"{self.format.name} books in a currency: name it, such as EUR")
        if self.grouping is not Grouping.PAYMENT and self.format not in GROUPED:
            raise BadSpec(f"{self.format.name} books payment by payment")
        if self.format is ExportFormat.DATEV:
            _check_datev(self)
        elif self.datev is not None:
            raise BadSpec("consultant, client and fiscal year are for DATEV")
        if self.accounts is not None:
            _check_accounts(self.format, self.accounts)

    def to_json(self) -> dict[str, Any]:
        """Return it as the table keeps it."""
        told = asdict(self)
        times = {"start": self.start.astimezone(UTC).isoformat(), "end": self.end.astimezone(UTC).isoformat()}
        names = {"format": self.format.value, "grouping": self.grouping.value}
        return {**told, **times, **names, "columns": [column.value for column in self.columns]}

    @staticmethod
    def of_json(told: Mapping[str, Any]) -> "ExportSpec":
        """Read what the table keeps."""
        return ExportSpec(
            format=ExportFormat(told["format"]),
            start=datetime.fromisoformat(told["start"]),
            end=datetime.fromisoformat(told["end"]),
            zone=told["zone"],
            columns=tuple(map(ExportColumn, told["columns"])),
            states=tuple(told["states"]),
            currency=told["currency"],
            grouping=Grouping(told["grouping"]),
            accounts=Accounts(**told["accounts"]) if told["accounts"] else None,
            datev=Datev(**told["datev"]) if told["datev"] else None,
        )


def _check_datev(spec: ExportSpec) -> None:
    datev = spec.datev or Datev()
    if not 1001 <= datev.consultant <= 9_999_999 or not 1 <= datev.client <= 99_999:
        raise BadSpec("DATEV's consultant lies between 1001 and 9999999, its client between 1 and 99999")
    if not 1 <= datev.year_month <= 12:
        raise BadSpec("a fiscal year begins with a month from 1 to 12")
    first, last = (fiscal_year(day, datev.year_month) for day in spec.days)
    if first != last:
        raise BadSpec(
            f"a DATEV batch belongs to one fiscal year: ask for the one from {first} and for that from {last}"
        )


def fiscal_year(day: date, month: int) -> date:
    """Return the day with which the fiscal year begins that holds a day."""
    return date(day.year - (day.month < month), month, 1)


def _check_accounts(form: ExportFormat, accounts: Accounts) -> None:
    for name, account in asdict(accounts).items():
        if form is ExportFormat.DATEV:
            if not ACCOUNT_NUMBER.fullmatch(account):
                raise BadSpec(f"the account of {name} must be a number of 4 to 8 digits, such as 1360")
        elif form not in JOURNALS:
            raise BadSpec(f"{form.name} names no accounts")
        elif len(account) > MAX_ACCOUNT or not ACCOUNT.fullmatch(account) or account.split(":")[0] not in ROOTS:
            raise BadSpec(
                f"the account of {name} must begin with one of {', '.join(ROOTS)} and have two parts or more of "
                f"letters, digits and -, each begun with a capital and parted by colons, such as Assets:Zcash"
            )
    if form is ExportFormat.DATEV and len({len(account) for account in asdict(accounts).values()}) != 1:
        raise BadSpec("DATEV's accounts must have the same number of digits")
