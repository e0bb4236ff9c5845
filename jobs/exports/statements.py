"""Bank statements for QuickBooks Online and Xero, and Koinly's file: one line for each part of what is booked.

Banks' lines are in the currency that is asked for, rounded half-even to two places; one without a rate has an empty
amount. Texts are no formulas: people open these files in spreadsheets.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Final, Protocol

from jobs.exports.amounts import cents, zec_text
from jobs.exports.bookings import Booking, Part
from jobs.exports.journals import plain
from jobs.exports.spec import ExportFormat, ExportSpec

#: What begins a formula: at the start, and where a spreadsheet splits lines at semicolons. As safe_cell has it.
FORMULA: Final = re.compile(r'^(?=[=+@＝＋－＠-])|(?<=;)(?="?[=+@＝＋－＠-])')
#: With the header; the importers take 1,000 lines.
MOST_ROWS: Final = 999


class Statement(Protocol):
    """A table whose rows are bookings: `header` is its first line, `rows` how many may follow it in one file."""

    @property
    def header(self) -> bytes: ...

    @property
    def rows(self) -> int | None: ...

    def row(self, booking: Booking) -> bytes | None:
        """Return the line of a booking, None where there can be none."""


class Quickbooks:
    """QuickBooks Online: three columns, days first, no zeros."""

    header = b"Date,Description,Amount\r\n"
    rows = MOST_ROWS

    def __init__(self, spec: ExportSpec) -> None:
        assert spec.currency is not None

    def row(self, booking: Booking) -> bytes | None:
        """Return the line; QuickBooks refuses an amount of nothing."""
        amount = amount_text(booking)
        if amount == "0.00":
            return None
        about = f" {booking.resource}" if booking.resource else ""
        described = f"{booking.part.value} {booking.reference}{about}"
        return csv_line([f"{booking.day:%d/%m/%Y}", described, amount])


class Xero:
    """Xero's own template; dates as ISO 8601, which all of its regions read."""

    header = b"*Date,*Amount,Payee,Description,Reference,Cheque Number\r\n"
    rows = MOST_ROWS

    def __init__(self, spec: ExportSpec) -> None:
        assert spec.currency is not None

    def row(self, booking: Booking) -> bytes | None:
        """Return the line."""
        about = f" {booking.resource}" if booking.resource else ""
        amount = amount_text(booking)
        payee = booking.payer or ""
        return csv_line([booking.day.isoformat(), amount, payee, f"{booking.part.value}{about}", booking.reference, ""])


class Koinly:
    """Koinly's simple form: what comes and goes in ZEC, what it was worth beside it; times in UTC."""

    header = b"Koinly Date,Amount,Currency,Net Worth Amount,Net Worth Currency,Label,Description,TxHash\r\n"
    rows = None
    LABELS: Final = {Part.SALE: "other income", Part.FEE: "cost", Part.REFUND: "", Part.FEE_RETURNED: ""}

    def __init__(self, spec: ExportSpec) -> None:
        self._currency = spec.currency

    def row(self, booking: Booking) -> bytes | None:
        """Return the line; the last column tells lines apart when a file is imported twice."""
        worth = "" if booking.value is None else str(cents(booking.value))
        return csv_line(
            [
                f"{booking.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
                zec_text(booking.sign * booking.amount_zat),
                "ZEC",
                worth,
                self._currency if worth and self._currency else "",
                self.LABELS[booking.part],
                f"{booking.part.value} {booking.reference}",
                booking.event_id + ("-fee" if booking.part in {Part.FEE, Part.FEE_RETURNED} else ""),
            ]
        )


STATEMENTS: Final[dict[ExportFormat, Callable[[ExportSpec], Statement]]] = {
    ExportFormat.QUICKBOOKS: Quickbooks,
    ExportFormat.XERO: Xero,
    ExportFormat.KOINLY: Koinly,
}


def amount_text(booking: Booking) -> str:
    """Return a signed amount, empty without a rate."""
    return "" if booking.value is None else str(cents(booking.sign * booking.value))


def csv_line(cells: Iterable[str], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Return a line of CSV: what needs quotes has them, no text is a formula, and what an encoding lacks becomes ?."""
    return (separator.join(map(_cell, cells)) + "\r\n").encode(encoding, errors="replace")


def _cell(text: str) -> str:
    if not text or _is_number(text):
        return text
    text = FORMULA.sub("'", plain(text))
    return '"' + text.replace('"', '""') + '"' if any(each in text for each in '",;') else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
